"""A tree as SQL of DuckDB. Names are quoted, values are typed literals; nothing typed gets in."""

from __future__ import annotations

import datetime as dt

from sqlglot import exp

from regulars.conditions import tree

_COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ, "<>": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip
_ARITHMETIC: dict[str, type[exp.Binary]] = {
    "+": exp.Add, "-": exp.Sub, "*": exp.Mul, "/": exp.Div,
}  # fmt: skip


def sql(condition: tree.Condition, *, as_of: dt.date) -> str:
    """A boolean expression over a snapshot's columns: true, false, or null where it is unknown.

    Parameters
    ----------
    as_of : the snapshot's day.
    """
    return _Renderer(as_of).condition(condition).sql(dialect="duckdb")


class _Renderer:
    def __init__(self, as_of: dt.date) -> None:
        self.as_of = as_of

    def condition(self, one: tree.Condition) -> exp.Expression:
        match one:
            case tree.Compare(operator, left, right):
                return exp.Paren(
                    this=_COMPARISONS[operator](
                        this=self.operand(left), expression=self.operand(right)
                    )
                )
            case tree.Among(of, values, negated):
                listed = [self.operand(value) for value in values]
                return _negated(exp.In(this=self.operand(of), expressions=listed), negated)
            case tree.Between(of, low, high, negated):
                between = exp.Between(
                    this=self.operand(of), low=self.operand(low), high=self.operand(high)
                )
                return _negated(between, negated)
            case tree.Unknown(of, negated):
                return _negated(exp.Is(this=self.operand(of), expression=exp.Null()), negated)
            case tree.All(parts):
                return _joined(exp.And, [self.condition(part) for part in parts])
            case tree.Any(parts):
                return _joined(exp.Or, [self.condition(part) for part in parts])
            case tree.Not(part):
                return exp.Not(this=exp.Paren(this=self.condition(part)))
            case tree.Holds(part, negated):
                held = exp.Coalesce(
                    this=exp.Paren(this=self.condition(part)), expressions=[exp.false()]
                )
                return _negated(held, negated)

    def operand(self, of: tree.Operand) -> exp.Expression:
        match of:
            case tree.Name(name):
                return exp.column(name, quoted=True)
            case tree.Value(value):
                return _literal(value)
            case tree.AsOf():
                return _literal(self.as_of)
            case tree.Shifted(day, days):
                return exp.Paren(this=exp.Add(this=self.operand(day), expression=_literal(days)))
            case tree.DaysBetween(left, right):
                return exp.Paren(
                    this=exp.Sub(this=self.operand(left), expression=self.operand(right))
                )
            case tree.Arithmetic():
                return self._finite(of)

    def _finite(self, of: tree.Arithmetic) -> exp.Expression:
        """What grows beyond all numbers is unknown."""
        checked = exp.Anonymous(this="isfinite", expressions=[self._number(of)])
        return exp.Case(ifs=[exp.If(this=checked, true=self._number(of))])

    def _number(self, of: tree.Operand) -> exp.Expression:
        """In floating point: whole numbers would overflow and stop the whole statement."""
        if not isinstance(of, tree.Arithmetic):
            return exp.cast(self.operand(of), "double")
        right = self._number(of.right)
        if of.operator == "/":
            right = exp.Nullif(this=right, expression=exp.cast(_literal(0), "double"))
        reckoned = _ARITHMETIC[of.operator](this=self._number(of.left), expression=right)
        return exp.Paren(this=reckoned)


def _negated(one: exp.Expression, negated: bool) -> exp.Expression:
    return exp.Paren(this=exp.Not(this=exp.Paren(this=one)) if negated else one)


def _joined(joint: type[exp.Connector], parts: list[exp.Expression]) -> exp.Expression:
    if not parts:
        return exp.true()
    # Halved, so that a long chain is not deep.
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return exp.Paren(
        this=joint(this=_joined(joint, parts[:middle]), expression=_joined(joint, parts[middle:]))
    )


def _literal(value: tree.Plain) -> exp.Expression:
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, dt.date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date")
    if isinstance(value, str):
        return exp.Literal.string(value)
    if isinstance(value, int):
        plain: exp.Expression = exp.Literal.number(str(abs(value)))
    else:
        # With an exponent it is floating point; without, DuckDB makes a decimal of it.
        plain = exp.cast(exp.Literal.number(repr(abs(value))), "double")
    return exp.Paren(this=exp.Neg(this=plain)) if value < 0 else plain
