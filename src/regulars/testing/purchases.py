"""Orders of customers who follow BG/NBD and Gamma-Gamma exactly, by the million, truth known.

For benchmarks and for recovering parameters. Each slice of customers has a random stream of its
own, so any slice can be drawn by itself and memory stays small whatever the number of customers.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

START = dt.date(2024, 1, 1)
AS_OF = dt.date(2026, 1, 1)
DAYS = (AS_OF - START).days
CUSTOMERS_AT_ONCE = 500_000
ORDERS_A_FILE = 5_000_000


@dataclass(frozen=True)
class Truth:
    """Parameters that the orders are drawn from.

    With these a customer has about 4.1 orders, the first included, if first orders fall evenly over
    two years.

    Attributes
    ----------
    r, alpha : shape and scale of the purchase rates, in days.
    a, b : of the dropout after each repeat purchase.
    p, q, gamma : of the spend of an order, in the currency's major unit.
    """

    r: float = 0.55
    alpha: float = 32.5
    a: float = 0.6
    b: float = 2.5
    p: float = 6.25
    q: float = 3.74
    gamma: float = 15.44


TRUTH = Truth()


def draw(
    customers: int, *, part: int = 0, seed: int = 1, truth: Truth = TRUTH
) -> dict[str, np.ndarray[Any, Any]]:
    """Orders of one slice of customers.

    First orders fall evenly on the days of the two years, at the very start of the day. Repeats
    follow at random at the customer's own rate until he drops out, and are recorded by the day.

    Parameters
    ----------
    customers : in this slice; their keys start at ``part·CUSTOMERS_AT_ONCE + 1``.
    part : which slice; with ``seed`` it decides the random stream.

    Returns
    -------
    dict : ``customer_key``, ``number`` of the customer's order from 0, ``day`` from 0 to DAYS − 1,
        ``amount_minor``; by customer, then time.
    """
    random = np.random.default_rng([seed, part])
    first = random.integers(0, DAYS, customers)
    observed = (DAYS - first).astype(float)
    rate = random.gamma(truth.r, 1 / truth.alpha, customers)
    drops = random.beta(truth.a, truth.b, customers)
    # the repeat after which a customer is gone, however long he is watched; those who never go
    # have a chance of nearly 0, for which the count would not fit a whole number
    last = random.geometric(np.maximum(drops, 1e-12))
    wished = random.poisson(rate * observed)
    who = np.repeat(np.arange(customers), wished)
    when = random.random(len(who)) * observed[who]
    order = np.lexsort((when, who))
    when = when[order]
    starts = np.cumsum(wished) - wished
    number = np.arange(len(who)) - starts[who]
    kept = number < last[who]
    everybody = np.arange(customers)
    who = np.concatenate([everybody, who[kept]])
    number = np.concatenate([np.zeros(customers, dtype=np.int64), number[kept] + 1])
    since = np.concatenate([np.zeros(customers), when[kept]])
    order = np.lexsort((number, who))
    who, number, since = who[order], number[order], since[order]
    scale = random.gamma(truth.q, 1 / truth.gamma, customers)
    spend = random.gamma(truth.p, 1.0, len(who)) / scale[who]
    return {
        "customer_key": part * CUSTOMERS_AT_ONCE + 1 + who,
        "number": number,
        "day": first[who] + np.floor(since).astype(np.int64),
        "amount_minor": np.maximum(1, np.rint(100 * spend)).astype(np.int64),
    }


def parts(customers: int) -> list[tuple[int, int]]:
    """Number of each slice, and how many customers it has."""
    return [
        (part, min(CUSTOMERS_AT_ONCE, customers - start))
        for part, start in enumerate(range(0, customers, CUSTOMERS_AT_ONCE))
    ]


# Orders as a shop records them: by day, the customers mixed.
_RECORDED = """
select 'o' || customer_key || '-' || number as order_id,
       customer_key,
       date '{start}' + day::integer as day,
       timestamp '{start} 08:00:00' + to_seconds(
           86400 * day + (hash(customer_key, number) % 36000)::bigint) as occurred_at,
       'sale' as kind,
       amount_minor,
       1 as import_seq,
       printf('%016x', hash(customer_key, number)) as row_hash,
       timestamp '{as_of} 00:00:00' as recorded_at,
       'live' as status
from read_parquet($files)
where day >= {low} and day < {high}
order by day, hash(customer_key, number)
"""


def write_purchases(
    folder: Path | str,
    *,
    customers: int,
    seed: int = 1,
    truth: Truth = TRUTH,
    memory_limit: str = "4GB",
) -> list[Path]:
    """Write the orders of these customers as Parquet files; gives their paths in order of time."""
    import duckdb

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    settings: dict[str, Any] = {
        "memory_limit": memory_limit,
        "temp_directory": str(target / "spill"),
    }
    with duckdb.connect(config=settings) as connection:
        drawn: list[Path] = []
        orders = 0
        for part, many in parts(customers):
            slice_ = pd.DataFrame(draw(many, part=part, seed=seed, truth=truth))
            orders += len(slice_)
            connection.register("slice", slice_)
            drawn.append(target / f"drawn-{part:04d}.parquet")
            _copy(connection, "select * from slice", drawn[-1])
            connection.unregister("slice")
        files = [str(path) for path in drawn]
        written: list[Path] = []
        for low, high in itertools.pairwise(_edges(max(1, -(-orders // ORDERS_A_FILE)))):
            query = _RECORDED.format(start=START, as_of=AS_OF, low=low, high=high)
            written.append(target / f"orders-{len(written):04d}.parquet")
            _copy(connection, query, written[-1], {"files": files})
    for path in drawn:
        path.unlink()
    return written


def _edges(files: int) -> list[int]:
    return [DAYS * n // files for n in range(files + 1)]


def _copy(connection: Any, query: str, path: Path, given: dict[str, Any] | None = None) -> None:
    quoted = str(path).replace("'", "''")
    connection.execute(
        f"copy ({query}) to '{quoted}' (format parquet, compression zstd)", given or {}
    ).fetchall()
