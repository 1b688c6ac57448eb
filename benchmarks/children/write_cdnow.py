"""The published sample of CDNOW until 30 September 1997, as Parquet for product and peers."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

SAMPLE = Path(__file__).parents[2] / "tests" / "reference" / "published" / "cdnow_sample.csv"

_ORDERS = """
copy (
    select customer_id::bigint as customer_key, date::timestamp as day,
           dollar_value::double as amount, round(dollar_value * 100)::bigint as amount_minor
    from read_csv($purchases, header = true, all_varchar = false)
    where customer_id::bigint in (select master_id::bigint from read_csv($sample, header = true))
      and date::date <= date '1997-09-30'
    order by day, customer_key
) to '{target}' (format parquet)
"""


def main(target: str) -> None:
    import duckdb

    shipped = str(files("regulars.datasets.cdnow").joinpath("purchases.csv.gz"))
    quoted = target.replace("'", "''")
    with duckdb.connect() as connection:
        given = {"purchases": shipped, "sample": str(SAMPLE)}
        connection.execute(_ORDERS.format(target=quoted), given).fetchall()


if __name__ == "__main__":
    main(*sys.argv[1:])
