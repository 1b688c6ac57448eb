"""The CDNOW purchases as a data set: they ship with Regulars and need no network."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from regulars.datasets.dataset import DataSet
from regulars.declare import Text

NOTICE = (
    Text(
        "CDNOW: 69,659 purchases of the 23,570 customers who first bought in the first quarter of"
        " 1997, up to June 1998. Research by Peter Fader and Bruce Hardie made it known.",
        "CDNOW：1997年第一季度首次购买的23,570位客户到1998年6月为止的69,659笔购买，"
        "因Peter Fader与Bruce Hardie的研究而为人所知。",
    ),
    Text(
        "No licence is stated with the data.",
        "数据本身未声明任何许可。",
    ),
    Text(
        "It carries nothing but purchases: no refunds, products, prices, costs, contacts or"
        " prospects. Nobody joins after March 1997, and 80 purchases have a zero amount.",
        "数据只有购买记录：没有退款、商品、价格、成本、接触或潜在客户；"
        "1997年3月之后再无新客户；其中80笔金额为零。",
    ),
)


def purchases() -> Iterator[dict[str, str]]:
    """The shipped rows in the order of the source: customer_id, date, number_of_cds, dollar_value.

    ``date`` is ISO text, ``dollar_value`` US dollars with two decimals.
    """
    packed = files("regulars.datasets.cdnow").joinpath("purchases.csv.gz").read_bytes()
    yield from csv.DictReader(io.StringIO(gzip.decompress(packed).decode("ascii")))


def write(folder: Path) -> Mapping[str, Path]:
    """Write ``orders.csv``; an order's id is the number of its line in the source.

    A customer may buy twice on a day for the same amount, so nothing else tells orders apart.
    """
    path = folder / "orders.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("order_id", "customer_id", "day", "amount"))
        for line, row in enumerate(purchases(), start=1):
            rows.writerow((line, row["customer_id"], row["date"], row["dollar_value"]))
    return {"orders": path}


CDNOW = DataSet(
    name="cdnow",
    title=Text(
        "CDNOW, a music shop's new customers of early 1997", "CDNOW：某音像网店1997年初的新客户"
    ),
    notice=NOTICE,
    zone="America/New_York",
    currency="USD",
    write=write,
)
