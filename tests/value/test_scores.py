"""Scores of customers: their intervals hold what comes, and no figure is ever a NaN."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.models import BgNbd, GammaGamma, MbgNbd, ParetoNbd, PurchaseModel, histories
from regulars.value import Base, Scores, Spends, Terms, value
from regulars.value.scoring import interval_of_spend
from regulars.value.spending import SpendLaw
from value.bases import drawn, known, together

NO_SPENDS = Spends(np.array([], dtype=object), *(np.array([]) for _ in range(3)))
MODELS = (BgNbd(0.55, 60.0, 0.9, 2.5), ParetoNbd(1.2, 40, 0.6, 200.0), MbgNbd(3, 100.0, 0.3, 4))
SPENDS = (GammaGamma(6.25, 3.74, 1544.0), GammaGamma(1.5, 5, 6000.0), GammaGamma(20, 2.5, 500.0))


def expected_spend(base: Base, scores: Scores) -> np.ndarray:
    per_order = np.where(
        base.spenders > 0, scores.spend_base + scores.spend_slope * base.spend, scores.spend_new
    )
    found: np.ndarray = scores.orders * per_order
    return found


@pytest.mark.parametrize("spend", SPENDS, ids=["cdnow", "wide", "heavy"])
@pytest.mark.parametrize("model", MODELS, ids=[m.name for m in MODELS])
def test_80_percent_intervals_hold_80_percent_of_customers(
    model: PurchaseModel, spend: GammaGamma
) -> None:
    seen = drawn(np.random.default_rng(3), model, spend, customers=12_000)
    scores = value(seen.base, NO_SPENDS, fitted=known(model, spend)).scores
    low, high = scores.orders_low, scores.orders_high
    # Orders are whole: an interval that ends on whole numbers holds at least its share.
    assert np.mean((seen.orders >= low) & (seen.orders <= high)) >= 0.80
    assert np.mean(seen.orders > high) <= 0.105
    assert np.mean(seen.orders < low) <= 0.105
    mean = expected_spend(seen.base, scores)
    low, high = mean * scores.spend_low, mean * scores.spend_high
    assert np.mean((seen.spent >= low - 1e-6) & (seen.spent <= high)) >= 0.80
    assert np.mean(seen.spent > high) <= 0.12
    assert np.mean(seen.spent < low - 1e-6) <= 0.12
    # Those from whom most is expected are not let down by the many from whom nothing is.
    best = mean > np.quantile(mean, 0.9)
    inside = (seen.spent >= low - 1e-6) & (seen.spent <= high)
    assert np.mean(inside[best]) >= 0.78
    assert mean.sum() == pytest.approx(seen.spent.sum(), rel=0.1)


GONE = histories(
    [200, 200, 0, 0, 3, 1, 5000], [10, 700, 0, 0, 0, 1, 4000], [9000, 700, 1, 9000, 5, 1, 4001]
)


@pytest.mark.parametrize("model", MODELS, ids=[m.name for m in MODELS])
@pytest.mark.parametrize(
    "law", [*SPENDS, SpendLaw("constant", amount=500.0)], ids=["cdnow", "wide", "heavy", "constant"]
)
@pytest.mark.parametrize("error", [0.0, 0.3, 9.0])
@pytest.mark.parametrize("terms", [Terms(margin=0.3), Terms(margin=0.0, yearly_rate=0.0)])
def test_extreme_customers_have_numbers_throughout(
    model: PurchaseModel, law: GammaGamma | SpendLaw, error: float, terms: Terms
) -> None:
    spent = np.array([2000.0, 3e9, 0, 0, 300, 1, 1e12])
    spenders = (spent > 0).astype(float)
    base = Base(np.full(7, "", dtype=object), GONE, spenders, spent, spent**2)
    found = value(base, NO_SPENDS, fitted=known(model, law, error=error), terms=terms)
    for name, column in vars(found.scores).items():
        if name == "wait_days":  # not a number after one purchase, or past ten years
            assert (np.isfinite(column) | np.isnan(column)).all()
            assert np.isnan(column[GONE.x == 0]).all()
        else:
            assert np.isfinite(column).all(), name
    s = found.scores
    assert ((s.alive >= 0) & (s.alive <= 1)).all()
    assert (s.orders_low <= s.orders_high).all()
    assert (s.spend_low <= s.spend_high).all()
    (total,) = found.totals
    for one in (total.orders, total.spend, total.value_year, total.value_lifetime):
        assert one.value is not None
        assert one.low is not None
        assert one.high is not None
        assert 0 <= one.low <= one.value <= one.high < np.inf


def test_discounting_and_margin_are_as_declared() -> None:
    seen = drawn(np.random.default_rng(5), MODELS[2], SPENDS[0], customers=300)
    fitted = known(MODELS[2], SPENDS[0])

    def totals(terms: Terms) -> tuple[float | None, ...]:
        (total,) = value(seen.base, NO_SPENDS, fitted=fitted, terms=terms).totals
        return total.spend.value, total.value_year.value, total.value_lifetime.value

    spend, year, lifetime = totals(Terms(margin=1.0, yearly_rate=0.0, lifetime_years=1))
    assert year == pytest.approx(spend)  # nothing discounted, nothing taken off
    assert lifetime == pytest.approx(spend)
    half = totals(Terms(margin=0.5, yearly_rate=0.0, lifetime_years=1))
    assert half[1] == pytest.approx(year / 2)
    assert totals(Terms(margin=0.0))[1:] == (0, 0)
    assert totals(Terms())[1:] == (None, None)
    later = totals(Terms(margin=1.0, yearly_rate=0.1))
    assert later[1] < year
    # Half a year ahead on average, at most a whole one.
    assert later[1] > year / 1.1
    assert totals(Terms(margin=1.0, lifetime_years=20))[2] > later[2] > later[1]


@pytest.mark.parametrize("rate", [0.0, 0.1, 10.0])
def test_a_lifetime_of_one_year_is_the_year_and_as_sure(rate: float) -> None:
    seen = drawn(np.random.default_rng(5), MODELS[2], SPENDS[0], customers=300)
    fitted = known(MODELS[2], SPENDS[0], error=0.05)
    terms = Terms(margin=0.4, yearly_rate=rate, lifetime_years=1)
    (total,) = value(seen.base, NO_SPENDS, fitted=fitted, terms=terms).totals
    assert vars(total.value_year) == pytest.approx(vars(total.value_lifetime))


def test_without_intervals_all_else_is_the_same() -> None:
    seen = drawn(np.random.default_rng(5), MODELS[0], SPENDS[0], customers=200)
    fitted = known(MODELS[0], SPENDS[0])
    whole = value(seen.base, NO_SPENDS, fitted=fitted)
    bare = value(seen.base, NO_SPENDS, fitted=fitted, terms=Terms(intervals=False))
    for name, column in vars(bare.scores).items():
        if name in ("orders_low", "orders_high", "spend_low", "spend_high"):
            assert np.isnan(column).all()
        else:
            np.testing.assert_array_equal(column, getattr(whole.scores, name))
    assert bare.totals == whole.totals


def test_what_is_not_wanted_changes_nothing_else() -> None:
    rng = np.random.default_rng(5)
    seen = together(
        [
            drawn(rng, MODELS[0], SPENDS[0], customers=2000, segment="a"),
            drawn(rng, MODELS[0], SPENDS[1], customers=400, segment="b"),
        ]
    )
    terms = Terms(margin=0.3, intervals=False)
    whole = value(seen.base, seen.spends, model="bg_nbd", terms=terms)
    bare = value(seen.base, seen.spends, model="bg_nbd", terms=terms, sums=False, lifetime=False)
    assert bare.totals == ()
    assert np.isnan(bare.scores.lifetime).all()
    for name, column in vars(whole.scores).items():
        if name != "lifetime":
            np.testing.assert_array_equal(getattr(bare.scores, name), column, err_msg=name)


def test_an_interval_of_spend_is_nought_where_no_order_is_likeliest() -> None:
    low, high = interval_of_spend(np.array([0.95, 0.5, 0.0]), np.array([30.0, 2.0, 0.1]), 0.1)
    assert low[0] == high[0] == 0
    assert low[1] == 0 < high[1]
    assert 0 < low[2] < 1 < high[2]


def test_waits_follow_the_rate_of_the_living() -> None:
    base = Base(
        np.full(2, "", dtype=object),
        histories([9, 0], [90, 0], [100, 100]),
        np.zeros(2),
        np.zeros(2),
        np.zeros(2),
    )
    model = MbgNbd(1.0, 10.0, 0.5, 2.0)
    scores = value(base, NO_SPENDS, fitted=known(model, SPENDS[0])).scores
    assert scores.wait_days[0] == pytest.approx(110 * (2 ** (1 / 10) - 1))
    assert np.isnan(scores.wait_days[1])
