"""The comparison finds what differs and says so."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from regulars.testing.compare import assert_same_answer, assert_same_figures, same_value

ROWS = [{"k": 1, "n": 10, "s": 0.5, "d": dt.date(2024, 1, 1)}, {"k": 2, "n": 20, "s": None, "d": 1}]


def test_equal_answers_pass() -> None:
    close = [{**ROWS[1], "extra": 1}, {**ROWS[0], "s": 0.5 + 1e-12, "extra": 2}]
    assert_same_answer(close, ROWS, keys=["k"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n": 11}, "n differs in 1 of 2 rows"),
        ({"s": None}, "s differs"),
        ({"k": 3}, "not in the result"),
        ({"d": dt.date(2024, 1, 2)}, "1: datetime.date"),
    ],
)
def test_a_difference_is_said(change: dict[str, object], message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        assert_same_answer([{**ROWS[0], **change}, ROWS[1]], ROWS, keys=["k"])


def test_order_and_doubles() -> None:
    with pytest.raises(AssertionError, match="another order"):
        assert_same_answer(ROWS[::-1], ROWS, keys=["k"], ordered=True)
    with pytest.raises(AssertionError, match="do not name one row"):
        assert_same_answer([ROWS[0], ROWS[0]], ROWS, keys=["k"])
    with pytest.raises(AssertionError, match="not in the result"):
        assert_same_answer([], ROWS, keys=["k"])


def test_values() -> None:
    assert same_value(Decimal("3"), 3)
    assert same_value(float("nan"), None)
    assert same_value(np.int64(3), 3)
    assert same_value(dt.datetime(2024, 1, 1), dt.date(2024, 1, 1))  # noqa: DTZ001
    assert same_value(101, 100, within=1)
    assert not same_value(3, 4)
    assert not same_value(10**17, 10**17 + 1)
    assert not same_value(0, None)
    assert not same_value(True, 1)


def test_figures() -> None:
    assert_same_figures({"a": 1, "b": 2.0}, {"a": 1, "excess": []})
    with pytest.raises(AssertionError, match="a: 1, reference 2"):
        assert_same_figures({"a": 1}, {"a": 2})
    with pytest.raises(AssertionError, match="absent"):
        assert_same_figures({}, {"a": 2})
