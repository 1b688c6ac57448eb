"""Asking a workspace the report's questions, and writing the page."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.declare import Language, Text
from regulars.errors import EngineError, ParameterError, RegularsError
from regulars.report.build import build_report
from regulars.report.context import ReportContext
from regulars.report.days import as_day, as_period
from regulars.report.workbook import write_workbook
from regulars.result import Result, written_aside
from regulars.settings import check_output

if TYPE_CHECKING:
    from regulars.settings import Settings
    from regulars.workspace import Workspace

ANALYSES = (
    "groups",
    "migration",
    "bridge",
    "causes",
    "decline",
    "lifecycle",
    "lifecycle_trend",
    "cohorts",
    "retention",
    "renewals",
    "concentration",
    "segments",
    "value_totals",
    "value_distribution",
    "value_matrix",
    "value_fit",
    "value_backtest",
    "value_tracking",
    "value_calibration",
    "profile",
    "engagement",
    "goods",
    "response_index",
    "profile_value",
    "preference",
    "conversion",
    "interest",
    "baskets",
    "next_due",
    "tiers",
    "matrix",
    "sources",
    "rejoin",
    "quality",
    "groups_trend",
)
# What stands on one fit is asked at once, so that the fit is made once.
TOGETHER = (
    ("value_totals", "value_distribution", "value_matrix", "value_fit"),
    ("value_backtest", "value_tracking", "value_calibration"),
)
# Unless asked otherwise, customers are valued by the year in which they first bought.
# Retention by quarters: of years a shop with a year behind it has none.
USUAL: Mapping[tuple[str, ...], Mapping[str, Any]] = {
    TOGETHER[0]: {"segment": "year"},
    ("retention",): {"period": "quarter"},
}
# Cohorts by week have a retention by month beside them: a week is too short for one.
NEAREST: Mapping[str, Mapping[str, Any]] = {"retention": {"week": "month"}}
# Lists of customers: so many rows, the first in their own order, and not a row for everybody.
FIRST_ROWS = {"decline": 1000, "interest": 1000, "next_due": 1000}


def write_report(
    ws: Workspace,
    path: str | os.PathLike[str],
    *,
    as_of: dt.date | str | None = None,
    lang: Language = "en",
    data_notice: tuple[Text, ...] = (),
    tables: str | os.PathLike[str] | None = None,
    **parameters: Any,
) -> Path:
    """Ask the named analyses and write the report.

    Parameters
    ----------
    ws : the workspace that is asked, by ``ws.show`` and ``ws.show_together`` and nothing else.
    path : file to write; a folder gets ``report.html``.
    as_of : facts before the start of this day count; if left out, the end of ``after``, else the
        day after the last order.
    lang : ``"en"`` or ``"zh"``.
    data_notice : what must be said wherever these data are shown.
    tables : also write every table as an XLSX workbook to this file.
    parameters : passed to each analysis that declares them, e.g. ``window_days=180``,
        ``before="2017-01-01..2017-07-02"``, ``after="2017-07-02..2017-12-31"``.

    Returns
    -------
    Path : the file written; it replaces an earlier one only when it is complete.

    Raises
    ------
    ParameterError : no analysis of the report takes a parameter of that name, or its value is bad.
    MissingExtra : jinja2 or vl-convert is not installed (``pip install 'regulars[report]'``).
    """
    for named in (path, tables):
        if named is not None:
            check_output(Path(named))
    after = as_period(parameters.get("after"))
    if as_of is None and after is not None:
        # One day for the whole page: what came after the later period is not of this report.
        as_of = after[1]
    results, failures = ask(ws, as_of=as_of, parameters=parameters)
    context = _context(ws, results, failures, data_notice)
    page = build_report(results, context, lang)
    target = Path(path)
    if target.is_dir():
        target /= "report.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    with written_aside(target) as aside:
        aside.write_text(page, encoding="utf-8")
    if tables is not None:
        write_workbook(results, tables, context=context, lang=lang)
    return target


def ask(
    ws: Workspace, *, as_of: dt.date | str | None, parameters: Mapping[str, Any]
) -> tuple[dict[str, Result], dict[str, str]]:
    """The answers, and why those that are missing are.

    An analysis that cannot answer (a step failed, too little history) leaves a worded gap in the
    report; a wrong parameter is the asker's to mend and is raised.
    """
    takes = _declared()
    given = {name: value for name, value in parameters.items() if value is not None}
    strange = [name for name in given if not any(name in own for own in takes.values())]
    if strange:
        known = sorted({name for own in takes.values() for name in own})
        raise ParameterError(
            f"no analysis of the report takes {', '.join(strange)}; it takes {', '.join(known)}"
        )
    results: dict[str, Result] = {}
    failures: dict[str, str] = {}
    for names in _asked_at_once(takes):
        own = {key: value for key, value in given.items() if key in takes[names[0]]}
        try:
            results |= _answers(ws, names, as_of=as_of, parameters=own)
        except ParameterError:
            raise
        except EngineError as error:
            failures |= dict.fromkeys(names, str(error).partition("\n")[0])
        except RegularsError as error:
            failures |= dict.fromkeys(names, str(error))
    return results, failures


def _asked_at_once(takes: Container[str]) -> Iterator[tuple[str, ...]]:
    """Each analysis of the report that this version has, by itself or with those of its fit."""
    together = {name: names for names in TOGETHER for name in names}
    for name in (name for name in ANALYSES if name in takes):
        names = together.get(name, (name,))
        if name == names[0]:
            yield names


def _answers(
    ws: Workspace,
    names: tuple[str, ...],
    *,
    as_of: dt.date | str | None,
    parameters: Mapping[str, Any],
) -> dict[str, Result]:
    parameters = {**USUAL.get(names, {}), **parameters}
    if len(names) > 1:
        return ws.show_together(names, as_of=as_of, **parameters)
    (name,) = names
    period = parameters.get("period")
    if period in NEAREST.get(name, {}):
        parameters = {**parameters, "period": NEAREST[name][str(period)]}
    if name in FIRST_ROWS:
        parameters = {**parameters, "limit": FIRST_ROWS[name]}
    return {name: ws.show(name, as_of=as_of, **parameters)}


def _declared() -> dict[str, frozenset[str]]:
    """Names of the parameters of each analysis that this version has."""
    import regulars

    return {
        analysis.name: frozenset(p.name for p in analysis.parameters)
        for analysis in regulars.catalogue()
        if analysis.name in ANALYSES
    }


def _context(
    ws: Workspace,
    results: Mapping[str, Result],
    failures: Mapping[str, str],
    data_notice: tuple[Text, ...],
) -> ReportContext:
    days = (as_day(r.parameters.get("as_of")) for r in results.values())
    versions = (r.facts_version for r in results.values())
    return replace(
        context_of(ws.settings),
        as_of=next((day for day in days if day), None),
        facts_version=next((v for v in versions if v is not None), None),
        data_notice=data_notice,
        failures=failures,
    )


def context_of(settings: Settings) -> ReportContext:
    """What a workspace's settings say of every table: whose it is, in which money and zone."""
    import regulars

    return ReportContext(
        workspace=settings.name,
        currency=settings.currency,
        exponent=settings.exponent,
        zone=settings.zone,
        program_version=regulars.__version__,
    )
