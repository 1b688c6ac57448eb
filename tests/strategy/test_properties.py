"""What holds for every lifetime-value table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.strategy import LifetimeValueTable, compare

RATE = st.decimals(min_value=0, max_value=1, places=3)
MONEY = st.decimals(min_value=0, max_value=500, places=2)


@st.composite
def tables(draw: Any) -> LifetimeValueTable:
    periods = draw(st.integers(1, 6))
    rates, money = (st.lists(kind, min_size=periods, max_size=periods) for kind in (RATE, MONEY))
    return LifetimeValueTable(
        customers=draw(st.integers(1, 1_000_000)),
        retention=draw(rates),
        referral_rate=draw(rates),
        orders=draw(money),
        aov=draw(money),
        direct_cost_rate=draw(rates),
        acquisition_cost=draw(MONEY),
        marketing=draw(money),
        renewal_cost=draw(money),
        referral_incentive=draw(MONEY),
        interest=draw(RATE),
        payment_delay_days=draw(st.integers(0, 400)),
        discount_decimals=draw(st.sampled_from([None, 2])),
    )


@settings(max_examples=60, deadline=None)
@given(tables(), st.data())
def test_raising_retention_never_lowers_revenue(table: LifetimeValueTable, data: Any) -> None:
    at = data.draw(st.integers(0, len(table.retention) - 1))
    raised = list(table.retention)
    raised[at] = data.draw(st.decimals(min_value=raised[at], max_value=1, places=3))
    difference = compare(table, table.changed(retention=raised)).differences["revenue"]
    assert min(difference) >= 0


@settings(max_examples=40, deadline=None)
@given(tables(), RATE, MONEY)
def test_the_order_of_changes_does_not_matter(
    table: LifetimeValueTable, retention: Decimal, aov: Decimal
) -> None:
    one = table.changed(retention=retention).changed(aov=aov)
    other = table.changed(aov=aov).changed(retention=retention)
    assert one == other
    assert one == table.changed(aov=aov, retention=retention)
    forth, back = compare(table, one).differences, compare(one, table).differences
    assert all(forth[line] == tuple(v.copy_negate() for v in back[line]) for line in forth)


@settings(max_examples=40, deadline=None)
@given(tables())
def test_explicit_factors_equal_to_the_exact_ones_give_the_same_table(
    table: LifetimeValueTable,
) -> None:
    given_ = table.changed(discount_factors=table["discount"])
    assert dict(given_.lines) == dict(table.lines)
    assert compare(table, given_).changed_lines == ()


@settings(max_examples=40, deadline=None)
@given(tables())
def test_gross_profit_is_revenue_less_every_cost(table: LifetimeValueTable) -> None:
    costs = ("direct_cost", "acquisition", "marketing", "renewal", "referral_incentive")
    for y, profit in enumerate(table["gross_profit"]):
        spent = sum(table[cost][y] for cost in costs)
        assert abs(table["revenue"][y] - spent - profit) <= Decimal("1e-18")
    assert abs(table.value * table.customers - sum(table["npv"])) <= Decimal("1e-12")
