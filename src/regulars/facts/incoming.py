"""Staged rows made into rows of their table: keyed, numbered, one for each key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regulars.declare import Column
from regulars.facts.merging import Complete
from regulars.facts.plan import Plan
from regulars.facts.sql import identifier, identifiers, literal
from regulars.facts.staging import staged_columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def make_incoming(
    con: DuckDBPyConnection, plan: Plan, *, source: str
) -> tuple[dict[str, int], Complete | None]:
    """Make table or view ``incoming``.

    Of rows with the same key the last one wins; rows that say the same are taken once.

    Returns
    -------
    How many rows its duplicates took, by warning code; and what is known of the rows beforehand
    when they are all live and whole (then ``incoming`` is a view).
    """
    made = made_key(plan)
    good = "row_reason IS NULL"
    key = [name for name in plan.table.key if name in staged_columns(plan)]
    if made is None and len(key) == len(plan.table.key):
        rows = _rows_if_distinct(con, f"SELECT {identifiers(key)} FROM staged WHERE {good}")
        if rows is not None and "status" not in staged_columns(plan):
            con.execute(f"CREATE VIEW incoming AS {_keyed(plan, source)}").fetchall()
            return {}, _known(con, plan, rows)
    con.execute(f"CREATE TABLE keyed AS {_keyed(plan, source)}").fetchall()
    return _without_duplicates(con, plan), None


def _known(con: DuckDBPyConnection, plan: Plan, rows: int) -> Complete:
    """Which columns of the staged rows hold something, and which always do."""
    names = [name for name in staged_columns(plan) if name != "customer_id"]
    counted = con.execute(
        f"SELECT {', '.join(f'count({identifier(n)})' for n in names)} FROM staged "
        "WHERE row_reason IS NULL"
    ).fetchall()[0]
    filled = {name for name, count in zip(names, counted, strict=True) if count}
    always = {name for name, count in zip(names, counted, strict=True) if count == rows}
    made = {"customer_key"} & plan.mapped
    return Complete(rows=rows, filled=frozenset(filled | made), always=frozenset(always | made))


def _rows_if_distinct(con: DuckDBPyConnection, keys: str) -> int | None:
    """How many keys there are, if none comes twice."""
    rows, distinct = con.execute(
        f"SELECT (SELECT count(*) FROM ({keys})), (SELECT count(*) FROM (SELECT DISTINCT * "
        f"FROM ({keys})))"
    ).fetchall()[0]
    return int(rows) if rows == distinct else None


def _without_duplicates(con: DuckDBPyConnection, plan: Plan) -> dict[str, int]:
    """Make ``incoming`` of ``keyed``: the last row of each key."""
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
    base = ", ".join(_column(plan, name) for name in _columns(plan))
    join = ""
    if joins_customer:
        join = "LEFT JOIN keys k ON k.external_id = s.customer_id"
        if "customer_source" in plan.names:
            join += f" AND k.source = coalesce(s.customer_source, {literal(source)})"
    rows = f"SELECT {base} FROM staged s {join} WHERE s.row_reason IS NULL"
    made = made_key(plan)
    if made is None:
        return rows
    return f"SELECT * REPLACE ({_made_sql(plan, made)} AS {identifier(made.name)}) FROM ({rows})"


def _column(plan: Plan, name: str) -> str:
    """One column of the keyed rows, from the staged ones or made."""
    joins_customer = "customer_key" in plan.mapped
    made = {
        "customer_key": "k.customer_key" if joins_customer else "NULL::BIGINT",
        "ordinal": "s.rowid",
        "from_lines": "false",
    }
    staged = staged_columns(plan)
    if name == "unit" and plan.table.name == "assignments" and joins_customer:
        own = "s.unit" if name in staged else "NULL"
        made["unit"] = f"coalesce({own}, k.customer_key::VARCHAR)"
    if name == "status" and name not in staged:
        made["status"] = "'live'"
    if name in made:
        return f"{made[name]} AS {identifier(name)}"
    if name in staged:
        return f"s.{identifier(name)}"
    return f"NULL::{plan.table.column(name).type} AS {identifier(name)}"


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
