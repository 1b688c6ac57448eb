"""The backtest, as pure functions: published figures, known truth, and what it says of rules."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from regulars.models import BgNbd, GammaGamma, MbgNbd, ParetoNbd, PurchaseModel
from regulars.testing.real import cdnow
from regulars.value.backtest import Backtest, NothingToTest, backtest
from regulars.value.baselines import bought_within, last_period, segment_mean
from regulars.value.comparing import explained, tenths, top_found
from regulars.value.past import Past

PUBLISHED = Path(__file__).parents[1] / "reference" / "published" / "cdnow_sample.csv"
CUT = pd.Timestamp("1997-10-01")
SPENDS = GammaGamma(6.25, 3.74, 1544.0)


@pytest.fixture(scope="module")
def sample() -> Past:
    """CDNOW's 2,357 sampled customers in weeks, as their authors count: 39 weeks and 39 weeks."""
    told = pd.read_csv(PUBLISHED).set_index("master_id")
    with files("regulars.datasets.cdnow").joinpath("purchases.csv.gz").open("rb") as shipped:
        orders = cdnow(Path(shipped.name))["orders"]
    orders = orders[orders["customer_key"].isin(told.index)]
    days = orders.groupby(["customer_key", "day"], as_index=False)["amount_minor"].sum()
    repeats = days[days["day"] > days.groupby("customer_key")["day"].transform("min")]

    def by_customer(rows: pd.DataFrame, spend: bool) -> Any:
        groups = rows.groupby("customer_key")["amount_minor"]
        found = groups.sum() if spend else groups.size()
        return found.reindex(told.index).fillna(0).to_numpy(float)

    before, after = repeats[repeats["day"] < CUT], repeats[repeats["day"] >= CUT]
    return Past(
        x=told["x"].to_numpy(float),
        t_x=told["t_x_weeks"].to_numpy(),
        T=told["T_weeks"].to_numpy(),
        spend=by_customer(before, True),
        recent_orders=by_customer(before, False),
        recent_spend=by_customer(before, True),
        after_orders=by_customer(after, False),
        after_spend=by_customer(after, True),
        horizon=39.0,
        unit_days=7.0,
    )


def test_cdnow_gives_the_published_totals(sample: Past) -> None:
    found = backtest(sample, model="bg_nbd")
    model, last = found.methods
    assert round(model["orders"], 1) == 1653.4
    assert sample.after_orders.sum() == 1882
    assert round(last["orders"]) == 2930
    assert model["orders_low"] < 1653.4 < model["orders_high"]
    # 30.43 weeks, two repeats: E[Y(39)] = 1.226 in the worksheet.
    (first,) = np.flatnonzero((sample.x == 2) & (sample.t_x == 30.43) & (sample.T == 38.86))[:1]
    assert found.orders.mean[first] == pytest.approx(1.226, abs=5e-4)


def test_the_unit_of_time_changes_nothing(sample: Past) -> None:
    days = Past(
        **{
            **{name: getattr(sample, name) for name in sample.__dataclass_fields__},
            "t_x": sample.t_x * 7,
            "T": sample.T * 7,
            "horizon": 273.0,
            "unit_days": 1.0,
        }
    )
    one, other = (backtest(p, model="mbg_nbd") for p in (sample, days))
    assert one.orders.mean == pytest.approx(other.orders.mean, rel=1e-5)
    assert one.spend is not None
    assert other.spend is not None
    assert one.spend.mean == pytest.approx(other.spend.mean, rel=1e-5)


@pytest.mark.parametrize("name", ["bg_nbd", "mbg_nbd", "pareto_nbd"])
def test_tracking_adds_up_to_the_total(sample: Past, name: str) -> None:
    found = backtest(sample, model=name)
    after = found.after([0.0, 4.0, 8.0, 26.0, 39.0])
    assert after.expected.sum() == pytest.approx(found.orders.mean.sum())
    assert after.cumulative[-1] == pytest.approx(found.orders.mean.sum())
    before = found.before([-39.0, -20.0, -10.0, 0.0])
    each = [found.fit.model.expected_orders_of_new(float(age)) for age in sample.T]
    assert before.sum() == pytest.approx(sum(each))
    # What was fitted is met: expected repeats are near those that came.
    assert before.sum() == pytest.approx(sample.x.sum(), rel=0.05)
    model = found.methods[0]
    assert after.cumulative_low[-1] == pytest.approx(model["orders_low"], rel=0.01)
    assert after.cumulative_high[-1] == pytest.approx(model["orders_high"], rel=0.01)


def test_tenths_add_up_to_the_whole(sample: Past) -> None:
    found = backtest(sample, model="bg_nbd")
    for what, total in (("orders", 1882), ("spend", sample.after_spend.sum())):
        rows = found.tenths(what)
        assert sum(row["customers"] for row in rows) == 2357
        assert sum(row["customers"] * row["actual"] for row in rows) == pytest.approx(total)
        means = [row["predicted"] for row in rows]
        assert means == sorted(means, reverse=True)


def world(
    model: PurchaseModel, customers: int, rng: np.random.Generator, *, horizon: float = 180.0
) -> Past:
    """Customers of known truth, each with a true mean spend of his own."""
    drawn = model.simulate(rng.uniform(30, 400, customers), horizon=horizon, rng=rng)
    nu = rng.gamma(SPENDS.q, 1 / SPENDS.gamma, customers)

    def spent(orders: Any) -> Any:
        drawn_spend = rng.gamma(np.maximum(SPENDS.p * orders, 1e-300)) / nu
        return np.where(orders > 0, np.round(drawn_spend), 0.0)

    return Past(
        x=drawn["x"],
        t_x=drawn["t_x"],
        T=drawn["T"],
        spend=spent(drawn["x"]),
        recent_orders=np.zeros(customers),
        recent_spend=np.zeros(customers),
        after_orders=drawn["after"],
        after_spend=spent(drawn["after"]),
        horizon=horizon,
    )


TRUTHS = {
    "bg_nbd": BgNbd(0.6, 40.0, 0.8, 2.5),
    "mbg_nbd": MbgNbd(0.7, 40.0, 0.8, 2.0),
    "pareto_nbd": ParetoNbd(0.7, 40.0, 0.6, 90.0),
}


@pytest.mark.parametrize("name", TRUTHS)
def test_where_the_model_is_true_eighty_per_cent_lie_inside(name: str) -> None:
    """Orders are whole, so more than 80% may; spend without a step at 0 would be 80%."""
    found = backtest(world(TRUTHS[name], 6000, np.random.default_rng(5)), model=name)
    coverage = found.coverage
    assert coverage["orders"] is not None
    assert coverage["spend"] is not None
    assert coverage["orders"] >= 0.80
    assert 0.79 <= coverage["spend"] <= 0.97
    # Among those certain to come back there is no step: 80% plainly.
    assert found.spend is not None
    often = found.orders.mean > 6
    inside = (found.past.after_spend >= found.spend.low) & (
        found.past.after_spend <= found.spend.high
    )
    assert 0.72 <= inside[often].mean() <= 0.90


def sums_inside(found: Backtest) -> dict[str, list[bool]]:
    past, everybody = found.past, np.zeros(len(found.past), dtype=np.intp)
    spend = found.spend
    assert spend is not None
    inside = {}
    for what, expected, actual in (
        ("orders", found.orders, past.after_orders),
        ("spend", spend, past.after_spend),
    ):
        _, low, high = expected.sums(everybody, 1, level=0.95)
        inside[what] = [bool(low[0] <= actual.sum() <= high[0])]
        inside[f"{what} by tenth"] = [row["covered"] for row in found.tenths(what)]
    return inside


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_sums_are_covered_as_promised() -> None:
    """Of 300 worlds for each model, totals and tenths lie in their 95% interval as they should.

    93 to 97 times in 100 over all models together; each alone up to two standard errors of 300
    draws beside that.
    """
    rng = np.random.default_rng(2026)
    found: dict[tuple[str, str], list[bool]] = {}
    for name, truth in TRUTHS.items():
        for _ in range(300):
            made = backtest(world(truth, 800, rng), model=name)
            for what, inside in sums_inside(made).items():
                found.setdefault((name, what), []).extend(inside)
    shares = {key: float(np.mean(inside)) for key, inside in found.items()}
    error = 2 * float(np.sqrt(0.95 * 0.05 / 300))
    assert all(0.93 - error <= share <= 0.97 + error for share in shares.values()), shares
    for what in ("orders", "spend", "orders by tenth", "spend by tenth"):
        together = float(np.mean([shares[name, what] for name in TRUTHS]))
        assert 0.93 <= together <= 0.97, (what, shares)


def test_a_later_stretch_is_covered_too() -> None:
    """Months after the first rest on an approximation of their variance."""
    rng, inside = np.random.default_rng(11), []
    model = TRUTHS["pareto_nbd"]
    for _ in range(60):
        age = rng.uniform(30, 400, 600)
        who, when = model.lives(rng, len(age), 600.0)
        before = when <= age[who]
        last = np.zeros(len(age))
        np.maximum.at(last, who[before], when[before])
        past = Past(
            x=np.bincount(who[before], minlength=len(age)).astype(float),
            t_x=last,
            T=age,
            after_orders=np.zeros(len(age)),
            after_spend=np.zeros(len(age)),
            spend=np.zeros(len(age)),
            recent_orders=np.zeros(len(age)),
            recent_spend=np.zeros(len(age)),
            horizon=180.0,
        )
        tracked = backtest(past, model="pareto_nbd").after([0.0, 30.0, 150.0, 180.0])
        for i, (begin, end) in enumerate(((0, 30), (30, 150), (150, 180))):
            came = int(((when > age[who] + begin) & (when <= age[who] + end)).sum())
            inside.append(bool(tracked.low[i] <= came <= tracked.high[i]))
    # 180 draws, three of a world correlated: 95% ± 3 standard errors and some.
    assert 0.87 <= np.mean(inside) <= 1.0


# ---- plain rules ----------------------------------------------------------------------------


def past(**columns: Any) -> Past:
    n = len(columns["x"])
    rest = {name: np.zeros(n) for name in Past.__dataclass_fields__ if name not in columns}
    arrays = {name: np.asarray(v, dtype=float) for name, v in columns.items()}
    return Past(**{**rest, "horizon": 100.0, "unit_days": 1.0, **arrays})


def test_the_last_period_is_scaled_for_the_young() -> None:
    rule = last_period(
        past(x=[2, 1], t_x=[10, 10], T=[400, 50], recent_orders=[2, 1], recent_spend=[30, 20])
    )
    assert rule.orders.tolist() == [2.0, 2.0]
    assert rule.spend.tolist() == [30.0, 40.0]


def test_months_are_tuned_on_the_earlier_cut_alone() -> None:
    # Who bought in the last 2 months came back 3 times, nobody else did.
    silence = np.array([10, 20, 50, 55, 70, 90, 200, 300.0])
    came = np.array([3, 3, 3, 3, 0, 0, 0, 0.0])
    old = past(x=np.ones(8), t_x=400 - silence, T=np.full(8, 400.0), after_orders=came)
    now = past(x=np.ones(2), t_x=[370, 330], T=[400, 400], after_orders=[0, 9])
    rule = bought_within(now, old)
    assert rule is not None
    assert rule.months == 2
    assert rule.orders.tolist() == [3.0, 0.0]


def test_an_empty_cell_takes_the_mean_of_the_base() -> None:
    old = past(x=[0, 0], t_x=[0, 0], T=[10, 10], after_orders=[1, 3])
    now = past(x=[0, 4, 4, 4, 4], t_x=[0, 9, 9, 9, 9], T=[100, 10, 10, 10, 10])
    rule = segment_mean(now, old)
    assert rule is not None
    assert rule.orders.tolist() == [2.0] * 5


def test_rules_that_must_learn_are_missing_without_an_earlier_cut(sample: Past) -> None:
    empty = past(x=[], t_x=[], T=[])
    assert [row["forecast"] for row in backtest(sample, empty, model="bg_nbd").methods] == [
        "model",
        "last_period",
    ]


# ---- comparisons ----------------------------------------------------------------------------


def test_the_top_is_found_by_chance_among_equals() -> None:
    actual = np.array([9, 8, 0, 0, 0, 0, 0, 0, 0, 0.0])
    assert top_found(actual, actual) == 1.0
    assert top_found(np.ones(10), actual) == pytest.approx(0.2)
    assert top_found(-actual, actual) == 0.0
    assert top_found(actual, np.zeros(10)) is None
    # One customer bought: the top is that one, not nobodies beside him.
    assert top_found(np.array([5, 4, *[0.0] * 8]), np.array([0, 1, *[0.0] * 8])) == 1.0


def test_explained_is_one_for_the_truth_and_nothing_for_the_mean() -> None:
    actual = np.array([0, 1, 5.0])
    assert explained(actual, actual) == 1.0
    assert explained(np.full(3, 2.0), actual) == 0.0
    assert explained(actual, np.ones(3)) is None


def test_fewer_than_ten_customers_make_fewer_groups() -> None:
    assert tenths(np.array([1.0, 3.0, 2.0])).tolist() == [2, 0, 1]
    assert tenths(np.zeros(1)).tolist() == [0]


# ---- bad input ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"x": [], "t_x": [], "T": []}, "nobody"),
        ({"x": [0, 0], "t_x": [0, 0], "T": [10, 20]}, "no_repeats"),
        ({"x": [0], "t_x": [0], "T": [10]}, "no_repeats"),
    ],
)
def test_nothing_to_test_is_said(columns: dict[str, Any], code: str) -> None:
    with pytest.raises(NothingToTest) as said:
        backtest(past(**columns))
    assert said.value.code == code


ODD = {
    "one customer": {"x": [3], "t_x": [50], "T": [90], "spend": [300], "after_orders": [1]},
    "refunds beyond spend": {
        "x": [1, 2, 0],
        "t_x": [5, 50, 0],
        "T": [90, 80, 70],
        "spend": [-500, -20, -3],
        "after_orders": [1, 0, 0],
        "after_spend": [-900, 0, 0],
    },
    "nothing after": {"x": [1, 2, 0], "t_x": [5, 50, 0], "T": [90, 80, 70], "spend": [9, 9, 0]},
    "all spends alike": {
        "x": np.ones(60),
        "t_x": np.arange(1, 61.0),
        "T": np.full(60, 90.0),
        "spend": np.full(60, 100.0),
        "after_orders": np.ones(60),
        "after_spend": np.full(60, 100.0),
    },
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("model", ["auto", *TRUTHS])
def test_odd_bases_never_give_what_is_no_number(name: str, model: str) -> None:
    found = backtest(past(**ODD[name]), past(**ODD[name]), model=model)
    told = [*found.methods, *found.tenths("orders"), *found.tenths("spend"), found.coverage]
    for row in told:
        for what, value in row.items():
            assert value is None or not isinstance(value, float) or np.isfinite(value), (what, row)
    tracked = found.after([0.0, 30.0, 100.0])
    assert np.isfinite(tracked.low + tracked.high).all()
    assert np.isfinite(found.before([-90.0, -30.0, 0.0])).all()
