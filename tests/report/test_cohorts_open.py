"""A cohort of a month opens its customers; one of a week or a quarter is a name alone."""

from __future__ import annotations

import pytest

from regulars.report.parts import Opening
from regulars.report.sections.cohorts import _named


@pytest.mark.parametrize("cohort", ["2026-W03", "2026-Q1", "2026", "all", "2026-13", "<b>"])
def test_what_is_no_month_is_a_name(cohort: str) -> None:
    assert _named(cohort) == cohort


def test_a_month_opens_who_first_bought_in_it() -> None:
    december = _named("2025-12")
    assert isinstance(december, Opening)
    wanted = "first_day >= '2025-12-01' AND first_day < '2026-01-01'"
    assert december.target.condition == wanted
