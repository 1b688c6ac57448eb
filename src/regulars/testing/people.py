"""People known to several systems by different ids, with known truth and the errors of real files.

Names follow a heavy-tailed law, so that namesakes exist; some people live with a relative who has
the same family name, address and, at times, number. A second record of a person has typing
errors, swapped name fields, another address after a move, a new number or address, and gaps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

_SYLLABLES = [a + b for a in "bdfghjklmnprstvwz" for b in "aeiou"]
_LETTERS = list("abcdefghijklmnopqrstuvwxyz")
_STREETS = ["Lindenweg", "Am Markt", "Hauptstrasse", "Gartenweg", "Bergstrasse", "Seeufer"]
_HOSTS = ["gmail.com", "gmx.de", "web.de", "outlook.com", "qq.com"]


@dataclass(frozen=True)
class Register:
    """Records as a file of customers has them, and whose each is.

    records : customer_id, name, phone, email, address, birth_date (texts; None where empty).
    person : for each record, the person's number.
    """

    records: pd.DataFrame
    person: np.ndarray

    @property
    def true_pairs(self) -> int:
        """Pairs of records that are one person."""
        counts = np.bincount(self.person)
        return int((counts * (counts - 1) // 2).sum())


@dataclass
class _Person:
    given: str
    family: str
    phone: str
    email: str
    address: str
    born: dt.date


def register(
    *, seed: int = 1, persons: int = 2000, repeated: float = 0.35, households: float = 0.15
) -> Register:
    """Records of ``persons`` people, in random order.

    Parameters
    ----------
    repeated : share of people with a second record; a third of these has a third.
    households : share of people who live with the person before them in the list.
    """
    random = np.random.default_rng([seed, 25])
    given = _names(random, 150, parts=2)
    family = _names(random, 600, parts=3)
    people: list[_Person] = []
    for _ in range(persons):
        relative = people[-1] if people and random.random() < households else None
        people.append(_draw(random, given, family, relative))
    rows: list[list[str | None]] = []
    owners: list[int] = []
    for number, person in enumerate(people):
        copies = 1
        if random.random() < repeated:
            copies += 1 + int(random.random() < 1 / 3)
        for copy in range(copies):
            rows.append(_written(random, person, again=copy > 0))
            owners.append(number)
    order = random.permutation(len(rows))
    records = pd.DataFrame(
        [rows[place] for place in order],
        columns=["name", "phone", "email", "address", "birth_date"],
    ).astype(object)
    records.insert(0, "customer_id", [f"c{place:06d}" for place in range(len(rows))])
    return Register(records.where(records.notna(), None), np.array(owners)[order])


def _names(random: np.random.Generator, count: int, *, parts: int) -> list[str]:
    made: dict[str, None] = {}
    while len(made) < count:
        made["".join(random.choice(_SYLLABLES, parts)).capitalize()] = None
    return list(made)


def _pick(random: np.random.Generator, names: list[str]) -> str:
    """A name by a heavy-tailed law: the first of the list are the frequent ones."""
    return names[int(len(names) * random.random() ** 2.5)]


def _draw(
    random: np.random.Generator, given: list[str], family: list[str], relative: _Person | None
) -> _Person:
    first = _pick(random, given)
    last = relative.family if relative else _pick(random, family)
    born = dt.date(1940, 1, 1) + dt.timedelta(days=int(random.integers(0, 24_000)))
    person = _Person(first, last, _mobile(random), "", _place(random), born)
    person.email = _mail(random, person)
    if relative:
        person.address = relative.address
        if random.random() < 0.3:
            person.phone = relative.phone
    return person


def _mobile(random: np.random.Generator) -> str:
    return f"0171 {random.integers(2_000_000, 9_000_000)}"


def _mail(random: np.random.Generator, person: _Person) -> str:
    tail = random.integers(1, 999)
    return f"{person.given}.{person.family}{tail}@{random.choice(_HOSTS)}".lower()


def _place(random: np.random.Generator) -> str:
    street, town = random.choice(_STREETS), random.integers(10_000, 99_999)
    return f"{street} {random.integers(1, 200)}, {town}"


def _written(random: np.random.Generator, person: _Person, *, again: bool) -> list[str | None]:
    """The person's record; one made ``again`` differs as records of other systems do."""

    def chance(share: float) -> bool:
        return bool(again and random.random() < share)

    def gap(text: str, share: float) -> str | None:
        return None if random.random() < share else text

    name, born = f"{person.given} {person.family}", person.born
    phone, email, address = person.phone, person.email, person.address
    if chance(0.25):
        name = _typo(random, name)
    if chance(0.12):
        name = " ".join(reversed(name.split(" ")))
    if chance(0.1):
        name = name.upper()
    if chance(0.05) and born.day <= 12:
        born = born.replace(month=born.day, day=born.month)
    elif chance(0.05):
        born += dt.timedelta(days=int(random.integers(1, 9)))
    phone = _mobile(random) if chance(0.25) else phone
    phone = "+49" + phone[1:].replace(" ", "") if chance(0.3) else phone
    email = _mail(random, person) if chance(0.3) else email
    email = email.title() if chance(0.2) else email
    address = _place(random) if chance(0.25) else address
    address = _typo(random, address) if chance(0.15) else address
    return [name, gap(phone, 0.25), gap(email, 0.3), gap(address, 0.15), gap(str(born), 0.2)]


def _typo(random: np.random.Generator, text: str) -> str:
    """One letter changed, left out, doubled or swapped with the next."""
    place = int(random.integers(1, len(text) - 1))
    changes: list[Callable[[], str]] = [
        lambda: text[:place] + str(random.choice(_LETTERS)) + text[place + 1 :],
        lambda: text[:place] + text[place + 1 :],
        lambda: text[:place] + text[place] + text[place:],
        lambda: text[:place] + text[place + 1] + text[place] + text[place + 2 :],
    ]
    return changes[int(random.integers(0, len(changes)))]()


def pairs_of(person: np.ndarray, cluster: np.ndarray) -> tuple[int, int]:
    """How many pairs of records are in one cluster, and how many of these are one person."""
    frame = pd.DataFrame({"person": person, "cluster": cluster})
    both = frame.groupby(["cluster", "person"]).size()
    found = frame.groupby("cluster").size()
    return int((found * (found - 1) // 2).sum()), int((both * (both - 1) // 2).sum())
