"""What each table asks of its rows beyond their types: signs, kinds, days, money."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from regulars.facts import foreign
from regulars.facts.sql import identifier

if TYPE_CHECKING:
    from regulars.facts.plan import Plan

NOTHING = "NULL"


def rules(plan: Plan, quick: Collection[str] = ()) -> tuple[dict[str, str], str]:
    """Each column's value by the table's own rules, and whether a sale was turned to a refund.

    ``quick`` are the fields that have a value read quickly beside the one read in full.
    """
    columns = {
        "customer_id" if one.target == "customer_key" else one.target
        for one in plan.fields.values()
    }
    values: dict[str, str] = dict.fromkeys(columns, NOTHING)
    for name in plan.names:
        target = plan.fields[name].target
        values["customer_id" if target == "customer_key" else target] = identifier("v_" + name)
    if plan.mapping.attributes and "attributes" in values:
        values["attributes"] = "v_attributes"
    _day_rules(plan, values, quick)
    if plan.void:
        values["status"] = "'void'"
    elif values["status"] != NOTHING:
        values["status"] = f"coalesce({values['status']}, 'live')"
    turned = "false"
    if plan.table.name == "orders":
        if {"source_amount", "source_currency"} & plan.mapped:
            foreign.convert(plan, values)
        turned = order_rules(values)
    if plan.table.name == "order_lines":
        line_rules(values, plan.mapped)
    if plan.table.name == "prices":
        values["seller"] = f"coalesce({values['seller']}, 'own')"
    return values, turned


def _day_rules(plan: Plan, values: dict[str, str], quick: Collection[str]) -> None:
    """The day of an instant that was given; of a day only there is no instant."""
    instant = plan.table.instant
    if instant is None or instant not in plan.names or "day" not in values:
        return
    worked = f"day_of({identifier(f'v_{instant}')})"
    if instant in quick and plan.days_are_local:
        first = identifier(f"q_{instant}")
        worked = f"CASE WHEN {first} IS NOT NULL THEN CAST({first} AS DATE) ELSE {worked} END"
    given = values["day"]
    values["day"] = worked if given == NOTHING else f"coalesce({given}, {worked})"
    values[instant] = f"CASE WHEN NOT day_only THEN {identifier(f'v_{instant}')} END"


def order_rules(values: dict[str, str]) -> str:
    """Sign and kind of an order. Returns "a sale was negative".

    ``values`` holds the SQL of each declared column and is changed.
    """
    amount, kind = values["amount_minor"], values["kind"]
    is_refund = f"({amount} < 0 OR {kind} IS NOT DISTINCT FROM 'refund')"
    values["kind"] = f"CASE WHEN {is_refund} THEN 'refund' ELSE 'sale' END"
    signed = f"(CASE WHEN {is_refund} THEN -abs({amount}) ELSE {amount} END)"
    sign = f"(CASE WHEN {is_refund} THEN -1 ELSE 1 END)"
    values["amount_minor"] = signed
    if any(values[n] != NOTHING for n in ("list_amount_minor", "discount_minor")):
        listed = f"({sign} * abs({values['list_amount_minor']}))"
        discount = f"({sign} * abs({values['discount_minor']}))"
        values["list_amount_minor"] = f"coalesce({listed}, {signed} + {discount})"
        values["discount_minor"] = f"coalesce({discount}, {listed} - {signed})"
    return f"({kind} = 'sale' AND {amount} < 0)"


def line_rules(values: dict[str, str], mapped: Collection[str]) -> None:
    """Discounts are amounts off; a list price is worked out from the shop's own discounts.

    ``values`` holds the SQL of each declared column and is changed; ``mapped`` names those given.
    """
    sign = f"(CASE WHEN {values['amount_minor']} < 0 THEN -1 ELSE 1 END)"
    own = ("shop_discount_minor", "coupon_match_discount_minor", "other_discount_minor")
    for name in (*own, "coupon_discount_minor"):
        if values[name] != NOTHING:
            values[name] = f"({sign} * abs({values[name]}))"
    if any(name in mapped for name in own):
        total = " + ".join(f"coalesce({values[name]}, 0)" for name in own)
        values["list_amount_minor"] = (
            f"coalesce({values['list_amount_minor']}, {values['amount_minor']} + {total})"
        )
