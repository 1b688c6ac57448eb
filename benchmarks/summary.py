"""Histories and spends out of orders by DuckDB, as the fits of the benchmarks take them.

x repeat purchase days, the last one t_x days after the first, T days from the first to the end;
spend is that of the repeat days, as the peers count it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Column = np.ndarray[Any, Any]

# arg_min and max by day in one pass each: purchase days first, then customers
_SUMMARY = """
create or replace temp table summary as
select customer_key,
       (count(*) - 1)::integer as x,
       (max(day) - min(day))::integer as t_x,
       (date '{end}' - min(day))::integer as age,
       (sum(amount_minor) - arg_min(amount_minor, day))::bigint as repeat_minor
from (
    select customer_key, day::date as day, sum(amount_minor) as amount_minor
    from read_parquet($files)
    where day <= date '{end}' and {which}
    group by all
)
group by customer_key
"""

_DISTINCT = """
create or replace temp table histories as
select row_number() over () - 1 as history, *
from (select x, t_x, age, count(*) as customers from summary group by all)
"""


def summarise(connection: Any, files: Sequence[str], *, end: str, which: str = "true") -> None:
    """The table ``summary``: one row a customer with an order until ``end``, that day included."""
    connection.execute(_SUMMARY.format(end=end, which=which), {"files": list(files)}).fetchall()


def distinct(connection: Any) -> None:
    """The table ``histories``: one row for each distinct (x, t_x, T), numbered from 0."""
    connection.execute(_DISTINCT).fetchall()


def fetch(connection: Any) -> dict[str, Column]:
    """The distinct histories, in the order of their numbers."""
    query = "select x, t_x, age, customers from histories order by history"
    return _numbers(connection, query)


def fetch_grain(connection: Any, grain_days: int) -> dict[str, Column]:
    """Distinct histories with times rounded down to so many days, in those units."""
    return _numbers(
        connection,
        f"select x, t_x // {grain_days} as t_x, age // {grain_days} as age, count(*) as customers "
        "from summary group by all",
    )


def fetch_spend(connection: Any) -> dict[str, Column]:
    """Repeat days and mean spend of those who have both."""
    return _numbers(
        connection,
        "select x, repeat_minor / x as mean from summary where x > 0 and repeat_minor > 0",
    )


def _numbers(connection: Any, query: str) -> dict[str, Column]:
    columns = connection.execute(query).fetchnumpy()
    return {name: np.asarray(found, dtype=float) for name, found in columns.items()}
