"""What a person is found by, and what somebody who types means. Pure.

A term is found by its beginning, which every database's plain index can do. So that the middle
of a name is found too, a name stands in several terms: one from each word on, the words before it
behind; in Chinese, one from each character on. A number stands once more backwards, so that its
last digits find it, with or without the country's code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from regulars.identities import normalise

NAME, PHONE, PHONE_END, EMAIL, CARD, ID, KEY = "nptecik"
LONGEST = 120
# The last code point: above whatever follows a beginning.
LAST = "\U0010ffff"
_MOST_WORDS, _MOST_CHARACTERS = 6, 12
_LEAST_DIGITS = 4
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_NUMBER = re.compile(r"[+(]?[\d\s()./-]*")


@dataclass(frozen=True)
class Probe:
    """Terms of a kind that begin like this."""

    kind: str
    text: str


def terms(known: Mapping[str, Any], *, region: str) -> set[tuple[str, str]]:
    """Kind and text of everything that finds a person; `known` as `lake.people` gives it."""
    found: set[tuple[str, str]] = set()
    for one in known["ids"]:
        found.add((ID, plain(one["external_id"])))
        found.add((KEY, str(one["customer_key"])))
    for record in known["records"]:
        found.update((NAME, text) for text in of_name(record["name"]))
        found.update(_of_phone(record["phone"], region))
        if record["email"]:
            found.add((EMAIL, normalise.email(record["email"]) or plain(record["email"])))
    for card in known["cards"]:
        found.add((CARD, normalise.card(card) or plain(card)))
    return {(kind, text[:LONGEST]) for kind, text in found if text}


def of_name(name: str | None) -> Iterator[str]:
    """The beginnings by which a name is found."""
    words = (normalise.name(name) or "").split()[:_MOST_WORDS]
    if len(words) > 1 and all(_HAN.match(word) for word in words):
        words = ["".join(words)]
    for place, word in enumerate(words):
        yield " ".join(words[place:] + words[:place])
        if _HAN.search(word):
            for start in range(1, min(len(word), _MOST_CHARACTERS)):
                yield " ".join([word[start:], *words[place + 1 :]])


def _of_phone(phone: str | None, region: str) -> Iterator[tuple[str, str]]:
    digits = phone_digits(phone, region) if phone else ""
    if digits:
        yield PHONE, digits
        yield PHONE_END, digits[::-1]


def phone_digits(phone: str, region: str) -> str:
    """The digits with the country's code; as they were typed where it is no valid number."""
    found = normalise.phone(phone, region=region)
    return re.sub(r"\D", "", found[0].partition(";")[0] if found else plain(phone))


def _country_code(region: str) -> str:
    import phonenumbers

    return str(phonenumbers.country_code_for_region(region) or "")


def plain(text: str | None) -> str:
    """Width, case and outer blanks made one."""
    return unicodedata.normalize("NFKC", text or "").casefold().strip()


def storable(text: str) -> str:
    """Without NUL, the one character that no text of PostgreSQL is."""
    return text.replace("\x00", "")


def probes(typed: str, *, region: str) -> list[Probe]:
    """What somebody who typed this may mean, the likeliest first."""
    text = plain(storable(typed))[:LONGEST]
    if not text:
        return []
    if "@" in text:
        likely = [Probe(EMAIL, normalise.email(text) or text)]
    elif _NUMBER.fullmatch(text):
        likely = list(_number(text, region))
    else:
        likely = [Probe(NAME, one) for one in _turned(text)]
        likely.append(Probe(EMAIL, text))
    likely += [Probe(ID, text), Probe(ID, text.partition(":")[2].strip())]
    card = normalise.card(text)
    if card is not None:
        likely.append(Probe(CARD, card))
    return [*dict.fromkeys(probe for probe in likely if probe.text)]


def _number(text: str, region: str) -> Iterator[Probe]:
    digits = re.sub(r"\D", "", text)
    if len(digits) >= _LEAST_DIGITS:
        yield Probe(PHONE, phone_digits(text, region))
        yield Probe(PHONE_END, digits[::-1])
        code = _country_code(region)
        if code and not text.startswith("+"):  # the beginning, without the country's code
            yield Probe(PHONE, code + digits.removeprefix("0"))


def _turned(text: str) -> list[str]:
    """The name with each of its words first: nobody knows which of them comes first here."""
    words = (normalise.name(text) or "").split()[:_MOST_WORDS]
    if len(words) > 1 and all(_HAN.match(word) for word in words):
        return ["".join(words)]
    return [" ".join(words[place:] + words[:place]) for place in range(len(words))]
