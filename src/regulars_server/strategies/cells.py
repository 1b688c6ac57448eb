"""A number as people type or paste it into a cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

# Signs of money in front, and the blanks that some languages group thousands with.
MONEY = re.compile(
    r"^(?:[$€£¥₩₹]|US\$|HK\$|RMB|CNY|USD|EUR|元)\s*|\s*(?:元|[$€£¥])$", re.IGNORECASE
)
GROUPED = re.compile(r"\d{1,3}(?:[, ]\d{3})+(?:\.\d*)?")
PLAIN = re.compile(r"\d+(?:\.\d*)?|\.\d+")
COMMA = re.compile(r"\d+,\d+")
MYRIADS: Mapping[str, int] = {"万": 4, "亿": 8, "k": 3, "m": 6}
MOST_DIGITS = 30
MOST = Decimal("1e15")


@dataclass(frozen=True)
class Fault:
    """What is wrong with which cell: ``now.retention.2``; `wording` says it."""

    cell: str
    code: str
    values: Mapping[str, str]

    @property
    def row(self) -> str:
        """``now.retention``; the name of a field that is no cell as it is."""
        return self.cell.rpartition(".")[0] or self.cell


class Unreadable(ValueError):
    """No number: a code, and what it is said with."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def amount(text: str) -> Decimal | None:
    """A number of 0 or more; None where the cell is empty.

    Full-width signs, grouped thousands, a sign of money and 万, 亿, k, m are understood.

    Raises
    ------
    Unreadable : it is none.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    if plain.endswith("%"):
        raise Unreadable("no_percent", given=text)
    return _number(MONEY.sub("", plain).strip(), text)


def percent(text: str) -> Decimal | None:
    """A share from per cent: ``60`` and ``60%`` are six tenths. As `amount`."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("%").strip()
    return _number(plain, text) / 100 if plain else None


def _number(plain: str, text: str) -> Decimal:
    power = 0
    if plain[-1:].lower() in MYRIADS:
        power = MYRIADS[plain[-1:].lower()]
        plain = plain[:-1].strip()
    if plain.startswith(("-", "−", "(")):
        raise Unreadable("negative", given=text)
    plain = plain.removeprefix("+")
    if GROUPED.fullmatch(plain):
        plain = plain.replace(",", "").replace(" ", "")
    elif COMMA.fullmatch(plain):
        raise Unreadable("comma", given=text, meant=plain.replace(",", "."))
    if not PLAIN.fullmatch(plain) or not plain.isascii():
        raise Unreadable("no_number", given=text)
    found = Decimal(plain).scaleb(power)
    if len(found.as_tuple().digits) > MOST_DIGITS or found > MOST:
        raise Unreadable("too_large")
    return found


def said_as(value: Decimal, *, grouped: bool = False) -> str:
    """A number as a cell shows it: all its digits, no zeros behind; thousands grouped if wanted."""
    text = f"{value:,f}" if grouped else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
