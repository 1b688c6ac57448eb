"""Answers of a workspace: questions, snapshots, fits, single customers."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars import __version__, fits, settings
from regulars import runs as log
from regulars.errors import FactsError, ParameterError, WorkspaceError

if TYPE_CHECKING:
    from regulars.analyses.analysis import Analysis
    from regulars.analyses.measured import MeasuredRetention, Source
    from regulars.fits import StoredFit
    from regulars.result import Result
    from regulars.snapshot import Snapshot
    from regulars.sources import LakeFacts

from regulars.workspace.room import Room


class Answers(Room):
    """Answers go out here."""

    def show(
        self,
        name: str,
        *,
        by: str | None = None,
        customer: str | None = None,
        limit: int | None = None,
        columns: Sequence[str] | None = None,
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
        columns : no columns but these, in this order; left out, all.
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
        parameters = self._completed(analysis, parameters)
        name = analysis.name
        if by is not None:
            result = self._show_by(analysis, by, parameters, customer=customer, limit=limit)
            return result if columns is None else result.only(columns)
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
        return result if columns is None else result.only(columns)

    def show_together(self, names: Sequence[str], **parameters: Any) -> dict[str, Result]:
        """Answer several questions at once, with the same parameters on the same facts.

        What they share, such as a fit, is worked out once.

        Parameters
        ----------
        names : analyses that take the same parameters, other than lists of customers.
        parameters : as for `show`.

        Returns
        -------
        dict : the answers by name.

        Raises
        ------
        UnknownName, ParameterError, EngineError : as `show`; the analyses' parameters differ.
        """
        from regulars.analyses import find
        from regulars.analyses.run import run as answer

        asked = [find(name) for name in names]
        if len({analysis.parameters for analysis in asked}) > 1:
            raise ParameterError(f"{', '.join(names)} do not take the same parameters")
        results: dict[str, Result] = {}
        with self._session("+".join(names), parameters) as (session, line):
            for analysis in asked:
                results[analysis.name] = answer(analysis, parameters, session)
                line.parameters = results[analysis.name].parameters
            line.rows = sum(len(result) for result in results.values())
        return results

    def retention_curve(
        self,
        source: Source = "orders",
        *,
        plan: str = "all",
        auto_renew: str = "all",
        **parameters: Any,
    ) -> MeasuredRetention:
        """Retention of this workspace's own customers, for a lifetime-value table.

        Rates with their covariance, as `regulars.strategy.RetentionCurve`, and in words how they
        were obtained: counted as far as that goes, then a fitted curve's.

        Parameters
        ----------
        source : "orders" (no contract; the analysis ``retention``) or "subscriptions" (the
            analysis ``renewals``).
        plan, auto_renew : of subscriptions, those of one plan, or those that renew by themselves
            ("yes") or not ("no").
        parameters : of that analysis: ``periods``, ``period``, ``model``, ``as_of``, …

        Raises
        ------
        ParameterError : an unknown source, plan or parameter.
        EngineError : a statement failed.
        """
        from regulars.analyses.measured import ANALYSES

        if source not in ANALYSES:
            raise ParameterError(f"source is one of {', '.join(ANALYSES)}, not {source!r}")
        asked = (plan, auto_renew)
        if source == "orders" and asked != ("all", "all"):
            raise ParameterError("plan and auto_renew are of subscriptions, not of orders")
        if source == "subscriptions":
            parameters["strata"] = {
                (True, True): "none",
                (False, True): "plan",
                (True, False): "auto_renew",
                (False, False): "both",
            }[plan == "all", auto_renew == "all"]
        result = self.show(ANALYSES[source], **parameters)
        return self.curve_of(result, source, plan=plan, auto_renew=auto_renew)

    def curve_of(
        self,
        result: Result,
        source: Source = "orders",
        *,
        plan: str = "all",
        auto_renew: str = "all",
    ) -> MeasuredRetention:
        """The curve of an answer that is there already; see `retention_curve`.

        Parameters
        ----------
        result : of the analysis ``retention`` ("orders") or ``renewals`` ("subscriptions"), with
            its details.

        Raises
        ------
        ParameterError : no such plan, or way of renewing, among the answer's strata.
        """
        from regulars.analyses.measured import measured

        return measured(
            result,
            source,
            plan=plan,
            auto_renew=auto_renew,
            minor_per_major=10**self.settings.exponent,
        )

    def write(
        self,
        name: str,
        path: str | Path,
        *,
        columns: Sequence[str] | None = None,
        **parameters: Any,
    ) -> int:
        """Answer a named question into a Parquet file, however many rows it has.

        The engine writes the rows as they come, in no order; memory holds none of them. Where it
        writes several files (Spark), the path becomes a folder of them.

        Parameters
        ----------
        columns : no columns but these, in this order; what only others need is not worked out.

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
        parameters = self._completed(analysis, parameters)
        target = Path(path).absolute()
        if target.is_dir():
            raise ParameterError(f"{target} is a folder; name a file in it")
        settings.check_output(target)
        if analysis.grain != "customer":
            result = self.show(name, columns=columns, **parameters)
            result.write_parquet(target)
            return len(result)
        aside = aside_of(target)
        try:
            with self._session(analysis.name, parameters) as (session, line):
                only = None if columns is None else list(columns)
                result = answer(analysis, parameters, session, into=aside, only=only)
                line.parameters = result.parameters
                line.rows = session.published if _settle(aside, target, result) else 0
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
        from regulars.analyses.run import bound
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
            bound(day, session.span)
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

        parameters = self._completed(find("value_fit"), parameters)
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
            settings.save_value(self.settings.root, {**self.settings.value, **kept, "fit": fit.id})
            self.settings = settings.read(self.settings.root)
        return fit

    def fits(self) -> list[StoredFit]:
        """The fits of value that are kept here, oldest as-of day first."""
        return list(fits.kept(self.settings.root))

    def _options(self) -> dict[str, Mapping[str, Any]]:
        """What contributors to a snapshot are told, by their names."""
        value = dict(self._value_settings())
        if value.get("fit") is not None:
            value["fitted"] = self._told(value["fit"])["fitted"]
        return {"value": value}

    def _value_settings(self) -> Mapping[str, Any]:
        """What regulars.toml says under [value], checked.

        Raises
        ------
        ParameterError : a word that is none, or a value that cannot be.
        """
        from regulars.analyses import find
        from regulars.analyses.parameters import read

        said = self.settings.value
        of_file = (p for p in find("value").parameters if p.section == "value" or p.name == "fit")
        try:
            read(tuple(of_file), said)
        except ParameterError as error:
            raise ParameterError(f"{settings.FILE}, [value]: {error}") from None
        return said

    def _completed(self, analysis: Analysis, given: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters with what regulars.toml says in place of those that were not given."""
        own = [p.name for p in analysis.parameters if p.section == "value"]
        if not own or not self.settings.value:
            return dict(given)
        said = self._value_settings()
        # A kept fit is of a model already; the file's is for new ones.
        skipped = {"model"} if given.get("fit") is not None else set()
        defaults = {name: said[name] for name in own if name in said and name not in skipped}
        return {**defaults, **{name: v for name, v in given.items() if v is not None}}

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
        from regulars.snapshot import newness

        found = snapshot
        if found is None:
            known = self.snapshots()
            if not known:
                raise WorkspaceError("no snapshot yet: make one with `regulars analyse`")
            found = max(known, key=newness)
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


def _settle(aside: Path, target: Path, result: Result) -> bool:
    """Put what an engine wrote under its name; whether it wrote anything."""
    parts = sorted(aside.glob("*.parquet"))
    if not parts:  # no answer, said in the notes: the columns without rows
        result.write_parquet(target)
        return False
    if len(parts) == 1:
        parts[0].replace(target)
    else:
        target.unlink(missing_ok=True)
        aside.replace(target)
    return True
