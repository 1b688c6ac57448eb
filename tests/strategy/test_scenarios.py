"""The magazine before and after, and cohorts beside each other."""

from __future__ import annotations

from decimal import Decimal

import pytest

from regulars.strategy import (
    Card,
    InputError,
    LifetimeValueTable,
    Magazine,
    Strata,
    break_even,
    by_contract,
    card_plan,
    compare,
    split,
)

BEFORE = Magazine()
PLAN = card_plan(BEFORE, Card(), share=0.5)


def cents(values: tuple[Decimal, ...]) -> list[str]:
    return [f"{value:.2f}" for value in values]


def whole(values: tuple[Decimal, ...]) -> list[int]:
    return [round(value) for value in values]


def test_the_magazine_before() -> None:
    table = BEFORE.table()
    assert whole(table["customers"]) == [100_000, 30_000, 9_000]
    assert whole(table["revenue"]) == [10_400_000, 4_320_000, 1_296_000]
    assert whole(table["direct_cost"]) == [7_280_000, 3_024_000, 907_200]
    assert whole(table["acquisition"]) == [3_100_000, 0, 0]
    assert whole(table["marketing"]) == [0, 240_000, 72_000]
    assert whole(table["gross_profit"]) == [20_000, 1_056_000, 316_800]
    assert whole(table["npv"]) == [20_000, 910_345, 235_434]
    assert whole(table["cumulative"]) == [20_000, 930_345, 1_165_779]
    assert cents(table.ltv) == ["0.20", "9.30", "11.66"]


def test_charged_on_everybody_whose_subscription_ran_out() -> None:
    table = Magazine(charged_on="expiring").table()
    assert whole(table["renewal"]) == [0, 800_000, 240_000]
    assert cents(table.ltv)[-1] == "5.58"


def test_the_magazine_after() -> None:
    assert cents(PLAN.card.ltv) == ["-1.80", "23.21", "38.31"]
    assert cents(PLAN.after.ltv) == ["-0.80", "16.26", "24.98"]
    assert round(PLAN.change.total_gain) == 1_332_458
    assert f"{PLAN.break_even_retention.value:.2%}" == "29.94%"


def test_a_modest_lift() -> None:
    assert f"{card_plan(BEFORE, Card(retention=0.36), share=1).after.value:.2f}" == "15.06"


def test_an_averaged_rate_would_say_something_else() -> None:
    averaged = BEFORE.table(retention=0.5, renewal_cost=4.5, fee=Decimal("0.375"), incentive=1)
    assert abs(averaged.value - PLAN.after.value) > 1


@pytest.mark.parametrize("share", [0, 0.25, 1])
def test_value_of_both_cohorts_is_weighted_by_their_customers(share: float) -> None:
    after = card_plan(BEFORE, Card(), share=share).after
    s = Decimal(str(share))
    expected = s * PLAN.card.value + (1 - s) * PLAN.letters.value
    assert after.value == pytest.approx(expected, rel=Decimal("1e-25"))
    assert after.customers == 100_000
    assert len(after.parts) == (1 if share in (0, 1) else 2)


def test_contract_by_contract() -> None:
    long = card_plan(Magazine(customers=40_000, retention=0.6), Card(retention=0.62), share=0.5)
    short = card_plan(Magazine(customers=60_000, retention=0.2), Card(retention=0.25), share=0.5)
    change = by_contract({"long": long, "short": short})
    gains = long.change.total_gain + short.change.total_gain
    assert change.total_gain == pytest.approx(gains, rel=Decimal("1e-25"))
    assert set(change.differences) <= set(long.after.lines)


def test_identical_strata_differ_by_nothing() -> None:
    same = Strata({"a": PLAN.letters})
    assert compare(PLAN.letters, same).changed_lines == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"own_share": 0}, "own_share"),
        ({"charged_on": "both"}, "charged_on"),
        ({"periods": 0}, "periods"),
        ({"retention": 30}, "retention"),
    ],
)
def test_a_magazine_that_cannot_be(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InputError) as caught:
        Magazine(**changes).table()  # type: ignore[arg-type]
    assert caught.value.field == field


def test_strata_that_cannot_be() -> None:
    with pytest.raises(InputError, match="parts"):
        Strata({})
    with pytest.raises(InputError, match="share"):
        split(PLAN.card, PLAN.letters, share=50, names=("a", "b"))
    with pytest.raises(InputError, match="currency: USD beside EUR"):
        Strata({"a": PLAN.card.changed(currency="USD"), "b": PLAN.card.changed(currency="EUR")})


def test_break_even_of_the_acquisition_is_what_a_customer_brings_without_it() -> None:
    table = BEFORE.table()
    found = break_even(table, "acquisition_cost")
    assert found.value == pytest.approx(
        table.changed(acquisition_cost=0).value, abs=Decimal("1e-9")
    )
    assert abs(table.changed(acquisition_cost=found.value).value) < Decimal("1e-9")


def test_break_even_of_one_period() -> None:
    table = BEFORE.table()
    found = break_even(table, "retention", target=11, period=2)
    assert found.value is not None
    assert found.value < Decimal("0.3")
    met = table.changed(retention=(Decimal("0.3"), found.value))
    assert met.value == pytest.approx(Decimal(11), abs=Decimal("1e-9"))


def test_where_there_is_no_break_even_it_is_said() -> None:
    table = BEFORE.table()
    assert break_even(table, "retention", target=10_000).outcome == "always_under"
    assert break_even(table, "retention", target=-5).outcome == "always_over"
    last = break_even(table, "retention", target=5, period=3)
    assert (last.outcome, last.value) == ("no_effect", None)


def test_two_break_evens() -> None:
    # The second year costs, the third earns: a few who stay are worse than none and than many.
    table = LifetimeValueTable(customers=100, retention=0.9, aov=(10, 0, 100), marketing=(9, 40, 0))
    found = break_even(table, "retention", target=0.5)
    assert len(found.values) == 2
    assert found.value == found.values[1]
    for value in found.values:
        met = table.changed(retention=value)
        assert met.value == pytest.approx(Decimal("0.5"), abs=Decimal("1e-9"))


def test_break_even_of_what_is_no_input() -> None:
    with pytest.raises(InputError, match="did you mean retention"):
        break_even(BEFORE.table(), "retenton")
    with pytest.raises(InputError, match="no such period"):
        break_even(BEFORE.table(), "retention", period=4)
    with pytest.raises(InputError, match="one value"):
        break_even(BEFORE.table(), "interest", period=1)
