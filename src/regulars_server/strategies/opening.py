"""Which customers stand behind a figure of value: conditions over the columns of a snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from regulars.charts import terms
from regulars.charts.numbers import known
from regulars.report.answers import Answers
from regulars_server.snapshots.queries import is_of, newest

Row = Mapping[str, Any]
# How value is fitted in snapshots, unless the workspace says otherwise.
USUAL = {"segment": "none", "model": "auto"}


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A count of customers, and where they are listed (empty: nowhere)."""

    customers: Any
    url: str = ""
    share: float | None = None
    heat: int = 0


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Purchase days by silence: heads and cells; a combination that nobody has is None."""

    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell | None]]]


def explore(where: str) -> str:
    """The page of the customers whom a condition selects; empty where there is no such page."""
    try:
        return reverse("audiences:explore") + "?" + urlencode({"where": where})
    except NoReverseMatch:
        return ""


def _links(answers: Answers) -> Callable[[str], str]:
    """`explore`, where the newest snapshot has the customers that these answers counted."""
    fits = is_of(newest(), answers.results.values())
    return explore if fits else lambda where: ""


def tenths(answers: Answers) -> list[tuple[str, Cell]]:
    """Each tenth of the base with its customers, the most valuable first.

    Fitted in another way than snapshots are, a tenth is of other customers and leads nowhere.
    """
    as_usual = all(
        answer.parameters.get(name) in (None, usual)
        for answer in answers.results.values()
        for name, usual in USUAL.items()
    )
    address = _links(answers) if as_usual else lambda where: ""
    rows = [r for r in answers.rows("value_distribution") if r["tenth"] is not None]
    found, above = [], None
    for row in rows:
        least = row["least_spend_365d_minor"]
        if not known(least):
            continue
        where = f"expected_spend_365d_minor >= {_plain(least)}"
        if above is not None:
            where += f" AND expected_spend_365d_minor < {_plain(above)}"
        above = least
        cell = Cell(
            customers=answers.numbers.count(row["customers"]), url=address(where),
            share=row["spend_share"],
        )  # fmt: skip
        found.append((str(row["tenth"]), cell))
    return found


def matrix(answers: Answers) -> Grid | None:
    """Customers by how often they bought and how long they have been silent."""
    rows = answers.rows("value_matrix")
    if not rows:
        return None
    often = sorted({_ends(r, "purchase_days") for r in rows}, key=lambda ends: -ends[0])
    silent = sorted({_ends(r, "recency_days") for r in rows}, reverse=True)  # as in the picture
    cells = {(_ends(r, "purchase_days"), _ends(r, "recency_days")): r for r in rows}
    address = _links(answers)
    return Grid(
        heads=[_span(ends) for ends in silent],
        rows=[
            (_span(a), [_cell(answers, cells.get((a, b)), address) for b in silent]) for a in often
        ],
    )  # fmt: skip


def years(answers: Answers) -> list[tuple[str, str]]:
    """Segments that are a year of the first purchase, with the page of their customers."""
    result = answers.results.get("value_totals")
    if result is None or result.parameters.get("segment") != "year":
        return []
    found, address = [], _links(answers)
    for row in result.rows:
        if str(row["segment"]).isdecimal():
            year = int(row["segment"])
            begin, end = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
            where = f"first_day >= DATE '{begin}' AND first_day < DATE '{end}'"
            found.append((str(year), address(where)))
    return found


def _cell(answers: Answers, row: Row | None, address: Callable[[str], str]) -> Cell | None:
    if row is None:
        return None
    where = " AND ".join([*_between(row, "purchase_days"), *_between(row, "recency_days")])
    share = row["p_alive"]
    return Cell(
        customers=answers.numbers.count(row["customers"]), url=address(where), share=share,
        heat=min(6, int(share * 7)) if known(share) else 0,
    )  # fmt: skip


def _ends(row: Row, name: str) -> tuple[int, float]:
    """As numbers that sort; no end is infinity."""
    high = row[f"{name}_to"]
    return int(row[f"{name}_from"]), float("inf") if high is None else int(high)


def _span(ends: tuple[int, float]) -> str:
    low, high = ends
    return terms.span((low, None if high == float("inf") else int(high)))


def _between(row: Row, name: str) -> list[str]:
    low, high = row[f"{name}_from"], row[f"{name}_to"]
    found = [f"{name} >= {int(low)}"]
    return found if high is None else [*found, f"{name} <= {int(high)}"]


def _plain(value: float) -> str:
    """A number as SQL has it, all its digits."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
