"""The tree that a condition is, whichever way it was made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterator
from dataclasses import dataclass

from regulars.conditions.fields import Kind

Plain = int | float | str | bool | dt.date


@dataclass(frozen=True)
class Name:
    """The value of a column."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Value:
    """A value that was given."""

    value: Plain
    kind: Kind


@dataclass(frozen=True)
class Arithmetic:
    """Two numbers combined by ``+ - * /``; unknown where either is, or what is divided by is 0."""

    operator: str
    left: Operand
    right: Operand
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True)
class AsOf:
    """The snapshot's day."""

    kind: Kind = Kind.DATE


@dataclass(frozen=True)
class Shifted:
    """A day, so many days later (before, where negative)."""

    day: Operand
    days: int
    kind: Kind = Kind.DATE


@dataclass(frozen=True)
class DaysBetween:
    """Days from `right` to `left`."""

    left: Operand
    right: Operand
    kind: Kind = Kind.NUMBER


Operand = Name | Value | Arithmetic | AsOf | Shifted | DaysBetween


@dataclass(frozen=True)
class Compare:
    """``= <> < <= > >=`` between two of one kind."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True)
class Among:
    """Whether it is one of some values; none of them where negated."""

    of: Operand
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True)
class Between:
    """Whether it lies from `low` to `high`, both included; outside where negated."""

    of: Operand
    low: Operand
    high: Operand
    negated: bool = False


@dataclass(frozen=True)
class Unknown:
    """Whether it is unknown; known where negated."""

    of: Operand
    negated: bool = False


@dataclass(frozen=True)
class All:
    """Every part holds. Without parts: everybody."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold; unknown where the part is."""

    part: Condition


@dataclass(frozen=True)
class Holds:
    """The part is known to hold; negated: it does not, or it is unknown. Never unknown itself."""

    part: Condition
    negated: bool = False


Condition = Compare | Among | Between | Unknown | All | Any | Not | Holds
EVERYBODY = All(())


def negation(condition: Condition) -> Condition:
    """Everybody whom the condition does not select, the unknown among them."""
    return Holds(condition, negated=True)


def together(joint: type[All] | type[Any], parts: Iterator[Condition]) -> Condition:
    """Parts joined; those joined in the same way are taken up, and one alone stands alone."""
    flat: list[Condition] = []
    for part in parts:
        flat += part.parts if isinstance(part, joint) else (part,)
    return flat[0] if len(flat) == 1 else joint(tuple(flat))


def columns_of(condition: Condition) -> tuple[str, ...]:
    """The columns that it names, each once, in the order in which they come."""
    return tuple(dict.fromkeys(_names(condition)))


def _names(one: Condition | Operand) -> Iterator[str]:
    match one:
        case Name(name):
            yield name
        case Compare(_, left, right) | Arithmetic(_, left, right) | DaysBetween(left, right):
            yield from _names(left)
            yield from _names(right)
        case Between(of, low, high):
            for inner in (of, low, high):
                yield from _names(inner)
        case Among(of) | Unknown(of) | Shifted(of):
            yield from _names(of)
        case All(parts) | Any(parts):
            for part in parts:
                yield from _names(part)
        case Not(part) | Holds(part):
            yield from _names(part)
        case _:
            return


def can_be_unknown(one: Condition | Operand, unknown: Container[str]) -> bool:
    """Whether it may be neither true nor false of somebody, or have no value.

    Parameters
    ----------
    unknown : the columns that are unknown of anybody.
    """
    inner: tuple[Condition | Operand, ...]
    match one:
        case Name(name):
            return name in unknown
        case Arithmetic():  # a division by nothing, or more than any number
            return True
        case Compare(_, left, right) | DaysBetween(left, right):
            inner = (left, right)
        case Between(of, low, high):
            inner = (of, low, high)
        case All(parts) | Any(parts):
            inner = parts
        case Among(part) | Shifted(part) | Not(part):
            inner = (part,)
        case _:  # a value; and what asks whether something is known is always answered
            return False
    return any(can_be_unknown(part, unknown) for part in inner)
