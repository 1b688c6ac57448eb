"""The product's value of every customer, orders in and scores out; or the floor, without a fit."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import summary
from benchmarks.peers.programs.phases import Phases, tell

HORIZON_DAYS = 365.0
# What the peers' programs write of a customer, and no more.
COLUMNS = (
    "customer_key",
    "p_alive",
    "expected_orders_365d",
    "expected_spend_per_order_minor",
    "clv_365d_minor",
)
INTERVALS = (
    "expected_orders_365d_low",
    "expected_orders_365d_high",
    "expected_spend_365d_low_minor",
    "expected_spend_365d_high_minor",
)


@dataclass(frozen=True)
class Asked:
    """What is asked of the run.

    end : the last day, included; T is counted to it. grain_days : the fit's unit of time.
    intervals : the predictive 80% intervals as well. fit : left out, the floor is measured.
    """

    end: str
    yearly_rate: float = 0.1
    grain_days: int = 1
    intervals: bool = False
    fit: bool = True
    memory: str = "5GB"


def score_customers(workspace: str, target: str, asked: Asked, phases: Phases) -> dict[str, Any]:
    """The product's way from the orders of a workspace to a Parquet of scores, timed by phases.

    Gives back the parameters that it fitted, with spend in the major unit and time in days.
    """
    import regulars as rg

    with phases("open"):
        shop = rg.open(workspace)
        files = list(shop.lake.files("orders"))
    if not asked.fit:
        return score_files(files, target, asked, phases)
    given = {
        "as_of": asked.end,
        "model": "bg_nbd",
        "margin": 1.0,
        "yearly_rate": asked.yearly_rate,
        "grain": "day" if asked.grain_days == 1 else "week",
    }
    with phases("value"):
        columns = [*COLUMNS, *(INTERVALS if asked.intervals else ())]
        customers = shop.write("value", target, columns=columns, intervals=asked.intervals, **given)
    return {"customers": customers, "files": files, "given": given}


def fitted(workspace: str, target: str, given: dict[str, Any]) -> dict[str, Any]:
    """What was fitted, and sums to compare by; asked after the clock has stopped."""
    import duckdb

    import regulars as rg

    found = rg.open(workspace).show("value_fit", **given)
    rows = found.table
    names = rows.column("parameter").to_pylist()
    parameters = dict(zip(names, rows.column("value").to_pylist(), strict=True))
    with duckdb.connect() as connection:
        worth = connection.execute(
            "select sum(clv_365d_minor) from read_parquet(?)", [target]
        ).fetchall()
        repeats = connection.execute(
            "select count(distinct (customer_key, day)) - count(distinct customer_key)"
            " from read_parquet(?)",
            [list(rg.open(workspace).lake.files("orders"))],
        ).fetchall()
    return {
        "parameters": {**parameters, "gamma": parameters["gamma"] / 100},
        "log_likelihood": found.figures["log_likelihood"],
        "repeats": float(repeats[0][0]),
        "clv_365d": worth[0][0] / 100,
    }


def score_files(files: list[str], target: str, asked: Asked, phases: Phases) -> dict[str, Any]:
    """By the models alone: DuckDB summarises and joins back, the models see distinct histories."""
    import duckdb

    settings: dict[str, Any] = {"memory_limit": asked.memory, "temp_directory": f"{target}.spill"}
    with duckdb.connect(config=settings) as connection:
        with phases("summary"):
            summary.summarise(connection, files, end=asked.end)
        with phases("distinct"):
            summary.distinct(connection)
        with phases("fetch"):
            histories = summary.fetch(connection)
            spends = summary.fetch_spend(connection)
        said = {"customers": int(histories["customers"].sum()), "histories": len(histories["x"])}
        if asked.fit:
            scores, spend, fitted = _scores(connection, histories, spends, asked, phases)
        else:
            scores, spend, fitted = {"clv": histories["x"] * 1.0}, "0.0e0", {}
        with phases("write"):
            _write(connection, scores, spend, target)
        worth = connection.execute("select sum(clv_365d) from read_parquet(?)", [target]).fetchall()
    return {**said, **fitted, "clv_365d": worth[0][0] / 100}


def _scores(
    connection: Any, given: dict[str, Any], spends: dict[str, Any], asked: Asked, phases: Phases
) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """Scores of each distinct history; the expected spend in SQL; and what was fitted."""
    from regulars.models import BgNbd, GammaGamma

    with phases("fit of orders"):
        grain = asked.grain_days
        few = given if grain == 1 else summary.fetch_grain(connection, grain)
        fit = BgNbd.fit(few["x"], few["t_x"], few["age"], few["customers"], unit_days=grain)
        found = fit.parameters
        model = BgNbd(found["r"], found["alpha"] * grain, found["a"], found["b"])
    with phases("fit of spend"):
        paying = GammaGamma.fit(spends["x"], spends["mean"])
    with phases("scores"):
        history = given["x"], given["t_x"], given["age"]
        scores = {
            "p_alive": model.p_alive(*history),
            "expected_orders_365d": model.expected_orders(*history, HORIZON_DAYS),
            "clv": model.discounted_orders(
                *history, yearly_rate=asked.yearly_rate, horizon=HORIZON_DAYS
            ),
        }
    paid = paying.parameters
    # with exponents: DuckDB takes a plain 0.1 for a decimal
    p, q, gamma = (f"{paid[name]:.17e}" for name in ("p", "q", "gamma"))
    spend = f"{p} * ({gamma} + repeat_minor) / ({p} * x + {q} - 1)"
    repeats = float(given["x"] @ given["customers"])
    fitted = {
        "parameters": {**model.parameters, **paid, "gamma": paid["gamma"] / 100},
        # per day, whatever the unit of time that it was fitted in
        "log_likelihood": fit.log_likelihood - repeats * math.log(grain),
        "repeats": repeats,
        "fitted_histories": fit.histories,
        "evaluations": fit.evaluations,
        "determination": str(fit.determination),
    }
    return scores, spend, fitted


def _write(connection: Any, scores: dict[str, Any], spend: str, target: str) -> None:
    import numpy as np

    length = len(scores["clv"])
    connection.register("scores", {"history": np.arange(length), **scores})
    listed = "".join(f"scores.{name}, " for name in scores if name != "clv")
    quoted = target.replace("'", "''")
    connection.execute(
        f"copy (select customer_key, x, t_x, age as T, {listed}{spend} as expected_spend_minor, "
        f"clv * ({spend}) as clv_365d "
        "from summary join histories using (x, t_x, age) join scores using (history)) "
        f"to '{quoted}' (format parquet)"
    ).fetchall()


def main(workspace: str, warm: str, target: str, asked: str) -> None:
    import duckdb
    import numpy as np

    import regulars as rg

    wanted = Asked(**json.loads(asked))
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    score_customers(warm, target, wanted, Phases())
    phases = Phases()
    said = score_customers(workspace, target, wanted, phases)
    if wanted.fit:
        said = {"customers": said["customers"], **fitted(workspace, target, said["given"])}
    versions = {"regulars": rg.__version__, "duckdb": duckdb.__version__, "numpy": np.__version__}
    tell(phases, versions, **said)


if __name__ == "__main__":
    main(*sys.argv[1:])
