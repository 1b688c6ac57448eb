"""clvkit as its users use it: orders in, discounted value of every customer out.

    python clvkit_value.py ORDERS.parquet END TARGET.parquet YEARLY_RATE [D|W]

It discounts period by period of its unit of time: 365 days, or 52 weeks, which costs it a seventh.
Orders are put together by the day either way.
"""

from __future__ import annotations

import sys
import warnings
from contextlib import suppress

import clvkit
import numpy as np
import pandas as pd
from clvkit import BGNBD, CLV, CustomerBase
from phases import Phases, tell

WARM_CUSTOMERS = 2_000
CHECKED = 10_000
DAYS = {"D": 1, "W": 7}


def value(orders, end, target, yearly_rate, unit, phases):
    days = DAYS[unit]
    with phases("summary"):
        base = CustomerBase.from_transactions(
            orders, "customer_key", "day", "amount",
            time_unit=unit, collapse="D", observation_period_end=end,
        )  # fmt: skip
    with phases("fit"):
        model = CLV(transaction_model=BGNBD()).fit(base)
    with phases("value"):
        rate = (1 + yearly_rate) ** (days / 365.2425) - 1
        found = model.predict(horizon=365 // days, discount_rate=rate)
    with phases("write"):
        summary = base.to_pandas().rename(columns={"recency": "t_x"})
        summary["clv_365d"] = found.to_pandas()["clv"]
        summary.to_parquet(target)
    return summary, model


def check(summary, model, target, unit):
    """Figures that no clock covers, of the first customers, to compare with the product's."""
    buying, paying = model.transaction_model, model.monetary_model
    table = pd.DataFrame(
        {
            "p_alive": buying.probability_alive().to_pandas().iloc[:, -1],
            "expected_orders_365d": buying.predict(365 / DAYS[unit]).to_pandas().iloc[:, -1],
            "expected_spend": paying.predict().to_pandas().iloc[:, -1],
        }
    )
    table.index.name = "customer_key"
    table.sort_index().head(CHECKED).to_parquet(target + ".check")


def main(source, end, target, yearly_rate, unit="D"):
    warnings.simplefilter("ignore")
    rate = float(yearly_rate)
    warm = pd.read_parquet(source, filters=[("customer_key", "<=", WARM_CUSTOMERS)])
    with suppress(Exception):  # a slice too small to fit warms nevertheless
        value(warm, end, target, rate, unit, Phases())
    phases = Phases()
    with phases("read"):
        orders = pd.read_parquet(source)
    summary, model = value(orders, end, target, rate, unit, phases)
    fitted = {**model.transaction_model.params_, **model.monetary_model.params_}
    fitted["alpha"] *= DAYS[unit]
    in_days = float(np.log(DAYS[unit]) * summary["frequency"].sum())
    versions = {"clvkit": clvkit.__version__, "numpy": np.__version__, "pandas": pd.__version__}
    tell(
        phases,
        versions,
        customers=len(summary),
        parameters={name: float(found) for name, found in fitted.items()},
        log_likelihood=model.transaction_model.log_likelihood_ - in_days,
        clv_365d=float(summary["clv_365d"].sum()),
    )
    check(summary, model, target, unit)


if __name__ == "__main__":
    main(*sys.argv[1:])
