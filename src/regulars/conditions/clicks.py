"""A condition built by clicking: rules in groups. One that was typed opens so, where it can.

The form holds a group of rules and, within it, groups of rules; what is nested more deeply,
reckoned, or compared with another column stays text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.conditions import tree
from regulars.conditions.fields import Fields, Kind
from regulars.conditions.parsing import MOST_DAYS

_NUMBERS = ("ge", "gt", "le", "lt", "eq", "ne", "between", "outside", "known", "unknown")
_DAYS = ("ge", "gt", "le", "lt", "eq", "ne", "between", "outside", "days_ge", "days_le")
OPERATORS: Mapping[Kind, tuple[str, ...]] = {
    Kind.NUMBER: _NUMBERS,
    Kind.TEXT: ("in", "not_in", "known", "unknown"),
    Kind.DATE: (*_DAYS, "known", "unknown"),
    Kind.FLAG: ("yes", "no", "known", "unknown"),
}
"""By the kind of a column. ``days_ge`` and ``days_le`` count from the snapshot's day."""

_SIGNS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_BY_SIGN = {sign: name for name, sign in _SIGNS.items()}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def values_of(operator: str) -> int | None:
    """How many values an operator takes; None for as many as one likes."""
    if operator in ("in", "not_in"):
        return None
    if operator in ("known", "unknown", "yes", "no"):
        return 0
    return 2 if operator in ("between", "outside") else 1


@dataclass(frozen=True)
class Rule:
    """One line of the form: a column, a comparison, values (days as whole numbers for days_…)."""

    column: str
    operator: str
    values: tuple[tree.Plain, ...] = ()


@dataclass(frozen=True)
class Group:
    """Rules joined by all or by any, turned round where negated."""

    items: tuple[Rule | Group, ...] = ()
    joint: str = "all"
    negated: bool = False


def from_clicks(group: Group, fields: Fields) -> tree.Condition:
    """The condition that the rules make; groups without rules count for nothing.

    Raises
    ------
    ValueError : a rule whose column, comparison or values are not as `OPERATORS` has them.
    """
    parts = [
        _of_rule(item, fields) if isinstance(item, Rule) else from_clicks(item, fields)
        for item in group.items
    ]
    parts = [part for part in parts if part != tree.EVERYBODY]
    if not parts:
        return tree.EVERYBODY
    joint = tree.All if group.joint == "all" else tree.Any
    whole = parts[0] if len(parts) == 1 else joint(tuple(_flat(joint, parts)))
    return tree.Not(whole) if group.negated else whole


def _flat(joint: type[tree.All | tree.Any], parts: list[tree.Condition]) -> list[tree.Condition]:
    flat: list[tree.Condition] = []
    for part in parts:
        flat += part.parts if isinstance(part, joint) else (part,)
    return flat


def _of_rule(rule: Rule, fields: Fields) -> tree.Condition:
    field = fields.get(rule.column)
    if field is None or rule.operator not in OPERATORS[field.kind]:
        raise ValueError(f"{rule.column} {rule.operator} is no rule")
    wanted = values_of(rule.operator)
    if not rule.values if wanted is None else len(rule.values) != wanted:
        raise ValueError(f"{rule.operator} takes {wanted} values")
    return _made(tree.Name(field.name, field.kind), rule.operator, rule.values)


def _made(name: tree.Name, operator: str, given: tuple[tree.Plain, ...]) -> tree.Condition:
    values = tuple(tree.Value(value, name.kind) for value in given)
    if operator in ("known", "unknown"):
        return tree.Unknown(name, negated=operator == "known")
    if operator in ("yes", "no"):
        return tree.Compare("=", name, tree.Value(operator == "yes", Kind.FLAG))
    if operator in ("between", "outside"):
        return tree.Between(name, values[0], values[1], negated=operator == "outside")
    if operator in ("in", "not_in"):
        negated = operator == "not_in"
        if len(values) == 1:
            return tree.Compare("<>" if negated else "=", name, values[0])
        return tree.Among(name, values, negated)
    if operator in ("days_ge", "days_le"):
        days = given[0]
        if not isinstance(days, int) or abs(days) > MOST_DAYS:
            raise ValueError("days are a whole number")
        day = tree.Shifted(tree.AsOf(), days) if days else tree.AsOf()
        return tree.Compare(">=" if operator == "days_ge" else "<=", name, day)
    return tree.Compare(_SIGNS[operator], name, values[0])


def to_clicks(condition: tree.Condition) -> Group | None:
    """The form that makes this condition; None where it has no such shape."""
    outer = _group(condition)
    if outer is None:
        return None
    items: list[Rule | Group] = []
    for item in outer:
        found = _rule(item) or _inner(item)
        if found is None:
            return None
        items.append(found)
    whole = Group(tuple(items), _joint(condition), isinstance(condition, tree.Not))
    # A negated group alone is the outer one.
    alone = items[0] if len(items) == 1 else None
    if isinstance(alone, Group) and not whole.negated:
        return alone
    return whole


def _joint(condition: tree.Condition) -> str:
    inner = condition.part if isinstance(condition, tree.Not) else condition
    return "any" if isinstance(inner, tree.Any) else "all"


def _group(condition: tree.Condition) -> tuple[tree.Condition, ...] | None:
    """The parts of a group; of a negated one, too."""
    inner = condition.part if isinstance(condition, tree.Not) else condition
    if isinstance(inner, tree.All | tree.Any):
        return inner.parts
    return None if isinstance(inner, tree.Not | tree.Holds) else (inner,)


def _inner(condition: tree.Condition) -> Group | None:
    parts = _group(condition)
    if parts is None:
        return None
    rules = [_rule(part) for part in parts]
    if any(rule is None for rule in rules):
        return None
    whole = tuple(rule for rule in rules if rule is not None)
    return Group(whole, _joint(condition), isinstance(condition, tree.Not))


def _rule(condition: tree.Condition) -> Rule | None:
    match condition:
        case tree.Compare(operator, tree.Name() as name, right):
            return _compared(name, operator, right)
        case tree.Compare(operator, left, tree.Name() as name):
            return _compared(name, _MIRRORED[operator], left)
        case tree.Among(tree.Name(name, Kind.TEXT), values, negated):
            given = tuple(value.value for value in values)
            return Rule(name, "not_in" if negated else "in", given)
        case tree.Between(tree.Name(name), tree.Value(low), tree.Value(high), negated):
            return Rule(name, "outside" if negated else "between", (low, high))
        case tree.Unknown(tree.Name(name), negated):
            return Rule(name, "known" if negated else "unknown")
    return None


def _compared(name: tree.Name, operator: str, right: tree.Operand) -> Rule | None:
    match right:
        case tree.Value(value):
            if name.kind == Kind.TEXT:
                return Rule(name.name, "in" if operator == "=" else "not_in", (value,))
            if name.kind == Kind.FLAG:
                return Rule(name.name, "yes" if value is (operator == "=") else "no")
            return Rule(name.name, _BY_SIGN[operator], (value,))
        case tree.AsOf() if operator in (">=", "<="):
            return Rule(name.name, f"days_{_BY_SIGN[operator]}", (0,))
        case tree.Shifted(tree.AsOf(), days) if operator in (">=", "<="):
            return Rule(name.name, f"days_{_BY_SIGN[operator]}", (days,))
    return None
