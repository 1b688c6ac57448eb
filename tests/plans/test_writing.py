"""A table written as a file is read as the same table, digit by digit."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars import plans
from regulars.plans import PlanError

TABLES = [name for name, kind in plans.EXAMPLES.items() if kind == "table"]
HEAD = "kind: table\ncurrency: USD\ncustomers: 100\nretention: [0.5, 0.4]\naov: [10, 10, 10]\n"


@pytest.mark.parametrize("name", TABLES)
def test_an_example_reads_as_it_was_written(name: str) -> None:
    plan = plans.example(name)
    again = plans.parsed(plans.table_text(plan), f"{name}.yaml")
    assert again.table == plan.table
    assert {n: s.table for n, s in again.scenarios.items()} == {
        n: s.table for n, s in plan.scenarios.items()
    }
    assert again.header.title == plan.header.title
    assert again.interval() == plan.interval()
    assert plans.table_text(again) == plans.table_text(plan)


@settings(deadline=None, max_examples=40)
@given(
    title=st.text(min_size=1, max_size=30).filter(lambda t: t.strip() == t),
    rate=st.decimals(0, 1, places=6), price=st.decimals(0, 10**6, places=4),
    days=st.integers(1, 400),
)  # fmt: skip
def test_any_table_reads_as_it_was_written(
    title: str, rate: Decimal, price: Decimal, days: int
) -> None:
    from dataclasses import replace

    from regulars.declare import Text

    plan = plans.example("hughes-calculator")
    table = plan.table.changed(retention=(rate, rate, rate), aov=price, period_days=days)
    named = replace(plan, table=table, header=replace(plan.header, title=Text(title, title)))
    again = plans.parsed(plans.table_text(named), "x.yaml")
    assert again.table == table
    assert again.header.title.en == title


def test_errors_are_numbers_one_a_period_or_a_covariance() -> None:
    one = plans.parsed(HEAD + "errors: {retention: [0.03, 0.02]}\n", "a").interval()
    square = "errors: {retention: [[0.0009, 0], [0, 0.0004]]}\n"
    assert plans.parsed(HEAD + square, "b").interval().low == pytest.approx(one.low)
    bound = "errors: {retention: [[0.0009, 0.0005], [0.0005, 0.0004]]}\n"
    assert plans.parsed(HEAD + bound, "c").interval().low < one.low


@pytest.mark.parametrize(
    "wrong",
    [
        "[[0.1, 0.2], [0.2]]", "[[0.1], 0.2]", "[[0.1, 0.5], [0.2, 0.1]]", "[[x]]",
        "[[0.1, 0.9], [0.9, 0.1]]",
    ],
)  # fmt: skip
def test_a_covariance_that_cannot_be_is_refused_with_its_place(wrong: str) -> None:
    with pytest.raises(PlanError, match="line 6"):
        plans.parsed(HEAD + f"errors: {{retention: {wrong}}}\n", "d")


def test_a_written_covariance_keeps_its_digits() -> None:
    plan = plans.example("small-club")
    again = plans.parsed(plans.table_text(plan), "x")
    assert np.array_equal(again.errors["retention"], plan.errors["retention"])
