"""lifetimes' fit of Pareto/NBD alone; the summary stands before the clock.

python lifetimes_pareto.py ORDERS.parquet END
"""

from __future__ import annotations

import sys
import warnings

import lifetimes
import numpy as np
import pandas as pd
from lifetimes import ParetoNBDFitter
from lifetimes.utils import summary_data_from_transaction_data
from phases import Phases, tell

WARM_CUSTOMERS = 2_000


def fitted(summary, phases):
    np.random.seed(1)  # its starting point is drawn
    with phases("fit"):
        model = ParetoNBDFitter(penalizer_coef=0.0)
        model.fit(summary["frequency"], summary["recency"], summary["T"])
    return model


def main(source, end):
    warnings.simplefilter("ignore")
    orders = pd.read_parquet(source)
    summary = summary_data_from_transaction_data(
        orders, "customer_key", "day", observation_period_end=end, freq="D"
    )
    fitted(summary.head(WARM_CUSTOMERS), Phases())
    phases = Phases()
    model = fitted(summary, phases)
    # its time is scaled, which moves the likelihood by ln(scale) a repeat
    scaled = float(np.log(model._scale) * summary["frequency"].sum())
    said = {
        "customers": len(summary),
        "parameters": dict(model.params_),
        "log_likelihood": scaled - float(model._negative_log_likelihood_),
    }
    tell(phases, {"lifetimes": lifetimes.__version__, "numpy": np.__version__}, **said)


if __name__ == "__main__":
    main(*sys.argv[1:])
