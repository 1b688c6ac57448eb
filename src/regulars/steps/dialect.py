"""The dialect of steps: an allow-list of constructs that mean the same on every engine.

A step is written in DuckDB's syntax but may use only what stands here. Anything else enters
together with a test that runs it on every engine: that SQL transpiles without an error proves
nothing (`cast(3.5 as int)`, `round(2.5)` and `log(100)` all transpile and all differ).
"""

from __future__ import annotations

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

CASTS = frozenset({"BIGINT", "INT", "DOUBLE", "VARCHAR", "TEXT", "DATE", "BOOLEAN"})


def violations(tree: exp.Expression) -> list[str]:
    """What in a step is outside the dialect, in words; empty when all is well."""
    found = []
    for node in tree.walk():
        if type(node) not in ALLOWED:
            found.append(f"{type(node).__name__} is outside the dialect: {node.sql('duckdb')}")
        elif isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
            found.append("name the columns: * is allowed in count(*) only")
        elif isinstance(node, exp.Distinct) and not isinstance(node.parent, exp.Count):
            found.append("group by the columns: distinct is allowed in count(distinct …) only")
        elif isinstance(node, exp.Group) and node.args.get("all"):
            found.append("name the columns to group by")
        elif isinstance(node, exp.Cast):
            found += _check_cast(node)
        elif isinstance(node, exp.Join):
            found += _check_join(node)
        elif isinstance(node, exp.Extract) and node.name.upper() not in {"YEAR", "MONTH"}:
            found.append(f"extract year or month, not {node.name}")
        elif isinstance(node, exp.Div):
            found += _check_div(node)
        elif isinstance(node, exp.Union) and node.args.get("distinct"):
            found.append("say union all: union alone sorts or hashes every row")
    return found


def _check_cast(node: exp.Cast) -> list[str]:
    kind = node.to.sql("duckdb").upper()
    if kind not in CASTS:
        return [f"cast to {kind} is outside the dialect"]
    return []


def _check_join(node: exp.Join) -> list[str]:
    side, kind = node.side.upper(), node.kind.upper()
    if (side, kind) not in {("", ""), ("", "INNER"), ("LEFT", ""), ("", "CROSS")}:
        return [f"{side} {kind} join is outside the dialect"]
    if node.args.get("using"):
        return ["join on columns of named tables, not using(): engines differ in what it returns"]
    if kind != "CROSS" and node.args.get("on") is None:
        return ["a join without on"]
    return []


def _check_div(node: exp.Div) -> list[str]:
    divisor = node.expression.unnest()
    constant = isinstance(divisor, exp.Literal) and not divisor.is_string
    if not constant and not isinstance(divisor, exp.Nullif):
        return [f"divide by nullif(…, 0): {node.sql('duckdb')}"]
    return []
