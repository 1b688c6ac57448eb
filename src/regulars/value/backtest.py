"""The backtest: fit before a day, foretell what came after, and set plain rules beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.models import Fit, PurchaseModel
from regulars.value.base import Base, Floats, Terms
from regulars.value.baselines import Rule, bought_within, last_period, segment_mean
from regulars.value.choice import Choice, choose
from regulars.value.comparing import calibration, covered, errors, explained, top_found
from regulars.value.fitting import WHOLE, Fitted, fit
from regulars.value.forecast import Expected, expected_orders, expected_spend
from regulars.value.past import Past
from regulars.value.tracking import Tracked, after_cut, before_cut
from regulars.value.valuing import AUTO

MODEL = "model"
RULES = ("last_period", "bought_within", "segment_mean")


class NothingToTest(ValueError):
    """There is no backtest; ``code`` says why: ``nobody`` or ``no_repeats`` before the cut."""

    def __init__(self, code: str) -> None:
        super().__init__(
            {
                "nobody": "nobody had bought by the cut",
                "no_repeats": "nobody had bought a second time by the cut: nothing to fit",
            }[code]
        )
        self.code = code


@dataclass(frozen=True, eq=False)
class Backtest:
    """A fit made before a day, and how it did after.

    Attributes
    ----------
    past : the customers; fitted, choice : what was fitted to them, and how the model was chosen.
    orders, spend : expected of each customer; spend is None where none is known before the cut.
    rules : the plain rules; those that need an earlier cut are missing where there is none.
    """

    past: Past
    fitted: Fitted
    choice: Choice | None
    orders: Expected
    spend: Expected | None
    rules: tuple[Rule, ...]
    terms: Terms

    @property
    def fit(self) -> Fit[PurchaseModel]:
        return self.fitted.purchase_of(WHOLE)

    @property
    def methods(self) -> list[dict[str, Any]]:
        """The model and each rule: totals, errors, the best customers found."""
        known = None if self.spend is None else self.spend.mean
        rows = [_judged(MODEL, self.past, self.orders.mean, known)]
        rows[0] |= _total("orders", self.orders, self.terms) | _total(
            "spend", self.spend, self.terms
        )
        return rows + [
            _judged(rule.name, self.past, rule.orders, rule.spend) for rule in self.rules
        ]

    @property
    def coverage(self) -> dict[str, float | None]:
        """Share of customers inside their own predictive interval."""
        past, spend = self.past, self.spend
        return {
            "orders": covered(self.orders, past.after_orders),
            "spend": None if spend is None else covered(spend, past.after_spend),
        }

    def tenths(self, what: str) -> list[Mapping[str, Any]]:
        """Calibration by tenth of what was expected, "orders" or "spend"."""
        expected = self.orders if what == "orders" else self.spend
        actual = self.past.after_orders if what == "orders" else self.past.after_spend
        if expected is None:
            return []
        return calibration(expected, actual, level=self.terms.sum_level)

    def before(self, edges: Sequence[float]) -> Floats:
        """Expected orders between edges up to the cut; see `regulars.value.tracking`."""
        return before_cut(self.past, self.fit.model, edges)

    def after(self, edges: Sequence[float]) -> Tracked:
        """Expected orders between edges from the cut on."""
        return after_cut(self.past, self.fit, edges, level=self.terms.sum_level)


def backtest(
    now: Past, earlier: Past | None = None, *, model: str = AUTO, terms: Terms | None = None
) -> Backtest:
    """Fit to the histories at the cut, foretell the horizon, set plain rules beside it.

    Parameters
    ----------
    now : customers at the cut, with what they did after it; that is only compared, never fitted.
    earlier : the same at an earlier cut, whose horizon ends at the later one: by it the model is
        chosen and the rules are tuned. Left out, "auto" is MBG/NBD and two rules are missing.
    model : "bg_nbd", "mbg_nbd", "pareto_nbd", or "auto".
    terms : levels of the intervals.

    Raises
    ------
    NothingToTest : nobody bought before the cut, or nobody twice.
    """
    terms = terms or Terms()
    if not len(now):
        raise NothingToTest("nobody")
    if not now.x.sum() > 0:
        raise NothingToTest("no_repeats")
    choice = None
    if model == AUTO:
        choice = choose(None if earlier is None or not len(earlier) else earlier.held)
        model = choice.model
    fitted = fit(_base(now), now.spends, model)
    purchase, law = fitted.purchase_of(WHOLE), fitted.spend_of(WHOLE)
    orders = expected_orders(now, purchase, level=terms.level)
    spend = expected_spend(now, purchase, law, orders, level=terms.level)
    return Backtest(now, fitted, choice, orders, spend, rules(now, earlier), terms)


def rules(now: Past, earlier: Past | None) -> tuple[Rule, ...]:
    """The plain rules that the history allows."""
    found = [last_period(now)]
    if earlier is not None:
        found += [
            rule
            for rule in (bought_within(now, earlier), segment_mean(now, earlier))
            if rule is not None
        ]
    return tuple(found)


def _base(past: Past) -> Base:
    given, _ = past.distinct
    none = np.zeros(len(given))
    return Base(np.full(len(given), WHOLE, dtype=object), given, none, none, none, past.unit_days)


def _judged(name: str, past: Past, orders: Floats, spend: Floats | None) -> dict[str, Any]:
    mae, rmse = errors(orders, past.after_orders)
    row: dict[str, Any] = {
        "forecast": name,
        "orders": float(orders.sum()),
        "orders_mae": mae,
        "orders_rmse": rmse,
        "orders_explained": explained(orders, past.after_orders),
        "spend": None,
        "spend_mae": None,
        "spend_rmse": None,
        "top_found": None,
    }
    if spend is not None:
        row["spend_mae"], row["spend_rmse"] = errors(spend, past.after_spend)
        row["spend"] = float(spend.sum())
        row["top_found"] = top_found(spend, past.after_spend)
    return row


def _total(name: str, expected: Expected | None, terms: Terms) -> dict[str, Any]:
    if expected is None:
        return {f"{name}_low": None, f"{name}_high": None}
    everybody = np.zeros(len(expected.mean), dtype=np.intp)
    _, low, high = expected.sums(everybody, 1, level=terms.sum_level)
    return {f"{name}_low": float(low[0]), f"{name}_high": float(high[0])}
