"""Forms of strategies in the API. Money is minor units of `currency`; shares are 0 … 1."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict
from pydantic.config import JsonDict

from regulars_server.api.types import Version
from regulars_server.strategies import rules, wording
from regulars_server.strategies.models import Workbook
from regulars_server.strategies.workbooks import MOST_MONEY, strategy_of

OFFER: JsonDict = {
    "kind": "relationship", "title": "A call from the person they know",
    "unit_cost_minor": 250, "takers": 400,
}  # fmt: skip
STRATEGY: JsonDict = {
    "id": 3, "title": "Regulars who have gone quiet", "state": "costed",
    "segment": "Quiet regulars", "condition": "recency_days > 90 and frequency >= 3",
    "audience_id": None, "snapshot_id": "2026-06-01-1", "as_of": "2026-06-01", "customers": 1200,
    "expected_spend_minor": 4200000, "metric": "retention", "metric_now": 31.0, "target": 50.0,
    "due": "2026-12-31", "needs": ["I want to be recognised when I call"], "offers": [OFFER],
    "control": 0.1, "cost_minor": 100000, "budget_minor": 120000, "currency": "USD",
    "table_id": None, "table_number": None, "owner": "li@example.com",
    "costed_by": "li@example.com", "approved_by": None, "version": 7,
}  # fmt: skip
Minor = Field(None, ge=0, le=MOST_MONEY)


class OfferGiven(Schema):
    """What the segment is offered: its cost each time it is taken, and how many will."""

    kind: Literal["benefit", "reward", "relationship"]
    title: str = Field(min_length=1, max_length=200)
    unit_cost_minor: int | None = Minor
    takers: int | None = Field(None, ge=0, le=10**12)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": OFFER})


class StrategyGiven(Schema):
    """A new strategy; everything but its title may come later, in the console."""

    title: str = Field(min_length=1, max_length=120)
    segment: str = Field("", max_length=120)
    condition: str = Field("", max_length=20_000)
    audience_id: int | None = Field(None, ge=1, le=2**63 - 1)
    metric: Literal["", "retention", "orders", "aov", "spend", "ltv"] = ""
    metric_now: float | None = Field(None, ge=0, le=10**12, allow_inf_nan=False)
    target: float | None = Field(None, ge=0, le=10**12, allow_inf_nan=False)
    due: dt.date | None = None
    needs: list[str] = Field(default_factory=list, max_length=50)
    offers: list[OfferGiven] = Field(default_factory=list, max_length=50)
    control: float | None = Field(None, ge=0, le=1, allow_inf_nan=False)
    budget_minor: int | None = Minor

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "title": "Regulars who have gone quiet", "segment": "Quiet regulars",
                "condition": "recency_days > 90 and frequency >= 3", "metric": "retention",
                "metric_now": 31, "target": 50, "due": "2026-12-31",
                "needs": ["I want to be recognised when I call"], "offers": [OFFER],
                "control": 0.1, "budget_minor": 120000,
            }
        },
    )  # fmt: skip


class Moved(Schema):
    """Where a strategy is to go: `draft`, `costed` or `approved`; the later states come with
    campaigns and are refused."""

    state: Literal["draft", "costed", "approved", "live", "measured", "decided"]
    why: str = Field("", max_length=2000)
    version: Version

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"state": "costed", "why": "Prices of May", "version": 1}},
    )


class StrategyShown(Schema):
    """A strategy. `version` counts its changes: a change names the version it was decided on."""

    id: int
    title: str
    state: str
    segment: str
    condition: str
    audience_id: int | None
    snapshot_id: str
    as_of: dt.date | None
    customers: int | None
    expected_spend_minor: int | None
    metric: str
    metric_now: float | None
    target: float | None
    due: dt.date | None
    needs: list[str]
    offers: list[OfferGiven]
    control: float | None
    cost_minor: int | None
    budget_minor: int | None
    currency: str
    table_id: int | None
    table_number: int | None
    owner: str | None
    costed_by: str | None
    approved_by: str | None
    version: int

    model_config = ConfigDict(json_schema_extra={"example": STRATEGY})


class Strategies(Schema):
    """A page of strategies, the newest first; `next_cursor` is the `cursor` of the page after."""

    items: list[StrategyShown]
    next_cursor: str | None

    model_config = ConfigDict(
        json_schema_extra={"example": {"items": [STRATEGY], "next_cursor": "3"}}
    )


class StrategyEntry(Schema):
    """Something that happened to a strategy."""

    kind: str
    before: str
    after: str
    parts: list[str]
    text: str
    at: dt.datetime
    user: str | None


class StrategyWhole(StrategyShown):
    """A strategy with what happened to it, and what it lacks before it can be costed."""

    entries: list[StrategyEntry]
    lacks: list[str]

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **STRATEGY, "lacks": [],
                "entries": [{
                    "kind": "state", "before": "draft", "after": "costed", "parts": [], "text": "",
                    "at": "2026-06-02T09:30:00Z", "user": "li@example.com",
                }],
            }
        }
    )  # fmt: skip


def strategy(one: Workbook) -> dict[str, Any]:
    """A strategy as the API gives it."""
    return {
        **{name: getattr(one, name) for name in _SAME},
        "needs": [line for line in one.needs.splitlines() if line.strip()],
        "offers": [
            {name: getattr(offer, name) for name in OfferGiven.model_fields}
            for offer in one.offers.all()
        ],
        **{name: _float(getattr(one, name)) for name in ("metric_now", "target", "control")},
        "cost_minor": strategy_of(one).cost,
        **{name: _email(getattr(one, name)) for name in ("owner", "costed_by", "approved_by")},
    }


def whole(one: Workbook) -> dict[str, Any]:
    """With its history."""
    return {
        **strategy(one),
        "entries": [
            {
                "kind": e.kind, "before": e.before, "after": e.after, "parts": e.parts,
                "text": e.text, "at": e.at, "user": _email(e.user),
            }
            for e in one.entries.select_related("user")
        ],
        "lacks": [wording.refusal(one) for one in rules.incomplete(strategy_of(one))],
    }  # fmt: skip


_SAME = (
    "id", "title", "state", "segment", "condition", "audience_id", "snapshot_id", "as_of",
    "customers", "expected_spend_minor", "metric", "due", "budget_minor", "currency", "table_id",
    "table_number", "version",
)  # fmt: skip


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _email(user: Any) -> str | None:
    return None if user is None else str(user.email)
