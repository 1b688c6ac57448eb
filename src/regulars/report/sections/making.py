"""How the report was made: settings, parameters, and what is not known."""

from __future__ import annotations

from typing import Any

from regulars.charts import Figure
from regulars.charts.numbers import known
from regulars.report.answers import Answers
from regulars.report.days import as_day, as_period, say_day, say_period
from regulars.report.parts import Block, Section, Table
from regulars.report.words import groups, phrases
from regulars.report.words import making as words
from regulars.result import plain


def section(answers: Answers) -> Section:
    return Section(
        name="making",
        label=phrases.SECTION_MAKING.say(answers.lang),
        blocks=[_made(answers), _unknowns(answers)],
    )


def _made(answers: Answers) -> Block:
    version = answers.context.facts_version
    title = (
        answers.say(words.TITLE_NO_DAY)
        if answers.context.as_of is None
        else answers.say(words.TITLE_UNVERSIONED, day=answers.as_of())
        if version is None
        else answers.say(words.TITLE, day=answers.as_of(), version=version)
    )
    return Block(
        name="making",
        title=title,
        lead=[answers.say(words.LEAD)],
        tables=[_settings(answers), _parameters(answers)],
    )


def _settings(answers: Answers) -> Table:
    context, lang, unknown = answers.context, answers.lang, answers.numbers.unknown
    version = context.facts_version
    pairs: list[tuple[Any, Any]] = [
        (words.WORKSPACE, context.workspace),
        (words.AS_OF, answers.as_of()),
        (
            words.FACTS_VERSION,
            unknown(words.NO_VERSION.say(lang)) if version is None else Figure(str(version)),
        ),
        (words.ZONE, context.zone),
        (words.CURRENCY, context.currency),
        (words.PROGRAM, f"Regulars {context.program_version}".strip()),
    ]
    return Table(
        caption=answers.say(words.SETTINGS),
        heads=[
            answers.head(words.SETTING, numeric=False),
            answers.head(words.VALUE, numeric=False),
        ],
        rows=[[text.say(lang), value] for text, value in pairs],
    )


def _parameters(answers: Answers) -> Table:
    rows = [
        [named(answers, name), parameter, said(answers, value)]
        for name, result in answers.results.items()
        for parameter, value in result.parameters.items()
    ]
    heads = [
        answers.head(words.ANALYSIS, numeric=False),
        answers.head(words.PARAMETER, numeric=False),
        answers.head(words.VALUE, numeric=False),
    ]
    return Table(caption=answers.say(words.PARAMETERS), heads=heads, rows=rows, folded=True)


def said(answers: Answers, value: Any) -> str:
    """A parameter's value as people read it."""
    lang = answers.lang
    if value is None:
        return words.NOT_SET.say(lang)
    if isinstance(value, bool):
        return (words.YES if value else words.NO).say(lang)
    period = as_period(value)
    if period:
        return say_period(period, lang)
    if not isinstance(value, str | int | float):
        day = as_day(value)
        return say_day(day, lang) if day else str(plain(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def named(answers: Answers, name: str) -> str:
    """What an analysis is called."""
    return words.ANALYSES[name].say(answers.lang) if name in words.ANALYSES else name


# Why a figure of an answer that is there can be unknown, where its notes speak of something else.
REASONS = {
    "e_stay_rate": phrases.NOBODY_THERE,
    "b_to_e_rate": phrases.NOBODY_THERE,
    "value_threshold_minor": groups.NO_VALUES,
}


def _unknowns(answers: Answers) -> Block:
    lang = answers.lang
    rows: list[list[Any]] = []
    for name in words.ANALYSES:
        if name not in answers.results:
            rows.append([named(answers, name), "", answers.why(name)])
            continue
        for figure, value in answers.figures(name).items():
            absent = value is None or (isinstance(value, float) and not known(value))
            if absent and figure in words.FIGURES:
                label = words.FIGURES[figure].say(lang)
                own = REASONS.get(figure) if answers.rows(name) else None
                why = own.say(lang) if own else answers.why(name)
                rows.append([named(answers, name), label, why])
    if not rows:
        return Block(name="unknown", title=answers.say(words.UNKNOWN_NONE))
    heads = [
        answers.head(words.ANALYSIS, numeric=False),
        answers.head(words.FIGURE, numeric=False),
        answers.head(words.REASON, numeric=False),
    ]
    table = Table(caption=answers.say(words.UNKNOWN_TABLE), heads=heads, rows=rows)
    return Block(name="unknown", title=answers.say(words.UNKNOWN_TITLE), tables=[table])
