"""The dialect of steps: an allow-list of constructs that mean the same on every engine.

A step is written in DuckDB's syntax but may use only what stands here. Anything else enters
together with a test that runs it on every engine: that SQL transpiles without an error proves
nothing (`cast(3.5 as int)`, `round(2.5)` and `log(100)` all transpile and all differ).
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

ALLOWED: frozenset[type[exp.Expression]] = frozenset(
    {
        # shape of a statement
        exp.Select,
        exp.From,
        exp.Join,
        exp.Where,
        exp.Group,
        exp.Having,
        exp.Subquery,
        exp.Union,
        exp.Exists,
        # names
        exp.Table,
        exp.TableAlias,
        exp.Column,
        exp.Identifier,
        exp.Alias,
        exp.Var,
        # values
        exp.Literal,
        exp.Boolean,
        exp.Null,
        exp.Placeholder,
        exp.Cast,
        exp.DataType,
        exp.DataTypeParam,
        # comparison and logic
        exp.EQ,
        exp.NEQ,
        exp.LT,
        exp.LTE,
        exp.GT,
        exp.GTE,
        exp.And,
        exp.Or,
        exp.Not,
        exp.Is,
        exp.In,
        exp.Between,
        exp.Case,
        exp.If,
        exp.Coalesce,
        exp.Nullif,
        exp.Paren,
        # arithmetic
        exp.Add,
        exp.Sub,
        exp.Mul,
        exp.Div,
        exp.Mod,
        exp.Neg,
        exp.Floor,
        exp.Abs,
        exp.Exp,  # of an argument near 0: PostgreSQL refuses what it cannot hold
        # days
        exp.DateDiff,
        exp.Extract,  # year and month only
        # text: only to key a hash or to label a row
        exp.DPipe,
        exp.MD5,
        # aggregates
        exp.Count,
        exp.Distinct,
        exp.Sum,
        exp.Min,
        exp.Max,
        exp.Median,
        # windows
        exp.Window,
        exp.WindowSpec,
        exp.Ordered,
        exp.Order,
        exp.RowNumber,
        exp.Rank,
        exp.Lag,
        exp.Ntile,
        exp.Star,  # only inside count(*): see `_check_star`
    }
)

CASTS = frozenset({"BIGINT", "INT", "SMALLINT", "DOUBLE", "VARCHAR", "TEXT", "DATE", "BOOLEAN"})


def violations(tree: exp.Expression) -> list[str]:
    """What in a step is outside the dialect, in words; empty when all is well."""
    found = []
    for node in tree.walk():
        if type(node) not in ALLOWED:
            found.append(f"{type(node).__name__} is outside the dialect: {node.sql('duckdb')}")
        else:
            check = _CHECKS.get(type(node))
            found += check(node) if check else []
    return found


def _check_star(node: exp.Expr) -> list[str]:
    if isinstance(node.parent, exp.Count):
        return []
    return ["name the columns: * is allowed in count(*) only"]


def _check_distinct(node: exp.Expr) -> list[str]:
    if isinstance(node.parent, exp.Count):
        return []
    return ["group by the columns: distinct is allowed in count(distinct …) only"]


def _check_group(node: exp.Expr) -> list[str]:
    return ["name the columns to group by"] if node.args.get("all") else []


def _check_extract(node: exp.Expr) -> list[str]:
    if node.name.upper() in {"YEAR", "MONTH"}:
        return []
    return [f"extract year or month, not {node.name}"]


def _check_union(node: exp.Expr) -> list[str]:
    if node.args.get("distinct"):
        return ["say union all: union alone sorts or hashes every row"]
    return []


def _check_cast(node: exp.Expr) -> list[str]:
    assert isinstance(node, exp.Cast)
    kind = node.to.sql("duckdb").upper()
    if kind not in CASTS:
        return [f"cast to {kind} is outside the dialect"]
    return []


def _check_join(node: exp.Expr) -> list[str]:
    assert isinstance(node, exp.Join)
    side, kind = node.side.upper(), node.kind.upper()
    if (side, kind) not in {("", ""), ("", "INNER"), ("LEFT", ""), ("", "CROSS")}:
        return [f"{side} {kind} join is outside the dialect"]
    if node.args.get("using"):
        return ["join on columns of named tables, not using(): engines differ in what it returns"]
    if kind != "CROSS" and node.args.get("on") is None:
        return ["a join without on"]
    return []


def _check_div(node: exp.Expr) -> list[str]:
    assert isinstance(node, exp.Div)
    divisor = node.expression.unnest()
    constant = isinstance(divisor, exp.Literal) and not divisor.is_string
    if not constant and not isinstance(divisor, exp.Nullif):
        return [f"divide by nullif(…, 0): {node.sql('duckdb')}"]
    return []


_CHECKS: dict[type[exp.Expr], Callable[[exp.Expr], list[str]]] = {
    exp.Star: _check_star,
    exp.Distinct: _check_distinct,
    exp.Group: _check_group,
    exp.Extract: _check_extract,
    exp.Cast: _check_cast,
    exp.Join: _check_join,
    exp.Div: _check_div,
    exp.Union: _check_union,
}
