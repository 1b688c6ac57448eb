"""The form of clicked rules: what was sent as rules, and rules as the form shows them.

A group has a number, a rule a number within it: ``g.1.joint``, ``g.1.negated``, ``r.1.0.column``,
``r.1.0.operator``, ``r.1.0.value``, ``r.1.0.until``. Group 0 is the outer one. A button ``do`` adds
and removes, so that the form works without scripts. A rule that is not finished counts for nothing
and says so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from django.http import QueryDict
from django.utils.translation import gettext as _

from regulars.conditions import EVERYBODY, Condition, Field, Group, Kind, Rule, from_clicks
from regulars.conditions.clicks import OPERATORS, values_of
from regulars.conditions.parsing import LARGEST, MOST_DAYS, MOST_VALUES
from regulars.conditions.tree import Plain
from regulars_server.audiences.catalogue import Catalogue
from regulars_server.console.pages import number_of

MOST_RULES, MOST_GROUPS = 30, 10
LONGEST = 200
MOST_DIGITS = 30
_RULE = re.compile(r"r\.(\d{1,3})\.(\d{1,3})\.column")
_GROUP = re.compile(r"g\.(\d{1,3})\.joint")


@dataclass(frozen=True)
class Drafted:
    """A rule as it stands in the form; ``said`` is what it still lacks."""

    column: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()
    until: str = ""
    said: str = ""
    rule: Rule | None = None


@dataclass(frozen=True)
class Box:
    """A group as it stands in the form."""

    joint: str = "all"
    negated: bool = False
    rules: tuple[Drafted, ...] = ()


@dataclass(frozen=True)
class Form:
    """The whole form: the outer group, and groups within it."""

    outer: Box = field(default_factory=Box)
    inner: tuple[Box, ...] = ()

    @property
    def boxes(self) -> tuple[Box, ...]:
        return (self.outer, *self.inner)

    @property
    def finished(self) -> bool:
        return all(rule.rule is not None for box in self.boxes for rule in box.rules)


def posted(data: QueryDict, of: Catalogue, exponent: int) -> Form:
    """The form as it was sent, after what its button asks for."""
    numbers = sorted({0, *(int(m[1]) for m in map(_GROUP.fullmatch, data) if m)})
    boxes = {n: _box(data, n, of, exponent) for n in numbers[: MOST_GROUPS + 1]}
    boxes = _changed(boxes, data.get("do", ""), of)
    outer = boxes.pop(0, Box())
    return Form(outer, tuple(boxes[n] for n in sorted(boxes)))


def _box(data: QueryDict, number: int, of: Catalogue, exponent: int) -> Box:
    places = sorted(
        int(m[2]) for m in map(_RULE.fullmatch, data) if m and int(m[1]) == number
    )[:MOST_RULES]  # fmt: skip
    rules = tuple(_drafted(data, f"r.{number}.{place}", of, exponent) for place in places)
    joint = "any" if data.get(f"g.{number}.joint") == "any" else "all"
    return Box(joint, bool(data.get(f"g.{number}.negated")), rules)


def _drafted(data: QueryDict, name: str, of: Catalogue, exponent: int) -> Drafted:
    column = data.get(f"{name}.column", "")
    one = of.fields.get(column)
    if one is None:
        return Drafted(said=_("Choose a column."))
    operators = OPERATORS[one.kind]
    operator = data.get(f"{name}.operator", "")
    operator = operator if operator in operators else operators[0]
    given = [value.strip() for value in data.getlist(f"{name}.value")]
    if one.kind == Kind.TEXT and not of.told[column].values:
        given = [line.strip() for value in given for line in value.splitlines()]
    values = tuple(value[:LONGEST] for value in given if value)[:MOST_VALUES]
    draft = Drafted(column, operator, values, data.get(f"{name}.until", "").strip()[:LONGEST])
    return _checked(draft, one, exponent)


def _checked(draft: Drafted, one: Field, exponent: int) -> Drafted:
    wanted = values_of(draft.operator)
    given = (*draft.values[:1], draft.until) if wanted == 2 else draft.values
    given = given if wanted is None else given[:wanted]
    if (wanted is None and not given) or (wanted and len([g for g in given if g]) < wanted):
        return replace(draft, said=_("Not finished; it does not count yet."))
    try:
        read = tuple(_read(value, draft.operator, one, exponent) for value in given)
    except ValueError:
        return replace(draft, said=_unreadable(one, draft.operator))
    return replace(draft, rule=Rule(draft.column, draft.operator, read))


def _unreadable(one: Field, operator: str) -> str:
    if operator.startswith("days_"):
        return _("A whole number of days, at most 36500.")
    if one.kind == Kind.DATE:
        return _("A day such as 2026-01-31.")
    return _("A number.")


def _read(value: str, operator: str, one: Field, exponent: int) -> Plain:
    if operator.startswith("days_"):
        days = int(value)
        if abs(days) > MOST_DAYS:
            raise ValueError
        return days
    if one.kind == Kind.DATE:
        return dt.date.fromisoformat(value)
    return _number(value, one, exponent) if one.kind == Kind.NUMBER else value


def _number(value: str, one: Field, exponent: int) -> int | float:
    """Money is typed in whole units of the currency, shares in per cent."""
    try:
        read = Decimal(value.replace(",", "").replace("，", "").removesuffix("%"))
    except InvalidOperation:
        raise ValueError from None
    # Tens of thousands of digits are no number that anybody means; moving its point would overflow.
    if not read.is_finite() or abs(read.adjusted()) > MOST_DIGITS:
        raise ValueError
    read = read.scaleb(_shift(one, exponent))
    if abs(read) > LARGEST:
        raise ValueError
    return int(read) if read == read.to_integral_value() else float(read)


def _shift(one: Field, exponent: int) -> int:
    return {"minor": exponent, "share": -2}.get(one.unit or "", 0)


def _changed(boxes: dict[int, Box], do: str, of: Catalogue) -> dict[int, Box]:
    verb, _dot, rest = do.partition(".")
    places = [place for part in rest.split(".") if (place := number_of(part)) is not None]
    box = boxes.get(places[0]) if places else None
    if verb == "group" and len(boxes) <= MOST_GROUPS:
        return {**boxes, max(boxes) + 1: Box(joint="any", rules=(_new(),))}
    if verb == "add" and box is not None and len(box.rules) < MOST_RULES:
        return {**boxes, places[0]: replace(box, rules=(*box.rules, _new()))}
    if verb == "ungroup" and places and places[0]:
        return {n: one for n, one in boxes.items() if n != places[0]}
    if verb == "remove" and box is not None and len(places) == 2:
        kept = tuple(one for n, one in enumerate(box.rules) if n != places[1])
        if not kept and places[0]:
            return {n: one for n, one in boxes.items() if n != places[0]}
        return {**boxes, places[0]: replace(box, rules=kept)}
    return boxes


def _new() -> Drafted:
    return Drafted(said=_("Choose a column."))


def condition_of(form: Form, of: Catalogue) -> Condition:
    """What the finished rules select; everybody where there is none."""
    outer = _group(form.outer)
    inner = tuple(group for group in map(_group, form.inner) if group.items)
    whole = replace(outer, items=(*outer.items, *inner))
    return from_clicks(whole, of.fields) if whole.items else EVERYBODY


def _group(box: Box) -> Group:
    items = tuple(one.rule for one in box.rules if one.rule is not None)
    return Group(items, box.joint, box.negated)


def shown(group: Group, of: Catalogue, exponent: int) -> Form:
    """The form that has these rules."""
    inner = tuple(
        Box(one.joint, one.negated, tuple(_rules(one, of, exponent)))
        for one in group.items
        if isinstance(one, Group)
    )
    return Form(Box(group.joint, group.negated, tuple(_rules(group, of, exponent))), inner)


def _rules(group: Group, of: Catalogue, exponent: int) -> Iterator[Drafted]:
    for rule in group.items:
        if isinstance(rule, Group):
            continue
        one = of.fields[rule.column]
        typed = tuple(_typed(value, rule.operator, one, exponent) for value in rule.values)
        two = values_of(rule.operator) == 2
        until = typed[1] if two else ""
        yield Drafted(rule.column, rule.operator, typed[:1] if two else typed, until, rule=rule)


def _typed(value: Plain, operator: str, one: Field, exponent: int) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str | bool) or operator.startswith("days_"):
        return str(value)
    shift = _shift(one, exponent)
    return f"{Decimal(str(value)).scaleb(-shift).normalize():f}"
