"""Any analysis again for every store, channel or year: ``--by``.

A cut by an order's column answers the same question over the orders (and visits and contacts) that
carry one value of it, one value after the other. A cut by year moves the question through the
calendar: a window becomes the year, a comparison of periods becomes this year against the last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.analyses.analysis import Analysis, Rows
from regulars.analyses.messages import (
    CUT_ONE_YEAR,
    CUT_OVERLAPS,
    CUT_PARTIAL_YEAR,
    CUT_REST,
    NO_CUT_VALUES,
    OTHERS_ALIKE,
)
from regulars.analyses.parameters import Period
from regulars.analyses.run import Session, ask, constant, run, table_of
from regulars.declare import Column, Text
from regulars.errors import ParameterError
from regulars.result import Note, Result, rows_of
from regulars.steps import Library, Step
from regulars.steps.compose import Target
from regulars.steps.cutting import cut_steps
from regulars.words import named

YEAR = "year"
COLUMNS: Mapping[str, Column] = {
    name: named(Column(name=name, type="VARCHAR", meaning=meaning))
    for name, meaning in (
        ("store", Text("The store.", "门店。")),
        ("channel", Text("The channel.", "渠道。")),
        ("source_code", Text("The source code.", "来源代码。")),
        ("campaign", Text("The campaign.", "活动。")),
        (YEAR, Text("The calendar year.", "自然年。")),
    )
}
BY = tuple(COLUMNS)
MOST = 50  # values of a cut; each is a run of its own


@dataclass(frozen=True)
class Cut:
    """One value of a cut and what is asked for it."""

    value: Any
    given: Mapping[str, Any]


def check(analysis: Analysis, by: str) -> None:
    """Refuse a cut that the analysis cannot take.

    Raises
    ------
    ParameterError : no such cut; the analysis reads no orders, or has a column of that name.
    """
    if by not in COLUMNS:
        raise ParameterError(f"by is one of {', '.join(BY)}, not {by!r}")
    names = {parameter.name for parameter in analysis.parameters}
    if by == YEAR and not names & {"as_of", "after"}:
        raise ParameterError(f"{analysis.name} has no day and no period to move through the years")
    if by != YEAR and "orders" not in analysis.inputs:
        raise ParameterError(f"{analysis.name} does not read orders and cannot be cut by {by}")
    if by in {column.name for column in analysis.columns}:
        raise ParameterError(f"{analysis.name} has its own column {by}; leave out by")


def taken(analysis: Analysis) -> tuple[Column, ...]:
    """The cuts that an analysis can take."""
    found = []
    for name, column in COLUMNS.items():
        try:
            check(analysis, name)
        except ParameterError:
            continue
        found.append(column)
    return tuple(found)


def run_by(
    analysis: Analysis,
    by: str,
    given: Mapping[str, Any],
    session: Session,
    *,
    limit: int | None = None,
    named: bool = True,
) -> Result:
    """Answer a question once for every value of a cut; the rows stand one below the other.

    Parameters
    ----------
    by : "store", "channel", "source_code", "campaign" or "year".
    given, limit, named : as of `regulars.analyses.run.run`; the limit holds for each value.

    Returns
    -------
    The analysis's columns behind a first column with the value; its figures by value (as text).

    Raises
    ------
    ParameterError : see `check`; or a parameter is wrong.
    """
    check(analysis, by)
    whole = ask(analysis, given, session)
    parameters = {**whole.values, "by": by}
    notes: list[Note] = []
    if whole.span.first_day is None or whole.span.last_day is None:
        cuts = [Cut(None, given)]
    elif by == YEAR:
        last = whole.values.get("as_of") or whole.span.last_day + dt.timedelta(days=1)
        cuts = list(_years(analysis, given, whole.span.first_day, last))
        notes += _partial(cuts, last)
        if not cuts:
            said = {"first": whole.span.first_day, "last": last}
            notes.append(Note("cut_one_year", CUT_ONE_YEAR, said))
    else:
        found = _values(by, whole.values.get("as_of"), session)
        cuts = [Cut(row["value"], given) for row in found[:MOST]]
        notes += _of_values(by, found)
    answers = []
    try:
        for cut in cuts:
            session.release()
            if by != YEAR:
                session.cut = cut_steps(by, cut.value, session.facts.columns)
            one = run(analysis, cut.given, session, limit=limit, named=named)
            answers.append((cut.value, one))
    finally:
        session.cut = ()
    return _stacked(analysis, by, answers, parameters, notes)


def _values(by: str, as_of: dt.date | None, session: Session) -> Rows:
    """The values of a column of the orders, those with the most money first."""
    step = Step(
        name="cut_values",
        one_row=f"one value of {by}",
        key=("value",),
        sql=f"""
            select {by} as value, cast(sum(amount_minor) as bigint) as spend_minor
            from orders
            where status = 'live' and customer_key is not null and day < $before_day
            group by {by}
        """,
    )
    before = as_of or dt.date.max
    made = session.compose(Library([step]), [Target("cut_values")], {"before_day": before})
    rows = rows_of(session.fetch(made.targets["cut_values"]))
    return sorted(rows, key=lambda row: (-row["spend_minor"], row["value"] or ""))


def _of_values(by: str, found: Rows) -> Iterator[Note]:
    if [row["value"] for row in found] == [None]:
        yield Note("no_cut_values", NO_CUT_VALUES, {"by": by})
        return
    yield Note("cut_overlaps", CUT_OVERLAPS)
    if len(found) > MOST:
        total = sum(row["spend_minor"] for row in found)
        shown = sum(row["spend_minor"] for row in found[:MOST])
        share = f"{shown / total:.1%}" if total > 0 else "–"
        said = {"by": by, "most": MOST, "values": len(found), "share": share}
        yield Note("cut_rest", CUT_REST, said)


def _years(
    analysis: Analysis, given: Mapping[str, Any], first: dt.date, last: dt.date
) -> Iterator[Cut]:
    """Each calendar year before the day `last`; the newest may be cut short."""
    names = {parameter.name for parameter in analysis.parameters}
    start = first.year + 1 if "after" in names else first.year
    for year in range(start, (last - dt.timedelta(days=1)).year + 1):
        begin, end = dt.date(year, 1, 1), min(dt.date(year + 1, 1, 1), last)
        asked = dict(given)
        if "after" in names:
            # The same days of the year before, also where this year is not over.
            asked["after"] = Period(begin, end)
            asked["before"] = Period(dt.date(year - 1, 1, 1), _year_before(end))
            asked.pop("as_of", None)
        else:
            asked["as_of"] = end
            if "window_days" in names:
                asked.setdefault("window_days", (end - begin).days)
        yield Cut(str(year), asked)


def _year_before(day: dt.date) -> dt.date:
    if (day.month, day.day) == (2, 29):
        return dt.date(day.year - 1, 3, 1)
    return day.replace(year=day.year - 1)


def _partial(cuts: list[Cut], last: dt.date) -> Iterator[Note]:
    if cuts and last < dt.date(int(cuts[-1].value) + 1, 1, 1):
        yield Note("cut_partial_year", CUT_PARTIAL_YEAR, {"year": cuts[-1].value, "last": last})


def _stacked(
    analysis: Analysis,
    by: str,
    answers: Sequence[tuple[Any, Result]],
    parameters: Mapping[str, Any],
    notes: Sequence[Note],
) -> Result:
    """The answers below one another, each row behind the value that it is for."""
    from arro3.core import Table

    first = COLUMNS[by]
    tables = [
        one.table.add_column(0, by, constant(value, first, one.table.num_rows))
        for value, one in answers
    ]
    columns = (first, *(answers[0][1].columns if answers else analysis.columns))
    empty = table_of([], columns)
    batches = [batch for table in tables for batch in table.to_batches()]
    schema = tables[0].schema if tables else empty.schema
    return Result(
        name=analysis.name,
        parameters=parameters,
        columns=columns,
        table=Table.from_batches(batches, schema=schema) if batches else empty,
        figures={str(value): dict(one.figures) for value, one in answers},
        notes=(*notes, *_notes_of(answers)),
        facts_version=answers[0][1].facts_version if answers else None,
        limit=next((one.limit for _, one in answers if one.limit is not None), None),
    )


def _notes_of(answers: Sequence[tuple[Any, Result]]) -> Iterator[Note]:
    """What the answers say, each thing once: said of all, or of the values that say it.

    What several say with figures of their own is told for the first, whose money is the most.
    """
    said: dict[tuple[str, Text], list[tuple[Any, Note]]] = {}
    for value, one in answers:
        for note in one.notes:
            said.setdefault((note.code, note.text), []).append((value, note))
    for same in said.values():
        note = same[0][1]
        alike = [value for value, other in same if other.values == note.values]
        if len(alike) == len(answers):
            yield note
            continue
        values = ", ".join("–" if value is None else str(value) for value in alike)
        text = Text(f"{{cut_values}}: {note.text.en}", f"{{cut_values}}：{note.text.zh}")
        others = len({value for value, _ in same}) - len(set(alike))
        if others:
            text = Text(text.en + OTHERS_ALIKE.en, text.zh + OTHERS_ALIKE.zh)
        yield Note(note.code, text, {**note.values, "cut_values": values, "cut_others": others})
