"""The answers that a panel is written from: kept, being worked out, or why there is none."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from regulars.datasets import notice
from regulars.errors import EngineError, RegularsError
from regulars.report.answers import Answers
from regulars.report.days import as_day
from regulars.report.write import context_of
from regulars_server.analyses.asking import DESK, Question, TooLargeToKeep, Working
from regulars_server.analyses.catalogue import declared
from regulars_server.console.language import library_language
from regulars_server.errors import NotNow
from regulars_server.overview.periods import Chosen, settled
from regulars_server.web.problems import told

if TYPE_CHECKING:
    from regulars import Result, Workspace

# Its answer says at which day the facts end.
ENDS = "groups"


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What was found of a panel's questions.

    Attributes
    ----------
    results : by the name of the analysis.
    failures : why an answer is missing, in words.
    seconds : how long the slowest that is still worked out has taken; None: nothing is.
    passing : a reason is one of the moment, such as too little memory: asked again it may go.
    """

    results: Mapping[str, Result] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None
    passing: bool = False


def gather(
    names: Sequence[str], chosen: Chosen, *, user_id: int, wait_seconds: float = 0.0
) -> Gathered:
    """Ask each; those that are not answered yet are begun, and go on whoever leaves.

    Parameters
    ----------
    wait_seconds : how long to wait for all of them together.

    Raises
    ------
    RegularsError : the workspace cannot be read.
    """
    results: dict[str, Result] = {}
    failures: dict[str, str] = {}
    seconds: float | None = None
    passing = False
    until = time.monotonic() + wait_seconds
    for name in names:
        left = max(0.0, until - time.monotonic())
        try:
            found = DESK.in_turn(_question(name, chosen), user_id=user_id, wait_seconds=left)
        except NotNow as error:
            failures[name], passing = _why(error), True
        except EngineError as error:
            told(error)
            failures[name], passing = _("the engine could not answer"), True
        except RegularsError as error:
            # In the page's language, and without what only the log may hold.
            said = told(error)
            failures[name] = str(said.detail or said.title)
        else:
            if isinstance(found, Working):
                seconds = max(seconds or 0.0, found.seconds)
            else:
                results[name] = found.result()
    return Gathered(results=results, failures=failures, seconds=seconds, passing=passing)


def _question(name: str, chosen: Chosen) -> Question:
    takes = frozenset(one["name"] for one in declared(name)["parameters"])
    return Question(name=name, parameters=chosen.parameters(name, takes))


def _why(error: NotNow) -> str:
    if isinstance(error, TooLargeToKeep):
        return str(error.said)
    return _("working it out took too long, or more memory than it may have") + f" ({error})"


def days_of(chosen: Chosen, *, user_id: int, wait_seconds: float = 0.0) -> Chosen | Working:
    """The days of a preset, counted from the end of the facts.

    Where the facts have no order there is no end: the preset then stays as it is, and every panel
    says for itself that there is nothing to tell.
    """
    if chosen.settled:
        return chosen
    found = gather((ENDS,), Chosen(), user_id=user_id, wait_seconds=wait_seconds)
    if found.seconds is not None:
        return Working(found.seconds)
    end = end_of(found)
    return settled(chosen, end=end) if end is not None else Chosen()


def end_of(found: Gathered) -> dt.date | None:
    """The as-of day of the answers."""
    days = (as_day(one.parameters.get("as_of")) for one in found.results.values())
    return max((day for day in days if day is not None), default=None)


def answers_of(ws: Workspace, found: Gathered) -> Answers:
    """The answers as the report's sections take them, in the reader's language."""
    versions = [one.facts_version for one in found.results.values()]
    context = replace(
        context_of(ws.settings),
        as_of=end_of(found),
        facts_version=next((v for v in versions if v is not None), None),
        data_notice=notice(ws.settings.root),
        failures=found.failures,
    )
    return Answers(results=found.results, context=context, lang=library_language())
