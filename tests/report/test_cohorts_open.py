"""Each number of a cohort opens its customers, whatever the length of a period."""

from __future__ import annotations

from regulars.report.sections.cohorts import _who


def test_a_cohort_opens_who_completed_the_period() -> None:
    target = _who({"cohort": "2025-12", "period": 3})
    assert target.analysis == "cohort_customers"
    assert target.asked == (("number", "3"),)
    assert target.where == (("cohort", "2025-12"),)


def test_the_active_are_those_who_bought_in_it() -> None:
    target = _who({"cohort": "2025-12", "period": 3}, active=True)
    assert target.where == (("cohort", "2025-12"), ("bought", "true"))


def test_all_together_are_of_every_cohort() -> None:
    assert _who({"cohort": "all", "period": 0}).where == ()
