"""Orders by the million, written by DuckDB as a stream: for benchmarks, and any scale test.

Every value is a hash of (customer, number of the order, seed), so any slice of the history can be
made by itself and memory stays small. Orders come as a shop records them: sorted by day, the
customers mixed. About 4.8 orders a customer, exponentially distributed; first orders fall evenly
over the first 700 of 730 days; one order in 60 is a refund, one in 200 is void.
"""

from __future__ import annotations

from pathlib import Path

ORDERS_PER_CUSTOMER = 4.8
START = "2024-01-01"
AS_OF = "2026-01-01"
DAYS = 731
SLICE = 5_000_000

# u(i, j, what): a number in [0, 1) from the first 53 bits of a hash
_SETUP = """
create or replace macro u(i, j, what) as
    (hash(i, j, what, {seed}) >> 11)::double / 9007199254740992.0
"""

# 1 + floor(exponential with mean 4.28) has the mean 4.8
_ORDERS = """
with customers as (
    select i + 1 as customer_key,
           floor(700 * u(i, 0, 1))::integer as first,
           1 + floor(-ln(1 - u(i, 0, 2)) * 4.28)::integer as orders
    from range({customers}) t(i)
), numbered as (
    select customer_key, first, unnest(range(orders)) as j from customers
), dated as (
    select customer_key, j,
           case when j = 0 then first
                else first + floor((731 - first) * u(customer_key, j, 3))::integer
           end as day_number
    from numbered
)
select 'o' || customer_key || '-' || j as order_id,
       customer_key,
       date '2024-01-01' + day_number::integer as day,
       timestamp '2024-01-01 08:00:00' + to_seconds(
           86400 * day_number + floor(36000 * u(customer_key, j, 4))::bigint) as occurred_at,
       case when refund then 'refund' else 'sale' end as kind,
       case when refund then -1 else 1 end
           * floor(500 + 9500 * u(customer_key, j, 6))::bigint as amount_minor,
       1 as import_seq,
       printf('%016x', hash(customer_key, j)) as row_hash,
       timestamp '2026-01-01 00:00:00' as recorded_at,
       case when u(customer_key, j, 7) < 0.005 then 'void' else 'live' end as status
from (select *, j > 0 and u(customer_key, j, 5) < 0.02 as refund from dated)
where day_number >= {low} and day_number < {high}
order by day, hash(customer_key, j)
"""


def customers_for(orders: int) -> int:
    return max(1, round(orders / ORDERS_PER_CUSTOMER))


def slices(orders: int) -> int:
    """How many files: about `SLICE` orders each."""
    return max(1, -(-orders // SLICE))


def orders_query(orders: int, *, part: int, parts: int, seed: int = 1) -> tuple[str, str]:
    """The set-up statement and the query for one slice of the history."""
    low, high = DAYS * part // parts, DAYS * (part + 1) // parts
    query = _ORDERS.format(customers=customers_for(orders), low=low, high=high)
    return _SETUP.format(seed=int(seed)), query


def write_orders(
    folder: Path | str, *, orders: int, seed: int = 1, memory_limit: str = "4GB"
) -> list[Path]:
    """Write about ``orders`` orders as Parquet files; gives their paths in order of time."""
    import duckdb

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    parts = slices(orders)
    written = []
    with duckdb.connect(config={"memory_limit": memory_limit}) as connection:
        for part in range(parts):
            setup, query = orders_query(orders, part=part, parts=parts, seed=seed)
            path = target / f"orders-{part:04d}.parquet"
            connection.execute(setup).fetchall()
            connection.execute(
                f"copy ({query}) to '{_quoted(path)}' (format parquet, compression zstd)"
            ).fetchall()
            written.append(path)
    return written


def identities_query(customers: int) -> str:
    """One outside id for each customer, nobody merged."""
    return f"""
        select 'shop' as source, 'C' || (i + 1) as external_id, i + 1 as customer_key,
               cast(null as bigint) as merged_into
        from range({customers}) t(i)
    """


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
