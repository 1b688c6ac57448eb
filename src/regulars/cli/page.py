"""An answer as a person reads it: the finding, the notes, a table, the figures, a next step."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from regulars.charts.numbers import Numbers
from regulars.cli import table
from regulars.cli.findings import PERIODS, finding
from regulars.declare import Language, Text
from regulars.result import Result
from regulars.words import heading

if TYPE_CHECKING:
    from regulars.analyses.analysis import Analysis
    from regulars.settings import Settings

NEXT: Mapping[str, str] = {
    "groups": "regulars show migration",
    "migration": "regulars show bridge",
    "bridge": "regulars show bridge_customers",
    "bridge_customers": "regulars show causes",
    "causes": "regulars show cohorts",
    "concentration": "regulars show groups",
    "rfm": "regulars show segments",
    "segments": "regulars show rfm --format csv --output rfm.csv",
    "summary": "regulars show rfm",
    "cohorts": "regulars show concentration",
    "groups_trend": "regulars show migration",
    "lifecycle": "regulars show lifecycle --history",
    "lifecycle_customers": "regulars show lifecycle_history",
    "lifecycle_history": "regulars show lifecycle_customers",
    "lifecycle_trend": "regulars show lifecycle",
    "quality": "regulars show groups",
}

MORE = Text(
    "Showing {shown} rows; --limit 0 shows all.", "显示前{shown}行；加 --limit 0 显示全部。"
)
NOTHING = Text("Nothing to show.", "没有可显示的内容。")
HINT = Text("Next: {command}", "下一步：{command}")
ASKED: Mapping[str, Text] = {
    **{name: heading(name) for name in ("as_of", "window_days", "before", "after")},
    "period": Text("period", "周期"),
    "facts_version": heading("facts_version"),
}
SAID = Text("{name} {value}", "{name}：{value}")


def numbers_of(settings: Settings, lang: Language) -> Numbers:
    """How this workspace's numbers are written."""
    return Numbers(lang=lang, currency=settings.currency, exponent=settings.exponent)


def page(
    analysis: Analysis, result: Result, settings: Settings, *, lang: Language, limit: int | None
) -> str:
    """The whole answer as text; plain unless stdout is a terminal."""
    numbers = numbers_of(settings, lang)
    parts = [
        list(_opening(analysis, result, settings, numbers)),
        _rows(result, numbers, limit),
        _figures(analysis, result, numbers),
        _next(analysis, lang),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _opening(
    analysis: Analysis, result: Result, settings: Settings, numbers: Numbers
) -> Iterator[str]:
    yield finding(result, numbers, settings) or analysis.question.say(numbers.lang)
    yield _asked(result, numbers.lang)
    for note in result.notes:
        yield f"* {note.say(numbers.lang)}"


def _asked(result: Result, lang: Language) -> str:
    """Which days, and which facts, the answer is about."""
    asked = {**result.parameters, "facts_version": result.facts_version}
    said = [
        SAID.fill(
            lang, name=name.say(lang), value=PERIODS[value].say(lang) if value in PERIODS else value
        )
        for parameter, name in ASKED.items()
        if (value := asked.get(parameter)) is not None
    ]
    if not said:
        return ""
    return f"（{'，'.join(said)}）" if lang == "zh" else f"({', '.join(said)})"


def _rows(result: Result, numbers: Numbers, limit: int | None) -> list[str]:
    rows = result.rows if limit is None else result.rows[:limit]
    if not rows:
        return [NOTHING.say(numbers.lang)]
    shown = table.table(result.columns, rows, numbers, bold=sys.stdout.isatty())
    if limit is not None and len(rows) == limit:
        shown.append(MORE.fill(numbers.lang, shown=limit))
    return shown


def _figures(analysis: Analysis, result: Result, numbers: Numbers) -> list[str]:
    """The figures that one line can hold, each under its public name."""
    pairs = []
    for field in table.fields(analysis.figures):
        value = result.figures.get(field.column.name)
        if value is None or isinstance(value, list | dict | tuple):
            continue
        heading = table.heading(field.column, numbers)
        pairs.append([heading, table.cell(field, result.figures, numbers)])
    if not pairs:
        return []
    size = max(table.width(name) for name, _ in pairs)
    return [f"{name}{' ' * (size - table.width(name))}  {value}" for name, value in pairs]


def _next(analysis: Analysis, lang: Language) -> list[str]:
    command = NEXT.get(analysis.name)
    return [HINT.fill(lang, command=command)] if command else []
