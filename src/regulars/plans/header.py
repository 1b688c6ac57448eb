"""What every plan's file begins with: what it is, what it is called, in which money."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from regulars.declare import Text
from regulars.errors import ParameterError
from regulars.facts.money import exponent
from regulars.plans.section import Section


@dataclass(frozen=True, kw_only=True)
class Header:
    """The first lines of a plan.

    Parameters
    ----------
    kind : which question it is for.
    title, about : its name and, where it has one, a sentence on it.
    illustrative : its inputs are made up; every output says so.
    currency, exponent : of all money, ISO 4217.
    file : where it was read from.
    """

    kind: str
    title: Text
    about: Text | None
    illustrative: bool
    currency: str
    exponent: int
    file: str


def read_header(section: Section, kind: str) -> Header:
    """The header's keys; those of the kind are left for its own reader.

    Raises
    ------
    PlanError : a key is missing or cannot be.
    """
    currency = section.text("currency")
    try:
        decimals = exponent(currency)
    except ParameterError as error:
        raise section.error("currency", str(error)) from None
    stem = Path(section.place.file).stem
    return Header(
        kind=kind,
        title=section.words("title", Text(stem, stem)),
        about=section.words("about", None),
        illustrative=section.flag("illustrative", False),
        currency=currency,
        exponent=decimals,
        file=section.place.file,
    )
