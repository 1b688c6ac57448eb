"""The overview in the API: its headline, key figures and what to look at."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Query, Router

from regulars.report.attention import attention
from regulars.report.headline import headline, key_figures
from regulars_server.analyses.asking import Working
from regulars_server.analyses.schemas import Working as WorkingShown
from regulars_server.analyses.schemas import later
from regulars_server.api.auth import needs
from regulars_server.errors import Invalid
from regulars_server.overview import periods, schemas, words
from regulars_server.overview.answering import answers_of, days_of, gather
from regulars_server.overview.opening import Doors
from regulars_server.overview.panels import ATTENTION, BY_NAME, HEADLINE
from regulars_server.overview.showing import reader

router = Router()
Day = Annotated[str, Query(max_length=10, description="As `2026-01-31`.")]
WAIT_SECONDS = 2.0


@router.get(
    "/overview",
    auth=needs("home.read"),
    response={200: schemas.Overview, 202: WorkingShown},
    summary="What moved, and what to look at",
)
def overview(  # type: ignore[no-untyped-def]
    request,
    period: Annotated[
        str, Query(max_length=20, description="usual, month, quarter, quarter_year or year.")
    ] = "",
    after_from: Day = "",
    after_to: Day = "",
    before_from: Day = "",
    before_to: Day = "",
    as_of: Day = "",
) -> Any:
    """Of a preset counted back from the last order, or of days of your own; last days included.

    202 while it is worked out: ask again after `Retry-After` seconds.
    """
    given = {"period": period, "after_from": after_from, "after_to": after_to,
             "before_from": before_from, "before_to": before_to, "as_of": as_of}  # fmt: skip
    try:
        chosen = periods.read({name: text for name, text in given.items() if text})
    except periods.WrongDays as error:
        raise Invalid(fields={error.field: words.WRONG[error.code]}) from error
    of = reader(chosen, permissions=request.user.permissions)
    days = days_of(chosen, user_id=request.user.pk, wait_seconds=WAIT_SECONDS)
    if isinstance(days, Working):
        return later(days.seconds)
    names = tuple(dict.fromkeys((*BY_NAME[HEADLINE].asks, *BY_NAME[ATTENTION].asks)))
    found = gather(names, days, user_id=request.user.pk, wait_seconds=WAIT_SECONDS)
    if found.seconds is not None:
        return later(found.seconds)
    answers = answers_of(of.ws, found)
    doors = Doors(held=of.held, snapshot=of.snapshot, results=found.results)
    said = headline(answers)
    return {
        "title": str(said.title),
        "sentences": [str(one) for one in said.sentences],
        "as_of": answers.context.as_of,
        "facts_version": answers.context.facts_version,
        "figures": [_figure(one) for one in key_figures(answers)],
        "attention": [_item(one, doors) for one in attention(answers)],
    }


def _figure(one: Any) -> dict[str, Any]:
    beside = str(one.beside) if one.beside is not None else None
    exact = getattr(one.value, "exact", None)
    return {"label": one.label, "value": str(one.value), "exact": exact, "beside": beside}


def _item(one: Any, doors: Doors) -> dict[str, Any]:
    target = one.target
    return {
        "text": str(one.sentence), "money": str(one.money), "sure": str(one.sure),
        "customers": {
            "analysis": target.analysis, "parameters": doors.used(target.analysis),
            "where": dict(target.where), "condition": target.condition,
        },
    }  # fmt: skip
