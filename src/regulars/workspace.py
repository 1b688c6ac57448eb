"""A workspace: a folder that holds settings, facts and snapshots, and answers questions."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars import __version__, fits, settings
from regulars import runs as log
from regulars.errors import FactsError, ParameterError, WorkspaceError
from regulars.settings import Settings

if TYPE_CHECKING:
    from regulars.analyses.analysis import Analysis
    from regulars.analyses.run import Session
    from regulars.engines import Engine
    from regulars.facts import (
        ColumnMapping,
        ErasureReport,
        ForgetReport,
        ImportReport,
        Lake,
        TableStatus,
    )
    from regulars.facts.mapped import TableMapping
    from regulars.fits import StoredFit
    from regulars.identities import Identities
    from regulars.result import Result
    from regulars.snapshot import Snapshot
    from regulars.sources import LakeFacts, TableCount, TableFacts
    from regulars.upkeep import BackupReport, Upkeep

Progress = Callable[[str, float, float | None], None]


def _now() -> dt.datetime:
    # The one clock: it dates runs and imports, never an answer.
    return dt.datetime.now(dt.UTC)  # noqa: TID251


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
        """The facts on disk.

        Raises
        ------
        WorkspaceError : this workspace reads the company's own tables and has no lake.
        """
        from regulars.facts import Lake
        from regulars.upkeep.upgrade import closed_because

        s = self.settings
        if not s.lake:
            raise WorkspaceError(
                "this workspace reads tables where they are and keeps no facts of its own: nothing"
                " can be imported, withdrawn or forgotten here, and there are no facts versions."
                " Change the data where they live."
            )
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
        if self.settings.erasures is not None:
            self._export_after_forgetting(self.settings.erasures)
        return report

    @property
    def identities(self) -> Identities:
        """Who is who: match customers across sources, review pairs, merge and unmerge."""
        from regulars.identities import Identities

        return Identities(self.lake, clock=self._clock, settings=self.settings.identities)

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
            # Without a lake the keys hold for one run, so they are looked up within it.
            records = self.records(customer) if self.settings.lake else ()
        with self._session(name, parameters) as (session, line):
            if customer is not None and not records:
                records = session.facts.records(customer)
            result = answer(analysis, parameters, session, limit=limit, records=records)
            line.rows = len(result)
            line.parameters = result.parameters
        return result

    def write(self, name: str, path: str | Path, **parameters: Any) -> int:
        """Answer a named question into a Parquet file, however many rows it has.

        The engine writes the rows as they come, in no order; memory holds none of them. Where it
        writes several files (Spark), the path becomes a folder of them.

        Returns
        -------
        int : the rows written. An earlier file of that name is replaced when all is there.

        Raises
        ------
        UnknownName, ParameterError, EngineError : as `show`; the path is a folder.
        """
        from regulars.analyses import chosen, find
        from regulars.analyses.run import run as answer
        from regulars.result import aside_of

        analysis, parameters = chosen(find(name), parameters)
        target = Path(path).absolute()
        if target.is_dir():
            raise ParameterError(f"{target} is a folder; name a file in it")
        settings.check_output(target)
        if analysis.grain != "customer":
            result = self.show(name, **parameters)
            result.write_parquet(target)
            return len(result)
        aside = aside_of(target)
        try:
            with self._session(analysis.name, parameters) as (session, line):
                result = answer(analysis, parameters, session, into=aside)
                line.parameters = result.parameters
                line.rows = _settle(aside, target, result)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return line.rows

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
                raise WorkspaceError("no live order in the facts: import or map orders first")
            try:
                day = last + dt.timedelta(days=1) if as_of is None else read_day(as_of)
            except ValueError as error:
                raise ParameterError(f"as_of: {error}") from None
            asked = SnapshotAsk(day, window_days, session.span.first_day, self._options())
            snapshot, _ = take(session, asked, self._snapshots, program_version=__version__)
            self._keep_unless_purged(snapshot)
            line.rows = snapshot.rows
            line.parameters = snapshot.manifest["parameters"]
        return snapshot

    def fit_value(self, *, use: bool = False, **parameters: Any) -> StoredFit:
        """Fit the models of value and keep the fit, for later scores by its id.

        Parameters
        ----------
        use : count value in snapshots by these parameters and this fit from now on.
        parameters : of the analysis ``value_fit``.

        Raises
        ------
        WorkspaceError : nothing could be fitted.
        """
        import json

        from regulars.analyses import find
        from regulars.analyses.run import tell

        with self._session("value_fit", parameters) as (session, line):
            found, asked = tell(find("value_fit"), parameters, session)
            line.parameters = {**line.parameters, **asked}
        told = json.loads(found) if found else {"failed": "no order"}
        if "failed" in told:
            raise WorkspaceError(f"nothing could be fitted: {told['failed']}")
        fit = fits.save(
            self.settings.root,
            told,
            parameters=asked,
            facts_version=session.facts.version,
            fitted_at=self._clock(),
            program_version=__version__,
        )
        if use:
            kept = {k: v for k, v in asked.items() if k != "as_of" and v is not None}
            settings.save_value(self.settings.root, {**kept, "fit": fit.id})
            self.settings = settings.read(self.settings.root)
        return fit

    def fits(self) -> list[StoredFit]:
        """The fits of value that are kept here, oldest as-of day first."""
        return list(fits.kept(self.settings.root))

    def _told(self, name: str) -> Mapping[str, Any]:
        return fits.read(self.settings.root, name).told

    def _options(self) -> dict[str, Mapping[str, Any]]:
        """What contributors to a snapshot are told, by their names."""
        value = dict(self.settings.value)
        if "fit" in value:
            value["fitted"] = self._told(value["fit"])["fitted"]
        return {"value": value}

    def _keep_unless_purged(self, snapshot: Snapshot) -> None:
        """Drop a snapshot whose facts were purged while it was made: it has that person's."""
        if not self.settings.lake:
            return
        try:
            self.lake.files("orders", snapshot.manifest["facts_version"])
        except FactsError:
            shutil.rmtree(snapshot.path)
            raise

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

        found = snapshot
        if found is None:
            known = self.snapshots()
            if not known:
                raise WorkspaceError("no snapshot yet: make one with `regulars analyse`")
            found = max(known, key=_newest)
        if found.has_outside_ids:
            row = found.customer_of(external_id)
        else:
            row = found.customer(self.customer_key(external_id))
        if row is None:
            raise UnknownName(f"{external_id} is not in the snapshot {found.id}")
        return {**row, "external_id": external_id, "snapshot": found.id}

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
        return self._lake_facts.records(external_id)

    @property
    def _lake_facts(self) -> LakeFacts:
        from regulars.sources import LakeFacts

        return LakeFacts(self.lake, self.lake.current())

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
        from regulars import upkeep
        from regulars.upkeep.erasures import of_facts

        secret_id = of_facts(self.lake.folder).secret_id
        listed = upkeep.read_erasures(Path(path), secret_id=secret_id).erasures
        return self.lake.erase(listed.values(), recorded_at=self._clock())

    def maintain(
        self,
        *,
        keep_days: int = 30,
        keep_runs_days: int = 365,
        dry_run: bool = False,
        waiting: Callable[[str], None] | None = None,
    ) -> Upkeep:
        """Remove what no facts version of the last ``keep_days`` needs, and make files fewer.

        Without a lake only what runs left behind and old run logs go; the tables are not ours.
        """
        from regulars import upkeep

        if keep_days < 0 or keep_runs_days < 0:
            raise ParameterError("days to keep are 0 or more")
        return upkeep.maintain(
            self.settings.root, self.lake if self.settings.lake else None, at=self._clock(),
            keep_days=keep_days, keep_runs_days=keep_runs_days, dry_run=dry_run, waiting=waiting,
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
        from regulars.engines.engine import check_url

        root = self.settings.root
        run = log.Run(name, parameters, check_url(self.settings.engine))
        with log.recorded(root, self._clock, __version__, run):
            engine = open_engine(self.settings.engine, scratch=root / "scratch")
            run.engine = engine.name
            session: Session | None = None
            try:
                with self._facts(engine) as facts:
                    session = Session(
                        engine,
                        facts,
                        minor_per_major=10**self.settings.exponent,
                        stored=self._told,
                    )
                    run.facts_version = facts.version
                    yield session, run
            finally:
                run.sql = session.executed if session is not None else []
                engine.close()

    @contextmanager
    def _facts(self, engine: Engine) -> Iterator[LakeFacts | TableFacts]:
        """What a run reads: the lake's newest version, held until it ends, or the tables mapped."""
        from regulars.sources import LakeFacts, TableFacts

        if not self.settings.lake:
            from regulars.facts import leases

            # There is no version to hold, but what this run spills is in use.
            with leases.leased(self.settings.root, lambda: 0, lambda number: number):
                yield TableFacts.of(self.settings, engine, read_at=self._clock())
            return
        with self.lake.held() as version:
            yield LakeFacts(self.lake, version)


def _newest(snapshot: Snapshot) -> tuple[int, str, dt.date]:
    manifest = snapshot.manifest
    return manifest["facts_version"] or 0, manifest.get("facts_read_at") or "", snapshot.as_of


def _settle(aside: Path, target: Path, result: Result) -> int:
    """Put what an engine wrote under its name; how many rows there are."""
    import duckdb

    parts = sorted(aside.glob("*.parquet"))
    if not parts:  # no answer, said in the notes: the columns without rows
        result.write_parquet(target)
        return 0
    with duckdb.connect() as connection:
        files = [str(part) for part in parts]
        found = connection.execute("select count(*) from read_parquet($files)", {"files": files})
        rows = int(found.fetchall()[0][0])
    if len(parts) == 1:
        parts[0].replace(target)
    else:
        target.unlink(missing_ok=True)
        aside.replace(target)
    return rows


def init(
    path: str | Path, *, zone: str, currency: str, engine: str = "duckdb", lake: bool = True
) -> Workspace:
    """Make a workspace in a new or empty folder.

    Parameters
    ----------
    zone : IANA time zone in which days are counted, e.g. "Asia/Shanghai".
    currency : reporting currency, ISO 4217, e.g. "CNY".
    engine : where questions are computed: "duckdb", "postgresql://…", "spark:local[2]",
        "clickhouse".
    lake : whether facts are imported; else `map_facts` names tables that the engine already has.

    Raises
    ------
    WorkspaceError : the folder holds something already.
    ParameterError : unknown zone, currency or engine.
    """
    from regulars import sources
    from regulars.engines.engine import check_url
    from regulars.facts import Lake

    root = Path(path).absolute()
    settings.check(zone=zone, currency=currency)
    if check_url(engine) not in sources.WITHOUT_LAKE and not lake:
        raise ParameterError(
            f"without a lake the engine is one of {', '.join(sources.WITHOUT_LAKE)}"
        )
    Lake(root, zone=zone, currency=currency)  # refuses a path that a lake cannot stand on
    if root.exists() and any(root.iterdir()):
        raise WorkspaceError(f"{root} is not empty; nothing was changed")
    root.mkdir(parents=True, exist_ok=True)
    settings.write_new(root, zone=zone, currency=currency, engine=engine, lake=lake)
    return Workspace(root)


def open(path: str | Path = ".") -> Workspace:
    """Open a workspace.

    Raises
    ------
    WorkspaceError : no workspace there, or made by a newer program.
    """
    return Workspace(path)
