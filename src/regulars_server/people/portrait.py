"""Everything that a customer's page says beside who they are: put together once for a request."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulars import charts
from regulars.charts import NARROW, REFERENCES, WIDE, Canvas, Numbers
from regulars.report.parts import Picture
from regulars_server.analyses.asking import DESK, Question, Working
from regulars_server.console.language import library_language
from regulars_server.console.workspace import opened
from regulars_server.people import advice, consents, histories, lives, standings, timeline
from regulars_server.people.advice import Advice, Situation
from regulars_server.people.histories import History
from regulars_server.people.models import Consent, Person
from regulars_server.people.standings import Standing
from regulars_server.people.timeline import Event
from regulars_server.people.worth import Worth, worth

LIFECYCLE = Question(name="lifecycle", parameters={})
# A contract's or a model's days are counted to here where nothing says which day it is.
MARKETING = "marketing"


@dataclass(frozen=True, kw_only=True)
class Portrait:
    """One customer in figures.

    Attributes
    ----------
    history, events : what happened.
    standing, worth : of the newest snapshot; None without one, or where it does not have them.
    spells : life stages; ``stages_wait`` says that what they need is not worked out yet.
    as_of : facts before this day count for stage, value and advice; None: nothing says a day.
    due : when the next order is expected, and ``late_days`` past it.
    ordered_since : an order came after the snapshot's day, so that what it expected is over.
    advice : what to do next; None where the customer refuses personalised decisions.
    picture : life over time; None where there is nothing to draw.
    """

    history: History
    events: Sequence[Event]
    standing: Standing | None
    worth: Worth | None
    spells: Sequence[Mapping[str, Any]]
    stages_wait: bool
    as_of: dt.date | None
    due: dt.date | None
    ordered_since: bool
    late_days: int
    advice: Advice | None
    situation: Situation
    picture: Picture | None
    points: Sequence[Mapping[str, Any]]
    numbers: Numbers

    @property
    def stage(self) -> str | None:
        return str(self.spells[-1]["stage"]) if self.spells else None


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What a portrait is made of: what happened, and what the newest snapshot says."""

    history: History
    standing: Standing | None


def gathered(
    person: Person, *, user_id: int | None = None, wait_seconds: float = 0.0
) -> Gathered | Working:
    """It, where it is at hand; else a child reads it, and it is to be asked for again.

    Parameters
    ----------
    user_id : who asks; without, nothing is begun. wait_seconds : how long to wait for a child.

    Raises
    ------
    RegularsError : the workspace cannot be read. NotNow : reading took too long just before.
    """
    until = time.monotonic() + wait_seconds
    history = histories.history(person.pk, person.keys, user_id=user_id, wait_seconds=wait_seconds)
    standing = standings.standing(
        person.pk, user_id=user_id, wait_seconds=max(0.0, until - time.monotonic())
    )
    if isinstance(history, Working):
        return history
    return (
        standing if isinstance(standing, Working) else Gathered(history=history, standing=standing)
    )


def portrait(person: Person, of: Gathered, *, open_cases: int, said: Sequence[Consent]) -> Portrait:
    """Put it together.

    Parameters
    ----------
    said : the consents that count.

    Raises
    ------
    RegularsError : the workspace cannot be read.
    """
    history, standing = of.history, of.standing
    events = timeline.events(history.rows)
    bought = timeline.purchases(events)
    valued = worth(standing.values, standing.base) if standing is not None else None
    as_of, spells, waits = _stages(events, history, standing)
    fitted = standing.told.get("value", {}).get("fitted") if standing is not None else None
    points = lives.alive(fitted, bought, as_of=standing.as_of) if standing is not None else []
    since = standing is not None and bool(bought) and bought[-1] >= standing.as_of
    due = None if standing is None or since else standing.values.get("next_order_due")
    situation = _situation(said, spells, valued, due, bought, as_of, open_cases)
    numbers = money_and_numbers()
    return Portrait(
        history=history, events=events, standing=standing, worth=valued, spells=spells,
        stages_wait=waits, as_of=as_of, due=due, late_days=situation.late_days,
        ordered_since=since,
        advice=advice.advise(situation), situation=situation, points=points, numbers=numbers,
        picture=_picture(points, bought, spells, as_of, numbers),
    )  # fmt: skip


def _stages(
    events: Sequence[Event], history: History, standing: Standing | None
) -> tuple[dt.date | None, Sequence[Mapping[str, Any]], bool]:
    """The day that counts, and the stages until then; these need the base's usual gap."""
    answer = DESK.kept(LIFECYCLE)
    if answer is None:
        now = _stage_of(standing)
        return (standing.as_of if standing is not None else None), now, bool(events) and not now
    as_of = dt.date.fromisoformat(str(answer.told["as_of"])[:10])
    figures = {one["name"]: one["value"] for one in answer.told["figures"]}
    found = lives.spells(
        events, history.rows, as_of=as_of, base_gap_days=figures.get("base_gap_days")
    )
    return as_of, found, False


def _stage_of(standing: Standing | None) -> Sequence[Mapping[str, Any]]:
    """The stage of today as the snapshot has it, where it says since when."""
    values = standing.values if standing is not None else {}
    if standing is None or not values.get("life_stage") or not values.get("life_stage_since"):
        return []
    return [
        {
            "since": values["life_stage_since"],
            "until": standing.as_of,
            "stage": values["life_stage"],
            "reason": values["life_stage_reason"],
        }
    ]


def _situation(
    said: Sequence[Consent],
    spells: Sequence[Mapping[str, Any]],
    valued: Worth | None,
    due: dt.date | None,
    bought: Sequence[dt.date],
    as_of: dt.date | None,
    open_cases: int,
) -> Situation:
    marketing = [one for one in said if one.purpose == MARKETING]
    allowed = [one.channel for one in marketing if one.state == "given"]
    return Situation(
        today=as_of or (bought[-1] if bought else dt.date.min),
        stage=str(spells[-1]["stage"]) if spells else None,
        value=valued.place if valued is not None else None,
        due=due,
        purchase_days=len(bought),
        open_cases=open_cases,
        refuses=consents.refused(said),
        marketing=allowed,
        said_no=bool(marketing) and not allowed,
    )


def money_and_numbers() -> Numbers:
    """How figures are written for who reads, in the workspace's currency."""
    s = opened().settings
    return Numbers(lang=library_language(), currency=s.currency, exponent=s.exponent)


def _picture(
    points: Sequence[Mapping[str, Any]],
    bought: Sequence[dt.date],
    spells: Sequence[Mapping[str, Any]],
    as_of: dt.date | None,
    numbers: Numbers,
) -> Picture | None:
    from regulars_server.people.saying import picture_words

    starts = [*bought[:1], *(spell["since"] for spell in spells[:1])]
    if not starts or as_of is None or min(starts) >= as_of or not (points or spells):
        return None
    wide, narrow = (
        charts.life(
            points, bought, spells,
            Canvas(numbers=numbers, width=width, palette=REFERENCES),
            start=min(starts), end=as_of,
        )
        for width in (WIDE, NARROW)
    )  # fmt: skip
    said = picture_words(points, bought, spells, numbers)
    return Picture(name="life", wide=wide, narrow=narrow, words=said)
