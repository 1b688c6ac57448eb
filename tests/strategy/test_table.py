"""The lifetime-value table: as printed, in exact decimals, and what it refuses."""

from __future__ import annotations

import decimal
import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from regulars.strategy import LINES, InputError, LifetimeValueTable, compare

PAGE = Path(__file__).parents[1] / "reference/published/lifetime_value.json"
PUBLISHED: dict[str, Any] = json.loads(PAGE.read_text(encoding="utf-8"), parse_float=Decimal)
G1 = LifetimeValueTable(**PUBLISHED["hughes_251a"]["inputs"])
G2 = LifetimeValueTable(**PUBLISHED["hughes_calculator"]["inputs"])


def as_printed(values: Any, like: list[str]) -> list[str]:
    return [
        str(value.quantize(Decimal(printed), rounding=ROUND_HALF_UP))
        for value, printed in zip(values, like, strict=True)
    ]


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_printed_digit(name: str) -> None:
    published = PUBLISHED[name]
    table = LifetimeValueTable(**published["inputs"])
    for line, printed in published["printed"].items():
        assert as_printed(table[line], printed) == printed, line


def test_exact_discounting_as_printed() -> None:
    table = G1.changed(discount_decimals=None)
    for line, printed in PUBLISHED["hughes_251a"]["exact"].items():
        assert as_printed(table[line], printed) == printed, line


def test_two_years_at_16_percent_are_exactly_1_3456() -> None:
    assert G1.changed(discount_decimals=None)["discount"][2] == Decimal("1.3456")


def test_the_lines_stand_in_the_order_of_the_page() -> None:
    assert tuple(G2.lines) == LINES


def test_floats_scalars_and_arrays_are_the_same_table() -> None:
    floats = {
        name: [float(v) for v in value] if isinstance(value, list) else value
        for name, value in PUBLISHED["hughes_calculator"]["inputs"].items()
    }
    floats["retention"] = np.array(floats["retention"])
    floats["programme"] = (2.0, Decimal(2), 2)
    table = LifetimeValueTable(**floats)
    assert dict(table.lines) == dict(G2.lines)
    assert table.programme == (2, 2, 2)


def test_the_callers_decimal_settings_change_nothing() -> None:
    with decimal.localcontext() as context:
        context.prec = 3
        rough = LifetimeValueTable(**PUBLISHED["hughes_calculator"]["inputs"])
        assert dict(rough.lines) == dict(G2.lines)


def test_the_first_profitable_period() -> None:
    assert G1.first_profitable == 2
    assert G1.changed(acquisition_cost=48).first_profitable == 1
    assert G1.changed(acquisition_cost=500).first_profitable is None


def test_explicit_factors_divide_as_they_are() -> None:
    table = G1.changed(discount_factors=(1, 1.16, 1.35), interest=0.5)
    assert table.ltv == G1.ltv


def test_a_years_cost_falls_on_the_customers_of_that_year() -> None:
    # charged on the original 100,000 it would be 2,000,000 a year
    assert G1["marketing"] == (0, 60_000 * 20, 42_000 * 20)
    # and value is per customer acquired, not per customer left
    assert G1.ltv[2] == pytest.approx(G1["cumulative"][2] / 100_000, rel=Decimal("1e-26"))


def test_a_cost_of_all_up_for_renewal() -> None:
    table = G1.changed(renewal_cost=8)
    assert table["renewal"] == (0, 800_000, 480_000)


def test_shorter_periods_are_discounted_by_their_days() -> None:
    shorter = G1.changed(period_days=73, discount_decimals=None)
    assert float(shorter["discount"][2]) == pytest.approx(1.16**0.4)


def test_a_scenario_raises_value_and_changes_no_line_of_the_first_year() -> None:
    change = compare(G1, G1.changed(retention=(0.65, 0.7)))
    assert change.value_gain > 0
    assert {line: values[0] for line, values in change.differences.items() if values[0]} == {}
    assert "aov" not in change.changed_lines
    assert change.total_gain == pytest.approx(change.value_gain * 100_000, rel=Decimal("1e-26"))
    assert change.differences["customers"] == (0, 5_000, 3_500)


def test_identical_scenarios_differ_by_nothing() -> None:
    assert compare(G2, G2.changed()).changed_lines == ()
    assert G2.changed() == G2


def test_another_number_of_periods() -> None:
    assert G1.changed(periods=2).ltv == G1.ltv[:2]
    flat = LifetimeValueTable(customers=10, retention=0.5, aov=8, periods=2)
    assert flat.changed(periods=4)["customers"] == (10, 5, Decimal("2.5"), Decimal("1.25"))
    with pytest.raises(InputError, match="3 values for 5 periods"):
        G1.changed(periods=5)


def test_one_period_needs_no_retention() -> None:
    assert LifetimeValueTable(customers=10, retention=(), aov=(8,)).value == 8


def test_who_skipped_a_year_may_come_back() -> None:
    with pytest.raises(InputError, match=r"retention, period 2: 1\.1 is over 1"):
        G1.changed(retention=(0.4, 1.1))
    table = G1.changed(retention=(0.4, 1.1), returning=True)
    assert table["customers"][1:] == (40_000, 44_000)


@pytest.mark.parametrize(
    ("changes", "field", "period", "words"),
    [
        ({"retention": 60}, "retention", 1, "60 is over 1; 60% is written 0.6"),
        ({"retention": (0.6, -0.1)}, "retention", 2, "under 0"),
        ({"aov": (90, -95, 100)}, "aov", 2, "-95 is under 0"),
        ({"acquisition_cost": -1}, "acquisition_cost", None, "under 0"),
        ({"direct_cost_rate": 70}, "direct_cost_rate", 1, "over 10"),
        ({"interest": 8}, "interest", None, "over 1; 8% is written 0.08"),
        ({"marketing": (0, None, 20)}, "marketing", 2, "missing"),
        ({"marketing": (0, 20)}, "marketing", None, "2 values for 3 periods"),
        ({"orders": "2"}, "orders", None, "not a number"),
        ({"orders": True}, "orders", None, "not a number"),
        ({"orders": float("nan")}, "orders", None, "not a finite number"),
        ({"customers": 0}, "customers", None, "not over 0"),
        ({"period_days": 0}, "period_days", None, "not over 0"),
        ({"discount_decimals": 1.5}, "discount_decimals", None, "whole number"),
        ({"discount_factors": (1, 0, 1)}, "discount_factors", 2, "0 divides nothing"),
        ({"discount_factors": (1, 1.1)}, "discount_factors", None, "2 values"),
        ({"discount_factors": 1.1}, "discount_factors", None, "one a period"),
        ({"interest": (0.1, 0.1, 0.1)}, "interest", None, "one number"),
        ({"periods": 0}, "periods", None, "whole number from 1"),
        ({"retentoin": 0.5}, "retentoin", None, "did you mean retention"),
    ],
)
def test_what_cannot_be_names_its_field(
    changes: dict[str, Any], field: str, period: int | None, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        G1.changed(**changes)
    assert (caught.value.field, caught.value.period) == (field, period)
    assert words in str(caught.value)
    assert str(caught.value).startswith(field)


def test_periods_must_be_known() -> None:
    with pytest.raises(InputError, match="periods: say how many"):
        LifetimeValueTable(customers=10, retention=(0.5, 0.6), aov=8)


@pytest.mark.parametrize(
    "other", [G1.changed(currency="USD"), G1.changed(periods=2), G1.changed(period_days=30)]
)
def test_tables_that_are_not_alike_are_not_subtracted(other: LifetimeValueTable) -> None:
    with pytest.raises(InputError, match="beside"):
        compare(G1, other)
