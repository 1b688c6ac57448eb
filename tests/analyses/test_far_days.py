"""A day so far ahead that nothing could be known of it is refused in words, at once."""

from __future__ import annotations

import datetime as dt

import pytest

import regulars
from regulars.analyses import catalogue, find
from regulars.errors import ParameterError

SAID = "9999-12-31 is over 50 years after the last order, of 2025-03-05"


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> regulars.Workspace:
    root = tmp_path_factory.mktemp("far")
    made = regulars.init(root / "ws", zone="UTC", currency="EUR")
    file = root / "orders.csv"
    file.write_text(
        "order_id,customer_id,occurred_at,amount\n"
        + "".join(f"o{i},c{i % 3},2025-0{i % 3 + 1}-05 10:00:00,10.00\n" for i in range(9))
    )
    made.import_facts("orders", file)
    return made


@pytest.mark.parametrize(
    "name", [a.name for a in catalogue() if {"as_of"} & {p.name for p in a.parameters}]
)
def test_no_analysis_is_asked_for_the_end_of_time(ws: regulars.Workspace, name: str) -> None:
    if "orders" not in find(name).inputs:
        pytest.skip("it reads no orders, and steps through no periods")
    with pytest.raises(ParameterError, match=SAID):
        ws.show(name, as_of="9999-12-31")


def test_no_snapshot_is_taken_of_it(ws: regulars.Workspace) -> None:
    with pytest.raises(ParameterError, match=SAID):
        ws.analyse(as_of="9999-12-31")


def test_what_is_allowed_ends_soon(ws: regulars.Workspace) -> None:
    found = ws.show("cohorts", as_of="2075-12-31", period="week")
    every = [row for row in found.rows if row["cohort"] == "all"]
    longest = (dt.date(2075, 12, 31) - dt.date(2025, 1, 5)).days // 7
    assert len(every) in (longest, longest + 1)
    assert sum(row["active"] for row in every) == 3
