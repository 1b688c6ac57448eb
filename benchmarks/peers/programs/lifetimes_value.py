"""lifetimes as its users use it: orders in, 12-month discounted value of every customer out.

    python lifetimes_value.py ORDERS.parquet END TARGET.parquet YEARLY_RATE

Its year is twelve months of 30 days.
"""

from __future__ import annotations

import sys
import warnings
from contextlib import redirect_stdout, suppress

import lifetimes
import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter
from lifetimes.utils import ConvergenceError, summary_data_from_transaction_data
from phases import Phases, tell

WARM_CUSTOMERS = 2_000
CHECKED = 10_000
TOLERANCES = (1e-7, 1e-6, 1e-5)  # the first is its own
TOLERATED = {}


def fitted(kind, name, phases, *given):
    """The fit; only the try that succeeds is on the clock.

    At its own tolerance it often gives up at the optimum, for want of precision in the gradient.
    """
    for tolerance in TOLERANCES:
        model, attempt = kind(penalizer_coef=0.0), Phases()
        try:
            with redirect_stdout(sys.stderr), attempt(name):
                model.fit(*given, tol=tolerance)
        except ConvergenceError:
            continue
        phases.seconds[name] = attempt.seconds[name]
        phases.peak_mb = attempt.peak_mb
        TOLERATED[name] = tolerance
        return model
    raise ConvergenceError(f"{name}: none of {TOLERANCES} was reached")


def value(orders, end, target, yearly_rate, phases):
    with phases("summary"):
        summary = summary_data_from_transaction_data(
            orders, "customer_key", "day", "amount", observation_period_end=end, freq="D"
        )
    x, t_x, age, spend = (summary[name] for name in ("frequency", "recency", "T", "monetary_value"))
    buying = fitted(BetaGeoFitter, "fit of orders", phases, x, t_x, age)
    told = (x > 0) & (spend > 0)
    paying = fitted(GammaGammaFitter, "fit of spend", phases, x[told], spend[told])
    with phases("value"):
        summary["clv_365d"] = paying.customer_lifetime_value(
            buying, x, t_x, age, spend, time=12, freq="D",
            discount_rate=(1 + yearly_rate) ** (1 / 12) - 1,
        )  # fmt: skip
    with phases("write"):
        summary.to_parquet(target)
    return summary, buying, paying


def check(summary, buying, paying, target):
    """Figures that no clock covers, of the first customers, to compare with the product's."""
    some = summary.sort_index().head(CHECKED)
    x, t_x, age = some["frequency"], some["recency"], some["T"]
    pd.DataFrame(
        {
            "p_alive": np.asarray(buying.conditional_probability_alive(x, t_x, age)),
            "expected_orders_365d": np.asarray(buying.predict(365, x, t_x, age)),
            "expected_spend": np.asarray(
                paying.conditional_expected_average_profit(x, some["monetary_value"])
            ),
        },
        index=some.index,
    ).to_parquet(target + ".check")


def main(source, end, target, yearly_rate):
    warnings.simplefilter("ignore")
    rate = float(yearly_rate)
    warm = pd.read_parquet(source, filters=[("customer_key", "<=", WARM_CUSTOMERS)])
    with suppress(Exception):  # a slice too small to fit warms nevertheless
        value(warm, end, target, rate, Phases())
    phases = Phases()
    with phases("read"):
        orders = pd.read_parquet(source)
    summary, buying, paying = value(orders, end, target, rate, phases)
    parameters = {**buying.params_, **paying.params_}
    parameters["gamma"] = parameters.pop("v")
    count = len(summary)
    # it minimises the mean; its time is scaled, which moves the likelihood by ln(scale) a repeat
    scaled = float(np.log(buying._scale) * summary["frequency"].sum())
    said = {
        "customers": count,
        "parameters": parameters,
        "log_likelihood": scaled - float(buying._negative_log_likelihood_) * count,
        "log_likelihood_of_spend": -float(paying._negative_log_likelihood_)
        * int(((summary["frequency"] > 0) & (summary["monetary_value"] > 0)).sum()),
        "clv_365d": float(summary["clv_365d"].sum()),
        "tolerance": TOLERATED,
    }
    versions = {"lifetimes": lifetimes.__version__, "numpy": np.__version__}
    tell(phases, {**versions, "pandas": pd.__version__}, **said)
    check(summary, buying, paying, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
