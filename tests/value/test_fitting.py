"""Which model, which law of spend where none fits, and fits that are kept."""

from __future__ import annotations

import copy
import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from regulars.models import BgNbd, GammaGamma, MbgNbd, ParetoNbd, PurchaseModel, histories
from regulars.value import Base, Fitted, Holdout, Spends, Terms, choose, fit, value
from regulars.value.spending import FEW, fit_spend
from value.bases import Drawn, drawn, together

MODEL, SPENDS = MbgNbd(0.8, 60.0, 0.8, 2.5), GammaGamma(6.25, 3.74, 1544.0)


def spends(mean: Any, orders: Any = None) -> Spends:
    money = np.asarray(mean, dtype=float)
    times = np.ones(len(money)) if orders is None else np.asarray(orders, dtype=float)
    return Spends(np.full(len(money), "", dtype=object), times, money, np.ones(len(money)))


# ---- which model --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [BgNbd(0.6, 12.0, 1.2, 1.5), MbgNbd(0.6, 12.0, 0.6, 1.5), ParetoNbd(0.9, 25.0, 0.8, 60.0)],
    ids=lambda model: model.name,
)
def test_the_model_that_made_the_data_is_chosen_or_one_as_good(model: PurchaseModel) -> None:
    rng = np.random.default_rng(8)
    found = model.simulate(rng.integers(60, 600, 4000), horizon=200.0, rng=rng)
    given = histories(found["x"], np.where(found["x"] > 0, found["t_x"], 0), found["T"])
    choice = choose(Holdout(given, found["after"], 200.0))
    assert choice.held_out
    best = choice.log_score[choice.model]
    # Within what chance gives: half a unit of likelihood over all the customers.
    assert best >= choice.log_score[model.name] >= best - 2.0 / len(given)
    assert choice.actual == found["after"].sum()
    assert choice.expected[choice.model] == pytest.approx(choice.actual, rel=0.1)
    assert set(choice.expected) == {"bg_nbd", "mbg_nbd", "pareto_nbd"}


def test_with_too_little_to_hold_back_mbg_nbd_is_taken_and_said() -> None:
    few = drawn(np.random.default_rng(1), MODEL, SPENDS, customers=30)
    for held in (None, Holdout(few.base.given, few.orders, 365.0)):
        choice = choose(held)
        assert (choice.model, choice.held_out, choice.actual) == ("mbg_nbd", False, None)
    found = value(few.base, few.spends)
    assert found.choice is not None
    assert not found.choice.held_out
    assert found.fitted.model == "mbg_nbd"


# ---- what an order is worth ---------------------------------------------------------------------


def test_constant_spend_is_that_amount() -> None:
    law = fit_spend(spends(np.full(500, 1250.0)))
    assert (law.how, law.amount, law.mean_of_new) == ("constant", 1250.0, 1250.0)


def test_few_repeaters_are_taken_at_their_mean_a_day() -> None:
    rng = np.random.default_rng(2)
    law = fit_spend(spends(rng.gamma(2, 500, FEW - 1), rng.integers(1, 5, FEW - 1)))
    assert law.how == "constant"
    assert law.fit is None
    law = fit_spend(spends([100.0, 400.0], [3, 1]))
    assert law.amount == pytest.approx(175.0)  # of a day, not of a customer
    enough = fit_spend(drawn(rng, MODEL, SPENDS, customers=400).spends)
    assert enough.how == "gamma_gamma"


def test_without_any_repeat_spend_value_is_unknown_and_orders_are_not() -> None:
    seen = drawn(np.random.default_rng(3), MODEL, SPENDS, customers=200)
    given = seen.base.given
    once = np.flatnonzero(given.x == 0)
    base = seen.base.part(once)
    found = value(base, spends([]), terms=Terms(margin=0.5))
    assert found.fitted.spend.how == "unknown"
    (total,) = found.totals
    assert total.spend.value is total.value_year.value is total.value_lifetime.value is None
    assert total.beyond is None
    assert total.orders.value is not None
    assert total.orders.low is not None
    assert 0 <= total.orders.low <= total.orders.value < len(base)
    assert np.isnan(found.scores.spend_new).all()
    assert np.isfinite(found.scores.alive).all()
    json.dumps(found.to_dict(), allow_nan=False)


def test_spend_without_bound_falls_back_to_the_mean() -> None:
    """A tail so heavy that the mean of a new customer has no bound (q ≤ 1)."""
    rng = np.random.default_rng(4)
    wild = np.exp(rng.standard_cauchy(3000).clip(-12, 12))
    assert GammaGamma.fit(np.ones(3000), wild).model.q <= 1
    law = fit_spend(spends(wild))
    assert law.how == "constant"
    assert law.amount == pytest.approx(wild.mean())


def test_a_model_of_one_customer_and_of_none() -> None:
    one = Base(np.full(1, "", dtype=object), histories([2], [20], [30]), *np.zeros((3, 1)))
    (total,) = value(one, spends([]), terms=Terms(margin=0.2)).totals
    assert total.customers == 1
    assert total.orders.value is not None
    assert math.isfinite(total.orders.value)
    with pytest.raises(ValueError, match="nothing to fit"):
        value(one.part(np.array([], dtype=int)), spends([]))
    unborn = Base(np.full(3, "", dtype=object), histories([0] * 3, [0] * 3, [0] * 3),
                  *np.zeros((3, 3)))  # fmt: skip
    with pytest.raises(ValueError, match="nothing to fit"):
        value(unborn, spends([]))


def test_weights_say_the_same_as_repetition() -> None:
    seen = drawn(np.random.default_rng(6), MODEL, SPENDS, customers=300)
    g = seen.base.given
    rounded = histories(g.x, np.floor(g.t_x), np.floor(g.T) + 1)
    twice = np.r_[np.arange(len(g)), np.arange(len(g))]
    whole = replace(seen.base, given=rounded)
    repeated = whole.part(twice)
    doubled = Base(
        whole.segment,
        replace(rounded, weight=2 * rounded.weight),
        2 * whole.spenders,
        2 * whole.spend,
        2 * whole.squares,
    )
    told = spends(np.tile(seen.spends.mean, 2), np.tile(seen.spends.orders, 2))
    again = replace(seen.spends, weight=2 * seen.spends.weight)
    one = value(repeated, told, model="mbg_nbd", terms=Terms(margin=0.3)).totals[0]
    other = value(doubled, again, model="mbg_nbd", terms=Terms(margin=0.3)).totals[0]
    for figure in ("orders", "spend", "value_year", "value_lifetime"):
        left, right = getattr(one, figure), getattr(other, figure)
        assert left.value == pytest.approx(right.value, rel=1e-6)
        assert left.high == pytest.approx(right.high, rel=1e-4)


# ---- fits that are kept -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def segmented() -> tuple[Drawn, Fitted]:
    rng = np.random.default_rng(7)
    seen = together([drawn(rng, MODEL, SPENDS, customers=400, segment=s) for s in ("n", "s")])
    return seen, fit(seen.base, seen.spends, "mbg_nbd")


def test_a_fit_kept_as_json_gives_the_same_scores(segmented: tuple[Drawn, Fitted]) -> None:
    seen, fitted = segmented
    read = Fitted.of(json.dumps(fitted.to_dict(), allow_nan=False))
    assert read.to_dict() == fitted.to_dict()
    left = value(seen.base, seen.spends, fitted=fitted)
    right = value(seen.base, seen.spends, fitted=read)
    assert left.totals == right.totals
    for name, column in vars(left.scores).items():
        np.testing.assert_array_equal(column, getattr(right.scores, name))


def damaged(kept: dict[str, Any], *path: Any, to: Any) -> dict[str, Any]:
    changed = copy.deepcopy(kept)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return changed


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("format",), None),
        (("format",), 99),
        (("format",), "1"),
        (("model",), "no_such"),
        (("model",), "pareto_nbd"),
        (("unit_days",), "a week"),
        (("purchases",), None),
        (("purchases",), []),
        (("purchases", "whole", "parameters", "r"), -1.0),
        (("purchases", "whole", "parameters", "r"), math.nan),
        (("purchases", "whole", "parameters", "r"), None),
        (("purchases", "whole", "log_covariance"), [[1.0]]),
        (("purchases", "parts", "n", "model"), "gamma_gamma"),
        (("purchases", "pull", "n"), None),
        (("purchases", "pull", "n"), [[1, 2], [3]]),
        (("spend", "how"), None),
        (("spends", "whole", "log_covariance", 0, 0), math.inf),
    ],
)
def test_a_damaged_fit_is_refused(
    segmented: tuple[Drawn, Fitted], path: tuple[Any, ...], to: Any
) -> None:
    kept = segmented[1].to_dict()
    with pytest.raises(ValueError, match=r".+"):
        Fitted.of(damaged(kept, *path, to=to))
    with pytest.raises(ValueError, match="no saved fit"):
        Fitted.of("{half a fi")
    with pytest.raises(ValueError, match="no saved fit"):
        Fitted.of("[]")


def test_a_fit_in_another_unit_of_time_is_refused(segmented: tuple[Drawn, Fitted]) -> None:
    seen, fitted = segmented
    with pytest.raises(ValueError, match="units of 1 days, the histories in units of 7"):
        value(replace(seen.base, unit_days=7.0), seen.spends, fitted=fitted)
