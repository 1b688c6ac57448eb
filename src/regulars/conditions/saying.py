"""A condition in words, in two languages: “group is A and spend is at least $100”."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from regulars.conditions import tree
from regulars.conditions.fields import Fields, Kind
from regulars.conditions.writing import number
from regulars.declare import Language, Text

Shown = Callable[[float, str | None], str]
"""Writes a number with its unit, as the reader's language and the workspace's currency have it."""

EVERYBODY = Text("all customers", "全部客户")
DAY = Text("the snapshot’s day", "快照日")
LATER = Text("{days} days after {day}", "{day}后{days}天")
EARLIER = Text("{days} days before {day}", "{day}前{days}天")
BETWEEN_DAYS = Text("the days from {right} to {left}", "{right}至{left}的天数")
_NUMBERS = {
    "=": Text("{left} is {right}", "{left}为{right}"),
    "<>": Text("{left} is not {right}", "{left}不为{right}"),
    "<": Text("{left} is less than {right}", "{left}小于{right}"),
    "<=": Text("{left} is at most {right}", "{left}不超过{right}"),
    ">": Text("{left} is more than {right}", "{left}大于{right}"),
    ">=": Text("{left} is at least {right}", "{left}不低于{right}"),
}
_DATES = {
    **_NUMBERS,
    "<": Text("{left} is before {right}", "{left}早于{right}"),
    "<=": Text("{left} is not later than {right}", "{left}不晚于{right}"),
    ">": Text("{left} is after {right}", "{left}晚于{right}"),
    ">=": Text("{left} is not earlier than {right}", "{left}不早于{right}"),
}
ONE_OF = Text("{of} is {listed}", "{of}为{listed}")
IS_NOT = Text("{of} is not {listed}", "{of}不为{listed}")
NONE_OF = Text("{of} is neither {listed}", "{of}不为{listed}")
BETWEEN = Text("{of} is from {low} to {high}", "{of}在{low}至{high}之间")
OUTSIDE = Text("{of} is below {low} or above {high}", "{of}小于{low}或大于{high}")
OUTSIDE_DAYS = Text("{of} is before {low} or after {high}", "{of}早于{low}或晚于{high}")
UNKNOWN = Text("{of} is unknown", "{of}未知")
KNOWN = Text("{of} is known", "{of}已知")
YES = Text("{of}: yes", "{of}：是")
NO = Text("{of}: no", "{of}：否")
NOT = Text("it is not so that {part}", "并非：{part}")
HOLDS = Text("it is known that {part}", "确知：{part}")
NOT_KNOWN = Text("it is not so, or not known, that {part}", "并非或无从判断：{part}")
AND = Text(" and ", "，且")
OR = Text(" or ", "，或")
OR_IN_LIST = Text(" or ", "或")
NOR_IN_LIST = Text(" nor ", "、")
COMMA = Text(", ", "、")
INSIDE = Text("({part})", "（{part}）")
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}


def say(
    condition: tree.Condition, fields: Fields, lang: Language, shown: Shown | None = None
) -> str:
    """The condition in words; a column that is not known any more is said by its name."""
    return _Sayer(fields, lang, shown or _plain).condition(condition)


def _plain(value: float, unit: str | None) -> str:
    return number(value)


class _Sayer:
    def __init__(self, fields: Fields, lang: Language, shown: Shown) -> None:
        self.fields, self.lang, self.shown = fields, lang, shown

    def condition(self, one: tree.Condition) -> str:
        if isinstance(one, tree.All | tree.Any | tree.Not | tree.Holds):
            return self._joined(one)
        match one:
            case tree.Compare(operator, left, right):
                return self._compare(operator, left, right)
            case tree.Among(of, values, negated):
                return self._among(of, values, negated)
            case tree.Between(of, low, high, negated):
                said = BETWEEN
                if negated:
                    said = OUTSIDE_DAYS if of.kind == Kind.DATE else OUTSIDE
                ends = {"low": self.operand(low, of), "high": self.operand(high, of)}
                return said.fill(self.lang, of=self.operand(of), **ends)
            case tree.Unknown(of, negated):
                return (KNOWN if negated else UNKNOWN).fill(self.lang, of=self.operand(of))

    def _joined(self, one: tree.All | tree.Any | tree.Not | tree.Holds) -> str:
        match one:
            case tree.All(()):
                return EVERYBODY.say(self.lang)
            case tree.All(parts):
                return AND.say(self.lang).join(self._part(part) for part in parts)
            case tree.Any(parts):
                return OR.say(self.lang).join(self._part(part) for part in parts)
            case tree.Not(part):
                return NOT.fill(self.lang, part=self._part(part))
            case tree.Holds(part, negated):
                said = NOT_KNOWN if negated else HOLDS
                return said.fill(self.lang, part=self._part(part))

    def _among(self, of: tree.Operand, values: Sequence[tree.Value], negated: bool) -> str:
        listed = [self.operand(value, of) for value in values]
        if negated and len(values) == 1:
            return IS_NOT.fill(self.lang, of=self.operand(of), listed=listed[0])
        said, last = (NONE_OF, NOR_IN_LIST) if negated else (ONE_OF, OR_IN_LIST)
        return said.fill(self.lang, of=self.operand(of), listed=self._list(listed, last))

    def _part(self, part: tree.Condition) -> str:
        said = self.condition(part)
        joined = isinstance(part, tree.All | tree.Any) and part.parts
        return INSIDE.fill(self.lang, part=said) if joined else said

    def _compare(self, operator: str, left: tree.Operand, right: tree.Operand) -> str:
        if left.kind == Kind.FLAG and isinstance(right, tree.Value):
            yes = bool(right.value) is (operator == "=")
            return (YES if yes else NO).fill(self.lang, of=self.operand(left))
        said = (_DATES if left.kind == Kind.DATE else _NUMBERS)[operator]
        return said.fill(self.lang, left=self.operand(left, right), right=self.operand(right, left))

    def operand(self, of: tree.Operand, beside: tree.Operand | None = None) -> str:
        """In words; a given value is written as what it is compared with is."""
        match of:
            case tree.Name(name):
                return self._label(name)
            case tree.Value(value):
                return self._value(value, beside)
            case tree.AsOf():
                return DAY.say(self.lang)
            case tree.Shifted(day, days):
                said = EARLIER if days < 0 else LATER
                return said.fill(self.lang, days=abs(days), day=self.operand(day))
            case tree.DaysBetween(left, right):
                return BETWEEN_DAYS.fill(
                    self.lang, left=self.operand(left), right=self.operand(right)
                )
            case tree.Arithmetic(operator, left, right):
                alike = operator in "+-"
                a = self.operand(left, right if alike else None)
                b = self.operand(right, left if alike else None)
                return INSIDE.fill(self.lang, part=f"{a} {_SIGNS[operator]} {b}")

    def _label(self, name: str) -> str:
        field = self.fields.get(name)
        if field is None or field.column is None:
            return name
        label = field.column.heading(self.lang)
        return label

    def _value(self, value: tree.Plain, beside: tree.Operand | None) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, str):
            field = self.fields.get(beside.name) if isinstance(beside, tree.Name) else None
            if field is not None and field.column is not None:
                return field.column.said(value, self.lang)
            return f"“{value}”"
        return self.shown(value, self._unit(beside))

    def _unit(self, of: tree.Operand | None) -> str | None:
        match of:
            case tree.Name(name):
                field = self.fields.get(name)
                return field.unit if field is not None else None
            case tree.Arithmetic(operator, left, right):
                a, b = self._unit(left), self._unit(right)
                if operator == "/":
                    return a if isinstance(right, tree.Value) or b != a else None
                if operator == "*":
                    return a if isinstance(right, tree.Value) else b if a is None else None
                return a or b
            case tree.DaysBetween():
                return "days"
        return None

    def _list(self, listed: Sequence[str], last: Text) -> str:
        if len(listed) == 1:
            return listed[0]
        comma = COMMA.say(self.lang) if self.lang == "zh" or last is OR_IN_LIST else " nor "
        return comma.join(listed[:-1]) + last.say(self.lang) + listed[-1]
