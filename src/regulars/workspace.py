"""A workspace: a folder that holds settings, facts and snapshots, and answers questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars import __version__, settings
from regulars import runs as log
from regulars.errors import ParameterError, WorkspaceError
from regulars.settings import Settings

if TYPE_CHECKING:
    from regulars.analyses.analysis import Analysis
    from regulars.analyses.run import Session
    from regulars.declare import Column
    from regulars.engines import FactSource
    from regulars.facts import (
        ColumnMapping,
        ErasureReport,
        FactsVersion,
        ForgetReport,
        ImportReport,
        Lake,
        TableStatus,
    )
    from regulars.result import Result
    from regulars.snapshot import Snapshot
    from regulars.upkeep import BackupReport, Upkeep

Progress = Callable[[str, float, float | None], None]


def _now() -> dt.datetime:
    # The one clock: it dates runs and imports, never an answer.
    return dt.datetime.now(dt.UTC)  # noqa: TID251


@dataclass(frozen=True)
class LakeFacts:
    """One version of the lake's facts, as a run reads them."""

    lake: Lake
    at: FactsVersion | None

    @property
    def version(self) -> int | None:
        return self.at.number if self.at else None

    @property
    def imported(self) -> frozenset[str]:
        return frozenset(self.at.tables) if self.at else frozenset()

    @cached_property
    def columns(self) -> Mapping[str, Sequence[Column]]:
        from regulars.facts import FACTS

        return {name: table.stored_columns for name, table in FACTS.items()}

    def source(self, name: str) -> FactSource:
        from regulars.engines import FactFiles

        return FactFiles(self.lake.files(name, self.at) if self.at else ())


class Workspace:
    """Open with `regulars.open`, make with `regulars.init`.

    Parameters
    ----------
    root : the folder.
    clock : gives the instant that dates runs and imports; answers never depend on it.
    """

    def __init__(self, root: str | Path, *, clock: Callable[[], dt.datetime] = _now) -> None:
        from regulars.upkeep.upgrade import interrupted

        self.settings: Settings = settings.read(Path(root).absolute())
        if interrupted(self.settings.root):
            raise WorkspaceError(
                f"An upgrade of {self.settings.root} is under way or was interrupted. "
                "`regulars upgrade` finishes it."
            )
        self._clock = clock

    def __repr__(self) -> str:
        return f"Workspace({str(self.settings.root)!r})"

    @cached_property
    def lake(self) -> Lake:
        """The facts on disk."""
        from regulars.facts import Lake
        from regulars.upkeep.upgrade import closed_because

        s = self.settings
        return Lake(
            s.root,
            zone=s.zone,
            currency=s.currency,
            exponent=s.exponent,
            closed_because=closed_because(s),
        )

    # ---- facts ---------------------------------------------------------------------------

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
        """What the lake holds of each declared table."""
        return self.lake.status()

    def forget(
        self, external_id: str, *, source: str = "shop", purge: bool = False
    ) -> ForgetReport:
        """Forget a person: every row that names them, at once and for good (decision 4).

        Facts stay and belong to nobody; with ``purge`` they are removed too. Snapshots hold keys
        and no names; with ``purge`` they are removed, as they hold the person's figures.

        Where the settings name a file ``erasures``, the list of the forgotten is written there
        too, so that it outlives the workspace.

        Raises
        ------
        FactsError : another writer failed half-way and cannot be mended.
        WorkspaceError : the person is forgotten, but the list could not be written elsewhere.
        """
        report = self.lake.forget(
            external_id, source=source, purge=purge, recorded_at=self._clock()
        )
        if purge:
            import shutil

            shutil.rmtree(self._snapshots, ignore_errors=True)
        if self.settings.erasures is not None:
            self._export_after_forgetting(self.settings.erasures)
        return report

    def _export_after_forgetting(self, target: Path) -> None:
        try:
            self.export_erasures(target)
        except (OSError, WorkspaceError) as error:
            raise WorkspaceError(
                f"The person is forgotten here, but the list could not be written to {target}: "
                f"{error} Mend that and run `regulars erasures export {target}`, or a restored "
                "backup may bring them back."
            ) from error

    # ---- answers -------------------------------------------------------------------------

    def show(
        self,
        name: str,
        *,
        by: str | None = None,
        customer: str | None = None,
        limit: int | None = None,
        **parameters: Any,
    ) -> Result:
        """Answer a named question; see `regulars.catalogue()` for the names.

        Parameters
        ----------
        name : the analysis.
        by : answer once for each "store", "channel", "source_code", "campaign" or calendar
            "year"; the rows stand one below the other, that value first.
        customer : one customer only, by the id in the source system (``source:id`` where several
            sources use the same); for analyses with a row per customer.
        limit : at most so many rows, in the analysis's own order.
        parameters : as declared by the analysis; days as dates or ISO text, periods as
            "FROM..TO" (the last day not included).

        Raises
        ------
        UnknownName, ParameterError : no such analysis, parameter or value.
        EngineError : a statement failed; the error shows it.
        """
        from regulars.analyses import chosen, find
        from regulars.analyses.run import run as answer

        analysis, parameters = chosen(find(name), parameters)
        name = analysis.name
        if by is not None:
            return self._show_by(analysis, by, parameters, customer=customer, limit=limit)
        records: tuple[int, ...] = ()
        if customer is not None:
            if analysis.grain != "customer":
                raise ParameterError(f"{name} has no row per customer; leave out customer")
            records = self.records(customer)
        with self._session(name, parameters) as (session, line):
            result = answer(analysis, parameters, session, limit=limit, records=records)
            line.rows = len(result)
            line.parameters = result.parameters
        return result

    def _show_by(
        self,
        analysis: Analysis,
        by: str,
        parameters: Mapping[str, Any],
        *,
        customer: str | None,
        limit: int | None,
    ) -> Result:
        from regulars.analyses.cuts import check, run_by

        if customer is not None:
            raise ParameterError("give either by or customer, not both")
        check(analysis, by)
        with self._session(analysis.name, {**parameters, "by": by}) as (session, line):
            result = run_by(analysis, by, parameters, session, limit=limit)
            line.rows = len(result)
            line.parameters = result.parameters
        return result

    def analyse(self, *, as_of: str | dt.date | None = None, window_days: int = 365) -> Snapshot:
        """Take a snapshot: one row a customer as of a day, immutable, as Parquet.

        Parameters
        ----------
        as_of : facts before the start of this day count; left out, the day after the last order.
        window_days : length of the window for recent frequency, spend and groups.

        Raises
        ------
        WorkspaceError : no order was imported.
        """
        from regulars.analyses.parameters import WINDOW_DAYS, read, read_day
        from regulars.analyses.snapshots import take
        from regulars.snapshot import SnapshotAsk

        window_days = read([WINDOW_DAYS], {"window_days": window_days})["window_days"]
        parameters = {"as_of": as_of, "window_days": window_days}
        with self._session("analyse", parameters) as (session, line):
            last = session.span.last_day
            if last is None:
                raise WorkspaceError("no live order in the facts: import orders first")
            try:
                day = last + dt.timedelta(days=1) if as_of is None else read_day(as_of)
            except ValueError as error:
                raise ParameterError(f"as_of: {error}") from None
            asked = SnapshotAsk(day, window_days)
            snapshot, _ = take(session, asked, self._snapshots, program_version=__version__)
            line.rows = snapshot.rows
            line.parameters = snapshot.manifest["parameters"]
        return snapshot

    def snapshots(self) -> list[Snapshot]:
        """Every published snapshot, oldest as-of day first."""
        from regulars.snapshot import published

        return list(published(self._snapshots))

    def customer(self, external_id: str, *, snapshot: Snapshot | None = None) -> dict[str, Any]:
        """One customer's row of a snapshot; of the newest when none is given.

        Raises
        ------
        UnknownName : nobody of this id, or not in the snapshot.
        WorkspaceError : no snapshot yet.
        """
        from regulars.errors import UnknownName

        key = self.customer_key(external_id)
        found = snapshot
        if found is None:
            known = self.snapshots()
            if not known:
                raise WorkspaceError("no snapshot yet: make one with `regulars analyse`")
            found = max(known, key=lambda s: (s.manifest["facts_version"] or 0, s.as_of))
        row = found.customer(key)
        if row is None:
            raise UnknownName(f"{external_id} is not in the snapshot {found.id}")
        return {"external_id": external_id, "snapshot": found.id, **row}

    def customer_key(self, external_id: str) -> int:
        """The key under which a customer's facts are counted, merges followed.

        Raises
        ------
        UnknownName : nobody of this id.
        ParameterError : several sources know this id; name one as ``source:id``.
        """
        return self.records(external_id)[0]

    def records(self, external_id: str) -> tuple[int, ...]:
        """The customer's key, then those of the records that were merged into it.

        Raises
        ------
        UnknownName, ParameterError : as `customer_key`.
        """
        from regulars.errors import UnknownName

        found = self._identities(external_id)
        if not found and ":" in external_id:
            source, _, own = external_id.partition(":")
            found = [row for row in self._identities(own) if row[0] == source]
        keys = {key for _, key in found}
        if not keys:
            raise UnknownName(f"there is no customer {external_id!r}")
        if len(keys) > 1:
            names = ", ".join(f"{source}:{external_id}" for source, _ in found)
            raise ParameterError(f"several customers have this id; name one of {names}")
        key = int(keys.pop())
        merged = self._identities_where("merged_into = $value", key)
        return (key, *sorted({int(own) for _, own, _ in merged} - {key}))

    def _identities(self, external_id: str) -> list[tuple[str, int]]:
        found = self._identities_where("external_id = $value", external_id)
        return [(source, key if owner is None else owner) for source, key, owner in found]

    def _identities_where(self, condition: str, value: Any) -> list[tuple[str, int, int | None]]:
        """source, customer_key and merged_into of the records that meet a condition of ours."""
        import duckdb

        files = list(self.lake.files("identities"))
        if not files:
            return []
        with duckdb.connect() as connection:
            return connection.execute(
                "select source, customer_key, merged_into from read_parquet($files)"
                f" where {condition} order by source, customer_key",
                {"files": files, "value": value},
            ).fetchall()

    def runs(self) -> list[dict[str, Any]]:
        """What was computed here, oldest first: one dictionary a run, its SQL included."""
        return log.read(self.settings.root)

    # ---- upkeep --------------------------------------------------------------------------

    def backup(self, target: str | Path, *, progress: Progress | None = None) -> BackupReport:
        """Copy the workspace as it is now into one file; see `regulars.upkeep.backup`.

        Parameters
        ----------
        target : a new file, or a folder that gets one.
        """
        from regulars import upkeep

        return upkeep.backup(
            self.settings, self.lake, Path(target), at=self._clock(),
            program_version=__version__, progress=progress,
        )  # fmt: skip

    def export_erasures(self, target: str | Path) -> int:
        """Write the list of the forgotten to a file elsewhere; returns how many ids it has."""
        from regulars import upkeep

        return upkeep.export(self.settings.root / "facts", Path(target))

    def apply_erasures(self, path: str | Path) -> ErasureReport:
        """Forget everybody on a list: a file, or another copy of this workspace.

        Raises
        ------
        WorkspaceError : no list, or that of another workspace.
        """
        import shutil

        from regulars import upkeep
        from regulars.upkeep.erasures import of_facts

        secret_id = of_facts(self.lake.folder).secret_id
        listed = upkeep.read_erasures(Path(path), secret_id=secret_id).erasures
        report = self.lake.erase(listed.values(), recorded_at=self._clock())
        if report.purged:
            shutil.rmtree(self._snapshots, ignore_errors=True)
        return report

    def maintain(
        self,
        *,
        keep_days: int = 30,
        keep_runs_days: int = 365,
        dry_run: bool = False,
        waiting: Callable[[str], None] | None = None,
    ) -> Upkeep:
        """Remove what no facts version of the last ``keep_days`` needs, and make files fewer."""
        from regulars import upkeep

        if keep_days < 0 or keep_runs_days < 0:
            raise ParameterError("days to keep are 0 or more")
        return upkeep.maintain(
            self.settings.root, self.lake, at=self._clock(), keep_days=keep_days,
            keep_runs_days=keep_runs_days, dry_run=dry_run, waiting=waiting,
        )  # fmt: skip

    # ---- within --------------------------------------------------------------------------

    @property
    def _snapshots(self) -> Path:
        return self.settings.root / "snapshots"

    @contextmanager
    def _session(
        self, name: str, parameters: Mapping[str, Any]
    ) -> Iterator[tuple[Session, log.Run]]:
        """An engine on the current facts for one run, and the run's line in the log."""
        from regulars.analyses.run import Session
        from regulars.engines import open_engine

        root = self.settings.root
        run = log.Run(
            name, parameters, self.settings.engine.partition("@")[2] or self.settings.engine
        )
        with log.recorded(root, self._clock, __version__, run), self.lake.held() as version:
            engine = open_engine(self.settings.engine, scratch=root / "scratch")
            run.engine = engine.name
            session = Session(
                engine,
                LakeFacts(self.lake, version),
                minor_per_major=10**self.settings.exponent,
            )
            run.facts_version = session.facts.version
            try:
                yield session, run
            finally:
                run.sql = session.executed
                engine.close()


def init(path: str | Path, *, zone: str, currency: str, engine: str = "duckdb") -> Workspace:
    """Make a workspace in a new or empty folder.

    Parameters
    ----------
    zone : IANA time zone in which days are counted, e.g. "Asia/Shanghai".
    currency : reporting currency, ISO 4217, e.g. "CNY".
    engine : where questions are computed: "duckdb", "postgresql://…", "spark:local[2]".

    Raises
    ------
    WorkspaceError : the folder holds something already.
    ParameterError : unknown zone, currency or engine.
    """
    from regulars.engines.engine import check_url
    from regulars.facts import Lake

    root = Path(path).absolute()
    settings.check(zone=zone, currency=currency)
    check_url(engine)
    Lake(root, zone=zone, currency=currency)  # refuses a path that a lake cannot stand on
    if root.exists() and any(root.iterdir()):
        raise WorkspaceError(f"{root} is not empty; nothing was changed")
    root.mkdir(parents=True, exist_ok=True)
    settings.write_new(root, zone=zone, currency=currency, engine=engine)
    return Workspace(root)


def open(path: str | Path = ".") -> Workspace:
    """Open a workspace.

    Raises
    ------
    WorkspaceError : no workspace there, or made by a newer program.
    """
    return Workspace(path)
