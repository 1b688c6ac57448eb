"""Which days the overview is about."""

from __future__ import annotations

import datetime as dt

import pytest

from regulars_server.overview import periods
from regulars_server.overview.periods import Chosen, WrongDays, read, settled

END = dt.date(2026, 11, 30)  # facts before this day count
Days = tuple[dt.date, dt.date]


def days(*texts: str) -> Days:
    first, second = (dt.date.fromisoformat(text) for text in texts)
    return first, second


@pytest.mark.parametrize(
    ("preset", "before", "after"),
    [
        ("month", ("2026-09-01", "2026-10-01"), ("2026-10-01", "2026-11-01")),
        ("quarter", ("2026-04-01", "2026-07-01"), ("2026-07-01", "2026-10-01")),
        ("quarter_year", ("2025-07-01", "2025-10-01"), ("2026-07-01", "2026-10-01")),
        ("year", ("2024-11-01", "2025-11-01"), ("2025-11-01", "2026-11-01")),
    ],
)
def test_a_preset_is_of_whole_months_before_the_facts_end(
    preset: str, before: tuple[str, str], after: tuple[str, str]
) -> None:
    chosen = settled(read({"period": preset}), end=END)
    assert (chosen.before, chosen.after) == (days(*before), days(*after))
    assert chosen.as_of == days(*after)[1], "what came later is not of this page"


def test_facts_that_end_with_a_month_have_it_whole() -> None:
    assert settled(Chosen(preset="month"), end=dt.date(2026, 1, 1)).after == days(
        "2025-12-01", "2026-01-01"
    )


def test_an_address_asks_for_the_same_days_again() -> None:
    for preset in periods.PRESETS:
        chosen = read({"period": preset})
        assert read(chosen.query) == chosen
        exact = settled(chosen, end=END).exact
        again = read(exact)
        if exact:
            assert (again.before, again.after) == (
                settled(chosen, end=END).before,
                settled(chosen, end=END).after,
            )
            assert read(again.query) == again


def test_days_of_a_form_are_inclusive() -> None:
    chosen = read({"after_from": "2026-01-01", "after_to": "2026-01-31"})
    assert chosen.after == days("2026-01-01", "2026-02-01")
    takes = frozenset({"as_of", "after", "before"})
    asked = chosen.parameters("bridge", takes)
    assert asked == {"as_of": "2026-02-01", "after": "2026-01-01..2026-02-01"}
    assert chosen.parameters("lifecycle", frozenset({"as_of"})) == {"as_of": "2026-02-01"}


def test_groups_are_compared_over_equally_long_periods() -> None:
    chosen = settled(Chosen(preset="quarter"), end=dt.date(2026, 4, 1))
    takes = frozenset({"before", "after"})
    assert chosen.parameters("bridge", takes)["before"] == "2025-10-01..2026-01-01"
    assert chosen.parameters("migration", takes)["before"] == "2025-10-03..2026-01-01"


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"period": "<script>"}, "period", "unknown"),
        ({"after_from": "yesterday", "after_to": "2026-01-02"}, "after_from", "no_day"),
        ({"as_of": "0001-01-01"}, "as_of", "no_day"),
        ({"after_from": "2026-01-02"}, "after_to", "missing"),
        ({"before_from": "2026-01-02", "before_to": "2026-01-03"}, "after_from", "missing"),
        ({"after_from": "2026-01-02", "after_to": "2026-01-01"}, "after_to", "ends_first"),
        (
            {"after_from": "2026-01-02", "after_to": "2026-01-05", "as_of": "2026-01-03"},
            "as_of",
            "too_early",
        ),
        (
            {"after_from": "2026-01-05", "after_to": "2026-01-09",
             "before_from": "2026-01-01", "before_to": "2026-01-05"},
            "before_to",
            "overlaps",
        ),
    ],
)  # fmt: skip
def test_days_that_cannot_be_meant_are_refused(
    given: dict[str, str], field: str, code: str
) -> None:
    with pytest.raises(WrongDays) as caught:
        read(given)
    assert (caught.value.field, caught.value.code) == (field, code)
