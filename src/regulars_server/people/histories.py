"""All that happened with one customer, of every table of facts: from a shelf or the lake."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from regulars_server.console.workspace import opened, version_of
from regulars_server.people import shelves
from regulars_server.people.lake import listed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from regulars import Workspace

Rows = list[dict[str, Any]]
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
BEGINNING = "facts-"


@dataclass(frozen=True, kw_only=True)
class History:
    """The live rows of a customer by table, and the facts version that they are of."""

    rows: Mapping[str, Rows]
    facts_version: int

    def of(self, table: str) -> Rows:
        return list(self.rows.get(table, ()))


def history(customer_key: int, keys: Sequence[int]) -> History:
    """Everything of one customer.

    Parameters
    ----------
    customer_key : of the customer; ``keys`` those of all their records.

    From the newest shelf, which may be of the facts version before while the next is being made.
    Without any, or where they came after it was made, by reading through the lake.

    Raises
    ------
    RegularsError : the workspace cannot be read.
    """
    ws = opened()
    shelved = _shelved(ws, customer_key)
    if shelved is not None:
        return shelved
    with ws.lake.reading() as (con, current):
        chosen = f"root IN ({listed([customer_key])})"
        _roots(con, ws, current, keys)
        told = {name: json.loads(text) for _r, name, text in _told(con, ws, current, chosen)}
    return History(rows=told, facts_version=current.number)


def ready(customer_key: int) -> bool:
    """Whether a shelf makes the page of this customer quick."""
    return _shelved(opened(), customer_key) is not None


def _shelved(ws: Workspace, customer_key: int) -> History | None:
    begin, newest = beginning(ws), version_of(ws)
    for name in reversed(shelves.names(begin)):
        found, of = shelves.read(name, customer_key), int(name.removeprefix(begin))
        # That an older shelf has nothing of somebody says nothing: they may be new.
        if found or (found is not None and of == newest):
            return History(rows=found, facts_version=of)
    return None


def beginning(ws: Workspace) -> str:
    """How the names of this workspace's shelves begin; others when a row tells other columns."""
    of = json.dumps([str(ws.settings.root), TABLES])
    digest = hashlib.sha256(of.encode()).hexdigest()[:12]
    return f"{BEGINNING}{digest}-"


def everybody(ws: Workspace, con: DuckDBPyConnection, current: Any) -> Iterator[tuple[int, str]]:
    """Key and rows of every customer, as a shelf takes them."""
    _roots(con, ws, current, None)
    rows = _told(con, ws, current, "true")
    for root, parts in groupby(rows, key=lambda row: row[0]):
        inner = ", ".join(f'"{name}": {text}' for _root, name, text in parts)
        yield int(root), f"{{{inner}}}"


def version() -> int | None:
    """The facts version of this moment; None without a lake."""
    return version_of(opened())


def _roots(
    con: DuckDBPyConnection, ws: Workspace, current: Any, keys: Sequence[int] | None
) -> None:
    """The table ``roots``: each record's key and that of the customer; of these records alone."""
    from regulars.identities.tables import open_tables

    if keys is not None:
        root = min(keys)
        values = ", ".join(f"({int(key)}::BIGINT, {int(root)}::BIGINT)" for key in keys)
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
    con: DuckDBPyConnection, ws: Workspace, current: Any, chosen: str
) -> Iterator[tuple[int, str, str]]:
    """Customer, table, and its rows as a list in JSON; ordered by customer."""
    parts = [part for name in TABLES if (part := _part(con, ws, current, name, chosen))]
    lines = _lines(con, ws, current, chosen)
    if lines:
        parts.append(lines)
    if not parts:
        return
    with con.cursor() as reader:
        reader.execute(f"{' UNION ALL '.join(parts)} ORDER BY 1, 2")
        while rows := reader.fetchmany(10_000):
            yield from rows


def _part(
    con: DuckDBPyConnection, ws: Workspace, current: Any, name: str, chosen: str
) -> str | None:
    from regulars.facts import FACTS
    from regulars.facts.merging import old_rows
    from regulars.facts.sql import identifier

    files = ws.lake.files(name, current) if current.number else ()
    if not files:
        return None
    fields = ", ".join(f"{column} := r.{identifier(column)}" for column in TABLES[name])
    rows = old_rows(con, FACTS[name], files)
    mine = "" if chosen == "true" else "AND r.customer_key IN (SELECT customer_key FROM roots)"
    return (
        f"SELECT root, '{name}' AS name, to_json(list(struct_pack({fields})))::VARCHAR AS told "
        f"FROM {rows} r JOIN roots USING (customer_key) "
        f"WHERE r.status = 'live' {mine} AND {chosen} GROUP BY root"
    )


def _lines(con: DuckDBPyConnection, ws: Workspace, current: Any, chosen: str) -> str | None:
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
        f"WHERE l.status = 'live' AND {chosen} GROUP BY root"
    )
