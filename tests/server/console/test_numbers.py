"""Whole numbers of an address are read in one way, with bounds where there are any."""

from __future__ import annotations

import pytest

from regulars_server.console.pages import MOST, number_of


@pytest.mark.parametrize(
    "text", ["", " 1", "-1", "+1", "1.0", "²", "１", "٣", "1e3", "9" * 19, "x"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert number_of(text) is None


def test_bounds_hold_on_both_sides() -> None:
    assert number_of("007") == 7
    assert number_of("9" * 18) == MOST
    assert [number_of(str(n), least=2, most=4) for n in range(1, 6)] == [None, 2, 3, 4, None]
    assert number_of("0") == 0
