"""Writing what was decided: identities, the journal of mergings and the pairs, in one version.

All that an operation changes becomes visible at once, with the publication of the facts version;
a process that dies before leaves nothing. No fact row is touched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from regulars.facts import FACTS, FactsVersion, Lake, delta
from regulars.facts.merging import content_hash
from regulars.facts.sql import identifier, literal
from regulars.facts.versions import publish

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Journal:
    """The tables to be written by one operation under the writer's lock.

    Parameters
    ----------
    con : holds the tables that `open_tables` made, and ``moves``.
    operation : what made the version, e.g. ``match``; ``at`` its instant as ISO text (UTC).
    """

    def __init__(
        self,
        con: DuckDBPyConnection,
        lake: Lake,
        current: FactsVersion,
        *,
        operation: str,
        at: str,
        decided_by: str | None,
    ) -> None:
        self.con = con
        self.lake = lake
        self.current = current
        self.operation = operation
        self.at = f"TIMESTAMP {literal(at)}"
        self._recorded_at = at
        self.by = "NULL::VARCHAR" if decided_by is None else literal(decided_by)
        self._tables: dict[str, int] = {}

    @property
    def number(self) -> int:
        return self.current.number + 1

    def count(self, table: str) -> int:
        return int(self.con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])

    def move(self) -> int:
        """Bring the records of ``moves`` to their new customers; returns how many moved."""
        moved = self.count("moves")
        if moved:
            self._write(
                "identities",
                "SELECT i.* REPLACE (CASE WHEN m.customer_key IS NULL THEN i.merged_into "
                "WHEN m.merged_into <> i.customer_key THEN m.merged_into END AS merged_into) "
                "FROM all_identities i LEFT JOIN moves m ON m.customer_key = i.customer_key",
            )
        return moved

    def record(self) -> None:
        """Keep the ``moves`` in the journal, so that they can be taken back."""
        rows = (
            f"SELECT {self.number}::BIGINT AS merge_id, customer_key, merged_from, merged_into, "
            f"rule, {self.by} AS decided_by, {self.at} AS decided_at, NULL::VARCHAR AS undone_by, "
            "NULL::TIMESTAMP AS undone_at FROM moves"
        )
        self._write("merges", self._with_known("merges", rows, new=self.count("moves")))

    def take_back(self, merge_id: int) -> None:
        """Mark this merging's rows of the records in ``moves`` as taken back."""
        mine = f"m.merge_id = {merge_id} AND m.customer_key IN (SELECT customer_key FROM moves)"
        self._write(
            "merges",
            f"SELECT m.* REPLACE (CASE WHEN {mine} THEN 'void' ELSE m.status END AS status, "
            f"CASE WHEN {mine} THEN {self.by} ELSE m.undone_by END AS undone_by, "
            f"CASE WHEN {mine} THEN {self.at} ELSE m.undone_at END AS undone_at) "
            "FROM all_merges m",
        )

    def decide(self, rows: str, *, instead_of: str = "false") -> None:
        """Put pairs (customer_key, other_key, rule, probability, decision) beside the known ones.

        A new row replaces the pair's old one; ``instead_of`` says which old rows ``p`` go too.
        """
        self.con.execute(f"CREATE OR REPLACE TABLE deciding AS {rows}").fetchall()
        decided = "decision <> 'open'"
        new = (
            "SELECT customer_key, other_key, rule, probability::DOUBLE AS probability, decision, "
            f"CASE WHEN {decided} THEN {self.by} END AS decided_by, "
            f"CASE WHEN {decided} THEN {self.at} END AS decided_at FROM deciding"
        )
        gone = (
            f"({instead_of}) OR (p.customer_key, p.other_key) IN "
            "(SELECT (customer_key, other_key) FROM deciding)"
        )
        count = self.count("deciding")
        dropped = self.count(f"all_match_pairs p WHERE {gone}")
        if count or dropped:
            self._write(
                "match_pairs", self._with_known("match_pairs", new, new=count, without=gone)
            )

    def publish(self) -> int | None:
        """Make what was written the current version; its number, or None when nothing was."""
        if not self._tables:
            return None
        publish(
            self.lake.folder / "versions",
            replace(
                self.current,
                number=self.number,
                tables={**self.current.tables, **self._tables},
                operation=self.operation,
                recorded_at=self._recorded_at,
                purged=(),
            ),
        )
        return self.number

    def _with_known(self, name: str, rows: str, *, new: int, without: str = "false") -> str:
        """New rows beside the table's own, with the columns that every row carries."""
        own = ", ".join(identifier(c.name) for c in FACTS[name].columns)
        seq = self.current.import_seq
        known = f"SELECT p.* FROM all_{name} p WHERE NOT coalesce({without}, false)"
        if not new:
            return known
        return (
            f"{known} UNION ALL SELECT {own}, {seq}::BIGINT AS import_seq, '' AS row_hash, "
            f"{self.at} AS recorded_at, 'live' AS status FROM ({rows})"
        )

    def _write(self, name: str, rows: str) -> None:
        table = FACTS[name]
        every = [c.name for c in table.columns] + ["status"]
        typed = ", ".join(
            f"CAST({identifier(c.name)} AS {c.type}) AS {identifier(c.name)}"
            for c in table.stored_columns
        )
        hashed = f"SELECT * REPLACE ({content_hash(table, every)} AS row_hash) FROM ({rows})"
        # Made whole first: the files that it is read from are still the published ones.
        self.con.execute(
            f"CREATE OR REPLACE TABLE writing AS SELECT {typed} FROM ({hashed}) "
            "ORDER BY customer_key"
        ).fetchall()
        self._tables[name] = delta.write(
            self.lake.folder / name,
            self.con.sql("SELECT * FROM writing"),
            overwrite=True,
            import_id=self.operation,
            import_seq=self.number,
        )
