"""pymc-marketing by maximum a posteriori under flat priors, which is maximum likelihood.

    python pymc_marketing_value.py ORDERS.parquet END TARGET.parquet YEARLY_RATE

Its month has 365.25/12 days.
"""

from __future__ import annotations

import logging
import sys
import warnings
from contextlib import suppress

import numpy as np
import pandas as pd
import pymc
import pymc_marketing
from phases import Phases, tell
from pymc_extras.prior import Prior
from pymc_marketing.clv import BetaGeoModel, GammaGammaModel, rfm_summary

WARM_CUSTOMERS = 2_000
CHECKED = 10_000
QUIET = {"progressbar": False}


def flat(*names):
    return {name: Prior("HalfFlat") for name in names}


def value(orders, end, target, yearly_rate, phases):
    with phases("summary"):
        summary = rfm_summary(
            orders, "customer_key", "day", "amount", observation_period_end=end, time_unit="D"
        )
    with phases("fit of orders"):
        buying = BetaGeoModel(model_config=flat("r", "alpha", "a", "b"))
        buying.fit(summary, method="map", **QUIET)
    with phases("fit of spend"):
        told = summary[(summary["frequency"] > 0) & (summary["monetary_value"] > 0)]
        paying = GammaGammaModel(model_config=flat("p", "q", "v"))
        paying.fit(told, method="map", **QUIET)
    with phases("value"):
        worth = paying.expected_customer_lifetime_value(
            transaction_model=buying, data=summary, future_t=12, time_unit="D",
            discount_rate=(1 + yearly_rate) ** (1 / 12) - 1,
        )  # fmt: skip
        summary["clv_365d"] = worth.to_numpy().reshape(-1)
    with phases("write"):
        summary.to_parquet(target)
    return summary, buying, paying


def check(summary, buying, paying, target):
    """Figures that no clock covers, of the first customers, to compare with the product's."""
    some = summary.sort_values("customer_id").head(CHECKED)
    figures = {
        "p_alive": buying.expected_probability_alive(some),
        "expected_orders_365d": buying.expected_purchases(some, future_t=365),
        "expected_spend": paying.expected_customer_spend(some),
    }
    table = {name: found.to_numpy().reshape(-1) for name, found in figures.items()}
    pd.DataFrame({"customer_key": some["customer_id"].to_numpy(), **table}).to_parquet(
        target + ".check"
    )


def log_likelihood(model, fitted):
    """Of the model's own graph at these parameters; the flat priors add nothing."""
    point = {
        model.rvs_to_values[variable].name: np.log(fitted[variable.name])
        for variable in model.free_RVs
    }
    logp = model.logp(vars=[*model.observed_RVs, *model.potentials], jacobian=False)
    return float(model.compile_fn(logp, point_fn=True)(point))


def main(source, end, target, yearly_rate):
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    rate = float(yearly_rate)
    warm = pd.read_parquet(source, filters=[("customer_key", "<=", WARM_CUSTOMERS)])
    with suppress(Exception):  # a slice too small to fit warms nevertheless
        value(warm, end, target, rate, Phases())
    phases = Phases()
    with phases("read"):
        orders = pd.read_parquet(source)
    summary, buying, paying = value(orders, end, target, rate, phases)
    del orders
    fitted = {
        name: float(model.fit_result[name].to_numpy().reshape(-1)[0])
        for model, names in ((buying, ("r", "alpha", "a", "b")), (paying, ("p", "q", "v")))
        for name in names
    }
    likelihoods = {
        "log_likelihood": log_likelihood(buying.model, fitted),
        "log_likelihood_of_spend": log_likelihood(paying.model, fitted),
    }
    fitted["gamma"] = fitted.pop("v")
    versions = {"pymc-marketing": pymc_marketing.__version__, "pymc": pymc.__version__}
    tell(
        phases,
        {**versions, "numpy": np.__version__, "pandas": pd.__version__},
        customers=len(summary),
        parameters=fitted,
        clv_365d=float(summary["clv_365d"].sum()),
        **likelihoods,
    )
    check(summary, buying, paying, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
