"""What a customer's page is made of, read through the facts and snapshots; knows no Django.

For shelves it is read for everybody by a job; where no shelf is, for one customer by a child.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from regulars.facts.sql import identifiers
from regulars_server.people import lake

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from regulars import Workspace

# What a page tells of a row. No card number, and nothing else that names anyone.
TABLES: Mapping[str, tuple[str, ...]] = {
    "customers": ("kind", "first_seen", "source", "industry", "region"),
    "leads": ("at", "day", "stage"),
    "orders": (
        "order_id", "occurred_at", "day", "kind", "refunds_order_id", "amount_minor",
        "discount_minor", "channel", "store", "campaign", "paid_with_points",
    ),
    "contacts": ("campaign", "step", "channel", "direction", "at", "day"),
    "responses": ("campaign", "kind", "at", "day", "value"),
    "visits": ("channel", "started_at", "day", "pages", "searches", "product_views", "carts"),
    "subscriptions": ("plan", "started", "due", "ended", "ended_reason", "price_minor"),
    "cases": ("case_id", "kind", "opened_at", "closed_at", "day", "reason", "severity"),
    "consents": ("purpose", "channel", "state", "at", "day", "source"),
    "memberships": ("programme", "joined", "tier", "ended"),
    "points_entries": ("programme", "kind", "points", "at", "day"),
    "survey_answers": ("survey", "wave", "item", "value", "at", "day"),
}  # fmt: skip
LINES = "order_lines"
KEY = "customer_key"
QUARTERS = (0.25, 0.5, 0.75)


def history(ws: Workspace, given: Mapping[str, Any]) -> str:
    """The live rows of one customer by table, and the facts version, as JSON.

    Parameters
    ----------
    given : ``keys`` of all their records.
    """
    with ws.lake.reading() as (con, current):
        _roots(con, ws, current, given["keys"])
        told = {name: json.loads(text) for _root, name, text in _told(con, ws, current, one=True)}
    return json.dumps({"facts_version": current.number, "rows": told}, ensure_ascii=False)


def held(ws: Workspace, given: Mapping[str, Any]) -> str:
    """How many rows each table has of one customer, and their imported consents, as JSON."""
    told = {
        "tables": [vars(one) for one in lake.held(ws, given["keys"])],
        "consents": lake.consents(ws, given["keys"]),
    }
    return json.dumps(told, ensure_ascii=False, default=str)


def standing(_ws: Workspace, given: Mapping[str, Any]) -> str:
    """One customer's row of a snapshot, empty where it does not have them, as JSON.

    Parameters
    ----------
    given : ``files`` of the snapshot, ``columns`` that are told, ``key`` of the customer.
    """
    with _connection() as con:
        row = con.execute(
            f"SELECT {_packed(given['columns'])} FROM read_parquet(?) WHERE {KEY} = ?",
            [given["files"], given["key"]],
        ).fetchone()
    return str(row[0]) if row is not None else "{}"


def base(_ws: Workspace, given: Mapping[str, Any]) -> str:
    """Quarters of everybody in a snapshot by measure, as JSON; see `quarters`."""
    with _connection() as con:
        return json.dumps(quarters(con, given["files"], given["measures"]))


def quarters(
    con: DuckDBPyConnection, files: Sequence[str], measures: Sequence[str]
) -> dict[str, list[float | None]]:
    """Lower quarter, middle and upper quarter by measure, those unknown left out."""
    if not measures:
        return {}
    sums = ", ".join(
        f"quantile_cont({identifiers([name])}::DOUBLE, {list(QUARTERS)})" for name in measures
    )
    row = con.execute(f"SELECT {sums} FROM read_parquet(?)", [list(files)]).fetchone()
    found = row if row is not None else [None] * len(measures)
    return {name: list(cut or [None] * 3) for name, cut in zip(measures, found, strict=True)}


def everybodys_rows(
    con: DuckDBPyConnection, files: Sequence[str], columns: Sequence[str]
) -> Iterator[tuple[int, str]]:
    """Key and row of every customer of a snapshot, as a shelf takes them."""
    with con.cursor() as rows:
        rows.execute(f"SELECT {KEY}, {_packed(columns)} FROM read_parquet(?)", [list(files)])
        while found := rows.fetchmany(10_000):
            yield from found


def _packed(columns: Sequence[str]) -> str:
    fields = ", ".join(f"{name} := {identifiers([name])}" for name in columns)
    return f"to_json(struct_pack({fields}))::VARCHAR"


def _connection() -> DuckDBPyConnection:
    import duckdb

    con = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
    con.execute("SET enable_progress_bar = false").fetchall()
    return con


def everybody(ws: Workspace, con: DuckDBPyConnection, current: Any) -> Iterator[tuple[int, str]]:
    """Key and rows of every customer, as a shelf takes them."""
    _roots(con, ws, current, None)
    rows = _told(con, ws, current, one=False)
    for root, parts in groupby(rows, key=lambda row: row[0]):
        inner = ", ".join(f'"{name}": {text}' for _root, name, text in parts)
        yield int(root), f"{{{inner}}}"


def _roots(
    con: DuckDBPyConnection, ws: Workspace, current: Any, keys: Sequence[int] | None
) -> None:
    """The table ``roots``: each record's key and that of the customer; of these records alone."""
    from regulars.identities.tables import open_tables

    if keys is not None:
        values = ", ".join(f"({int(key)}::BIGINT, {int(min(keys))}::BIGINT)" for key in keys)
        con.execute(
            f"CREATE OR REPLACE TABLE roots AS SELECT * FROM (VALUES {values}) "
            "AS v(customer_key, root)"
        ).fetchall()
        return
    open_tables(con, ws.lake, current)
    con.execute(
        "CREATE OR REPLACE TABLE roots AS SELECT customer_key, "
        "coalesce(min(merged_into), customer_key) AS root FROM identities GROUP BY customer_key"
    ).fetchall()


def _told(
    con: DuckDBPyConnection, ws: Workspace, current: Any, *, one: bool
) -> Iterator[tuple[int, str, str]]:
    """Customer, table, and its rows as a list in JSON; ordered by customer."""
    parts = [part for name in TABLES if (part := _part(con, ws, current, name, one=one))]
    lines = _lines(con, ws, current)
    if lines:
        parts.append(lines)
    if not parts:
        return
    with con.cursor() as reader:
        reader.execute(f"{' UNION ALL '.join(parts)} ORDER BY 1, 2")
        while rows := reader.fetchmany(10_000):
            yield from rows


def _part(
    con: DuckDBPyConnection, ws: Workspace, current: Any, name: str, *, one: bool
) -> str | None:
    from regulars.facts import FACTS
    from regulars.facts.merging import old_rows
    from regulars.facts.sql import identifier

    files = ws.lake.files(name, current) if current.number else ()
    if not files:
        return None
    fields = ", ".join(f"{column} := r.{identifier(column)}" for column in TABLES[name])
    rows = old_rows(con, FACTS[name], files)
    mine = "AND r.customer_key IN (SELECT customer_key FROM roots)" if one else ""
    return (
        f"SELECT root, '{name}' AS name, to_json(list(struct_pack({fields})))::VARCHAR AS told "
        f"FROM {rows} r JOIN roots USING (customer_key) "
        f"WHERE r.status = 'live' {mine} GROUP BY root"
    )


def _lines(con: DuckDBPyConnection, ws: Workspace, current: Any) -> str | None:
    """Order lines with what their products are called; they carry no customer themselves."""
    from regulars.facts import FACTS
    from regulars.facts.merging import old_rows

    files = ws.lake.files(LINES, current) if current.number else ()
    if not files:
        return None
    lines, orders, products = (
        old_rows(con, FACTS[name], ws.lake.files(name, current))
        for name in (LINES, "orders", "products")
    )
    return (
        f"SELECT root, '{LINES}' AS name, to_json(list(struct_pack(order_id := l.order_id, "
        "line := l.line, product := coalesce(p.name, l.product_id), quantity := l.quantity, "
        "amount_minor := l.amount_minor)))::VARCHAR AS told "
        f"FROM {lines} l JOIN (SELECT o.order_id, root FROM {orders} o JOIN roots "
        "USING (customer_key) WHERE o.status = 'live') AS mine USING (order_id) "
        f"LEFT JOIN (SELECT product_id, any_value(name) AS name FROM {products} "
        "WHERE status = 'live' GROUP BY product_id) AS p USING (product_id) "
        "WHERE l.status = 'live' GROUP BY root"
    )
