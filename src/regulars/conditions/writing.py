"""A tree as the text that says it: what the page shows beside the clicks, and what is saved."""

from __future__ import annotations

import datetime as dt

from regulars.conditions import tree
from regulars.conditions.fields import AS_OF
from regulars.conditions.tokens import needs_quotes


def write(condition: tree.Condition) -> str:
    """The text; `parsing.parse` reads the same tree from it. Empty for everybody."""
    match condition:
        case tree.Compare(operator, left, right):
            return f"{_operand(left)} {operator} {_operand(right)}"
        case tree.Among(of, values, negated):
            listed = ", ".join(_value(one) for one in values)
            return f"{_operand(of)} {'not ' if negated else ''}in ({listed})"
        case tree.Between(of, low, high, negated):
            word = "not between" if negated else "between"
            return f"{_operand(of)} {word} {_operand(low)} and {_operand(high)}"
        case tree.Unknown(of, negated):
            return f"{_operand(of)} is {'not ' if negated else ''}null"
        case tree.All(parts):
            return " and ".join(_part(part) for part in parts)
        case tree.Any(parts):
            return " or ".join(_part(part) for part in parts)
        case tree.Not(part):
            return f"not ({write(part)})"
        case tree.Holds(part, negated):
            return f"({write(part)}) is {'not ' if negated else ''}true"


def _part(part: tree.Condition) -> str:
    return f"({write(part)})" if isinstance(part, tree.All | tree.Any) else write(part)


def _operand(of: tree.Operand) -> str:
    match of:
        case tree.Name(name):
            escaped = name.replace('"', '""')
            return f'"{escaped}"' if needs_quotes(name) else name
        case tree.Value():
            return _value(of)
        case tree.AsOf():
            return AS_OF
        case tree.Shifted(day, days):
            return f"{_inner(day)} {'-' if days < 0 else '+'} {abs(days)}"
        case tree.DaysBetween(left, right):
            return f"{_inner(left)} - {_inner(right)}"
        case tree.Arithmetic(operator, left, right):
            return f"{_inner(left)} {operator} {_inner(right)}"


def _inner(of: tree.Operand) -> str:
    simple = isinstance(of, tree.Name | tree.Value | tree.AsOf)
    return _operand(of) if simple else f"({_operand(of)})"


def _value(of: tree.Value) -> str:
    value = of.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, str):
        escaped = value.replace("'", "''")
        return f"'{escaped}'"
    return number(value)


def number(value: int | float) -> str:
    """A number as it is typed: no exponent where none is needed."""
    return repr(value)
