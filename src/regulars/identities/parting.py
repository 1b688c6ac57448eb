"""Taking a merging back: who leaves a customer, and which customer each was before."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from regulars.errors import ParameterError
from regulars.identities.tables import register

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, kw_only=True)
class Parting:
    """One merging to be taken back, as far as it made up one customer.

    Attributes
    ----------
    merge_id : the merging in the journal; None where an import said that they are the same.
    root : the customer that they leave; ``groups`` the customers that they become again.
    """

    merge_id: int | None
    root: int
    groups: tuple[int, ...]


def find_parting(con: DuckDBPyConnection, *, key: int, root: int, named: str) -> Parting:
    """Make ``moves`` for the last merging of a record, or of the customer it stands for.

    A record that was merged into another leaves with those that came together with it. Of the
    record that stands for the customer, the last merging into it is taken back whole.

    Raises
    ------
    ParameterError : the customer is one record only.
    """
    only = f"AND m.customer_key = {key}" if key != root else ""
    last = con.execute(
        "SELECT m.merge_id, m.merged_from FROM merges m JOIN records r USING (customer_key) "
        f"WHERE r.root = {root} {only} ORDER BY m.merge_id DESC, m.customer_key LIMIT 1"
    ).fetchall()
    if not last:
        return _imported(con, key=key, root=root, named=named)
    merge_id, merged_from = last[0]
    together = f"AND m.merged_from = {merged_from}" if key != root else ""
    con.execute(
        "CREATE TABLE moves AS SELECT m.customer_key, m.merged_from AS merged_into FROM merges m "
        f"JOIN records r USING (customer_key) WHERE r.root = {root} "
        f"AND m.merge_id = {merge_id} {together}"
    ).fetchall()
    return Parting(merge_id=merge_id, root=root, groups=_groups(con))


def _imported(con: DuckDBPyConnection, *, key: int, root: int, named: str) -> Parting:
    """Records that an import called the same leave one by one; no journal knows of groups."""
    who = f"customer_key = {key}" if key != root else f"root = {root} AND customer_key <> {root}"
    con.execute(
        "CREATE TABLE moves AS SELECT customer_key, customer_key AS merged_into FROM records "
        f"WHERE {who}"
    ).fetchall()
    groups = _groups(con)
    if not groups:
        raise ParameterError(f"{named} was not merged with anybody; nothing was changed.")
    return Parting(merge_id=None, root=root, groups=groups)


def _groups(con: DuckDBPyConnection) -> tuple[int, ...]:
    rows = con.execute("SELECT DISTINCT merged_into FROM moves ORDER BY 1").fetchall()
    return tuple(int(row[0]) for row in rows)


def rejected_pairs(con: DuckDBPyConnection, parting: Parting) -> str:
    """The pairs that matching may not join again, as rows for `Journal.decide`.

    Every two of the customers that come apart, and every pair that was accepted across them.
    """
    pairs = sorted(tuple(sorted(p)) for p in combinations({parting.root, *parting.groups}, 2))
    register(
        con, "parted", customer_key=[str(a) for a, _ in pairs], other_key=[str(b) for _, b in pairs]
    )
    after = (
        "after AS (SELECT r.customer_key, coalesce(m.merged_into, r.root) AS root "
        "FROM records r LEFT JOIN moves m USING (customer_key))"
    )
    return (
        f"WITH {after} SELECT customer_key::BIGINT AS customer_key, other_key::BIGINT AS "
        "other_key, 'hand' AS rule, NULL AS probability, 'rejected' AS decision FROM parted "
        "UNION SELECT p.customer_key, p.other_key, 'hand', NULL, 'rejected' "
        "FROM match_pairs p JOIN after a ON a.customer_key = p.customer_key "
        "JOIN after b ON b.customer_key = p.other_key "
        "WHERE p.decision = 'accepted' AND a.root <> b.root"
    )
