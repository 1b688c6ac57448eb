"""Maintenance removes what nobody needs, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import regulars as rg
from regulars.errors import FactsError, ParameterError
from regulars.facts import leases, retention
from upkeep.conftest import EMAIL, ID, NAME, House, everything, naming, rows

HEAD = "order_id,customer_id,day,amount\n"
DAY = dt.timedelta(days=1)


def correct(house: House, times: int) -> None:
    """Rewrite the orders so often, a day apart; each leaves an old file behind."""
    for turn in range(times):
        house.now += DAY
        house.take("orders", f"{HEAD}1,ben,2025-01-06,{turn + 1}\n")


def disk(root: Path) -> dict[str, int]:
    """Every file with its size; the lock, which says who held it last, is none of the content."""
    files = [p for p in root.rglob("*") if p.is_file() and p.name != ".lock"]
    return {str(p.relative_to(root)): p.stat().st_size for p in files}


def test_old_versions_go_and_the_current_answers_the_same(house: House) -> None:
    correct(house, 3)
    before = everything(house.root)
    size = sum(disk(house.root).values())
    house.now += DAY
    report = house.ws.maintain(keep_days=0)
    assert report.lake.versions == (1, 2, 3, 4, 5)
    assert report.lake.kept == (6,)
    assert report.lake.files > 3
    assert report.lake.orphans == 0
    assert everything(house.root) == before
    names = {"facts/versions"} | {p for p in disk(house.root) if "versions" in p}
    assert names == {"facts/versions", "facts/versions/00000006.json"}
    freed = size - sum(disk(house.root).values())
    assert 0 < report.bytes <= freed
    with pytest.raises(FactsError, match=r"no facts version 5\. The oldest that is left is 6"):
        house.ws.lake.version(5)
    assert house.ws.maintain(keep_days=0).bytes == 0


def test_versions_within_the_retention_stay_readable(house: House) -> None:
    correct(house, 5)  # versions 4 … 8, a day apart; 8 is of now
    files = {number: house.ws.lake.files("orders", number) for number in (6, 7, 8)}
    report = house.ws.maintain(keep_days=2)
    # 5 was the current one until version 6 came, two days ago to the second.
    assert report.lake.kept == (5, 6, 7, 8)
    for number, paths in files.items():
        assert house.ws.lake.files("orders", number) == paths
        assert all(Path(path).is_file() for path in paths)
    assert house.ws.maintain().lake.versions == ()


def test_a_dry_run_says_what_would_go_and_changes_nothing(house: House) -> None:
    correct(house, 2)
    house.now += DAY
    (house.root / "scratch").mkdir(exist_ok=True)
    (house.root / "scratch/left").write_text("x" * 10)
    before = disk(house.root)
    told = house.ws.maintain(keep_days=0, dry_run=True)
    assert disk(house.root) == before
    done = house.ws.maintain(keep_days=0)
    assert told.lake == done.lake
    assert (told.bytes, told.scratch) == (done.bytes, done.scratch)
    assert set(before) - set(disk(house.root))


def test_imports_again_change_nothing_and_new_ones_go_on_afterwards(house: House) -> None:
    correct(house, 2)
    house.now += DAY
    house.ws.maintain(keep_days=0)
    current = house.ws.lake.current()
    house.take("orders", f"{HEAD}1,ben,2025-01-06,2\n")
    assert house.ws.lake.current() == current
    house.take("orders", f"{HEAD}1,ben,2025-01-06,77\n")
    assert rows(house.root, "orders", "order_id, amount_minor")[0] == ("1", 7700)


def test_many_small_files_become_one_and_rows_stay_equal(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MANY_SMALL", 4)
    for turn in range(4):
        house.take("orders", f"{HEAD}n{turn},new-{turn},2025-05-0{turn + 1},5\n", f"{turn}.csv")
    assert len(house.ws.lake.files("orders")) > 4
    before = everything(house.root)
    report = house.ws.maintain()
    assert set(report.lake.compacted) == {"orders", "identities"}
    assert len(house.ws.lake.files("orders")) == 1
    assert everything(house.root) == before
    current = house.ws.lake.current()
    assert current is not None
    assert current.operation == "maintain"
    # The same files again are known as before: the marks of the imports are the rows' own.
    for turn in range(4):
        house.take("orders", f"{HEAD}n{turn},new-{turn},2025-05-0{turn + 1},5\n", f"{turn}.csv")
    assert house.ws.lake.current() == current
    assert house.ws.maintain().lake.compacted == {}
    # Those who read the version before still can.
    assert all(Path(path).is_file() for path in house.ws.lake.files("orders", current.number - 1))
    house.ws.forget(ID)
    assert naming(house.root) == []


def test_compacted_tables_of_people_say_no_name_in_logs_and_footers(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MANY_SMALL", 2)
    house.take("customers", "customer_id,name\nzoe,Zoe Zahl\n")
    house.ws.maintain()
    import duckdb

    for table in ("people", "identities"):
        folder = house.root / "facts" / table
        for entry in (folder / "_delta_log").iterdir():
            assert not any(word.encode() in entry.read_bytes() for word in (NAME, EMAIL, ID))
        (file,) = house.ws.lake.files(table)
        with duckdb.connect() as con:
            meta = con.execute(
                "SELECT path_in_schema FROM parquet_metadata(?) WHERE stats_min_value IS NOT NULL",
                [file],
            ).fetchall()
        assert {row[0] for row in meta} <= {"customer_key"}


def test_orphans_of_a_killed_writer_go(house: House) -> None:
    table = house.root / "facts/orders"
    (table / "part-99999-dead.parquet").write_bytes(b"x" * 1000)
    (table / "part-1.parquet#1").write_bytes(b"x" * 100)
    (table / "_delta_log/_commit_dead.json.tmp").write_bytes(b"x" * 10)
    before = everything(house.root)
    report = house.ws.maintain()
    assert (report.lake.files, report.lake.orphans, report.lake.bytes) == (3, 3, 1110)
    assert report.lake.versions == ()
    assert everything(house.root) == before


def test_leftovers_of_runs_go_unless_a_run_is_under_way(house: House) -> None:
    house.ws.analyse()
    (house.root / "scratch").mkdir(exist_ok=True)
    (house.root / "scratch/spilled.tmp").write_bytes(b"x" * 100)
    abandoned = house.root / "snapshots/.2025-01-01-v1-abc-def/data"
    abandoned.mkdir(parents=True)
    (abandoned / "part-0.parquet").write_bytes(b"x" * 10)
    lake = house.ws.lake
    with lake.held():
        report = house.ws.maintain()
        assert (report.busy, report.scratch, report.snapshots) == (1, 0, 0)
    report = house.ws.maintain()
    assert (report.busy, report.scratch_bytes, report.snapshots_bytes) == (0, 100, 10)
    assert [p.name for p in (house.root / "snapshots").iterdir()] == [
        s.id for s in house.ws.snapshots()
    ]
    assert list((house.root / "scratch").iterdir()) == []


def test_a_running_reader_keeps_its_version(house: House) -> None:
    lake = house.ws.lake
    with lake.held() as version:
        assert version is not None
        files = lake.files("orders", version)
        correct(house, 2)
        house.now += DAY
        report = house.ws.maintain(keep_days=0)
        assert report.lake.kept == (version.number, version.number + 2)
        assert all(Path(path).is_file() for path in files)
    report = house.ws.maintain(keep_days=0)
    assert report.lake.kept == (version.number + 2,)
    assert not any(Path(path).exists() for path in files)


READER = """
import sys
from regulars.facts import Lake
lake = Lake(sys.argv[1], zone="Europe/Berlin", currency="EUR")
with lake.held() as version:
    print(version.number, flush=True)
    sys.stdin.read()
"""


def test_a_dead_reader_keeps_nothing(house: House) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", READER, str(house.root)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == b"3\n"
    assert leases.held(house.root) == [3]
    child.kill()
    child.communicate()
    assert leases.held(house.root) == []
    assert list((house.root / leases.FOLDER).iterdir()) == []


def test_a_reader_that_is_passed_by_a_writer_takes_the_newer_version(house: House) -> None:
    states = iter([3, 4, 4])
    with leases.leased(house.root, lambda: next(states), lambda n: n) as version:
        assert version == 4
        assert leases.held(house.root) == [4]
    assert leases.held(house.root) == []


def test_questions_asked_meanwhile_are_answered(house: House) -> None:
    """Readers ask on while imports rewrite and maintenance with no retention sweeps behind."""
    errors: list[BaseException] = []
    answers: list[int] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                answers.append(len(rg.open(house.root).show("summary")))
            except BaseException as error:
                errors.append(error)
                return

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        for _ in range(6):
            correct(house, 1)
            house.now += DAY
            house.ws.maintain(keep_days=0)
    finally:
        stop.set()
        thread.join()
    assert errors == []
    assert len(answers) >= 2
    assert set(answers) == {2}


def test_the_run_log_is_put_aside_and_old_ones_go(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars.upkeep import maintain

    house.ws.show("groups")
    monkeypatch.setitem(maintain.__globals__, "LONG_LOG_BYTES", 10)
    house.ws.maintain()
    (aside,) = house.root.glob("runs-*.jsonl")
    assert not (house.root / "runs.jsonl").exists()
    house.ws.show("summary")
    assert [run["name"] for run in house.ws.runs()] == ["groups", "summary"]
    os.utime(aside, ((house.now - 366 * DAY).timestamp(),) * 2)
    report = house.ws.maintain()
    assert report.runs == 1
    assert [run["name"] for run in house.ws.runs()] == ["summary"]


def test_an_empty_workspace_has_nothing_to_remove(empty: House) -> None:
    report = empty.ws.maintain()
    assert (report.bytes, report.lake.kept) == (0, ())
    with pytest.raises(ParameterError):
        empty.ws.maintain(keep_days=-1)


MAINTAIN = """
import datetime
from regulars.facts import retention
retention.MANY_SMALL = 2
Workspace(sys.argv[2], clock=lambda: datetime.datetime.fromisoformat(sys.argv[3])).maintain(
    keep_days=0
)
"""


def kill_maintenance(house: House, dies: Callable[..., bool], steps: list[int]) -> int:
    """Wherever it dies, the facts are the same, and the next maintenance ends the work."""
    killed = 0
    for turn, step in enumerate(steps):
        correct(house, 1)
        house.take("orders", f"{HEAD}k{turn},new-{turn},2025-05-05,5\n")
        house.now += DAY
        before = everything(house.root)
        killed += dies(MAINTAIN, step, house.root, house.now.isoformat())
        house.date_versions()
        assert everything(house.root) == before
        house.take("orders", f"{HEAD}k{turn},new-{turn},2025-05-05,5\n")
        house.now += DAY
        house.ws.maintain(keep_days=0)
        # It may have made small files one: what was current until then goes a moment later.
        house.date_versions()
        house.now += DAY
        report = house.ws.maintain(keep_days=0)
        assert len(report.lake.kept) == 1
        assert everything(house.root) == before
        named = {f for t in before if t in ("orders", "people", "identities", "customers")
                 for f in house.ws.lake.files(t)}  # fmt: skip
        assert {str(p) for p in (house.root / "facts").glob("*/*.parquet")} == named
    return killed


def test_kill_9_during_maintenance_loses_nothing(house: House, dies: Callable[..., bool]) -> None:
    assert kill_maintenance(house, dies, [4, 10, 16]) >= 2


@pytest.mark.slow
def test_kill_9_at_many_steps_of_maintenance(house: House, dies: Callable[..., bool]) -> None:
    assert kill_maintenance(house, dies, list(range(24))) >= 12


def test_the_report_is_json_too(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    from regulars.cli.app import run

    assert run(["maintain", "--workspace", str(house.root), "--dry-run", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["dry_run"] is True
    assert told["lake"]["kept"]


def test_one_walk_through_a_log_names_what_opening_each_version_names(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars.facts import delta

    monkeypatch.setattr(retention, "MANY_SMALL", 2)
    correct(house, 2)
    for turn in range(3):
        house.take("orders", f"{HEAD}n{turn},new-{turn},2025-05-05,5\n")
    house.ws.maintain()
    path = house.root / "facts/orders"
    newest = delta.latest_version(path)
    assert newest is not None
    delta.open_table(path).restore(1)
    newest += 1
    each = {version: set(delta.files(path, version)) for version in range(newest + 1)}
    for wanted in ([newest], [0, 3], range(newest + 1), []):
        expected = set().union(*(each[version] for version in wanted))
        assert delta.named(path, wanted) == expected
    delta.open_table(path, 3).create_checkpoint()
    assert delta.trim_log(path, 4) > 0
    assert min(delta._commits(path)) == 3
    for wanted in ([3], [newest, 4], range(3, newest + 1)):
        expected = set().union(*(each[version] for version in wanted))
        assert delta.named(path, wanted) == expected
        assert set(delta.files(path, max(wanted))) == each[max(wanted)]
    assert delta.trim_log(path, 2) == 0


def test_logs_grow_no_longer_than_the_retention(house: House) -> None:
    """delta-rs makes a checkpoint each hundred versions; what is older goes with its versions."""
    from regulars.facts import delta

    path = house.root / "facts/orders"
    for turn in range(9):
        with house.ws.lake.landing("inbox") as landing:
            landing.begin(turn + 1, recorded_at=house.now)
            row = {"order_id": f"L{turn}", "customer_id": "ben", "amount": "1",
                   "occurred_at": "2025-01-06T12:00:00Z"}  # fmt: skip
            landing.add("orders", [row], source="shop")
            landing.publish()
        if turn == 6:
            delta.open_table(path).create_checkpoint()
            point = delta.latest_version(path)
    before, orders = everything(house.root), rows(house.root, "orders", "count(*)")[0][0]
    with house.ws.lake.held():
        house.ws.maintain(keep_days=0)
    assert min(delta._commits(path)) == 0, "somebody reads: a backup copies the log"
    house.date_versions()
    house.now += DAY
    house.ws.maintain(keep_days=0)
    assert min(delta._commits(path)) == point
    assert len(house.ws.lake.files("orders")) == 1
    assert everything(house.root) == before
    house.take("orders", f"{HEAD}after,new-1,2025-05-05,5\n")
    assert rows(house.root, "orders", "count(*)")[0][0] == orders + 1
    house.ws.forget(ID)
    assert naming(house.root) == []
