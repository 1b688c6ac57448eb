"""Staged rows made into rows of their table: keyed, numbered, one for each key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regulars.declare import Column
from regulars.facts.sql import identifier, identifiers, literal
from regulars.facts.staging import Plan

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def make_incoming(con: DuckDBPyConnection, plan: Plan, *, source: str) -> dict[str, int]:
    """Make table ``incoming``; returns how many rows its duplicates took, by warning code.

    Of rows with the same key the last one wins; rows that say the same are taken once.
    """
    con.execute(f"CREATE TABLE keyed AS {_keyed(plan, source)}").fetchall()
    key = identifiers(plan.table.key)
    rows, distinct = con.execute(
        "SELECT (SELECT count(*) FROM keyed), "
        f"(SELECT count(*) FROM (SELECT 1 FROM keyed GROUP BY {key}))"
    ).fetchall()[0]
    if rows == distinct:
        con.execute("ALTER TABLE keyed RENAME TO incoming").fetchall()
        return {}
    content = identifiers(
        name for name in _columns(plan) if name not in ("ordinal", *plan.table.key)
    )
    con.execute(
        f"CREATE TABLE incoming AS SELECT * FROM keyed QUALIFY row_number() OVER "
        f"(PARTITION BY {key} ORDER BY ordinal DESC) = 1"
    ).fetchall()
    said = con.execute(
        f"SELECT count(*) FROM (SELECT DISTINCT {key}, {content} FROM keyed)"
    ).fetchall()[0][0]
    con.execute("DROP TABLE keyed").fetchall()
    counts = {"duplicates_equal": rows - said, "duplicates_unequal": said - distinct}
    return {code: count for code, count in counts.items() if count}


def _columns(plan: Plan) -> list[str]:
    extra = [c.name for c in plan.table.file_fields if c.name != "customer_key"]
    declared = [c.name for c in plan.table.columns]
    if plan.table.name == "order_lines" and "customer_key" in plan.mapped:
        extra.append("customer_key")
    return [*declared, *extra, "status", "ordinal"]


def _keyed(plan: Plan, source: str) -> str:
    """The good staged rows with customer keys and with the key columns that files lack."""
    joins_customer = "customer_key" in plan.mapped
    have = set(plan.staged_columns)
    base: list[str] = []
    for name in _columns(plan):
        if name == "customer_key":
            base.append("k.customer_key" if joins_customer else "NULL::BIGINT AS customer_key")
        elif name == "ordinal":
            base.append("s.rowid AS ordinal")
        elif name == "unit" and plan.table.name == "assignments" and joins_customer:
            base.append("coalesce(s.unit, k.customer_key::VARCHAR) AS unit")
        elif name == "from_lines":
            base.append("false AS from_lines")
        elif name in have:
            base.append(f"s.{identifier(name)}")
        else:
            base.append(f"NULL AS {identifier(name)}")
    join = (
        f"LEFT JOIN keys k ON k.source = coalesce(s.customer_source, {literal(source)}) "
        "AND k.external_id = s.customer_id"
        if joins_customer
        else ""
    )
    rows = f"SELECT {', '.join(base)} FROM staged s {join} WHERE s.row_reason IS NULL"
    made = made_key(plan)
    if made is None:
        return rows
    return f"SELECT * REPLACE ({_made_sql(plan, made)} AS {identifier(made.name)}) FROM ({rows})"


def made_key(plan: Plan) -> Column | None:
    """The key column that the files lack and import makes, if there is one."""
    for name in plan.table.key:
        column = plan.table.column(name)
        if name in plan.mapped or name in ("customer_key", "day") or not column.required:
            continue
        if plan.table.key_from or name == "line":
            return column
    return None


def _made_sql(plan: Plan, column: Column) -> str:
    if column.name == "line":
        return "row_number() OVER (PARTITION BY order_id ORDER BY ordinal)"
    parts = identifiers(plan.table.key_from)
    texts = ", ".join(f"CAST({identifier(n)} AS VARCHAR)" for n in plan.table.key_from)
    return (
        f"concat_ws('/', {texts}, CAST(row_number() OVER (PARTITION BY {parts} "
        "ORDER BY ordinal) AS VARCHAR))"
    )
