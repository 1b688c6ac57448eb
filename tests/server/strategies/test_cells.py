"""What people type or paste into a cell: understood, or refused in words."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars_server.strategies import wording
from regulars_server.strategies.cells import Fault, Unreadable, amount, percent, said_as
from regulars_server.strategies.measured import measured_of
from regulars_server.strategies.sheet import read
from regulars_server.strategies.understanding import understood


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100,000", "100000"), ("1 000 000.5", "1000000.5"), ("$90", "90"), ("¥ 90.5", "90.5"),
        ("90元", "90"), ("10万", "100000"), ("1.5亿", "150000000"), ("12k", "12000"),
        ("１２．５", "12.5"), (".5", "0.5"), ("+3", "3"), (" 7 ", "7"), ("0", "0"),
    ],
)  # fmt: skip
def test_an_amount_is_understood(text: str, value: str) -> None:
    assert amount(text) == Decimal(value)


@pytest.mark.parametrize(("text", "value"), [("60", "0.6"), ("60%", "0.6"), ("60 ％", "0.6")])
def test_a_rate_is_typed_in_per_cent(text: str, value: str) -> None:
    assert percent(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-5", "negative"), ("(5)", "negative"), ("1,5", "comma"), ("abc", "no_number"),
        ("=1+1", "no_number"), ("60%", "no_percent"), ("1e9", "no_number"), ("٣", "no_number"),
        ("9" * 31, "too_large"), ("1" + "0" * 17, "too_large"), ("<b>1</b>", "no_number"),
        ("1,00,000", "no_number"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_in_words(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        amount(text)
    assert caught.value.code == code
    assert wording.fault(Fault("now.aov.1", code, caught.value.values))


@pytest.mark.parametrize("text", ["", "  ", "　"])
def test_an_empty_cell_is_nothing_and_not_0(text: str) -> None:
    assert amount(text) is None
    assert percent(text) is None


@given(st.decimals(0, 10**9, places=4))
def test_a_number_is_read_as_it_is_shown(value: Decimal) -> None:
    assert amount(said_as(value)) == value
    assert amount(said_as(value, grouped=True)) == value


def tried(reader: Callable[[str], Decimal | None], text: str) -> Decimal | str | None:
    """The number, or in words why it is none."""
    try:
        return reader(text)
    except Unreadable as error:
        return wording.fault(Fault("now.aov.1", error.code, error.values))


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    for reader in (amount, percent):
        found = tried(reader, text)
        assert found is None or found != ""
        assert not isinstance(found, Decimal) or found >= 0


FIELDS = st.sampled_from(
    ["periods", "period", "period_days", "discount_decimals", "currency", "measured", "planned",
     "returning", "now.customers.1", "now.retention.1", "now.aov.2", "plan.aov.2",
     "now.discount_factors.1", "now.interest.1", "now.payment_delay_days.1"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=12), st.integers(-5, 10**16).map(str), st.just("1"))


@given(st.dictionaries(FIELDS, TEXTS))
def test_any_form_is_a_table_or_faults_at_their_places(given: dict[str, str]) -> None:
    found = understood(read(given))
    assert (found.plan is None) == bool(found.faults)
    for fault in found.faults:
        assert wording.fault(fault)


def test_what_was_tampered_with_counts_as_not_measured() -> None:
    for text in ("", "{", "[]", '{"rates": ["x"], "covariance": [[1]], "said": {}}',
                 '{"rates": ["0.5"], "covariance": [[1, 2]], "said": {}}',
                 '{"rates": ["NaN"], "covariance": [[1]], "said": {}}'):  # fmt: skip
        assert measured_of(text) is None


def test_a_rate_under_one_per_cent_is_pointed_at() -> None:
    found = understood(read({"now.retention.1": "0.6", "periods": "2"}))
    assert [(one.cell, one.code) for one in found.hints] == [("now.retention.1", "small_rate")]
    assert "0.6%" in wording.fault(found.hints[0])
