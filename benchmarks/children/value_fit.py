"""Fits alone, each summarised before its clock: of a model, of so many customers, at a grain."""

from __future__ import annotations

import json
import math
import sys
import time
from typing import Any

from benchmarks import summary

WARM_CUSTOMERS = 2_000


def fitted(connection: Any, model: str, grain_days: int) -> dict[str, Any]:
    from regulars.models import PURCHASE_MODELS

    given = summary.fetch_grain(connection, grain_days)
    began = time.perf_counter()
    fit = PURCHASE_MODELS[model].fit(
        given["x"], given["t_x"], given["age"], given["customers"], unit_days=grain_days
    )
    seconds = time.perf_counter() - began
    return {
        "model": model,
        "grain_days": grain_days,
        "customers": int(fit.customers),
        "histories": fit.histories,
        "seconds": seconds,
        "evaluations": fit.evaluations,
        # per day, whatever the grain
        "log_likelihood": fit.log_likelihood
        - float(given["x"] @ given["customers"]) * math.log(grain_days),
        "parameters": _in_days(fit.parameters, grain_days),
        "determination": str(fit.determination),
    }


def _in_days(parameters: dict[str, float], grain_days: int) -> dict[str, float]:
    return {
        name: value * grain_days if name in ("alpha", "beta") else value
        for name, value in parameters.items()
    }


def main(list_file: str, end: str, memory: str, wanted: str) -> None:
    """``wanted``: a JSON list of (model, customers, days of the grain)."""
    import duckdb

    with open(list_file, encoding="utf-8") as listed:
        files = json.load(listed)
    fits, before = [], 0
    with duckdb.connect(config={"memory_limit": memory}) as connection:
        jobs = sorted(json.loads(wanted), key=lambda job: job[1])
        summary.summarise(connection, files, end=end, which=f"customer_key <= {WARM_CUSTOMERS}")
        for model in {job[0] for job in jobs}:
            fitted(connection, model, 1)
        for model, customers, grain_days in jobs:
            if customers != before:
                which = f"customer_key <= {int(customers)}"
                summary.summarise(connection, files, end=end, which=which)
                before = customers
            fits.append(fitted(connection, model, int(grain_days)))
    print(json.dumps({"seconds": sum(fit["seconds"] for fit in fits), "fits": fits}))


if __name__ == "__main__":
    main(*sys.argv[1:])
