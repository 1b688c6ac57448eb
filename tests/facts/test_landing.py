"""Rows that are no file: a batch is in as a whole or not at all, and never twice."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from regulars.errors import FactsError, ParameterError
from regulars.facts import Lake
from regulars.facts.landing import Row

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
ORDERS: list[Row] = [
    {"order_id": "o1", "customer_id": "C1", "occurred_at": "2026-03-01T20:00:00+00:00",
     "kind": "sale", "amount": "12.50"},
    {"order_id": "o2", "customer_id": "C2", "occurred_at": "2026-03-02T01:00:00Z",
     "kind": "sale", "amount": "7"},
]  # fmt: skip


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "shop", zone="Asia/Shanghai", currency="CNY")


def land(lake: Lake, batch: int, **tables: Sequence[Row]) -> list[Any]:
    refused: list[Any] = []
    with lake.landing("inbox") as landing:
        landing.begin(batch, recorded_at=NOW)
        for name, rows in tables.items():
            refused += landing.add(name, rows, source="shop")
        landing.publish()
    return refused


def rows(lake: Lake, table: str, columns: str) -> list[tuple[Any, ...]]:
    import duckdb

    files = list(lake.files(table))
    if not files:
        return []
    found = duckdb.sql(f"SELECT {columns} FROM read_parquet({files!r}) ORDER BY ALL")
    return list(found.fetchall())


def test_several_tables_become_facts_by_one_publication(lake: Lake) -> None:
    visits: list[Row] = [
        {"visit_id": "v1", "customer_id": "C1", "started_at": "2026-03-01T19:00:00Z", "pages": "3"}
    ]
    assert land(lake, 4, orders=ORDERS, visits=visits) == []
    version = lake.current()
    assert version is not None
    assert (version.number, version.operation, version.landed) == (1, "landing", {"inbox": 4})
    said = rows(lake, "orders", "order_id, day, amount_minor, import_seq")
    assert said == [("o1", dt.date(2026, 3, 2), 1250, 1), ("o2", dt.date(2026, 3, 2), 700, 1)]
    keys = dict(rows(lake, "identities", "external_id, customer_key"))
    assert rows(lake, "visits", "visit_id, customer_key, pages") == [("v1", keys["C1"], 3)]


def test_the_delta_transaction_names_the_batch(lake: Lake) -> None:
    land(lake, 4, orders=ORDERS)
    log = lake.folder / "orders/_delta_log/00000000000000000000.json"
    said = [json.loads(line) for line in log.read_text().splitlines()]
    (transaction,) = [line["txn"] for line in said if "txn" in line]
    assert (transaction["appId"], transaction["version"]) == ("inbox", 4)


def test_a_batch_that_is_in_cannot_be_landed_again(lake: Lake) -> None:
    land(lake, 4, orders=ORDERS)
    for batch in (4, 3):
        with pytest.raises(FactsError, match="already"):
            land(lake, batch, orders=ORDERS)
    with lake.landing("inbox") as landing:
        assert landing.upto == 4
    with lake.landing("another") as landing:
        assert landing.upto == 0


def test_what_other_writers_do_keeps_how_far_a_stream_has_come(lake: Lake, tmp_path: Path) -> None:
    land(lake, 4, orders=ORDERS)
    file = tmp_path / "orders.csv"
    file.write_text("order_id,customer_id,day,amount\no9,C9,2026-01-01,1\n")
    lake.import_facts("orders", file, recorded_at=NOW)
    lake.forget("C2", recorded_at=NOW)
    lake.maintain(keep_since=NOW, recorded_at=NOW)
    version = lake.current()
    assert version is not None
    assert version.landed == {"inbox": 4}


def test_bad_rows_are_named_and_the_good_ones_taken(lake: Lake) -> None:
    bad: list[Row] = [
        ORDERS[0],
        {**ORDERS[1], "order_id": "o3", "amount": "much"},
        {**ORDERS[1], "order_id": "o4", "occurred_at": "2027-01-01T00:00:00Z"},
        {"order_id": "o5", "customer_id": "C1", "status": "void"},
    ]
    refused = land(lake, 1, orders=bad)
    assert [(one.row, one.column, one.code) for one in refused] == [
        (1, "amount", "not_an_amount"),
        (2, "occurred_at", "in_the_future"),
        (3, "", "nothing_to_void"),
    ]
    assert [row[0] for row in rows(lake, "orders", "order_id")] == ["o1"]


def test_an_order_is_withdrawn_by_a_row_of_its_key(lake: Lake) -> None:
    land(lake, 1, orders=ORDERS)
    withdrawn: Row = {"order_id": "o1", "customer_id": "C1", "status": "void"}
    assert land(lake, 2, orders=[withdrawn, {**ORDERS[1], "amount": "8"}]) == []
    assert rows(lake, "orders", "order_id, amount_minor, status") == [
        ("o1", 1250, "void"),
        ("o2", 800, "live"),
    ]


def test_what_a_row_about_a_person_leaves_out_stays_as_it_was(lake: Lake) -> None:
    first: list[Row] = [{"customer_id": "C1", "name": "王小明", "email": "a@mail.cn"}]
    land(lake, 1, customers=first)
    land(lake, 2, customers=[{"customer_id": "C1", "phone": "139"}, {"customer_id": "C2"}])
    assert rows(lake, "people", "name, email, phone") == [("王小明", "a@mail.cn", "139")]


def test_a_forgotten_person_does_not_come_back(lake: Lake) -> None:
    land(lake, 1, orders=ORDERS)
    lake.forget("C1", recorded_at=NOW)
    refused = land(lake, 2, orders=[{**ORDERS[0], "order_id": "o7"}, {**ORDERS[1], "amount": "9"}])
    assert [(one.row, one.code) for one in refused] == [(0, "forgotten")]
    assert [row[0] for row in rows(lake, "identities", "external_id")] == ["C2"]


def test_an_unknown_field_and_a_table_of_ours_are_errors(lake: Lake) -> None:
    with pytest.raises(ParameterError, match="colour"):
        land(lake, 1, orders=[{"order_id": "o", "colour": "red"}])
    with pytest.raises(ParameterError, match="itself"):
        land(lake, 1, match_pairs=[{"customer_key": "1"}])
    assert lake.current() is None


def test_what_was_not_published_is_taken_back(lake: Lake) -> None:
    with lake.landing("inbox") as landing:
        landing.begin(1, recorded_at=NOW)
        landing.add("orders", ORDERS, source="shop")
    assert lake.current() is None
    land(lake, 1, orders=ORDERS[:1])
    assert [row[0] for row in rows(lake, "orders", "order_id")] == ["o1"]


def test_a_version_without_streams_is_written_as_before(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("order_id,customer_id,day,amount\no9,C9,2026-01-01,1\n")
    lake.import_facts("orders", file, recorded_at=NOW)
    kept = json.loads((lake.folder / "versions/00000001.json").read_text())
    assert kept["schema"] == 1
    assert "landed" not in kept
    land(lake, 1, orders=ORDERS)
    assert json.loads((lake.folder / "versions/00000002.json").read_text())["schema"] == 2


KILLED = """
import datetime as dt, sys
from regulars.facts import Lake

lake = Lake(sys.argv[1], zone="Asia/Shanghai", currency="CNY")
while True:
    with lake.landing("inbox") as landing:
        batch = landing.upto + 1
        landing.begin(batch, recorded_at=dt.datetime(2026, 3, 10, tzinfo=dt.UTC))
        for table, key in (("orders", "order_id"), ("responses", "response_id")):
            landing.add(table, [
                {key: f"{batch}-{n}", "customer_id": f"C{n}", "kind": "sale",
                 **({"amount": "1", "day": "2026-03-01"} if table == "orders" else {})}
                for n in range(3)
            ], source="shop")
        landing.publish()
    print(batch, flush=True)
"""


def test_killed_at_any_moment_a_batch_is_in_both_tables_or_in_none(
    lake: Lake, tmp_path: Path
) -> None:
    program = tmp_path / "land.py"
    program.write_text(KILLED)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    for turn in range(6):
        process = subprocess.Popen(
            [sys.executable, str(program), str(lake.root)],
            env=environment, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.07 * turn)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    version = lake.current()
    assert version is not None
    wanted = [
        (f"{batch}-{n}",) for batch in range(1, version.landed["inbox"] + 1) for n in range(3)
    ]
    assert version.landed["inbox"] >= 6
    assert rows(lake, "orders", "order_id") == sorted(wanted)
    assert rows(lake, "responses", "response_id") == sorted(wanted)
