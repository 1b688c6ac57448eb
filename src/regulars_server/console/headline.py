"""What the home page says: the report's headline and key figures, kept by facts version."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regulars.datasets import notice
from regulars.declare import Language
from regulars.errors import RegularsError
from regulars.report import ReportContext
from regulars.report.answers import Answers
from regulars.report.headline import headline, key_figures
from regulars.report.parts import KeyFigure
from regulars_server.console.workspace import opened, version_of

if TYPE_CHECKING:
    from regulars import Result, Workspace

ASKED = ("bridge", "causes", "groups", "migration", "concentration")
# Without a lake there is no version by which to know that the facts are the same.
KEPT_WITHOUT_LAKE = 15 * 60
_one_at_a_time = threading.Lock()
# The newest answers of this process: whose they are, since when, and they themselves.
_last: tuple[tuple[str, int | None] | None, float, dict[str, Result]] = (None, 0.0, {})


@dataclass(frozen=True, kw_only=True)
class Home:
    """The sentences and figures of the home page, in one language."""

    workspace: str
    as_of: dt.date | None
    facts_version: int | None
    title: object
    sentences: Sequence[object]
    figures: Sequence[KeyFigure]
    notices: Sequence[str]


def home(lang: Language) -> Home | None:
    """What was found; None where there are no facts yet.

    Raises
    ------
    RegularsError : the workspace cannot be opened or read.
    """
    ws = opened()
    version = version_of(ws)
    if version == 0:
        return None
    results = _kept(ws, version)
    context = _context(ws, version, results)
    answers = Answers(results=results, context=context, lang=lang)
    said = headline(answers)
    return Home(
        workspace=ws.settings.name,
        as_of=context.as_of,
        facts_version=version,
        title=said.title,
        sentences=said.sentences,
        figures=key_figures(answers),
        notices=[text.say(lang) for text in context.data_notice],
    )


def _kept(ws: Workspace, version: int | None) -> dict[str, Result]:
    global _last
    key = (str(ws.settings.root), version)
    # Several who open the page at once wait for one answer instead of each asking.
    with _one_at_a_time:
        now = time.monotonic()
        fresh = version is not None or now - _last[1] < KEPT_WITHOUT_LAKE
        if _last[0] != key or not fresh:
            _last = (key, now, dict(_answers(ws)))
        return _last[2]


def _answers(ws: Workspace) -> list[tuple[str, Result]]:
    found = []
    for name in ASKED:
        try:
            found.append((name, ws.show(name)))
        except RegularsError:
            # One question that these data cannot answer leaves the others standing; the
            # sentence that wanted it says that it is unknown.
            continue
    return found


def _context(ws: Workspace, version: int | None, results: dict[str, Result]) -> ReportContext:
    days = [r.parameters["as_of"] for r in results.values() if "as_of" in r.parameters]
    s = ws.settings
    return ReportContext(
        workspace=s.name,
        currency=s.currency,
        exponent=s.exponent,
        zone=s.zone,
        as_of=max(days) if days else None,
        facts_version=version,
        data_notice=notice(s.root),
    )
