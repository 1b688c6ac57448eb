"""Orders made from their lines where no order was given.

A file of lines that names customers and times makes the orders it speaks of. A real order under
the same id always goes first; the orders made are worked out anew when their lines change.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from regulars.facts import delta
from regulars.facts.merging import Outcome, Stamp, merge, old_rows
from regulars.facts.plan import Plan
from regulars.facts.sql import identifiers
from regulars.facts.tables import FACTS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PLACE = ("store", "channel", "source_code", "campaign")


def withdraw_missing_lines(con: DuckDBPyConnection, path: Path, version: int | None) -> None:
    """Void lines of the incoming orders that the new file no longer has.

    Only where import numbered the lines itself: then an order's lines are replaced together.
    """
    if version is None:
        return
    old = old_rows(con, FACTS["order_lines"], delta.files(path, version))
    con.execute(
        "INSERT INTO incoming BY NAME SELECT o.order_id, o.line, o.amount_minor, "
        f"'void' AS status, 0 AS ordinal FROM {old} o "
        "WHERE o.status = 'live' AND o.order_id IN (SELECT order_id FROM incoming) AND NOT EXISTS "
        "(SELECT 1 FROM incoming i WHERE i.order_id = o.order_id AND i.line = o.line)"
    ).fetchall()


def merge_orders(
    con: DuckDBPyConnection,
    *,
    facts: Path,
    lines_version: int | None,
    before: int | None,
    orders_version: int | None,
    plan: Plan,
    stamp: Stamp,
) -> tuple[Outcome, int]:
    """Make the orders of the lines just merged and bring them into ``orders``.

    Parameters
    ----------
    lines_version, before : Delta version of the lines after this import, and before it.

    Returns
    -------
    What became of the orders, and how many have lines of several customers.
    """
    lines = facts / "order_lines"
    orders = facts / "orders"
    named = {"customer_key", "day"} <= plan.mapped | (
        {"day"} if "occurred_at" in plan.mapped else set()
    )
    outcomes = "('new', 'changed', 'unchanged')" if named else "('new', 'changed')"
    con.execute(
        "CREATE TABLE touched AS SELECT DISTINCT order_id FROM merged_order_lines "
        f"WHERE outcome IN {outcomes}"
    ).fetchall()
    order_files = delta.files(orders, orders_version) if orders_version is not None else ()
    old_orders = old_rows(con, FACTS["orders"], order_files)
    con.execute(
        f"CREATE TABLE had AS SELECT o.* FROM {old_orders} o SEMI JOIN touched USING (order_id)"
    ).fetchall()
    con.execute(f"CREATE TABLE heads AS {_heads(named)}").fetchall()
    con.execute(
        f"CREATE TABLE sums AS {_sums(con, lines, lines_version=lines_version, before=before)}"
    ).fetchall()
    con.execute(f"CREATE TABLE line_orders AS {_orders()}").fetchall()
    many = 0
    if named:
        many = con.execute(
            "SELECT count(*) FROM (SELECT order_id FROM incoming WHERE order_id IN "
            "(SELECT order_id FROM line_orders) GROUP BY 1 HAVING count(DISTINCT customer_key) > 1)"
        ).fetchall()[0][0]
    outcome = merge(
        con,
        path=orders,
        version=orders_version,
        incoming="line_orders",
        mapped=set(),
        stamp=stamp,
    )
    return outcome, many


def _heads(named: bool) -> str:
    """Who, when and where, from the lines just read, else from the order made before."""
    columns = ("customer_key", "occurred_at", "day", *_PLACE)
    made_before = f"SELECT order_id, {identifiers(columns)} FROM had WHERE from_lines"
    if not named:
        return made_before
    first = ", ".join(f"arg_min({c}, ordinal) AS {c}" for c in ("customer_key", *_PLACE))
    return (
        f"SELECT order_id, {first}, min(occurred_at) AS occurred_at, min(day) AS day "
        "FROM incoming WHERE customer_key IS NOT NULL AND day IS NOT NULL GROUP BY order_id "
        f"UNION ALL BY NAME {made_before} AND order_id NOT IN (SELECT order_id FROM incoming "
        "WHERE customer_key IS NOT NULL AND day IS NOT NULL)"
    )


def _sums(
    con: DuckDBPyConnection, lines: Path, *, lines_version: int | None, before: int | None
) -> str:
    """Totals of the touched orders over all their lines, those of earlier imports included."""
    relation = "(SELECT * FROM merged_order_lines WHERE outcome <> 'nothing_to_void')"
    if before is not None and lines_version is not None:
        old = old_rows(con, FACTS["order_lines"], delta.files(lines, before))
        met = con.execute(
            f"SELECT count(*) FROM (SELECT order_id FROM {old}) o SEMI JOIN touched "
            "USING (order_id)"
        ).fetchall()[0][0]
        if met:
            relation = old_rows(con, FACTS["order_lines"], delta.files(lines, lines_version))
    return (
        "SELECT order_id, coalesce(sum(amount_minor) FILTER (status = 'live'), "
        "sum(amount_minor)) AS amount_minor, "
        "CASE WHEN count(*) FILTER (status = 'live' AND list_amount_minor IS NULL) = 0 THEN "
        "sum(list_amount_minor) FILTER (status = 'live') END AS list_amount_minor, "
        "count(*) FILTER (status = 'live') AS live "
        f"FROM {relation} l SEMI JOIN touched USING (order_id) GROUP BY order_id"
    )


def _orders() -> str:
    made = (
        "SELECT s.order_id, h.customer_key, h.occurred_at, h.day, "
        "CASE WHEN s.amount_minor < 0 THEN 'refund' ELSE 'sale' END AS kind, "
        "s.amount_minor, s.list_amount_minor, s.list_amount_minor - s.amount_minor AS "
        f"discount_minor, {identifiers(_PLACE)}, true AS from_lines, "
        "CASE WHEN s.live > 0 THEN 'live' ELSE 'void' END AS status "
        "FROM sums s JOIN heads h USING (order_id) WHERE NOT EXISTS "
        "(SELECT 1 FROM had WHERE had.order_id = s.order_id AND NOT coalesce(from_lines, false))"
    )
    given = {"order_id", "customer_key", "occurred_at", "day", "kind", "amount_minor",
             "list_amount_minor", "discount_minor", *_PLACE, "from_lines"}  # fmt: skip
    rest = ", ".join(
        f"NULL::{c.type} AS {c.name}" for c in FACTS["orders"].columns if c.name not in given
    )
    return f"SELECT *, {rest} FROM ({made})"
