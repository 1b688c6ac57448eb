"""Orders paid in another currency than the workspace's: converted by a rate, never silently.

A file gives the foreign amount as ``source_amount``, or as ``amount`` beside a column of
currencies. The rate is the row's own; else the imported one of the order's day, or of up to seven
days before it (no rates are set on holidays); else the row is rejected.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from regulars.facts.money import CURRENCY_WORDS
from regulars.facts.sql import identifier, literal, parquet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from regulars.facts.plan import Plan

DAYS_BACK = 7


def convert(plan: Plan, values: dict[str, str]) -> None:
    """Put conversions in place of the values of an order's amount, source amount and rate."""
    own = literal(plan.money.currency)
    currency = f"coalesce({currency_code(values['source_currency'])}, {own})"
    looked = "looked_rate" if plan.has_rates else "NULL"
    rate = (
        f"CAST(coalesce({values['rate']}, CASE WHEN {currency} = {own} THEN 1 ELSE {looked} END) "
        "AS DECIMAL(18, 6))"
    )
    if "source_amount" in plan.mapped:
        source = values["source_amount"]
        worked = _times(source, rate, plan)
        values["amount_minor"] = f"coalesce({values['amount_minor']}, {worked})"
    elif "amount" in plan.names:
        is_foreign = f"({currency} <> {own})"
        source = f"CASE WHEN {is_foreign} THEN {_decimal(plan, 'amount')} END"
        for name in ("amount", "list_amount", "discount"):
            if name in plan.names:
                worked = _times(_decimal(plan, name), rate, plan)
                kept = values[f"{name}_minor"]
                values[f"{name}_minor"] = f"CASE WHEN {is_foreign} THEN {worked} ELSE {kept} END"
    else:
        return
    values["source_amount"] = source
    values["rate"] = f"CASE WHEN {source} IS NOT NULL THEN {rate} END"
    values["source_currency"] = f"CASE WHEN {source} IS NOT NULL THEN {currency} END"


def currency_code(value: str) -> str:
    """The ISO code of what a file calls a currency."""
    words = " ".join(f"WHEN {literal(w)} THEN {literal(c)}" for w, c in CURRENCY_WORDS.items())
    return f"(CASE upper({value}) {words} ELSE upper({value}) END)"


def _decimal(plan: Plan, name: str) -> str:
    return f"TRY_CAST(as_decimal(CAST({identifier(f's_{name}')} AS VARCHAR)) AS DECIMAL(18, 6))"


def _times(amount: str, rate: str, plan: Plan) -> str:
    # The product of two decimals of 64 bits would have 64 too, and overflow at ten thousand.
    wide = f"CAST({amount} AS DECIMAL(38, 8))"
    return (
        f"CASE WHEN abs({amount}) < 1000000000000 AND {rate} < 1000000000 "
        f"THEN minor({wide} * {rate}, {10**plan.money.exponent}) END"
    )


def make_rates(con: DuckDBPyConnection, files: Sequence[str]) -> None:
    """Table ``rates``: for each currency and day the rate of that day, or of the last before."""
    con.execute(
        "CREATE TABLE rates AS SELECT currency, day, arg_max(rate, set_on) AS looked_rate FROM ("
        "SELECT upper(currency) AS currency, day AS set_on, rate, "
        f"day + CAST(unnest(range({DAYS_BACK + 1})) AS INTEGER) AS day "
        f"FROM {parquet(files)} WHERE status = 'live') GROUP BY currency, day"
    ).fetchall()


def with_rates(cast: str, *, day: str) -> str:
    """The cast rows with ``looked_rate``, and with their ``place`` in the file: a join loses it."""
    currency = currency_code('"v_source_currency"')
    placed = f"SELECT *, row_number() OVER () AS place, {day} AS rate_day FROM ({cast})"
    return (
        f"SELECT c.*, x.looked_rate FROM ({placed}) c LEFT JOIN rates x "
        f"ON x.currency = {currency} AND x.day = c.rate_day"
    )
