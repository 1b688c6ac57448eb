"""The numbers of a plan as a workspace's own facts tell them: ``data: {from: facts, …}``."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from regulars.plans.facts import Facts, asked_of
from regulars.plans.section import Section
from regulars.result import Result
from regulars.strategy import Source


def sources_of(
    section: Section, facts: Facts | None, *, currency: str
) -> tuple[list[Source], list[str]]:
    """Sources as the analysis `sources` counts them, and those too young to have a value.

    A source that no campaign's cost is known of is completed by ``costs: {name: money}``.

    Raises
    ------
    PlanError : no margin is given, a cost is known from nowhere, or nobody came.
    """
    inner = section.section("data")
    if not inner.has("margin"):
        raise inner.error("margin", "margin is missing: without it value would be revenue")
    found = asked_of(facts, inner, "sources", currency=currency, what="sources")
    _answered(found, inner)
    given = section.section("costs") if section.has("costs") else None
    if given is not None:
        for name in given.node.nodes:
            if all(row["source"] != name for row in found.rows):
                raise given.error(name, "no such source in the facts")
    # Who have not been customers for so long yet have cost something, and no value to set it off.
    young = [row["source"] for row in found.rows if row["value_per_customer_minor"] is None]
    rows = [row for row in found.rows if row["source"] not in young]
    costs = {row["source"]: _cost(row, given, facts) for row in rows}
    unknown = [name for name, cost in costs.items() if cost is None]
    if unknown:
        named = ", ".join(unknown[:8]) + (" …" if len(unknown) > 8 else "")
        problem = f"the facts tell no cost of {named}: give it as costs: {{NAME: …}}, or 0"
        raise inner.error("from", problem)
    if not rows:
        raise inner.error("from", "nobody has been a customer for so long: lower horizon_days")
    return [
        Source(
            row["source"],
            costs[row["source"]] or Decimal(0),
            int(row["customers"]),
            _major(row["value_per_customer_minor"], facts),
        )
        for row in rows
    ], young


def leak_of(section: Section, facts: Facts | None, *, currency: str) -> dict[str, Any]:
    """Counts and prices of `strategy.leak` as the analysis `rejoin` finds them; no costs.

    Raises
    ------
    PlanError : no term ended, or no price is known.
    """
    inner = section.section("data")
    found = asked_of(facts, inner, "rejoin", currency=currency, what="counts")
    _answered(found, inner)
    back = found.figures["pseudo_new"]
    if back is None:
        raise inner.error("from", "subscriptions have no prices: who rejoined cheaper is unknown")
    lost = next(
        row["price_lost_minor"] for row in found.rows if row["price_lost_minor"] is not None
    )
    before = _major(found.figures["price_before_minor"] or 0, facts)
    return {
        "expired": int(found.figures["expired"]),
        "renewed": int(found.figures["renewed"]),
        "rejoined": int(back),
        "renewal_price": before,
        "promotion_price": before - (_major(lost / back, facts) if back else 0),
    }


def _answered(found: Result, inner: Section) -> None:
    if not found.rows:
        raise inner.error("from", " ".join(note.say("en") for note in found.notes))


def _cost(row: Mapping[str, Any], given: Section | None, facts: Facts | None) -> Decimal | None:
    """As the file says it, else as the facts do."""
    if given is not None and given.has(row["source"]):
        said: Decimal = given.number(row["source"])
        return said
    return None if row["cost_minor"] is None else _major(row["cost_minor"], facts)


def _major(minor: float, facts: Facts | None) -> Decimal:
    assert facts is not None
    return Decimal(str(minor)) / facts.minor_per_major
