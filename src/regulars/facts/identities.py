"""From outside ids to customer keys.

Keys are handed out in order of first appearance from a counter that the facts version keeps,
so the same imports in the same order give the same keys, and no key comes twice even after its
customer was forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from regulars.facts.forgotten import Forgotten
from regulars.facts.sql import literal, parquet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def identify(
    con: DuckDBPyConnection,
    *,
    source: str,
    files: Sequence[str],
    next_key: int,
    forgotten: Forgotten,
) -> int:
    """Make table ``keys`` (source, external_id, customer_key, is_new) for the staged customers.

    Rows of a forgotten id become rejects without their content. Returns the next free key.
    """
    known = parquet(files) if files else (
        "(SELECT NULL::VARCHAR source, NULL::VARCHAR external_id, NULL::BIGINT customer_key "
        "WHERE false)"
    )
    con.execute(
        "CREATE TABLE seen AS SELECT coalesce(customer_source, "
        f"{literal(source)}) AS source, customer_id AS external_id, min(rowid) AS first "
        "FROM staged WHERE reason IS NULL AND customer_id IS NOT NULL GROUP BY 1, 2"
    ).fetchall()
    con.execute(
        "CREATE TABLE keys AS SELECT s.source, s.external_id, k.customer_key, s.first, "
        "k.customer_key IS NULL AS is_new FROM seen s LEFT JOIN "
        f"(SELECT source, external_id, customer_key FROM {known}) k USING (source, external_id)"
    ).fetchall()
    _reject_forgotten(con, source=source, forgotten=forgotten)
    con.execute(
        "CREATE TABLE numbered AS SELECT source, external_id, "
        f"{next_key} - 1 + row_number() OVER (ORDER BY first) AS customer_key "
        "FROM keys WHERE is_new"
    ).fetchall()
    con.execute(
        "UPDATE keys SET customer_key = n.customer_key FROM numbered n "
        "WHERE keys.source = n.source AND keys.external_id = n.external_id"
    ).fetchall()
    return next_key + int(con.execute("SELECT count(*) FROM numbered").fetchall()[0][0])


def _reject_forgotten(con: DuckDBPyConnection, *, source: str, forgotten: Forgotten) -> None:
    if not forgotten.hashes:
        return
    listed = ", ".join(literal(one) for one in sorted(forgotten.hashes))
    con.execute(
        "CREATE TABLE gone AS SELECT source, external_id FROM keys WHERE is_new AND "
        f"{forgotten.sql('source', 'external_id')} IN ({listed})"
    ).fetchall()
    con.execute(
        "UPDATE staged SET reason = 'customer_id:forgotten', raw = NULL, customer_id = NULL "
        f"FROM gone g WHERE coalesce(staged.customer_source, {literal(source)}) = g.source "
        "AND staged.customer_id = g.external_id"
    ).fetchall()
    con.execute(
        "DELETE FROM keys USING gone g "
        "WHERE keys.source = g.source AND keys.external_id = g.external_id"
    ).fetchall()


def new_identities(con: DuckDBPyConnection) -> str:
    """The identities that this import adds, in the order of their keys."""
    return (
        "SELECT source, external_id, customer_key, NULL::BIGINT AS merged_into, "
        "'live' AS status FROM keys WHERE is_new ORDER BY customer_key"
    )
