"""The lake: the workspace's facts on disk, read by version and written by one writer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.errors import FactsError, ParameterError
from regulars.facts import delta, leases, records, rejects, versions
from regulars.facts.casting import Money
from regulars.facts.connecting import connection, scratch
from regulars.facts.erasing import ErasureReport
from regulars.facts.forgetting import TELLING, ForgetReport
from regulars.facts.forgotten import Erasure, Forgotten, read_forgotten
from regulars.facts.mapping import ColumnMapping, Preview
from regulars.facts.money import exponent as exponent_of
from regulars.facts.reading import Progress
from regulars.facts.refusals import in_words
from regulars.facts.reports import ImportReport, TableStatus
from regulars.facts.retention import LakeUpkeep
from regulars.facts.stocktaking import last_imports, table_status
from regulars.facts.tables import FACTS, check_importable, fact_table
from regulars.facts.turns import Waiting, turn
from regulars.facts.versions import FactsVersion
from regulars.facts.zones import check_zone

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from regulars.facts.landing import Landing

REJECTS_AT_ONCE = 5_000


class Lake:
    """The facts of one workspace.

    Parameters
    ----------
    root : the workspace's folder; the facts live in ``<root>/facts``.
    zone : IANA time zone whose days count.
    currency : reporting currency (ISO 4217); ``exponent`` its decimals, else looked up.
    memory_limit : of the importing connection, e.g. ``"4GB"``; more is spilled to disk.
    closed_because : words why nothing may be written here now; None where it may.
    """

    def __init__(
        self,
        root: str | Path,
        *,
        zone: str,
        currency: str,
        exponent: int | None = None,
        memory_limit: str = "60%",
        closed_because: str | None = None,
    ) -> None:
        self.root = Path(root).absolute()
        delta.check_path(self.root)
        self.zone = zone
        self.money = Money(currency, exponent_of(currency) if exponent is None else exponent)
        self.memory_limit = memory_limit
        self.closed_because = closed_because

    @property
    def folder(self) -> Path:
        return self.root / "facts"

    # ---- reading -------------------------------------------------------------------------

    def current(self) -> FactsVersion | None:
        """The newest published version; None before the first import."""
        return versions.newest(self.folder / "versions")

    @contextmanager
    def held(self) -> Iterator[FactsVersion | None]:
        """The current version, its files kept from being removed while the block runs.

        Only a forgetting removes them all the same: it must.
        """

        def number(version: FactsVersion | None) -> int:
            return version.number if version else 0

        with leases.leased(self.root, self.current, number) as version:
            yield version

    def version(self, number: int) -> FactsVersion:
        """A published version; its ``purged`` names tables whose state then is gone.

        Raises
        ------
        FactsError : there is no such version.
        """
        version = versions.read_version(self.folder / "versions", number)
        current = self.current()
        return versions.mark_purged(version, current) if current else version

    def files(self, table: str, version: FactsVersion | int | None = None) -> tuple[str, ...]:
        """Absolute Parquet paths of a table in a version (the current one when None).

        Rows of all statuses; ``()`` when nothing was imported. Of a version
        older than a forgetting, ``identities``, ``people``, ``customers`` and ``memberships`` are
        given as the forgetting left them (the version's ``purged`` says so), because their past
        is gone for good.

        Raises
        ------
        FactsError : the table's rows in that version were purged.
        """
        declared = fact_table(table)
        if isinstance(version, int):
            version = self.version(version)
        version = version or self.current()
        if version is None or table not in version.tables:
            return ()
        at = version.tables[table]
        current = self.current()
        oldest = current.oldest.get(table, at) if current else at
        if at < oldest and not (declared.personal or table in TELLING):
            raise FactsError(
                f"{table} as of facts version {version.number} is gone: somebody was forgotten "
                "with all they did. Use the current version."
            )
        return delta.files(self.folder / table, max(at, oldest))

    def imports(self) -> list[ImportReport]:
        """The history of imports, oldest first."""
        current = self.current()
        last = current.import_seq if current else 0
        return [records.read_record(f) for f in records.published(self.folder, last)]

    def numbers(self) -> list[int]:
        """The numbers of the facts versions that are left, oldest first."""
        return versions.numbers(self.folder / "versions")

    def status(self, version: FactsVersion | None = None) -> list[TableStatus]:
        """Rows, days and last import of every declared table, in a version (None: the current).

        Raises
        ------
        FactsError : rows of that version were purged.
        """
        last = last_imports(self.imports(), upto=version.import_seq if version else None)
        with self._connection() as con:
            return [
                table_status(con, name, self.files(name, version), last.get(name)) for name in FACTS
            ]

    def rejects(
        self, import_id: str, *, code: str = "", most: int | None = None
    ) -> list[dict[str, Any]]:
        """Rejected rows of an import, refused ones too: file, line, column, code, raw.

        Parameters
        ----------
        code : those of this reason alone. most : the first so many.

        Raises
        ------
        UnknownName : no import has this id.
        """
        found = self.rejects_by_parts(import_id, code=code, rows=most or REJECTS_AT_ONCE)
        if most is not None:
            with closing(found):
                return next(found, [])
        return [row for some in found for row in some]

    def rejects_by_parts(
        self, import_id: str, *, code: str = "", rows: int = REJECTS_AT_ONCE
    ) -> Generator[list[dict[str, Any]], None, None]:
        """The same, so many at a time: a large file can have as many as it has rows."""
        current = self.current()
        path = records.rejected(self.folder, import_id, current.import_seq if current else 0)
        if path.exists():
            with self._connection() as con:
                yield from rejects.read(con, path, code=code, rows=rows)

    def guess(
        self,
        table: str,
        file: Any,
        *,
        source: str = "shop",
        encoding: str | None = None,
        delimiter: str | None = None,
        sheet: str | None = None,
        header_row: int | None = None,
    ) -> tuple[ColumnMapping, tuple[str, ...]]:
        """A mapping guessed for a file or frame, and the file's columns; as `preview`."""
        found = self.preview(
            table,
            file,
            source=source,
            encoding=encoding,
            delimiter=delimiter,
            sheet=sheet,
            header_row=header_row,
        )
        return found.mapping, found.header

    def preview(
        self,
        table: str,
        file: Any,
        *,
        source: str = "shop",
        encoding: str | None = None,
        delimiter: str | None = None,
        sheet: str | None = None,
        header_row: int | None = None,
    ) -> Preview:
        """What a look at the beginning of a file or frame shows, before anything is imported.

        ``encoding``, ``delimiter``, ``sheet`` and ``header_row`` say how the file is opened; what
        is None is found out.
        """
        from regulars.facts.previewing import look

        check_importable(table)
        opening = {
            "encoding": encoding, "delimiter": delimiter, "sheet": sheet, "header_row": header_row,
        }  # fmt: skip
        return look(self._connection, table, file, source=source, opening=opening)

    # ---- writing -------------------------------------------------------------------------

    def import_facts(
        self,
        table: str,
        files: Any,
        *,
        source: str = "shop",
        mapping: ColumnMapping | None = None,
        recorded_at: dt.datetime,
        reject_limit: float = 0.05,
        void: bool = False,
        again: bool = False,
        progress: Progress | None = None,
        waiting: Waiting | None = None,
    ) -> ImportReport:
        """Import one table from files (CSV, also packed, Parquet, XLSX) or frames; all or none.

        Parameters
        ----------
        table : declared fact table.
        files : a path, a pattern such as ``data/2026-*.csv.gz``, a frame, or a sequence of them.
        source : the system whose customer ids the files carry.
        mapping : which column is which; guessed when None.
        recorded_at : the instant of the import, from the caller's clock.
        reject_limit : share of rejected rows above which the import is refused whole.
        void : withdraw the rows that the files name instead of taking them in.
        again : apply files that were imported before once more, over what changed since.
        progress : told phase, done and total; ``waiting`` told whom the lock is held by.

        Raises
        ------
        ImportRefused : too many rejects; nothing changed; `rejects` reads them.
        FactsError, ParameterError : a file, column or setting is wrong; nothing changed.
        """
        from regulars.facts.importing import run
        from regulars.facts.job import Import, Request

        check_importable(table)
        if not 0 <= reject_limit <= 1:
            raise ParameterError(f"reject_limit is a share from 0 to 1, not {reject_limit}.")
        if not source.strip():
            raise ParameterError("A source needs a name, e.g. shop: the system of the ids.")
        request = Request(
            table=table,
            files=files if isinstance(files, list | tuple) else [files],
            source=source,
            mapping=mapping,
            recorded_at=recorded_at,
            reject_limit=reject_limit,
            void=void,
            again=again,
            progress=progress,
        )
        with (
            in_words(self.folder),
            self._writing(f"import of {table}", waiting) as work,
            self._connection(work) as con,
        ):
            for zone in filter(None, (self.zone, mapping.zone if mapping else None)):
                check_zone(con, zone)
            job = Import(
                facts=self.folder,
                current=self.current() or FactsVersion(number=0),
                money=self.money,
                zone=self.zone,
                request=request,
                con=con,
                work=work,
            )
            with job.watch.watching():
                return run(job)

    @contextmanager
    def landing(self, stream: str, waiting: Waiting | None = None) -> Iterator[Landing]:
        """Hold the writer's lock to land rows that are no file; see `regulars.facts.landing`.

        Parameters
        ----------
        stream : name of where they come from; batches of one stream are numbered, rising.
        """
        from regulars.facts.landing import Landing

        with in_words(self.folder), self._writing(f"landing of {stream}", waiting) as work:
            yield Landing(
                facts=self.folder,
                before=self.current() or FactsVersion(number=0),
                money=self.money,
                zone=self.zone,
                stream=stream,
                work=work,
                connect=lambda: self._connection(work),
            )

    def forgotten(self) -> Forgotten:
        """The keyed hashes of the forgotten, and the secret that they are made with."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return read_forgotten(self.folder)

    def forget(
        self,
        external_id: str,
        *,
        source: str = "shop",
        purge: bool = False,
        recorded_at: dt.datetime | None = None,
        waiting: Waiting | None = None,
    ) -> ForgetReport:
        """Forget a person: identities, personal data, rejects, and every old file that had them.

        What they did stays and belongs to nobody, unless ``purge`` removes it too. A keyed hash
        of the ids keeps them from coming back by import.
        """
        from regulars.facts.forgetting import forget

        with self.writing("forgetting somebody", waiting) as (con, current):
            return forget(
                con,
                self.folder,
                current,
                source=source,
                external_id=external_id,
                purge=purge,
                recorded_at=recorded_at.isoformat() if recorded_at else None,
            )

    def erase(
        self,
        erasures: Iterable[Erasure] = (),
        *,
        recorded_at: dt.datetime | None = None,
        waiting: Waiting | None = None,
    ) -> ErasureReport:
        """Forget everybody on a list of the forgotten, after a backup brought them back."""
        from regulars.facts.erasing import erase

        with self._writing("forgetting by list", waiting) as work, self._connection(work) as con:
            return erase(
                con,
                self.folder,
                self.current() or FactsVersion(number=0),
                erasures=erasures,
                recorded_at=recorded_at.isoformat() if recorded_at else None,
            )

    def maintain(
        self,
        *,
        keep_since: dt.datetime,
        recorded_at: dt.datetime,
        dry_run: bool = False,
        waiting: Waiting | None = None,
    ) -> LakeUpkeep:
        """Make small files one, and remove what no version that stays needs.

        Parameters
        ----------
        keep_since : versions that were current at some moment since then stay readable.
        recorded_at : the instant of this, from the caller's clock.
        dry_run : change nothing, say what would go now (small files made one go later).
        """
        from regulars.facts import retention

        if not self.folder.is_dir():
            return LakeUpkeep(compacted={}, versions=(), files=0, bytes=0, orphans=0, kept=())
        with self._writing("maintenance", waiting, look_only=dry_run):
            return retention.maintain(
                self.root,
                self.folder,
                self.current(),
                keep_since=keep_since,
                recorded_at=recorded_at,
                dry_run=dry_run,
            )

    @contextmanager
    def writing(
        self, purpose: str, waiting: Waiting | None = None
    ) -> Iterator[tuple[DuckDBPyConnection, FactsVersion]]:
        """Hold the writer's lock: a connection, and the version that a new one follows."""
        with self._writing(purpose, waiting) as work, self._connection(work) as con:
            yield con, self.current() or FactsVersion(number=0)

    @contextmanager
    def reading(self) -> Iterator[tuple[DuckDBPyConnection, FactsVersion]]:
        """A connection, and the current version, held meanwhile; no lock, nobody waits."""
        with self.held() as version, self._connection() as con:
            yield con, version or FactsVersion(number=0)

    @contextmanager
    def _writing(
        self, purpose: str, waiting: Waiting | None, *, look_only: bool = False
    ) -> Iterator[Path]:
        """Hold the lock over a clean state; gives an empty working folder."""
        if self.closed_because:
            raise FactsError(self.closed_because)
        with turn(
            self.folder, purpose, waiting, connect=self._connection, look_only=look_only
        ) as work:
            yield work

    def _connection(self, work: Path | None = None) -> AbstractContextManager[DuckDBPyConnection]:
        spill = work / "spill" if work is not None else scratch(self.root)
        return connection(memory_limit=self.memory_limit, spill=spill)
