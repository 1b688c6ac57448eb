"""A typed condition as a tree: sqlglot's parser, then the second lock, by what each part is."""

from __future__ import annotations

import datetime as dt
import math
import re
import typing
from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from regulars.conditions import tree
from regulars.conditions.fields import AS_OF, Fields, Kind
from regulars.conditions.refusing import KINDS, Refused
from regulars.conditions.tokens import DEEPEST, Source, named, narrowed, tokens_of

MOST_VALUES = 200
LARGEST = 10**15
MOST_DAYS = 36_500
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
_ARITHMETIC: dict[type[exp.Expr], str] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/",
}  # fmt: skip
_VALUES = (*_ARITHMETIC, exp.Neg, exp.Literal, exp.Cast)


def parse(text: str, fields: Fields) -> tree.Condition:
    """The condition that a text says; an empty one is everybody.

    Parameters
    ----------
    fields : what may be named.

    Raises
    ------
    Refused : something in it is not allowed; with its place.
    """
    text = narrowed(text)
    source = Source(text, fields)
    if not text.strip():
        return tree.EVERYBODY
    tokens_of(source)
    try:
        parsed = sqlglot.parse(text, dialect="duckdb")
        if len(parsed) != 1 or parsed[0] is None:
            raise source.refuse("unreadable", 0, len(text))
        return _Reader(source).condition(parsed[0], 0)
    except ParseError as error:
        raise _unread(source, error) from None
    except RecursionError:
        raise source.refuse("too_deep", 0, len(text), most=DEEPEST) from None


def _unread(source: Source, error: ParseError) -> Refused:
    said = error.errors[0] if error.errors else {}
    lines = source.text.split("\n")
    line = min(max(int(said.get("line") or 1), 1), len(lines))
    # sqlglot counts the column to the end of the word.
    end = sum(len(one) + 1 for one in lines[: line - 1]) + int(said.get("col") or 1)
    end = min(end, len(source.text))
    start = max(end - len(str(said.get("highlight") or " ")), 0)
    ended = not source.text[end:].strip()
    description = str(said.get("description", ""))
    missing = "missing" in description or description.startswith("Expecting")
    return source.refuse("unfinished" if ended and missing else "unreadable", start, end)


class _Reader:
    """Turns what sqlglot read into the tree, and refuses what is not of it."""

    def __init__(self, source: Source) -> None:
        self.source = source

    # Conditions

    def condition(self, node: exp.Expr, depth: int) -> tree.Condition:
        node = self._bare(node, depth)
        if isinstance(node, exp.And | exp.Or):
            joint = tree.All if isinstance(node, exp.And) else tree.Any
            parts = (self.condition(part, depth + 1) for part in _flat(node))
            return tree.together(joint, parts)
        if isinstance(node, exp.Not):
            return self._not(node, depth)
        if type(node) in _COMPARISONS:
            return self._compare(node, depth)
        if isinstance(node, exp.In):
            return self._among(node, depth)
        if isinstance(node, exp.Between):
            return self._between(node, depth)
        if isinstance(node, exp.Is):
            return self._is(node, depth)
        if isinstance(node, exp.Column):
            flag = self._column(node)
            if flag.kind == Kind.FLAG:
                return tree.Compare("=", flag, tree.Value(True, Kind.FLAG))
        if isinstance(node, (*_VALUES, exp.Column, exp.Boolean)):
            raise self._refuse("no_condition", node)
        raise self._refuse("unreadable", node)

    def _not(self, node: exp.Not, depth: int) -> tree.Condition:
        part = self.condition(node.this, depth + 1)
        match part:
            case tree.Among(of, values, negated):
                return tree.Among(of, values, not negated)
            case tree.Between(of, low, high, negated):
                return tree.Between(of, low, high, not negated)
            case tree.Unknown(of, negated):
                return tree.Unknown(of, not negated)
            case tree.Holds(inner, negated):
                return tree.Holds(inner, not negated)
        return tree.Not(part)

    def _compare(self, node: exp.Expr, depth: int) -> tree.Condition:
        operator = _COMPARISONS[type(node)]
        left = self.operand(node.this, depth + 1)
        right = self.operand(node.expression, depth + 1)
        left, right = self._alike(node, left, right)
        if left.kind in (Kind.TEXT, Kind.FLAG) and operator not in ("=", "<>"):
            raise self._refuse("no_order", node)
        return tree.Compare(operator, left, right)

    def _among(self, node: exp.In, depth: int) -> tree.Condition:
        if not node.expressions or any(node.args.get(a) for a in ("query", "unnest", "field")):
            raise self._refuse("only_values", node)
        if len(node.expressions) > MOST_VALUES:
            raise self._refuse("too_many_values", node.expressions[MOST_VALUES], most=MOST_VALUES)
        of = self.operand(node.this, depth + 1)
        values = []
        for one in node.expressions:
            _, value = self._alike(one, of, self.operand(one, depth + 1))
            if not isinstance(value, tree.Value):
                raise self._refuse("only_values", one)
            values.append(value)
        return tree.Among(of, tuple(dict.fromkeys(values)))

    def _between(self, node: exp.Between, depth: int) -> tree.Condition:
        if node.args.get("symmetric"):
            raise self._refuse("unreadable", node)
        of = self.operand(node.this, depth + 1)
        ends = []
        for part in (node.args["low"], node.args["high"]):
            of, end = self._alike(part, of, self.operand(part, depth + 1))
            ends.append(end)
        if of.kind in (Kind.TEXT, Kind.FLAG):
            raise self._refuse("no_order", node)
        return tree.Between(of, ends[0], ends[1])

    def _is(self, node: exp.Is, depth: int) -> tree.Condition:
        if isinstance(node.expression, exp.Null):
            return tree.Unknown(self.operand(node.this, depth + 1))
        if isinstance(node.expression, exp.Boolean) and node.expression.this:
            return tree.Holds(self.condition(node.this, depth + 1))
        raise self._refuse("unreadable", node.expression)

    # Operands

    def operand(self, node: exp.Expr, depth: int) -> tree.Operand:
        node = self._bare(node, depth)
        if isinstance(node, exp.Column):
            return self._column(node)
        if isinstance(node, exp.Literal):
            return self._literal(node)
        if isinstance(node, exp.Boolean):
            return tree.Value(bool(node.this), Kind.FLAG)
        if isinstance(node, exp.Cast):
            return self._day(node)
        if isinstance(node, exp.Neg):
            return self._negative(node, depth)
        if type(node) in _ARITHMETIC:
            return self._reckoned(node, depth)
        if isinstance(node, exp.Null):
            raise self._refuse("null", node)
        if type(node) in _COMPARISONS or isinstance(
            node, exp.Connector | exp.Not | exp.In | exp.Between | exp.Is
        ):
            raise self._refuse("no_value", node)
        raise self._refuse("unreadable", node)

    def _column(self, node: exp.Column) -> tree.Name | tree.AsOf:
        if not isinstance(node.this, exp.Identifier) or node.args.get("table"):
            raise self._refuse("unreadable", node)
        name = named(self.source, node.this.name, *self._place(node))
        if name == AS_OF and name not in self.source.fields:
            return tree.AsOf()
        return tree.Name(name, self.source.fields[name].kind)

    def _literal(self, node: exp.Literal) -> tree.Value:
        if node.is_string:
            return tree.Value(str(node.this), Kind.TEXT)
        return tree.Value(self._number(node), Kind.NUMBER)

    def _number(self, node: exp.Literal) -> int | float:
        written = str(node.this)
        value: int | float = int(written) if written.isdigit() else float(written)
        if not math.isfinite(value) or abs(value) > LARGEST:
            raise self._refuse("number_expected", node)
        return int(value) if value == int(value) else value

    def _day(self, node: exp.Cast) -> tree.Value:
        plain = isinstance(node.this, exp.Literal) and node.this.is_string
        if not plain or not node.to.is_type(exp.DType.DATE):
            raise self._refuse("unreadable", node)
        return self._as_day(node.this)

    def _as_day(self, node: exp.Expr) -> tree.Value:
        written = str(node.this)
        try:
            if not _DAY.fullmatch(written):
                raise ValueError
            return tree.Value(dt.date.fromisoformat(written), Kind.DATE)
        except ValueError:
            raise self._refuse("no_day", node, what=written[:40]) from None

    def _negative(self, node: exp.Neg, depth: int) -> tree.Operand:
        of = self.operand(node.this, depth + 1)
        if of.kind != Kind.NUMBER:
            raise self._refuse("no_numbers", node)
        if isinstance(of, tree.Value) and not isinstance(of.value, str | bool | dt.date):
            return tree.Value(-of.value, Kind.NUMBER)
        return tree.Arithmetic("-", tree.Value(0, Kind.NUMBER), of)

    def _reckoned(self, node: exp.Expr, depth: int) -> tree.Operand:
        operator = _ARITHMETIC[type(node)]
        left = self.operand(node.this, depth + 1)
        right = self.operand(node.expression, depth + 1)
        if left.kind == right.kind == Kind.NUMBER:
            return tree.Arithmetic(operator, left, right)
        if left.kind == right.kind == Kind.DATE and operator == "-":
            return tree.DaysBetween(left, right)
        days = right.value if isinstance(right, tree.Value) else None
        whole = isinstance(days, int) and not isinstance(days, bool) and abs(days) <= MOST_DAYS
        if left.kind == Kind.DATE and operator in "+-" and whole and isinstance(days, int):
            return self._shifted(node, left, days if operator == "+" else -days)
        raise self._refuse("no_numbers", node)

    def _shifted(self, node: exp.Expr, day: tree.Operand, days: int) -> tree.Operand:
        if isinstance(day, tree.Value) and isinstance(day.value, dt.date):
            try:
                return tree.Value(day.value + dt.timedelta(days=days), Kind.DATE)
            except OverflowError:
                said = f"{day.value.isoformat()} {days:+}"
                raise self._refuse("no_day", node, what=said) from None
        return tree.Shifted(day, days)

    # Both

    def _alike(
        self, node: exp.Expr, left: tree.Operand, right: tree.Operand
    ) -> tuple[tree.Operand, tree.Operand]:
        """Two of one kind; a text beside a day is read as a day."""
        if left.kind == Kind.DATE and _is_text(right):
            right = self._as_day(self._text_node(node, right))
        elif right.kind == Kind.DATE and _is_text(left):
            left = self._as_day(self._text_node(node, left))
        if left.kind != right.kind:
            raise self._refuse("kinds", node, left=KINDS[left.kind], right=KINDS[right.kind])
        return left, right

    def _text_node(self, node: exp.Expr, of: tree.Operand) -> exp.Expr:
        texts = [n for n in node.find_all(exp.Literal) if n.is_string and n.this == _text(of)]
        return texts[0] if texts else exp.Literal.string(_text(of))

    def _bare(self, node: exp.Expr, depth: int) -> exp.Expr:
        # Operators of one rank nest to the left: a long sum is deep without a parenthesis.
        if depth > 2 * DEEPEST:
            raise self._refuse("too_deep", node, most=DEEPEST)
        while isinstance(node, exp.Paren):
            node = node.this
        return node

    def _place(self, node: exp.Expr) -> tuple[int, int]:
        """From the first to the last word of it that has a place."""
        metas = [one.meta for one in node.walk() if "start" in one.meta]
        if not metas:
            return 0, len(self.source.text)
        return min(m["start"] for m in metas), max(m["end"] for m in metas) + 1

    def _refuse(self, code: str, node: exp.Expr, **values: typing.Any) -> Refused:
        return self.source.refuse(code, *self._place(node), **values)


def _flat(node: exp.Expr) -> Iterator[exp.Expr]:
    """The parts of a chain of and, or of or, in their order; parentheses are kept as parts."""
    parts: list[exp.Expr] = []
    kind = type(node)
    while type(node) is kind:
        parts.append(node.expression)
        node = node.this
    parts.append(node)
    return reversed(parts)


def _is_text(of: tree.Operand) -> bool:
    return isinstance(of, tree.Value) and of.kind == Kind.TEXT


def _text(of: tree.Operand) -> str:
    return str(of.value) if isinstance(of, tree.Value) else ""
