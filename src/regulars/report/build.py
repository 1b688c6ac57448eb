"""One self-contained HTML file from the answers of the named analyses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.declare import Language
from regulars.report import style
from regulars.report.answers import Answers
from regulars.report.attention import attention
from regulars.report.context import ReportContext
from regulars.report.headline import headline, key_figures
from regulars.report.parts import Section
from regulars.report.rendering import environment, phrased, svg
from regulars.report.sections import (
    change,
    cohorts,
    concentration,
    decline,
    groups,
    lifecycle,
    making,
    models,
    quality,
    retention,
    segments,
    sources,
    value,
)
from regulars.report.words import attention as look
from regulars.report.words import phrases
from regulars.result import Result

HTML_LANGUAGES: Mapping[Language, str] = {"en": "en", "zh": "zh-Hans"}


def build_report(
    results: Mapping[str, Result], context: ReportContext, lang: Language = "en"
) -> str:
    """The report as one HTML page that opens offline and loads nothing.

    Parameters
    ----------
    results : answers by the name of their analysis, those of `regulars.report.write.ANALYSES`.
        What is missing is said to be.
    context : whose numbers these are and how they were made.
    lang : ``"en"`` or ``"zh"``.

    Returns
    -------
    str : the page, UTF-8, with pictures as SVG and each picture's numbers as a table.

    Raises
    ------
    MissingExtra : jinja2 or vl-convert is not installed (``pip install 'regulars[report]'``).
    """
    answers = Answers(results=results, context=context, lang=lang)
    sheet = style.style_sheet()
    page: dict[str, Any] = {
        "answers": answers,
        "context": context,
        "language": HTML_LANGUAGES[lang],
        "style": sheet,
        "policy": style.policy(sheet),
        "headline": headline(answers),
        "key_figures": key_figures(answers),
        "attention": attention(answers),
        "sections": _sections(answers),
        "notices": [notice.say(lang) for notice in context.data_notice],
        "say": answers.say,
        "words": phrases,
        "look": look,
        "svg": svg,
        "phrased": phrased,
    }
    return str(environment().get_template("report.html.j2").render(page))


def _sections(answers: Answers) -> list[Section]:
    rooms = (
        groups,
        change,
        decline,
        lifecycle,
        cohorts,
        retention,
        concentration,
        value,
        segments,
        sources,
        models,
        quality,
        making,
    )
    built = (room.section(answers) for room in rooms)
    return [section for section in built if section is not None]
