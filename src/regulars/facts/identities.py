"""From outside ids to customer keys.

Keys are handed out in order of first appearance from a counter that the facts version keeps,
so the same imports in the same order give the same keys, and no key comes twice even after its
customer was forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from regulars.facts.forgotten import Forgotten
from regulars.facts.sql import identifier, literal, parquet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def identify(
    con: DuckDBPyConnection,
    *,
    named: str,
    files: Sequence[str],
    next_key: int,
    forgotten: Forgotten,
) -> int:
    """Make table ``keys`` (source, external_id, customer_key, is_new) for the staged customers.

    Parameters
    ----------
    named : SELECT of who is named where: source, external_id, place, good (the row is taken).
    files : the identities so far; ``next_key`` the next free key.

    Returns
    -------
    The next free key. Table ``gone`` holds the ids that may not come back.
    """
    known = (
        parquet(files)
        if files
        else (
            "(SELECT NULL::VARCHAR source, NULL::VARCHAR external_id, NULL::BIGINT customer_key "
            "WHERE false)"
        )
    )
    con.execute(
        "CREATE TABLE seen AS SELECT source, external_id, min(place) FILTER (good) AS first "
        f"FROM ({named}) GROUP BY 1, 2"
    ).fetchall()
    con.execute(
        "CREATE TABLE looked AS SELECT s.source, s.external_id, k.customer_key, s.first, "
        "k.customer_key IS NULL AS is_new FROM seen s LEFT JOIN "
        f"(SELECT source, external_id, customer_key FROM {known}) k USING (source, external_id)"
    ).fetchall()
    con.execute(f"CREATE TABLE gone AS {_gone(forgotten)}").fetchall()
    con.execute(
        "CREATE TABLE keys AS SELECT source, external_id, CASE WHEN is_new THEN "
        f"{next_key} - 1 + row_number() OVER (PARTITION BY is_new ORDER BY first) "
        "ELSE customer_key END AS customer_key, first, is_new FROM looked "
        "WHERE first IS NOT NULL AND (source, external_id) NOT IN "
        "(SELECT (source, external_id) FROM gone)"
    ).fetchall()
    return next_key + int(con.execute("SELECT count(*) FROM keys WHERE is_new").fetchall()[0][0])


def _gone(forgotten: Forgotten) -> str:
    """Those looked for who may not come back."""
    names = "SELECT source, external_id FROM looked"
    if not forgotten.hashes:
        return f"{names} WHERE false"
    listed = ", ".join(literal(one) for one in sorted(forgotten.hashes))
    return f"{names} WHERE is_new AND {forgotten.sql('source', 'external_id')} IN ({listed})"


def named_customers(source: str) -> str:
    """Who is named in the staged rows of a table about customers."""
    return (
        f"SELECT coalesce(customer_source, {literal(source)}) AS source, "
        "customer_id AS external_id, rowid AS place, row_reason IS NULL AS good "
        "FROM staged WHERE customer_id IS NOT NULL"
    )


def named_identities(source: str) -> str:
    """Who is named in staged identities: the id, and the one it is the same as before it."""
    one = f"coalesce(source, {literal(source)}) AS source"
    return (
        f"SELECT {one}, external_id, 2 * rowid + 1 AS place, row_reason IS NULL AS good "
        f"FROM staged WHERE external_id IS NOT NULL UNION ALL SELECT {one}, same_as, 2 * rowid, "
        "row_reason IS NULL FROM staged WHERE same_as IS NOT NULL"
    )


def reject_forgotten(con: DuckDBPyConnection, *, source: str, column: str, by: str) -> None:
    """Reject the rows that name somebody forgotten, and keep nothing of their content.

    ``column`` holds the id and ``by`` its source, in table ``staged``.
    """
    if not con.execute("SELECT count(*) FROM gone").fetchall()[0][0]:
        return
    emptied = ", ".join(
        f"{identifier(name)} = NULL"
        for (name,) in con.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = 'staged' "
            "AND column_name NOT IN ('row_reason', 'row_rounded', 'row_turned') "
            "ORDER BY column_index"
        ).fetchall()
    )
    con.execute(
        f"UPDATE staged SET row_reason = '{column}:forgotten', {emptied} FROM gone g "
        f"WHERE coalesce(staged.{by}, {literal(source)}) = g.source "
        f"AND staged.{column} = g.external_id"
    ).fetchall()


def new_identities() -> str:
    """The identities that this import adds, in the order of their keys."""
    return (
        "SELECT source, external_id, customer_key, NULL::BIGINT AS merged_into, "
        "'live' AS status FROM keys WHERE is_new ORDER BY customer_key"
    )


def merged_identities(con: DuckDBPyConnection, *, source: str, files: Sequence[str]) -> str:
    """New identities, and known ones whose surviving customer changes, as a SELECT.

    A customer said to be the same as another is merged into that one's survivor; every customer
    merged before points at the survivor itself, never at one that was merged in turn.
    """
    old = parquet(files) if files else "(SELECT * FROM fresh WHERE false)"
    con.execute(f"CREATE TABLE fresh AS {new_identities()}").fetchall()
    con.execute(
        "CREATE TABLE everyone AS SELECT source, external_id, customer_key, merged_into FROM "
        f"{old} UNION ALL SELECT source, external_id, customer_key, merged_into FROM fresh"
    ).fetchall()
    pairs = con.execute(
        "SELECT a.customer_key, b.customer_key FROM staged s "
        f"JOIN keys a ON a.source = coalesce(s.source, {literal(source)}) "
        "AND a.external_id = s.external_id "
        f"JOIN keys b ON b.source = coalesce(s.source, {literal(source)}) "
        "AND b.external_id = s.same_as WHERE s.row_reason IS NULL ORDER BY s.rowid"
    ).fetchall()
    merged = dict(
        con.execute(
            "SELECT customer_key, merged_into FROM everyone WHERE merged_into IS NOT NULL"
        ).fetchall()
    )
    for key, survivor in pairs:
        low, high = _final(merged, key), _final(merged, survivor)
        if low != high:
            merged[low] = high
    from arro3.core import Array, DataType, Table

    final = [(key, _final(merged, key)) for key in merged]
    con.register(
        "survivors",
        Table.from_pydict(
            {
                "customer_key": Array([k for k, _ in final], type=DataType.int64()),
                "survivor": Array([s for _, s in final], type=DataType.int64()),
            }
        ),
    )
    return (
        "SELECT e.source, e.external_id, e.customer_key, s.survivor AS merged_into, "
        "'live' AS status FROM everyone e LEFT JOIN survivors s USING (customer_key) "
        "WHERE e.merged_into IS DISTINCT FROM s.survivor OR (e.source, e.external_id) IN "
        "(SELECT (source, external_id) FROM fresh) ORDER BY e.customer_key"
    )


def _final(merged: dict[int, int], key: int) -> int:
    seen = set()
    while key in merged and key not in seen:
        seen.add(key)
        key = merged[key]
    return key
