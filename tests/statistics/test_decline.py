"""Decline beyond chance: the printed examples, exactness, recovery of k, false discoveries."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import gammaln
from scipy.stats import binom, nbinom

from reference import decline_simulation as simulation
from regulars.statistics import slowing as tests
from regulars.statistics.decline import Exposure, Purchasing, judge, mirror_share
from regulars.statistics.multiplicity import benjamini_hochberg
from regulars.statistics.regularity import HIGHEST, estimate
from regulars.statistics.two_groups import Histories, fit
from regulars.statistics.waits import beta_bernoulli_silence, gamma_poisson_silence, odds_alive
from regulars.testing.slowing import Turn, turned

PAGE = Path(__file__).parents[2] / "docs/concepts/decline.md"


def test_000_1b_printed_examples() -> None:
    p = tests.slowing(before=12, recent=0, recent_share=91 / (274 + 91))
    assert round(float(p), 4) == 0.0320
    assert round(float(tests.silence(repeats=9, elapsed_share=270 / 390)), 4) == 0.0365
    habit = tests.silence(repeats=9, elapsed_share=270 / 390, regularity=2)
    assert round(float(habit), 4) == 0.0087
    assert round(float(tests.silence(repeats=9, elapsed_share=270 / 360)), 4) == 0.0751


counts = st.integers(0, 60)
shares = st.floats(0.01, 0.99)


@given(counts, counts, shares)
def test_slowing_is_the_exact_binomial_at_k_1(before: int, recent: int, share: float) -> None:
    found = float(tests.slowing(before=before, recent=recent, recent_share=share))
    exact = float(binom.cdf(recent, before + recent, share))
    assert found == pytest.approx(exact, rel=1e-9)
    turned_round = float(tests.quickening(before=before, recent=recent, recent_share=share))
    assert turned_round == pytest.approx(
        float(binom.sf(recent - 1, before + recent, share)), rel=1e-9
    )


@given(counts, st.floats(0.0, 1.0))
def test_silence_is_a_power_at_k_1(repeats: int, elapsed: float) -> None:
    found = float(tests.silence(repeats=repeats, elapsed_share=elapsed))
    assert found == pytest.approx(elapsed**repeats, rel=1e-9, abs=1e-300)


@given(counts, counts, shares, st.floats(0.2, 5))
def test_fewer_recent_purchases_never_speak_less_for_slowing(
    before: int, recent: int, share: float, k: float
) -> None:
    given_k = {"recent_share": share, "regularity": k}
    p = tests.slowing(before=before, recent=recent, **given_k)
    assert 0 <= p <= 1
    assert tests.slowing(before=before + 1, recent=recent, **given_k) <= p + 1e-12
    assert tests.slowing(before=before, recent=recent + 1, **given_k) >= p - 1e-12


@given(st.integers(1, 60), st.floats(0, 0.95), st.floats(0.2, 5))
def test_a_longer_silence_never_speaks_less_for_decline(
    repeats: int, elapsed: float, k: float
) -> None:
    longer = tests.silence(repeats=repeats, elapsed_share=elapsed, regularity=k)
    shorter = tests.silence(repeats=repeats, elapsed_share=elapsed + 0.05, regularity=k)
    assert 0 <= longer <= shorter <= 1


def test_who_can_be_tested_follows_from_x_and_t_alone() -> None:
    repeats, days = np.array([0, 1, 2, 3, 10, 11, 5]), np.array([365, 94, 120, 365, 365, 365, 60])
    share = np.minimum(1.0, 91 / days)
    found = tests.reachable(repeats=repeats, days=days, recent_share=share)
    # one repeat in the three days before the window would do; 2: (29/120)² = .058 would not;
    # three repeats could be silent since; five within the window alone also
    assert found.tolist() == [False, True, False, True, True, True, True]


def test_nothing_is_tested_where_nothing_could_have_slowed() -> None:
    assert tests.slowing(before=0, recent=5, recent_share=0.2) == 1
    assert tests.silence(repeats=0, elapsed_share=0.0) == 1
    assert tests.quickening(before=5, recent=0, recent_share=0.2) == 1
    assert tests.freshness(repeats=0, elapsed_share=0.0) == 1


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 5)), max_size=30))
def test_counts_stand_for_that_many_equal_tests(groups: list[tuple[float, int]]) -> None:
    p, counts = [g[0] for g in groups], [g[1] for g in groups]
    each = benjamini_hochberg(np.repeat(p, counts))
    assert np.allclose(np.repeat(benjamini_hochberg(p, counts), counts), each)


def likelihood(k: float, gaps: list[list[float]]) -> float:
    """As the definition writes it, customer by customer."""
    value = 0.0
    for own in gaps:
        x, span = len(own), sum(own)
        value += gammaln(k * x) - x * gammaln(k)
        value += (k - 1) * sum(np.log(g / span) for g in own)
    return value


def test_regularity_is_the_maximum_of_the_written_likelihood() -> None:
    random = np.random.default_rng(3)
    gaps = [list(np.ceil(random.gamma(1.7, 20, random.integers(1, 9)))) for _ in range(60)]
    flat = np.concatenate(gaps)
    length, counts = np.unique(flat, return_counts=True)
    found = estimate(
        gap_days=length, gap_counts=counts, repeats=[len(g) for g in gaps],
        span_days=[sum(g) for g in gaps], counts=np.ones(60),
    )  # fmt: skip
    best = minimize_scalar(
        lambda log_k: -likelihood(np.exp(log_k), gaps), bounds=(-3, 3), method="bounded",
        options={"xatol": 1e-9},
    )  # fmt: skip
    assert found is not None
    assert found.value == pytest.approx(np.exp(best.x), rel=1e-5)
    curve = [likelihood(found.value + h, gaps) for h in (-1e-3, 0, 1e-3)]
    curvature = -(curve[0] - 2 * curve[1] + curve[2]) / 1e-6
    assert found.standard_error == pytest.approx(curvature**-0.5, rel=1e-2)


@pytest.mark.parametrize("k", [0.5, 1.0, 2.0, 4.0])
def test_regularity_of_unrounded_gaps_is_recovered(k: float) -> None:
    random = np.random.default_rng(4)
    rate = np.repeat(random.gamma(1.0, 1.0, 4000) + 1e-3, 8)
    gaps = random.gamma(k, 1.0, len(rate)) / rate
    spans = gaps.reshape(-1, 8).sum(axis=1)
    ones = np.ones(4000)
    found = estimate(
        gap_days=gaps, gap_counts=np.ones(len(gaps)), repeats=8 * ones, span_days=spans, counts=ones
    )
    assert found is not None
    assert found.standard_error is not None
    assert abs(found.value - k) < 4 * found.standard_error


@pytest.mark.parametrize("mean_gap_days", [10.0, 25.0, 60.0])
def test_random_purchases_on_whole_days_have_regularity_1(mean_gap_days: float) -> None:
    turn = Turn(mean_gap_days=mean_gap_days)
    base = turned(np.random.default_rng(5), turn, customers=8000, days=547)
    found = simulation.estimated(*simulation.histories(base, days=547, recent_days=91))
    assert found is not None
    assert abs(found.value - 1) < 0.03


def test_regularity_at_its_ends() -> None:
    nothing = estimate(gap_days=[5], gap_counts=[2], repeats=[1], span_days=[5], counts=[2])
    assert nothing is None
    clockwork = estimate(gap_days=[7], gap_counts=[12], repeats=[4], span_days=[28], counts=[3])
    assert clockwork is not None
    assert (clockwork.value, clockwork.standard_error) == (HIGHEST, None)
    with pytest.raises(ValueError, match="not those"):
        estimate(gap_days=[7], gap_counts=[11], repeats=[4], span_days=[28], counts=[3])


def drawn(
    random: np.random.Generator, *, share: float, factor: float, customers: int = 20_000
) -> Histories:
    rate = random.gamma(1.5, 1 / 40, customers)
    days = random.integers(30, 600, customers)
    slowed = random.random(customers) < share
    recent = random.poisson(rate * np.where(slowed, factor, 1.0) * 91)
    return Histories.of(
        before=random.poisson(rate * days), recent=recent, before_days=days, recent_days=91,
        counts=1,
    )  # fmt: skip


def test_two_groups_find_the_share_and_the_factor() -> None:
    found = fit(drawn(np.random.default_rng(6), share=0.15, factor=0.2))
    assert found is not None
    assert found.factor is not None
    assert abs(found.share - 0.15) < 0.02
    assert abs(found.factor - 0.2) < 0.06
    assert abs(found.shape - 1.5) < 0.06
    assert abs(found.rate - 40) < 2


def test_local_fdr_is_the_share_of_the_unchanged() -> None:
    """Among customers told a local FDR near f, about f of them have not changed."""
    random = np.random.default_rng(7)
    customers = 60_000
    rate, days = random.gamma(1.5, 1 / 20, customers), random.integers(200, 600, customers)
    slowed = random.random(customers) < 0.2
    data = Histories.of(
        before=random.poisson(rate * days),
        recent=random.poisson(rate * np.where(slowed, 0.1, 1.0) * 91),
        before_days=days, recent_days=91, counts=1,
    )  # fmt: skip
    found = fit(data)
    assert found is not None
    told = found.local_fdr(data)
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        rows = (told >= low) & (told < low + 0.2)
        error = np.sqrt(0.25 / rows.sum())
        assert abs((~slowed[rows]).mean() - told[rows].mean()) < 4 * error


def test_two_groups_say_nobody_where_nobody_has_slowed() -> None:
    data = drawn(np.random.default_rng(8), share=0.0, factor=1.0, customers=4000)
    found = fit(data)
    assert found is not None
    assert (found.share, found.factor) == (0.0, None)
    assert (found.local_fdr(data) == 1).all()


def test_two_groups_without_a_repeat_are_unknown() -> None:
    nothing = Histories.of(before=[0], recent=[0], before_days=[9], recent_days=[91], counts=[50])
    assert fit(nothing) is None


def test_counts_stand_for_that_many_customers() -> None:
    random = np.random.default_rng(9)
    n = 3000
    before, recent = random.integers(0, 12, n), random.integers(0, 5, n)
    days = 91 + 7 * random.integers(1, 40, n)
    last = np.where(before + recent > 0, days - 1 - random.integers(0, 90, n), 0)
    each = Purchasing(before, recent, last, days, np.ones(n, dtype="int64"))
    rows, place, counts = np.unique(
        np.stack([before, recent, last, days]), axis=1, return_inverse=True, return_counts=True
    )
    grouped = Purchasing(*rows, counts)
    exposure = Exposure.plain(int(days.max()), recent_days=91)
    one, other = (judge(h, exposure, regularity=1.3, q=0.1) for h in (each, grouped))
    assert one.named.any()
    assert one.cut == pytest.approx(other.cut)
    for name in ("p_value", "q_value", "p_quickening", "expected", "local_fdr"):
        many, few = getattr(one, name), getattr(other, name)[place.ravel()]
        assert np.allclose(many, few, rtol=1e-4, equal_nan=True), name


def test_measured_against_the_base_a_fall_of_everybody_is_not_seen() -> None:
    turn = Turn(season=0.3, mean_gap_days=10.0)
    base = turned(np.random.default_rng(10), turn, customers=1500, days=547)
    history, _ = simulation.histories(base, days=547, recent_days=91)
    back = np.arange(1, 548)
    first = np.full(1500, 547)
    np.minimum.at(first, base.place, base.day)
    repeat = base.day > first[base.place]
    bought = np.bincount(547 - base.day[repeat], minlength=548)[1:]
    known = np.array([(first < 547 - d).sum() for d in back])
    plain = Exposure.plain(547, recent_days=91)
    relative = Exposure.of_base(purchases=bought, customers=known, recent_days=91)
    assert relative.back[-1] == pytest.approx(547)
    alone = judge(history, plain, regularity=1.0, q=0.1).named.sum()
    together = judge(history, relative, regularity=1.0, q=0.1).named.sum()
    assert alone > 300
    assert together < 0.05 * alone


def test_a_base_without_days_weighs_nothing() -> None:
    flat = Exposure.of_base(purchases=[0, 0], customers=[0, 0], recent_days=1)
    assert flat.back.tolist() == [0, 1, 2]


def test_mirror_never_claims_more_than_there_is() -> None:
    assert mirror_share(slowed=0, quickened=0) == 1
    assert mirror_share(slowed=100, quickened=9) == 0.1
    assert mirror_share(slowed=5, quickened=90) == 1


def test_waits_of_the_purchase_models() -> None:
    """The Lomax wait is the chance of no purchase under the posterior: a negative binomial's 0."""
    p = gamma_poisson_silence(repeats=2, last=30.43, now=38.86, r=0.243, alpha=4.414)
    exact = nbinom.pmf(0, 0.243 + 2, (4.414 + 30.43) / (4.414 + 38.86))
    assert float(p) == pytest.approx(float(exact))
    odds = odds_alive(p, repeats=2, a=0.793, b=2.426)
    # P(alive) as BG/NBD writes it, with the published parameters of CDNOW
    alive = 1 / (1 + 0.793 / (2.426 + 2 - 1) * ((4.414 + 38.86) / (4.414 + 30.43)) ** (0.243 + 2))
    assert float(odds / (1 + odds)) == pytest.approx(alive)
    assert np.isinf(odds_alive(0.3, repeats=0, a=0.8, b=2.4))
    skipped = beta_bernoulli_silence(periods=6, bought=4, silent=2, a=1.2, b=0.75)
    by_hand = np.prod([(0.75 + 2 + j) / (1.2 + 0.75 + 6 + j) for j in range(2)])
    assert float(skipped) == pytest.approx(float(by_hand))


@pytest.mark.parametrize("base", list(simulation.BASES))
@pytest.mark.parametrize("k", [1.0, 2.0])
def test_few_are_named_falsely(k: float, base: str) -> None:
    rate, error = simulation.false_discovery_rate(
        simulation.runs_of(k, base, runs=12, customers=1000)
    )
    assert rate <= simulation.Q + 2 * error


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_published_figures_are_those_of_the_simulation() -> None:
    """The whole simulation: the false discovery rate is held, and the page says what came out."""
    lines = list(simulation.table())
    for line in lines[2:]:
        k, _, _, rate = (cell.strip() for cell in line.split("|")[1:5])
        value, error = (float(part) for part in rate.split(" ± "))
        assert float(k) < 1 or value <= simulation.Q + error, line
    page = PAGE.read_text(encoding="utf-8")
    assert simulation.written(page, iter(lines)) == page
