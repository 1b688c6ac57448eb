"""What to do next: the first rule that fits, by its name; reasons of value; none without a rule."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from regulars_server.people import advice, worth
from regulars_server.people.advice import RULES, Situation, advise
from regulars_server.people.saying import ADVICE, DRIVERS

TODAY = dt.date(2026, 11, 29)


def situation(**given: Any) -> Situation:
    usual: dict[str, Any] = {"today": TODAY, "purchase_days": 5, "stage": "mature"}
    return Situation(**{**usual, "marketing": ("email",), **given})


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"open_cases": 1, "stage": "lost", "value": "high"}, "answer_case"),
        ({"purchase_days": 0, "stage": "acquisition"}, "never_bought"),
        ({"stage": "decline", "value": "high"}, "win_back_valuable"),
        ({"stage": "lost", "value": "high"}, "win_back_valuable"),
        ({"stage": "lost", "value": "low"}, "let_rest"),
        ({"stage": "lost"}, "let_rest"),
        ({"stage": "lost", "value": "middle"}, "remind_lapsing"),
        ({"stage": "decline", "value": "low"}, "remind_lapsing"),
        ({"stage": "returned", "value": "high"}, "learn_why_returned"),
        ({"purchase_days": 1, "stage": "growth", "value": "high"}, "second_purchase"),
        ({"due": TODAY - dt.timedelta(days=3), "value": "middle"}, "remind_overdue"),
        ({"due": TODAY - dt.timedelta(days=3), "value": "low"}, "nothing"),
        ({"value": "high", "due": TODAY + dt.timedelta(days=3)}, "thank_valuable"),
        ({"value": "low", "due": TODAY + dt.timedelta(days=3)}, "wait_for_order"),
        ({"stage": None}, "nothing"),
    ],
)
def test_the_first_rule_that_fits_is_the_advice(given: dict[str, Any], rule: str) -> None:
    found = advise(situation(**given))
    assert found is not None
    assert found.rule == rule


def test_who_refuses_personalised_decisions_is_offered_nothing() -> None:
    assert advise(situation(refuses=True, stage="decline", value="high")) is None
    asked = advise(situation(refuses=True, open_cases=2))
    assert asked is not None, "a complaint is answered whatever else is refused"
    assert asked.rule == "answer_case"


def test_nobody_is_written_to_without_consent() -> None:
    without = advise(situation(stage="decline", value="high", marketing=()))
    assert without is not None
    assert without.needs_consent
    talking = advise(situation(stage="returned", marketing=()))
    assert talking is not None
    assert not talking.needs_consent, "to speak with who comes is no message"


def test_lateness_is_counted_from_the_due_day() -> None:
    assert situation(due=TODAY).late_days == 0
    assert situation(due=TODAY - dt.timedelta(days=1)).late_days == 1
    assert situation().late_days == 0


def test_every_rule_has_words() -> None:
    assert {rule.name for rule in RULES} == set(ADVICE)
    assert len({rule.name for rule in advice.RULES}) == len(RULES)
    places = ("high", "middle", "low")
    assert {(name, place) for name, _more in worth.DRIVERS for place in places} == set(DRIVERS)


BASE: dict[str, list[float | None]] = {
    "purchase_days": [1, 2, 5], "recency_days": [30, 90, 200],
    "spend_per_purchase_day_minor": [1000, 2000, 4000],
    "expected_spend_365d_minor": [100, 1000, 9000],
}  # fmt: skip


def test_value_is_explained_by_frequency_recency_and_spend() -> None:
    told = worth.worth(
        {"purchase_days": 9, "recency_days": 400, "spend_per_purchase_day_minor": 2500,
         "expected_spend_365d_minor": 9500, "expected_spend_365d_low_minor": 0,
         "expected_spend_365d_high_minor": 20000},
        BASE,
    )  # fmt: skip
    assert (told.value, told.low, told.high, told.place) == (9500, 0, 20000, "high")
    assert [(one.name, one.place, one.raises) for one in told.drivers] == [
        ("purchase_days", "high", True),
        ("recency_days", "high", False),
        ("spend_per_purchase_day_minor", "middle", None),
    ]


def test_margin_counts_before_spend_and_what_is_unknown_says_why() -> None:
    values = {"clv_365d_minor": 700.0, "expected_spend_365d_minor": 9500}
    assert worth.worth(values, {}).column == "clv_365d_minor"
    told = worth.worth({"value_unknown": "one_purchase"}, BASE)
    assert (told.value, told.unknown, told.drivers) == (None, "one_purchase", [])


def test_a_base_that_is_all_alike_has_no_high_and_no_low() -> None:
    assert worth.place(1, [1, 1, 1]) == "middle"
    assert worth.place(2, [1, 1, 1]) == "high"
    assert worth.place(5, [1, 2, 5]) == "high"
    assert worth.place(None, [1, 2, 3]) is None
    assert worth.place(1, [None, None, None]) is None
