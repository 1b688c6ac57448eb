"""Intervals of sums hold what comes; small segments lean on the whole, and know that they do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from regulars.models import GammaGamma, MbgNbd
from regulars.value import Base, Fitted, Terms, Valued, fit, value
from regulars.value.pooling import Pooled
from value.bases import Drawn, drawn, known, together

MODEL, SPENDS = MbgNbd(0.8, 60.0, 0.8, 2.5), GammaGamma(6.25, 3.74, 1544.0)
QUICK = Terms(intervals=False)


def bases(repetitions: int, *, customers: int, segments: int, seed: int) -> Iterator[Drawn]:
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        if segments == 1:
            yield drawn(rng, MODEL, SPENDS, customers=customers)
        else:
            size = customers // segments
            yield together(
                [
                    drawn(rng, MODEL, SPENDS, customers=size, segment=f"part {i}")
                    for i in range(segments)
                ]
            )


def held(found: Valued, seen: Drawn) -> Iterator[tuple[str, bool, bool]]:
    """For each total whether its 95% intervals hold the orders and the spend that came."""
    for total in found.totals:
        rows = slice(None) if total.segment == "" else seen.base.segment == total.segment
        orders, spent = seen.orders[rows].sum(), seen.spent[rows].sum()
        assert total.orders.low is not None
        assert total.orders.high is not None
        assert total.spend.low is not None
        assert total.spend.high is not None
        yield (
            total.segment,
            bool(total.orders.low <= orders <= total.orders.high),
            bool(total.spend.low <= spent <= total.spend.high),
        )


def coverage(
    repetitions: int, *, customers: int, segments: int, seed: int
) -> tuple[dict[str, float], int]:
    """Shares of the intervals that hold; of the whole and, taken together, of the segments."""
    told: dict[str, list[bool]] = {}
    for seen in bases(repetitions, customers=customers, segments=segments, seed=seed):
        found = value(seen.base, seen.spends, model="mbg_nbd", terms=QUICK)
        for name, orders, spent in held(found, seen):
            whose = "segments" if name else "whole"
            told.setdefault(f"{whose}, orders", []).append(orders)
            told.setdefault(f"{whose}, spend", []).append(spent)
    return {name: float(np.mean(one)) for name, one in told.items()}, repetitions


def test_a_sum_comes_within_its_interval() -> None:
    found, n = coverage(40, customers=400, segments=1, seed=11)
    for name, share in found.items():
        # Three standard errors of a share of 40 about 95%.
        assert share >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / n), name


@pytest.mark.slow
def test_95_percent_intervals_of_sums_hold_95_percent() -> None:
    found, _ = coverage(600, customers=1200, segments=1, seed=12)
    for name, share in found.items():
        assert 0.93 <= share <= 0.97, (name, share)


@pytest.mark.slow
def test_sums_of_pooled_segments_come_within_their_intervals() -> None:
    found, n = coverage(40, customers=900, segments=3, seed=12)
    for name, share in found.items():
        # Segments of one base share an error: no more is counted on than a base each.
        assert share >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / n), (name, share)


def test_segments_that_are_alike_are_fitted_alike() -> None:
    (seen,) = bases(1, customers=3000, segments=5, seed=5)
    fitted = fit(seen.base, seen.spends, "mbg_nbd")
    whole = np.log(list(fitted.purchases.whole.parameters.values()))
    alone = [
        np.log(list(fit(part, seen.spends.of(name), "mbg_nbd").purchase_of("").parameters.values()))
        for name, _, part in seen.base.parts()
    ]
    leaning = [np.log(list(one.parameters.values())) for one in fitted.purchases.parts.values()]
    assert np.abs(leaning - whole).max() < 0.25 * np.abs(np.array(alone) - whole).max()
    # Held together they share one error: the whole is not known better for being cut in five.
    apart = value(seen.base, seen.spends, fitted=fitted, terms=QUICK).totals[0].orders
    uncut = fit(seen.base.part(np.arange(len(seen.base))), seen.spends, "mbg_nbd")
    one = value(_uncut(seen), seen.spends, model="mbg_nbd", terms=QUICK).totals[0].orders
    assert uncut.segments == fitted.segments
    assert apart.value == pytest.approx(one.value, rel=0.02)
    assert apart.high - apart.low > 0.85 * (one.high - one.low)


def _uncut(seen: Drawn) -> Base:
    return replace(seen.base, segment=np.full(len(seen.base), "", dtype=object))


def test_segments_that_differ_are_told_apart() -> None:
    rng = np.random.default_rng(9)
    often, seldom = MbgNbd(2.0, 40.0, 0.4, 4.0), MbgNbd(0.6, 200.0, 0.9, 2.0)
    dear = GammaGamma(6.25, 3.74, 15440.0)
    seen = together(
        [
            drawn(rng, often, SPENDS, customers=2500, segment="often"),
            drawn(rng, seldom, dear, customers=2500, segment="seldom"),
        ]
    )
    found = value(seen.base, seen.spends, model="mbg_nbd", terms=QUICK)
    for name, orders, spent in held(found, seen):
        if name:
            assert orders, name
            assert spent, name
    for name, truth in (("often", often), ("seldom", seldom)):
        rate = found.fitted.purchase_of(name).model
        assert rate.r / rate.alpha == pytest.approx(truth.r / truth.alpha, rel=0.3)
    means = [found.fitted.spend_of(name).mean_of_new for name in ("often", "seldom")]
    assert means[1] == pytest.approx(10 * means[0], rel=0.25)


def test_small_segments_do_not_go_wild_and_large_ones_keep_their_own() -> None:
    rng = np.random.default_rng(21)
    sizes = {"large": 3000, **{f"small {i:02}": 4 for i in range(12)}, "one": 1}
    parts = [drawn(rng, MODEL, SPENDS, customers=n, segment=s) for s, n in sizes.items()]
    seen = together(parts)
    found = value(seen.base, seen.spends, model="mbg_nbd", terms=QUICK)
    whole, *segments = found.totals
    assert [total.segment for total in segments] == sorted(seen.base.segments)
    a_head = whole.orders.value / whole.customers
    for total in segments:
        assert total.orders.value is not None
        assert 0 <= total.orders.value <= 12 * a_head * max(total.customers, 4)
        assert total.orders.low <= total.orders.value <= total.orders.high
    large = found.fitted.purchase_of("large")
    alone = fit(parts[0].base, parts[0].spends, "mbg_nbd").purchase_of("large")
    for name, own in alone.parameters.items():
        assert large.parameters[name] == pytest.approx(own, rel=0.1)


def test_a_segment_of_one_time_buyers_only_is_valued() -> None:
    rng = np.random.default_rng(23)
    none = drawn(rng, MbgNbd(0.01, 5000.0, 5.0, 0.2), SPENDS, customers=60, segment="once")
    assert none.base.given.x.sum() == 0
    rest = drawn(rng, MODEL, SPENDS, customers=1500, segment="rest")
    seen = together([none, rest])
    found = value(seen.base, seen.spends, model="mbg_nbd", terms=QUICK)
    once = next(total for total in found.totals if total.segment == "once")
    assert once.spend.value is not None  # by what the whole base spends
    other = next(total for total in found.totals if total.segment == "rest")
    assert once.orders.value / once.customers < other.orders.value / other.customers
    assert "once" not in found.fitted.spends.parts


def test_a_new_segment_takes_the_whole_fit() -> None:
    (seen,) = bases(1, customers=900, segments=3, seed=31)
    fitted = fit(seen.base, seen.spends, "mbg_nbd")
    later = together(
        [drawn(np.random.default_rng(1), MODEL, SPENDS, customers=50, segment=s) for s in "ab"]
    )
    found = value(later.base, later.spends, fitted=fitted, terms=QUICK)
    alone = value(later.base, later.spends, fitted=known_of(fitted), terms=QUICK)
    assert found.totals[0].orders == alone.totals[0].orders


def known_of(fitted: Fitted) -> Fitted:
    """The whole base's fit alone."""
    assert fitted.spends is not None
    spends = Pooled(fitted.spends.whole)
    return replace(fitted, purchases=Pooled(fitted.purchases.whole), spends=spends)


def test_the_whole_is_the_same_however_it_is_cut() -> None:
    (seen,) = bases(1, customers=1500, segments=4, seed=41)
    fitted = known(MODEL, SPENDS, error=0.05)
    cut = value(seen.base, seen.spends, fitted=fitted, terms=Terms(margin=0.4))
    whole = value(_uncut(seen), seen.spends, fitted=fitted, terms=Terms(margin=0.4))
    for name, one in vars(whole.totals[0]).items():
        other = getattr(cut.totals[0], name)
        if name in ("orders", "spend", "value_year", "value_lifetime"):
            assert other.value == pytest.approx(one.value, rel=1e-9)
            assert other.low == pytest.approx(one.low, rel=2e-3)
            assert other.high == pytest.approx(one.high, rel=2e-3)
        elif name not in ("segment", "beyond"):
            assert other == pytest.approx(one, rel=1e-9), name
    parts = sum(total.orders.value for total in cut.totals[1:])
    assert parts == pytest.approx(cut.totals[0].orders.value, rel=1e-9)


def test_more_customers_are_known_better() -> None:
    widths = []
    for customers in (200, 800, 3200):
        (seen,) = bases(1, customers=customers, segments=1, seed=51)
        total = value(seen.base, seen.spends, model="mbg_nbd", terms=QUICK).totals[0]
        widths.append((total.orders.high - total.orders.low) / total.orders.value)
    assert all(wider > 1.5 * closer for wider, closer in pairwise(widths))
