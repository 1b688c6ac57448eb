"""The generators draw what they say."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from regulars.testing import reference as ref
from regulars.testing.awkward import awkward_shop
from regulars.testing.generate import Behaviour, growing_base, stationary_base
from regulars.testing.planted import Cause, planted


def test_the_same_seed_gives_the_same_shop() -> None:
    for make in (growing_base, stationary_base, awkward_shop):
        one, other = make(seed=3), make(seed=3)
        for name, frame in one.facts.items():
            pd.testing.assert_frame_equal(frame, other.facts[name])
        assert len(make(seed=4).facts["orders"]) != len(one.facts["orders"])


def test_rates_are_the_law() -> None:
    """Without dropout the repeat purchases are Poisson with each customer's own rate."""
    shop = growing_base(customers=4000, behaviour=Behaviour(r=2.0, alpha=40.0, a=0.0), seed=2)
    counts = np.bincount(shop.facts["orders"]["customer_key"], minlength=4001)[1:] - 1
    expected = shop.truth["rate"] * (730 - shop.truth["born"])
    z = (counts.sum() - expected.sum()) / np.sqrt(expected.sum())
    assert abs(z) < 4
    assert np.mean((counts - expected) ** 2 / expected) == pytest.approx(1.0, abs=0.1)


def test_a_stationary_base_stands_still() -> None:
    shop = stationary_base(arrivals_per_day=20, seed=1)
    orders = shop.facts["orders"]
    quarter = (pd.to_datetime(orders["day"]) - pd.Timestamp("2023-01-02")).dt.days // 182
    counts = orders.groupby(quarter).size()
    assert len(counts) == 4
    assert counts.max() / counts.min() < 1.05


@pytest.mark.parametrize(
    ("cause", "term"),
    [("price", "price"), ("frequency", "frequency"), ("basket", "basket")],
)
def test_a_planted_cause_is_the_largest(cause: Cause, term: str) -> None:
    shop = planted(cause, seed=5, arrivals_per_day=5)
    end, width = shop.truth["as_of"], dt.timedelta(days=182)
    periods = {"before": f"{end - 2 * width}..{end - width}", "after": f"{end - width}..{end}"}
    causes = ref.causes(shop.facts, **periods).frame
    total = causes.groupby("cause")["amount_minor"].sum()
    assert total.abs().idxmax() == term
    assert (total[term] > 0) == (cause == "price")


def test_a_planted_loss_of_the_core_is_named() -> None:
    shop = planted("lost", seed=5, arrivals_per_day=5, strength=0.5)
    end, width = shop.truth["as_of"], dt.timedelta(days=182)
    answer = ref.bridge(
        shop.facts,
        before=f"{end - 2 * width}..{end - width}",
        after=f"{end - width}..{end}",
        resamples=300,
    )
    assert answer.figures["verdict"] == "compared"
    assert (answer.figures["verdict_tier"], answer.figures["verdict_term"]) == ("core", "lost")


def test_the_awkward_shop_has_every_case() -> None:
    shop = awkward_shop()
    orders, lines = shop.facts["orders"], shop.facts["order_lines"]
    live = orders[orders["status"] == "live"]
    assert (live["amount_minor"] == 0).any()
    assert (orders["status"] == "void").any()
    assert (live["kind"] == "refund").any()
    assert (live.loc[live["kind"] == "refund", "amount_minor"] < 0).all()
    assert (live.loc[live["kind"] == "sale", "amount_minor"] >= 0).all()
    assert live[live["kind"] == "sale"].duplicated(["customer_key", "day"]).any()
    assert (lines["amount_minor"] < lines["list_amount_minor"]).any()
    assert orders["order_id"].is_unique
    assert not lines.duplicated(["order_id", "line"]).any()
    sums = lines.groupby("order_id")["amount_minor"].sum()
    sales = orders[orders["kind"] == "sale"].set_index("order_id")["amount_minor"]
    assert (sums.reindex(sales.index) == sales).all()
    single = ref.summary(shop.facts, as_of=shop.truth["as_of"]).frame["purchase_days"]
    assert (single == 1).any()
