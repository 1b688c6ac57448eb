"""Leads in the order in which hours pay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from regulars.strategy import InputError, Lead, rank_leads

LEADS = [Lead("one", 0.2, 1000, 2), Lead("two", 0.5, 300, 1), Lead("three", 0.05, 5000, 4)]


def test_three_hours_go_to_the_second_and_the_first() -> None:
    ranked = rank_leads(LEADS, hours=3)
    assert [(one.name, one.per_hour) for one in ranked] == [
        ("two", 150),
        ("one", 100),
        ("three", Decimal("62.5")),
    ]
    assert [one.name for one in ranked if one.chosen] == ["two", "one"]


def test_a_shorter_lead_fills_what_is_left() -> None:
    ranked = rank_leads([*LEADS, Lead("four", 0.1, 100, 1)], hours=2)
    assert [one.name for one in ranked if one.chosen] == ["two", "four"]


def test_what_costs_more_than_it_brings_is_not_chosen() -> None:
    (only,) = rank_leads([Lead("dear", 0.1, 100, 1, cost=11)], hours=10)
    assert (only.expected, only.chosen) == (-1, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"chance": 20}, "chance"), ({"hours": 0}, "hours"), ({"cost": -1}, "cost")],
)
def test_a_lead_that_cannot_be(changes: dict[str, Any], field: str) -> None:
    given = {"name": "x", "chance": 0.2, "value": 10, "hours": 1} | changes
    with pytest.raises(InputError, match=f"^{field}: x"):
        rank_leads([Lead(**given)], hours=3)


def test_hours_that_cannot_be() -> None:
    with pytest.raises(InputError, match="hours"):
        rank_leads(LEADS, hours=-1)
