"""An analysis and its answer in words: what is asked, what a column means, of whom, as of when."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from regulars.declare import Language
from regulars.report.days import as_day, say_day
from regulars_server.analyses.catalogue import both
from regulars_server.analyses.forms import UNITS, AnalysisForm
from regulars_server.analyses.kept import Answer
from regulars_server.analyses.labels import capital
from regulars_server.analyses.pages import customers_of
from regulars_server.analyses.parameters import Asked
from regulars_server.console.language import library_language


def described(analysis: Any) -> dict[str, Any]:
    """Everything that the declaration says, in the reader's language."""
    lang = library_language()
    return {
        "name": analysis.name,
        "title": both(analysis.title)[lang],
        "question": both(analysis.question)[lang],
        "one_row": both(analysis.rows)[lang],
        "needs": analysis.inputs,
        "uses": analysis.helps,
        "columns": [_column(column, lang) for column in analysis.columns],
        "figures": [_column(column, lang) for column in analysis.figures],
    }


def _column(column: Any, lang: Language) -> dict[str, str]:
    label = column.heading(lang)
    unit = _("money") if column.unit == "minor" else str(UNITS.get(column.unit or "", ""))
    return {
        "name": column.name,
        "label": capital(label),
        "meaning": column.meaning.say(lang),
        "unit": unit,
    }


def said(answer: Answer, form: AnalysisForm) -> dict[str, Any]:
    """Of whom an answer is, as of when, on which facts, how it was asked."""
    told, lang = answer.told, form.lang
    day = as_day(told["as_of"]) if told["as_of"] else None
    known = {one.name: one for one in form.parameters}
    used = [
        (str(known[name].label.say(lang)), form.said(known[name], _shown(known[name], value)))
        for name, value in told["parameters"].items()
        if value is not None and name in known and name != "as_of"
    ]
    return {
        "one_row": told["one_row"][lang],
        "customers": customers_of(told),
        "as_of": say_day(day, lang) if day else None,
        "parameters": used,
    }


def _shown(one: Asked, value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:
        value = "..".join(map(str, value))
    return one.shown(str(value))
