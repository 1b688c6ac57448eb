"""A panel for somebody: as it is kept, or drawn from its answers and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from regulars.report.attention import attention
from regulars.report.headline import headline, key_figures
from regulars.report.parts import KeyFigure, Target
from regulars.report.sections import making
from regulars.report.words import attention as words
from regulars_server.analyses.asking import Working
from regulars_server.console.workspace import number_in, opened, state_of
from regulars_server.overview import fragments
from regulars_server.overview.answering import Gathered, answers_of, days_of, gather
from regulars_server.overview.opening import ANALYSES, AUDIENCES, Doors
from regulars_server.overview.panels import ATTENTION, HEADLINE, Panel, population
from regulars_server.overview.periods import Chosen
from regulars_server.snapshots.queries import newest

if TYPE_CHECKING:
    from regulars import Workspace
    from regulars.report.answers import Answers
    from regulars.snapshot import Snapshot

# Without one of these something to look at may be missing; renewals not every shop has.
LOOKED_AT = ("bridge", "decline", "lifecycle", "segments")
OPENING = (ANALYSES, AUDIENCES)
TEMPLATES = {HEADLINE: "overview/drawn/headline.html", ATTENTION: "overview/drawn/attention.html"}


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads what: a workspace as it is now, days, and what this somebody may open.

    Everything that a fragment depends on is in it, or in the language that is active.
    """

    ws: Workspace
    state: str | None
    settings: str
    chosen: Chosen
    held: frozenset[str]
    snapshot: Snapshot | None

    @property
    def version(self) -> int | None:
        """The facts version; 0 before the first import, None without a lake."""
        return number_in(self.state)

    def name(self, panel: Panel) -> str:
        """Of the panel's fragment."""
        return fragments.key({
            "panel": panel.name, "state": self.state, "settings": self.settings,
            "workspace": str(self.ws.settings.root), "language": get_language(),
            "days": self.chosen.query, "held": sorted(self.held),
            "snapshot": self.snapshot.id if self.snapshot is not None else None,
        })  # fmt: skip

    def kept(self, panel: Panel) -> str | None:
        """The panel as it was drawn."""
        return fragments.find(self.name(panel), lasting=self.ws.settings.lake)


def reader(chosen: Chosen, *, permissions: Collection[str]) -> Reader:
    """Everything as it is now.

    Raises
    ------
    RegularsError : the workspace cannot be opened.
    """
    ws = opened()
    said = (ws.settings.root / "regulars.toml").read_bytes()
    return Reader(
        ws=ws, state=state_of(ws), settings=hashlib.sha256(said).hexdigest(), chosen=chosen,
        held=frozenset(permissions) & frozenset(OPENING), snapshot=newest(),
    )  # fmt: skip


def show(panel: Panel, reader: Reader, *, user_id: int, wait_seconds: float = 0.0) -> str | Working:
    """The panel as HTML, or how long it has been worked out so far.

    Raises
    ------
    RegularsError : the workspace cannot be read.
    """
    kept = reader.kept(panel)
    if kept is not None:
        return kept
    with fragments.FRAGMENTS.making(reader.name(panel)) as keep:
        days = days_of(reader.chosen, user_id=user_id, wait_seconds=wait_seconds)
        if isinstance(days, Working):
            return days
        found = gather(panel.asks, days, user_id=user_id, wait_seconds=wait_seconds)
        if found.seconds is not None:
            return Working(found.seconds)
        text = draw(panel, reader, found, days)
        versions = {one.facts_version for one in found.results.values()}
        if not found.passing and versions <= {reader.version}:
            keep(text)
    return text


def draw(panel: Panel, reader: Reader, found: Gathered, days: Chosen) -> str:
    """The panel from its answers."""
    answers = answers_of(reader.ws, found)
    doors = Doors(held=reader.held, snapshot=reader.snapshot, results=found.results)
    values: dict[str, Any] = {
        "panel": panel, "here": reader.chosen.address, "passing": found.passing,
        "workspace": reader.ws.settings.name, "as_of": answers.context.as_of,
        "version": reader.version, "exact": days.exact, "asked": asked(answers, panel),
    }  # fmt: skip
    if panel.name == HEADLINE:
        values |= _headline(answers, doors)
    elif panel.name == ATTENTION:
        values |= _attention(answers, doors)
    else:
        values |= _findings(panel, answers, doors)
    return render_to_string(TEMPLATES.get(panel.name, "overview/drawn/panel.html"), values)


def _headline(answers: Answers, doors: Doors) -> dict[str, Any]:
    said = headline(answers)
    return {
        "headline": replace(
            said,
            title=doors.sentence(said.title),
            sentences=[doors.sentence(one) for one in said.sentences],
        ),
        "figures": [(_beside(one, doors), doors.url(one.target)) for one in key_figures(answers)],
    }


def _beside(figure: KeyFigure, doors: Doors) -> KeyFigure:
    """What stands beside a figure opens whom it counts, too."""
    return (
        figure if figure.beside is None else replace(figure, beside=doors.sentence(figure.beside))
    )


def _attention(answers: Answers, doors: Doors) -> dict[str, Any]:
    return {
        "title": words.TITLE.say(answers.lang),
        "lead": words.LEAD.say(answers.lang),
        "items": [(one, doors.url(one.target)) for one in attention(answers)],
        "unknown": [
            (making.named(answers, name), answers.why(name))
            for name in LOOKED_AT
            if name not in answers.results
        ],
    }


def _findings(panel: Panel, answers: Answers, doors: Doors) -> dict[str, Any]:
    counted = population(panel, answers)
    return {
        "blocks": [doors.block(block) for block in panel.findings(answers)],
        "population": answers.numbers.count(counted) if counted is not None else None,
        "list": doors.url(panel.everybody(answers)),
        "analysis": doors.url(Target(analysis=panel.asks[0])) if answers.results else None,
    }


def asked(answers: Answers, panel: Panel) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each analysis of a panel by what it is called, and the parameters that it used."""
    return [
        (
            making.named(answers, name),
            [(key, making.said(answers, v)) for key, v in answers.results[name].parameters.items()],
        )
        for name in panel.asks
        if name in answers.results
    ]
