"""Running an analysis: check the question, open its facts, compose, compute, finish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from regulars.analyses import parameters as reading
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows, Span
from regulars.analyses.messages import BEFORE_HISTORY, NO_ORDERS, NOT_IMPORTED
from regulars.declare import Column, Text
from regulars.engines import Engine, FactSource
from regulars.errors import ParameterError
from regulars.result import Note, Result, chosen_columns, rows_of
from regulars.steps import Library, Node, Step
from regulars.steps.compose import Derivation, Program, Target, program
from regulars.steps.cutting import WHOLE, whole
from regulars.steps.purchases import LIVE_ORDERS, SPAN, STEPS, live_orders_of
from regulars.words import named

if TYPE_CHECKING:
    from arro3.core import Table

EXTERNAL_ID = named(
    Column(
        name="external_id",
        type="VARCHAR",
        meaning=Text("The customer's id in the source system.", "客户在来源系统中的编号。"),
    )
)

NAMES = Step(
    name="names",
    one_row="one customer record, with the first of its ids in alphabetical order",
    key=("customer_key",),
    sql="""
        select customer_key, min(external_id) as external_id
        from identities
        group by customer_key
    """,
)


class Facts(Protocol):
    """The facts that a run reads: one version throughout.

    Tables that keep no versions have a ``read_at`` instead, an instant; the keys of their customers
    hold for that run only.
    """

    @property
    def version(self) -> int | None: ...
    @property
    def read_at(self) -> str | None: ...
    @property
    def imported(self) -> frozenset[str]: ...
    @property
    def columns(self) -> Mapping[str, Sequence[Column]]: ...
    def source(self, name: str) -> FactSource: ...
    def records(self, external_id: str) -> tuple[int, ...]: ...


@dataclass
class Session:
    """One engine with one version of the facts, for one run.

    It remembers what it opened, ran and kept: a table once kept serves all that the run asks after,
    so that a session is for one question's parameters, or is told to `release` between two. Steps
    in ``cut`` stand before the facts of their name (`regulars.steps.cutting`). ``stored`` finds
    what a kept fit told, by its id. ``published`` rows were written last.
    """

    engine: Engine
    facts: Facts
    executed: list[str] = field(default_factory=list)
    cut: tuple[Step, ...] = ()
    minor_per_major: int = 100
    stored: Callable[[str], Mapping[str, Any]] | None = None
    published: int = 0
    _opened: set[str] = field(default_factory=set)
    _kept: set[str] = field(default_factory=set)
    _span: Span | None = None

    def compose(
        self, library: Library, targets: Sequence[Target], values: Mapping[str, Any]
    ) -> Program:
        """Compose and prepare: facts opened, shared steps kept. The targets are still to run."""
        facts = dict(self.facts.columns)
        if self.cut:
            library = Library([*library.values(), *self.cut])
            facts |= {WHOLE.format(step.name): facts[step.name] for step in self.cut}
        made = program(library, facts, targets, values, self.engine.dialect, self._kept)
        for name in made.facts:
            if name not in self._opened:
                self.engine.open_fact(name, facts[name], self.facts.source(whole(name)))
                self._opened.add(name)
        for made_table in made.kept:
            self.executed.append(made_table.sql)
            if isinstance(made_table, Derivation):
                self.engine.derive(made_table.step, made_table.sql, made_table.values)
            else:
                self.engine.keep(made_table.step.name, made_table.sql, made_table.step.key)
            self._kept.add(made_table.step.name)
        return made

    def release(self) -> None:
        """Forget what was kept, for another question on the same facts."""
        self.engine.release()
        self._kept.clear()

    def fetch(self, sql: str) -> Table:
        self.executed.append(sql)
        return self.engine.fetch(sql)

    def publish(self, sql: str, folder: Path) -> int:
        self.executed.append(sql)
        self.published = self.engine.publish(sql, folder)
        return self.published

    @property
    def span(self) -> Span:
        """First and last day with a live order."""
        if self._span is None:
            made = self.compose(Library([SPAN]), [Target("span")], {})
            row = rows_of(self.fetch(made.targets["span"]))[0]
            self._span = Span(row["first_day"], row["last_day"])
        return self._span


FAR_YEARS = 50


def bound(as_of: dt.date | None, span: Span) -> None:
    """Nothing is known of so far ahead, and what goes on period by period would not come to an
    end."""
    if as_of is None or span.last_day is None:
        return
    if as_of.year - span.last_day.year > FAR_YEARS:
        raise ParameterError(
            f"as_of: {as_of} is over {FAR_YEARS} years after the last order, of {span.last_day}"
        )


def ask(analysis: Analysis, given: Mapping[str, Any], session: Session) -> Ask:
    """The question completed; the as-of day defaults to the day after the last order."""
    values = reading.read(analysis.parameters, given)
    span = session.span if "orders" in analysis.inputs else Span(None, None)
    if "as_of" in values and values["as_of"] is None and span.last_day is not None:
        after = values.get("after")
        values["as_of"] = after.end if after else span.last_day + dt.timedelta(days=1)
    bound(values.get("as_of"), span)
    stored = None
    if values.get("fit") is not None:
        if session.stored is None:
            raise ParameterError("fit: no fits are kept here")
        stored = session.stored(values["fit"])
    return Ask(values, span, session.facts.imported, session.minor_per_major, stored)


def run(
    analysis: Analysis,
    given: Mapping[str, Any],
    session: Session,
    *,
    limit: int | None = None,
    named: bool = True,
    records: Sequence[int] = (),
    into: Path | None = None,
    only: Sequence[str] | None = None,
) -> Result:
    """Answer a question.

    Parameters
    ----------
    given : parameters as the user put them.
    limit : at customer grain, at most so many rows, in the analysis's own order.
    named : at customer grain, add ``external_id``.
    records : at customer grain, one customer only: the surviving key, then those merged into it.
    into : at customer grain, a new folder: the engine writes the rows there as Parquet, in no
        order, and the answer's table stays empty, without figures. For more rows than memory holds.
    only : at customer grain, no columns but these, in this order: the others are not worked out.

    Raises
    ------
    ParameterError : an unknown, missing or impossible parameter.
    EngineError : a statement failed; the error shows it.
    """
    question = ask(analysis, given, session)
    if into is not None:
        names = [c.name for c in analysis.columns] if only is None else only
        question = replace(question, wanted=frozenset(names))
    missing = [name for name in analysis.inputs if name not in session.facts.imported]
    if missing or ("orders" in analysis.inputs and question.span.first_day is None):
        words = [Note("not_imported", NOT_IMPORTED, {"table": name}) for name in missing]
        note = words[0] if words else Note("no_orders", NO_ORDERS)
        return _unknown(analysis, question, note, session)
    as_of, first = question.values.get("as_of"), question.span.first_day
    if as_of is not None and first is not None and as_of <= first:
        said = {"as_of": as_of, "first": first}
        return _unknown(analysis, question, Note("before_history", BEFORE_HISTORY, said), session)
    try:
        plan = analysis.plan(question)
    except OverflowError:
        raise ParameterError("these days and windows lead out of the calendar") from None
    answer = Answer([], {}, ())
    if analysis.grain == "table":
        assert analysis.finish is not None
        answer = analysis.finish(question, plan, _fetch_all(analysis, plan, session))
        table, columns = table_of(answer.rows, analysis.columns), analysis.columns
    else:
        table, columns, fetched = _customers(
            analysis,
            plan,
            session,
            limit=limit,
            named=named,
            records=records,
            into=into,
            only=only,
        )
        if analysis.finish is not None and into is None:
            answer = analysis.finish(question, plan, fetched)
    return Result(
        name=analysis.name,
        parameters={**question.values, **plan.used},
        columns=columns,
        table=table,
        figures=answer.figures,
        notes=(*plan.notes, *answer.notes),
        details=answer.details,
        facts_version=session.facts.version,
        limit=limit if analysis.grain == "customer" and table.num_rows == limit else None,
    )


def tell(
    analysis: Analysis, given: Mapping[str, Any], session: Session
) -> tuple[str | None, Mapping[str, Any]]:
    """The text that an analysis's last target tells, and the parameters as completed; no text
    where there is no order to tell of."""
    question = ask(analysis, given, session)
    if question.span.first_day is None:
        return None, question.values
    fetched = _fetch_all(analysis, analysis.plan(question), session)
    rows = list(fetched.values())[-1]
    return (rows[0]["told"] if rows else None), question.values


def _fetch_all(analysis: Analysis, plan: Plan, session: Session) -> dict[str, Rows]:
    made = session.compose(Library([*STEPS, *analysis.steps]), plan.targets, plan.values)
    return {name: rows_of(session.fetch(sql)) for name, sql in made.targets.items()}


def _customers(
    analysis: Analysis,
    plan: Plan,
    session: Session,
    *,
    limit: int | None,
    named: bool,
    records: Sequence[int],
    into: Path | None,
    only: Sequence[str] | None,
) -> tuple[Table, tuple[Column, ...], dict[str, Rows]]:
    """The first target's rows as they come from the engine; the others' for `finish`."""
    target, *others = plan.targets if into is None else plan.targets[:1]
    steps: list[Node] = [*STEPS, *analysis.steps]
    columns = analysis.columns
    if named and "identities" in session.facts.columns:
        columns = (columns[0], EXTERNAL_ID, *columns[1:])
    if only is not None:
        columns = chosen_columns(columns, only)
    if EXTERNAL_ID in columns:
        steps += [NAMES, _named(target.step, analysis.columns)]
        target = replace(target, step=f"{target.step}_named")
    values = dict(plan.values)
    where = f"customer_key = {int(records[0])}" if records else None
    if records and analysis.own_history:
        steps[steps.index(LIVE_ORDERS)] = live_orders_of(len(records))
        values |= {f"record_{i}": int(key) for i, key in enumerate(records)}
    target = replace(target, columns=columns, limit=limit, where=where)
    if into is not None:
        target = replace(target, order_by=())
    made = session.compose(Library(steps), [target, *others], values)
    fetched = {other.step: rows_of(session.fetch(made.targets[other.step])) for other in others}
    if into is None:
        return session.fetch(made.targets[target.step]), columns, fetched
    session.publish(made.targets[target.step], into)
    return table_of([], columns), columns, fetched


def _named(step: str, columns: Sequence[Column]) -> Step:
    own = ", ".join(f"t.{c.name.lower()}" for c in columns)
    return Step(
        name=f"{step}_named",
        one_row="as the step, with the customer's id in the source system",
        key=("customer_key",),
        sql=f"select {own}, n.external_id from {step} as t"
        " left join names as n on n.customer_key = t.customer_key",
    )


_ARROW = {
    "BIGINT": "int64",
    "INTEGER": "int32",
    "DOUBLE": "float64",
    "VARCHAR": "utf8",
    "DATE": "int32",  # days since 1970, then cast: arro3 builds no days from Python
    "BOOLEAN": "bool",
}


_EPOCH = dt.date(1970, 1, 1).toordinal()


def table_of(rows: Rows, columns: Sequence[Column]) -> Table:
    """A small table from rows, in the declared columns and types."""
    import arro3.core as arrow

    arrays = []
    for column in columns:
        kind = getattr(arrow.DataType, _ARROW[column.type])()
        values = [row.get(column.name) for row in rows]
        if column.type == "DATE":
            days = [None if v is None else v.toordinal() - _EPOCH for v in values]
            arrays.append(arrow.Array(days, type=kind).cast(arrow.DataType.date32()))
        else:
            arrays.append(arrow.Array(values, type=kind))
    return arrow.Table.from_arrays(arrays, names=[column.name for column in columns])


def constant(value: Any, column: Column, rows: int) -> Any:
    """One value as often as there are rows, as an Arrow column."""
    import arro3.core as arrow

    kind = getattr(arrow.DataType, _ARROW[column.type])()
    return arrow.ChunkedArray([arrow.Array([value] * rows, type=kind)])


def _unknown(analysis: Analysis, question: Ask, note: Note, session: Session) -> Result:
    return Result(
        name=analysis.name,
        parameters=question.values,
        columns=analysis.columns,
        table=table_of([], analysis.columns),
        figures={figure.name: None for figure in analysis.figures},
        notes=(note,),
        facts_version=session.facts.version,
    )
