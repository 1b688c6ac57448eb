"""A plan's answer as one HTML page that opens offline and looks like the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from regulars.plans.answer import Answer
from regulars.plans.voice import Voice
from regulars.plans.words import page as words
from regulars.report import style
from regulars.report.build import HTML_LANGUAGES
from regulars.report.rendering import environment, phrased, svg
from regulars.report.words import phrases
from regulars.result import written_aside


def build_page(answer: Answer) -> str:
    """The page, with pictures as SVG and each picture's numbers as a table.

    Raises
    ------
    MissingExtra : jinja2 or vl-convert is not installed (``pip install 'regulars[report]'``).
    """
    import regulars

    voice = Voice(answer.header, answer.lang)
    title = answer.header.title.say(answer.lang)
    kind = words.KINDS[answer.header.kind].say(answer.lang)
    sheet = style.style_sheet()
    values: dict[str, Any] = {
        "language": HTML_LANGUAGES[answer.lang],
        "style": sheet,
        "policy": style.policy(sheet),
        "title": title,
        "about": answer.header.about.say(answer.lang) if answer.header.about else "",
        "kind": "" if kind == title else kind,
        "illustrative": answer.header.illustrative,
        "version": regulars.__version__,
        "opening": answer.headline,
        "sections": answer.sections,
        "say": voice.say,
        "words": phrases,
        "own": words,
        "svg": svg,
        "phrased": phrased,
    }
    return str(environment("regulars.plans").get_template("plan.html.j2").render(values))


def write_page(answer: Answer, path: Path) -> Path:
    """Write the page; an earlier file is replaced only by a complete one."""
    text = build_page(answer)
    with written_aside(path) as aside:
        aside.write_text(text, encoding="utf-8")
    return path
