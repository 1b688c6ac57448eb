"""A strategy as its pages show it: money in words, the way through its states, what is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from regulars.charts import Numbers
from regulars.facts.money import exponent
from regulars_server.console.language import library_language
from regulars_server.snapshots import queries as snapshots
from regulars_server.strategies import baseline, opening, queries, rules, starting, wording
from regulars_server.strategies.models import METRICS, Workbook
from regulars_server.strategies.states import HERE, LATER, State
from regulars_server.strategies.workbooks import asker_of, strategy_of


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A state on the way, and why the strategy is not there yet."""

    state: State
    text: str
    here: bool
    passed: bool
    later: bool
    reasons: Sequence[str]
    may: bool


def numbers_of(one: Workbook) -> Numbers:
    return Numbers(
        lang=library_language(), currency=one.currency, exponent=exponent(one.currency)
    )  # fmt: skip


def money_of(one: Workbook) -> dict[str, Any]:
    """What a list says of it."""
    numbers, strategy = numbers_of(one), strategy_of(one)
    return {
        "cost": numbers.money(strategy.cost), "budget": numbers.money(one.budget_minor),
        "spend": numbers.money(one.expected_spend_minor), "customers": one.customers,
        "short": strategy.cost is not None and one.budget_minor is not None
        and one.budget_minor < strategy.cost,
    }  # fmt: skip


def totals() -> list[dict[str, Any]]:
    """Strategies and money of each state, in the workspace's currency."""
    money = starting.currency()
    numbers = Numbers(lang=library_language(), currency=money, exponent=exponent(money))
    found = {state.value: {"n": 0, "cost": 0, "budget": 0} for state in HERE}
    for one in queries.workbooks():
        if one.currency == money:
            cell = found[one.state]
            cell["n"] += 1
            cell["cost"] += strategy_of(one).cost or 0
            cell["budget"] += one.budget_minor or 0
    return [
        {
            "state": state.value, "text": wording.NAMES[state], "n": found[state.value]["n"],
            "cost": numbers.money(found[state.value]["cost"]),
            "budget": numbers.money(found[state.value]["budget"]),
        }
        for state in HERE
    ]  # fmt: skip


def way(one: Workbook, user: Any, *, today: dt.date) -> list[Stop]:
    """All six states; those that come with campaigns are shown with the reason."""
    strategy, asker = strategy_of(one), asker_of(user.pk)
    now = State(one.state)
    order = list(State)
    found = []
    for state in order:
        refused = rules.refusals(strategy, state, asker=asker, today=today)
        found.append(
            Stop(
                state=state, text=str(wording.NAMES[state]), here=state is now,
                passed=order.index(state) < order.index(now), later=state in LATER,
                reasons=[] if state is now else [wording.refusal(r) for r in refused],
                may=not refused,
            )
        )  # fmt: skip
    return found


def values(one: Workbook, user: Any, *, today: dt.date) -> dict[str, Any]:
    """What a template of one strategy gets."""
    numbers, strategy = numbers_of(one), strategy_of(one)
    stops = way(one, user, today=today)
    order = [state for state in HERE if state.value != one.state]
    offers = [
        {
            "offer": offer, "unit": numbers.money(offer.unit_cost_minor),
            "cost": numbers.money(
                rules.Offer(
                    title=offer.title, unit_cost=offer.unit_cost_minor, takers=offer.takers
                ).cost
            ),
        }
        for offer in one.offers.all()
    ]  # fmt: skip
    newest = snapshots.newest()
    followed = next((s for s in stops if not s.here and not s.passed), None)
    return {
        "one": one, "stops": stops, "next": followed, "offers": offers,
        "back": [s for s in stops if s.passed and s.state in order],
        "cost": numbers.money(strategy.cost), "budget": numbers.money(one.budget_minor),
        "spend": numbers.money(one.expected_spend_minor), "numbers": numbers,
        "each": _each(one, numbers), "metric": dict(METRICS).get(one.metric, ""),
        "needs": [line for line in one.needs.splitlines() if line.strip()],
        "said": baseline.in_words(one.condition) if one.condition.strip() else "",
        "explore": opening.explore(one.condition) if one.condition.strip() else "",
        "counted_in_newest": newest is not None and newest.id == one.snapshot_id,
        "table": _table(one), "entries": _entries(one),
        "control": None if one.control is None else numbers.share(float(one.control)),
        "in_control": None if one.control is None or one.customers is None
        else round(one.customers * one.control),
        "manages": user.may("strategies.manage") and one.archived_at is None,
    }  # fmt: skip


def _each(one: Workbook, numbers: Numbers) -> Any:
    """What one customer is expected to spend."""
    if not one.customers or one.expected_spend_minor is None:
        return None
    known = one.customers - (one.unknown_customers or 0)
    return numbers.money(one.expected_spend_minor / known) if known > 0 else None


def _table(one: Workbook) -> dict[str, Any] | None:
    """The value table laid beside it, in the version that was chosen."""
    if one.table_id is None or one.table is None:
        return None
    version = queries.version(one.table_id, one.table_number)
    return {
        "version": version, "newest": one.table.version,
        **starting.shown(version.summary, library_language()),
        "plan_value": _plan_value(version.summary),
    }  # fmt: skip


def _plan_value(summary: Any) -> Any:
    if not summary.get("plan_value"):
        return None
    digits = int(summary["exponent"])
    numbers = Numbers(lang=library_language(), currency=summary["currency"], exponent=digits)
    return numbers.money(float(summary["plan_value"]) * 10**digits)


def _entries(one: Workbook) -> list[Any]:
    """The history, the newest first, each with its words."""
    found: list[Any] = list(one.entries.select_related("user").order_by("-id")[:200])
    for entry in found:
        entry.parts_said = [str(wording.PARTS[part]) for part in entry.parts]
        entry.before_said = str(wording.NAMES[State(entry.before)]) if entry.before else ""
        entry.after_said = str(wording.NAMES[State(entry.after)]) if entry.after else ""
    return found
