"""Facts of a workspace: importing them, mapping tables that are there, who is who."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from regulars import settings

if TYPE_CHECKING:
    from regulars.facts import (
        ColumnMapping,
        ImportReport,
        TableStatus,
    )
    from regulars.facts.mapped import TableMapping
    from regulars.identities import Identities
    from regulars.sources import TableCount

from regulars.workspace.room import Progress, Room


class Facts(Room):
    """Facts come in here."""

    def import_facts(
        self,
        table: str,
        files: Any,
        *,
        source: str = "shop",
        mapping: ColumnMapping | None = None,
        recorded_at: dt.datetime | None = None,
        reject_limit: float = 0.05,
        void: bool = False,
        again: bool = False,
        progress: Progress | None = None,
        waiting: Callable[[str], None] | None = None,
    ) -> ImportReport:
        """Import one fact table from CSV, XLSX or Parquet files or data frames; all or none.

        Parameters
        ----------
        table : a declared fact table, e.g. "orders".
        files : a path, a pattern such as "data/2026-*.csv.gz", a frame, or a sequence of them.
        source : the system whose customer ids the files carry.
        mapping : which column is which; left out, the saved one, else a guess. A mapping that
            worked is saved in regulars.toml.
        recorded_at : the instant of the import; left out, the workspace's clock.
        reject_limit : share of rejected rows above which nothing is imported.
        void : withdraw the rows that the files name instead of taking them in.
        again : apply files that were imported before once more, over what changed since.

        Raises
        ------
        ImportRefused : too many rejects; nothing changed.
        FactsError, ParameterError : a file, column or setting is wrong; nothing changed.
        """
        chosen = mapping or self.mapping(table, source)
        report = self.lake.import_facts(
            table,
            files,
            source=source,
            mapping=chosen,
            recorded_at=recorded_at or self._clock(),
            reject_limit=reject_limit,
            void=void,
            again=again,
            progress=progress,
            waiting=waiting,
        )
        # What withdraws rows often names their key only, and what was imported before says nothing
        # new: neither is a mapping to keep for the next file.
        if mapping is not None and not void and not report.no_op:
            settings.save_mapping(self.settings.root, table, source, mapping.to_dict())
            self.settings = settings.read(self.settings.root)
        return report

    def mapping(self, table: str, source: str = "shop") -> ColumnMapping | None:
        """The mapping saved for a table and source; None when there is none."""
        from regulars.facts import ColumnMapping

        kept = self.settings.mappings.get(table, {}).get(source)
        return None if kept is None else ColumnMapping.from_dict(table, source, kept)

    def facts(self) -> list[TableStatus]:
        """What the lake holds of each declared table; without a lake, the tables mapped."""
        if self.settings.lake:
            return self.lake.status()
        from regulars.sources import status

        with self._session("facts", {}) as (session, _):
            return status(session.facts)

    def guess_map(self, table: str, relation: str) -> tuple[TableMapping, ColumnMapping]:
        """A guess at which columns of a company's table fill a fact; see `map_facts`.

        Returns
        -------
        The mapping, and the guess behind it with how sure it is and what it left unused.
        """
        from regulars import sources

        with sources.opened(self.settings) as engine:
            return sources.guess(self.settings, engine, table, relation)

    def map_facts(
        self,
        table: str,
        relation: str,
        columns: Mapping[str, str],
        *,
        zone: str | None = None,
    ) -> TableCount:
        """Say which table of the engine's database is a fact, in a workspace without a lake.

        Parameters
        ----------
        table : a declared fact table, e.g. "orders".
        relation : theirs, as SQL names it; with DuckDB also a Parquet or CSV file.
        columns : field to column or expression, e.g. ``{"amount": "cents / 100"}``.
        zone : IANA zone of times that carry none; left out, the workspace's.

        Returns
        -------
        What the table holds, read through the mapping; the mapping is saved in regulars.toml.

        Raises
        ------
        ParameterError : a field, column or expression is wrong; nothing was saved.
        FactsError : the table is not there, or may not be read; nothing was saved.
        """
        from regulars import sources

        with sources.opened(self.settings) as engine:
            mapping, count = sources.tried(self.settings, engine, table, relation, columns, zone)
        settings.save_fact(self.settings.root, table, mapping.to_dict())
        self.settings = settings.read(self.settings.root)
        return count

    @property
    def identities(self) -> Identities:
        """Who is who: match customers across sources, review pairs, merge and unmerge."""
        from regulars.identities import Identities

        return Identities(self.lake, clock=self._clock, settings=self.settings.identities)
