"""Draft → Costed → Approved as a state machine: what is refused, and what a change takes back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from regulars_server.strategies import rules
from regulars_server.strategies.rules import Asker, Offer, Strategy, after_change, refusals
from regulars_server.strategies.states import HERE, LATER, State

TODAY = dt.date(2026, 6, 1)
ANALYST = Asker(user=1, manages=True, approves=False, other_approvers=1)
MARKETER = Asker(user=2, manages=True, approves=True, other_approvers=1)
AUDITOR = Asker(user=3, manages=False, approves=False, other_approvers=2)
WHOLE = Strategy(
    state=State.DRAFT, segment=True, customers=1000, as_of=dt.date(2026, 5, 1),
    metric="retention", target=Decimal(50), due=dt.date(2026, 12, 31),
    offers=(Offer(title="A call", unit_cost=250, takers=400),),
    control=Decimal("0.1"), budget=100_000, costed_by=None,
)  # fmt: skip
COSTED = replace(WHOLE, state=State.COSTED, costed_by=1)


def codes(strategy: Strategy, to: State, asker: Asker = ANALYST) -> list[str]:
    return [one.code for one in refusals(strategy, to, asker=asker, today=TODAY)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"segment": False}, "no_segment"),
        ({"customers": None}, "no_baseline"),
        ({"customers": 0, "offers": (Offer(title="x", unit_cost=1, takers=0),)}, "nobody"),
        ({"metric": ""}, "no_goal"),
        ({"target": None}, "no_goal"),
        ({"due": None}, "no_due"),
        ({"due": dt.date(2026, 4, 1)}, "due_before_baseline"),
        ({"due": TODAY}, "goal_past"),
        ({"offers": ()}, "no_offer"),
        ({"offers": (Offer(title="x", unit_cost=None, takers=1),)}, "no_unit_cost"),
        ({"offers": (Offer(title="x", unit_cost=1, takers=None),)}, "no_takers"),
        ({"offers": (Offer(title="x", unit_cost=1, takers=1001),)}, "more_takers"),
    ],
)
def test_what_is_missing_refuses_the_costing(change: dict[str, Any], code: str) -> None:
    assert codes(WHOLE, State.COSTED) == []
    assert code in codes(replace(WHOLE, **change), State.COSTED)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"control": None}, "no_control"),
        ({"control": Decimal(0)}, "no_control"),
        ({"control": Decimal(1)}, "all_control"),
        ({"budget": None}, "no_budget"),
        ({"budget": 99_999}, "budget_short"),
        ({"state": State.DRAFT}, "not_costed"),
        ({"costed_by": 2}, "own_costing"),
        ({"due": TODAY}, "goal_past"),
    ],
)
def test_what_is_missing_refuses_the_approval(change: dict[str, Any], code: str) -> None:
    assert codes(COSTED, State.APPROVED, MARKETER) == []
    assert codes(replace(COSTED, **change), State.APPROVED, MARKETER) == [code]


def test_who_costed_it_approves_only_where_nobody_else_can() -> None:
    own = replace(COSTED, costed_by=2)
    assert codes(own, State.APPROVED, MARKETER) == ["own_costing"]
    assert codes(own, State.APPROVED, replace(MARKETER, other_approvers=0)) == []


def test_a_role_without_the_permission_is_refused() -> None:
    assert codes(WHOLE, State.COSTED, AUDITOR) == ["may_not_manage"]
    assert codes(COSTED, State.DRAFT, AUDITOR) == ["may_not_manage"]
    assert "may_not_approve" in codes(COSTED, State.APPROVED, ANALYST)


@pytest.mark.parametrize("state", LATER)
def test_the_later_states_come_with_campaigns(state: State) -> None:
    approved = replace(COSTED, state=State.APPROVED)
    assert codes(approved, state, MARKETER) == ["later"]


PARTS: tuple[rules.Part, ...] = (*rules.COSTS_REST_ON, *rules.APPROVAL_RESTS_ON)


def test_every_part_is_of_one_kind() -> None:
    assert not rules.COSTS_REST_ON & rules.APPROVAL_RESTS_ON


@pytest.mark.parametrize("part", sorted(rules.COSTS_REST_ON))
def test_a_change_of_what_costs_rest_on_takes_it_back_to_draft(part: rules.Part) -> None:
    for state in HERE:
        assert after_change(state, [part]) is State.DRAFT


@pytest.mark.parametrize("part", sorted(rules.APPROVAL_RESTS_ON))
def test_a_change_of_the_terms_takes_an_approval_back_to_costed(part: rules.Part) -> None:
    assert after_change(State.APPROVED, [part]) is State.COSTED
    assert after_change(State.COSTED, [part]) is State.COSTED
    assert after_change(State.DRAFT, [part]) is State.DRAFT


class Life(RuleBasedStateMachine):
    """Whatever is changed and asked, in whatever order: what is approved was signed by two."""

    def __init__(self) -> None:
        super().__init__()
        self.now = replace(WHOLE, customers=None, offers=(), control=None, budget=None)
        self.approved_by: int | None = None

    def became(self, part: rules.Part, **values: Any) -> None:
        state = after_change(self.now.state, [part])
        self.now = replace(self.now, **values, state=state)
        if state is State.DRAFT:
            self.now = replace(self.now, costed_by=None)
        if state is not State.APPROVED:
            self.approved_by = None

    @rule(customers=st.none() | st.integers(0, 2000))
    def baseline(self, customers: int | None) -> None:
        self.became("baseline", customers=customers)

    @rule(cost=st.none() | st.integers(0, 500), takers=st.none() | st.integers(0, 1500))
    def offer(self, cost: int | None, takers: int | None) -> None:
        self.became("offers", offers=(Offer(title="x", unit_cost=cost, takers=takers),))

    @rule(control=st.none() | st.sampled_from([Decimal(0), Decimal("0.1"), Decimal(1)]))
    def test_group(self, control: Decimal | None) -> None:
        self.became("control", control=control)

    @rule(budget=st.none() | st.integers(0, 800_000))
    def budget(self, budget: int | None) -> None:
        self.became("budget", budget=budget)

    @rule(
        to=st.sampled_from(list(State)), user=st.integers(1, 2), manages=st.booleans(),
        approves=st.booleans(), others=st.integers(0, 1),
    )  # fmt: skip
    def asked(self, to: State, user: int, manages: bool, approves: bool, others: int) -> None:
        asker = Asker(user=user, manages=manages, approves=approves, other_approvers=others)
        if refusals(self.now, to, asker=asker, today=TODAY):
            return
        before, self.now = self.now, replace(self.now, state=to)
        if to is State.COSTED and before.state is State.DRAFT:
            self.now = replace(self.now, costed_by=user)
        if to is State.DRAFT:
            self.now = replace(self.now, costed_by=None)
        self.approved_by = user if to is State.APPROVED else None
        if to is State.APPROVED:
            assert user != before.costed_by or others == 0

    @invariant()
    def costed_is_whole(self) -> None:
        if self.now.state in (State.COSTED, State.APPROVED):
            assert not list(rules.incomplete(self.now))
            assert self.now.cost is not None
            assert self.now.costed_by is not None

    @invariant()
    def approved_can_be_tested_and_paid(self) -> None:
        assert self.now.state in HERE
        if self.now.state is State.APPROVED:
            assert self.approved_by is not None
            assert self.now.control is not None
            assert 0 < self.now.control < 1
            assert self.now.budget is not None
            assert self.now.cost is not None
            assert self.now.budget >= self.now.cost


TestLife = Life.TestCase
