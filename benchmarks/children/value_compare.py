"""How far the product's figures of single customers are from a peer's, over those it told."""

from __future__ import annotations

import json
import sys

_COMPARED = """
select count(*) as customers,
       max(abs(ours.p_alive - theirs.p_alive)) as p_alive,
       max(abs(ours.expected_orders_365d / theirs.expected_orders_365d - 1)) as expected_orders,
       max(abs(ours.expected_spend_per_order_minor / 100 / theirs.expected_spend - 1))
           as expected_spend
from read_parquet($ours) as ours
join read_parquet($theirs) as theirs using (customer_key)
"""


def main(ours: str, theirs: str) -> None:
    """Greatest differences: of P(alive) absolute, of the others relative."""
    import duckdb

    with duckdb.connect() as connection:
        result = connection.execute(_COMPARED, {"ours": ours, "theirs": theirs})
        names = [column[0] for column in result.description or []]
        found = result.fetchall()[0]
    print(json.dumps(dict(zip(names, found, strict=True))))


if __name__ == "__main__":
    main(*sys.argv[1:])
