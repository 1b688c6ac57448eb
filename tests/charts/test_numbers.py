"""Numbers as written, in both languages, for currencies of 0, 2 and 3 decimals."""

from __future__ import annotations

import math

import pytest

from regulars.charts import Numbers, Unknown
from regulars.declare import Language

USD = Numbers(lang="en", currency="USD", exponent=2)
CNY = Numbers(lang="zh", currency="CNY", exponent=2)


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        (0, "0", "0"),
        (7, "7", "7"),
        (2_469, "2,470", "2,470"),
        (9_999, "10,000", "1万"),
        (155_848, "156,000", "15.6万"),
        (1_474_300, "1.47 million", "147万"),
        (999_600, "1 million", "100万"),
        (234_567_890, "235 million", "2.35亿"),
    ],
)
def test_counts_in_words(value: int, en: str, zh: str) -> None:
    assert str(USD.about(value)) == en
    assert str(CNY.about(value)) == zh


@pytest.mark.parametrize(
    ("minor", "en", "zh"),
    [
        (0, "$0", "0元"),
        (5, "$0.05", "0.05元"),
        (2_914.5, "$29.14", "29.14元"),
        (2_900, "$29", "29元"),
        (46_812_345, "$468k", "46.8万元"),
        (99_960_000, "$1M", "100万元"),
        (-46_812_345, "−$468k", "−46.8万元"),
        (12_345_678_900, "$123M", "1.23亿元"),
        (999_999_999_900, "$10bn", "100亿元"),
    ],
)
def test_money_in_words(minor: float, en: str, zh: str) -> None:
    assert str(USD.money(minor)) == en
    assert str(CNY.money(minor)) == zh


@pytest.mark.parametrize(
    ("lang", "currency", "exponent", "minor", "said", "exact"),
    [
        ("en", "JPY", 0, 468_123, "¥468k", "¥468,123"),
        ("zh", "JPY", 0, 468_123, "46.8万日元", "468,123日元"),
        ("en", "KWD", 3, 468_123, "KWD\N{NO-BREAK SPACE}468", "KWD\N{NO-BREAK SPACE}468.123"),
        ("en", "CNY", 2, 46_812_345, "CN¥468k", "CN¥468,123.45"),
        ("zh", "USD", 2, 46_812_345, "46.8万美元", "468,123.45美元"),
        ("zh", "KWD", 3, 468_123, "468\N{NO-BREAK SPACE}KWD", "468.123\N{NO-BREAK SPACE}KWD"),
    ],
)
def test_currencies(
    lang: Language, currency: str, exponent: int, minor: int, said: str, exact: str
) -> None:
    figure = Numbers(lang=lang, currency=currency, exponent=exponent).money(minor)
    assert not isinstance(figure, Unknown)
    assert figure.text == said
    assert figure.exact == exact


def test_signed_money_uses_the_minus_sign() -> None:
    assert str(USD.money(46_800_000, signed=True)) == "+$468k"
    assert str(USD.money(-46_800_000, signed=True)) == "−$468k"
    assert str(USD.money(0, signed=True)) == "$0"


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0%"),
        (0.00001, "<0.01%"),
        (0.0084, "0.84%"),
        (0.0591, "5.9%"),
        (0.384, "38%"),
        (0.9949, "99%"),
        (0.9962, "99.6%"),
        (0.99999, "99.9%"),
        (1.0, "100%"),
        (1.084, "108%"),
    ],
)
def test_shares_in_words_are_never_a_false_0_or_100(share: float, said: str) -> None:
    assert str(USD.share(share)) == said


def test_exact_numbers_of_tables() -> None:
    assert str(USD.amount(46_812_345)) == "468,123.45"
    assert str(USD.amount(-46_812_345, signed=True)) == "−468,123.45"
    assert str(USD.amount(9_007_199_254_740_993)) == "90,071,992,547,409.93"
    assert str(USD.count(2_469)) == "2,469"
    assert str(USD.percent(0.38449)) == "38.4%"
    assert str(USD.percent_range(0.351, 0.418)) == "35.1–41.8"
    assert str(USD.amount_range(-120_000, 30_000)) == "−1,200 to +300"
    assert str(USD.probability(0.00002)) == "< 0.001"


def test_intervals_in_words() -> None:
    assert str(USD.share_interval(0.782, 0.751, 0.811)) == "78% (75–81%)"
    assert str(CNY.share_interval(0.782, 0.751, 0.811)) == "78%（75–81%）"
    assert str(USD.money_range(8_000_000, 20_000_000)) == "$80k–$200k"
    assert str(USD.money_range(-20_000_000, -8_000_000)) == "−$200k to −$80k"


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf])
def test_unknown_is_a_dash_with_its_reason_and_never_0(nothing: float | None) -> None:
    written = (
        USD.about(nothing, reason="no lines"),
        USD.money(nothing, reason="no lines"),
        USD.share(nothing, reason="no lines"),
        USD.count(nothing, reason="no lines"),
        USD.amount(nothing, reason="no lines"),
        USD.percent(nothing, reason="no lines"),
        USD.number(nothing, reason="no lines"),
        USD.share_interval(nothing, 0.1, 0.2, reason="no lines"),
    )
    for value in written:
        assert isinstance(value, Unknown)
        assert str(value) == "unknown"
        assert "0" not in value.__html__()
        assert 'title="unknown: no lines"' in value.__html__()


def test_the_exact_number_is_on_hover_and_escaped() -> None:
    assert USD.money(46_812_345).__html__() == ('<span class="n" title="$468,123.45">$468k</span>')
    assert "&lt;b&gt;" in Unknown("<b>", "unknown").__html__()


def test_a_small_number_is_never_a_rounded_nothing() -> None:
    assert str(Numbers().least(0.00004, decimals=3)) == "<0.001"
    assert str(Numbers().least(-0.00004, decimals=3)) == ">\N{MINUS SIGN}0.001"
    assert str(Numbers().least(0.0, decimals=3)) == "0.000"
    assert str(Numbers().least(0.0312, decimals=3)) == "0.031"
    assert str(Numbers().least(None)) == "unknown"
