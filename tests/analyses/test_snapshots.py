"""A snapshot holds what the analyses say, is published whole, and is never written twice."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyses.conftest import OpenShop
from analyses.shops import ShopFacts, write_files
from regulars.analyses.run import Session
from regulars.analyses.snapshots import take
from regulars.engines import open_engine
from regulars.errors import WorkspaceError
from regulars.snapshot import (
    MANIFEST,
    Snapshot,
    SnapshotAsk,
    contributions,
    open_snapshot,
    published,
)
from regulars.testing import reference as ref
from regulars.testing.awkward import awkward_shop
from regulars.testing.compare import assert_same_answer


def read(snapshot: Snapshot) -> list[dict[str, object]]:
    with duckdb.connect() as connection:
        found = connection.execute("select * from read_parquet($f)", {"f": snapshot.files})
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_every_engine_writes_the_same_snapshot(engine: OpenShop, tmp_path: Path) -> None:
    as_of = engine.shop.truth["as_of"]
    opened = engine.engine()
    try:
        asked = SnapshotAsk(as_of, 365)
        snapshot, new = take(Session(opened, engine.facts), asked, tmp_path, program_version="1")
    finally:
        opened.close()
    assert new
    rows = read(snapshot)
    assert len(rows) == snapshot.rows
    facts = engine.shop.facts
    bought = [row for row in rows if row["purchase_days"]]
    assert_same_answer(bought, ref.summary(facts, as_of=as_of), keys=["customer_key"], columns=[
        "first_day", "last_day", "orders", "purchase_days", "x", "t_x", "T", "spend_minor",
        "mean_gap_days", "median_gap_days",
    ])  # fmt: skip
    scored = [row for row in rows if row["r_score"] is not None]
    assert_same_answer(scored, ref.rfm(facts, as_of=as_of), keys=["customer_key"], columns=[
        "r_score", "f_score", "m_score", "cell", "monetary_minor",
    ])  # fmt: skip
    counted: dict[object, int] = {}
    for row in rows:
        group = row["customer_group"] or "A"  # prospects stand in no plane: never ordered
        counted[group] = counted.get(group, 0) + 1
    expected = ref.groups(facts, as_of=as_of, window_days=365).rows
    assert counted == {row["group"]: row["customers"] for row in expected}
    staged = [row | {"stage": row["life_stage"]} for row in rows if row["life_stage"] is not None]
    stages = ref.lifecycle_customers(facts, as_of=as_of)
    assert_same_answer(staged, stages, keys=["customer_key"], columns=["stage"])
    judged = [
        row | {"state": row["decline_verdict"], "at_stake_minor": row["decline_at_stake_minor"]}
        for row in bought
    ]
    assert_same_answer(
        judged, ref.decline(facts, as_of=as_of, rows="all"), keys=["customer_key"],
        columns=["state", "at_stake_minor"],
    )  # fmt: skip


@pytest.fixture
def facts(tmp_path: Path) -> ShopFacts:
    folder = tmp_path / "facts"
    folder.mkdir()
    return write_files(awkward_shop(customers=40).facts, folder)


def snapshot_of(facts: ShopFacts, folder: Path, *, window_days: int = 365) -> tuple[Snapshot, bool]:
    engine = open_engine("duckdb")
    try:
        session = Session(engine, facts)
        day = session.span.last_day
        assert day is not None
        return take(session, SnapshotAsk(day, window_days), folder, program_version="1")
    finally:
        engine.close()


def test_the_same_question_finds_the_snapshot_already_taken(
    facts: ShopFacts, tmp_path: Path
) -> None:
    first, new = snapshot_of(facts, tmp_path / "s")
    again, renewed = snapshot_of(facts, tmp_path / "s")
    assert new
    assert not renewed
    assert again.id == first.id
    other, other_new = snapshot_of(facts, tmp_path / "s", window_days=90)
    assert other_new
    assert other.id != first.id
    assert [s.id for s in published(tmp_path / "s")] == sorted([first.id, other.id])


def test_a_folder_without_a_manifest_is_no_snapshot_and_is_made_anew(
    facts: ShopFacts, tmp_path: Path
) -> None:
    first, _ = snapshot_of(facts, tmp_path / "s")
    (first.path / MANIFEST).unlink()  # as a kill before the rename leaves it
    assert list(published(tmp_path / "s")) == []
    with pytest.raises(WorkspaceError, match="no published snapshot"):
        open_snapshot(first.path)
    again, new = snapshot_of(facts, tmp_path / "s")
    assert new
    assert read(again)


def test_a_snapshot_of_a_newer_program_is_refused_in_words(
    facts: ShopFacts, tmp_path: Path
) -> None:
    snapshot, _ = snapshot_of(facts, tmp_path / "s")
    manifest = json.loads((snapshot.path / MANIFEST).read_text())
    (snapshot.path / MANIFEST).write_text(json.dumps({**manifest, "schema": 99}))
    with pytest.raises(WorkspaceError, match="newer Regulars"):
        open_snapshot(snapshot.path)


def test_a_snapshot_names_nobody_and_says_why_a_figure_is_missing(
    facts: ShopFacts, tmp_path: Path
) -> None:
    snapshot, _ = snapshot_of(facts, tmp_path / "s")
    columns = {column["name"]: column for column in snapshot.manifest["columns"]}
    assert "external_id" not in columns
    assert columns["r_score"]["null_means"]["en"] == "No order in the window."
    assert columns["spend_minor"]["unit"] == "minor"
    assert columns["T"]["contributor"] == "summary"


def test_one_customer_is_found_or_is_none(facts: ShopFacts, tmp_path: Path) -> None:
    snapshot, _ = snapshot_of(facts, tmp_path / "s")
    row = read(snapshot)[0]
    assert snapshot.customer(int(str(row["customer_key"]))) == row
    assert snapshot.customer(10**9) is None


def test_contributions_come_by_registry_and_declare_every_column() -> None:
    found = contributions()
    assert [c.name for c in found] == ["summary", "rfm", "groups", "lifecycle", "decline", "value"]
    for contribution in found:
        assert all(column.meaning.en and column.meaning.zh for column in contribution.columns)


def test_two_runs_at_once_leave_one_whole_snapshot(
    facts: ShopFacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars.analyses import snapshots

    both = threading.Barrier(2)
    write = snapshots._write

    def together(*given: Any) -> int:
        both.wait(timeout=30)
        return write(*given)

    monkeypatch.setattr(snapshots, "_write", together)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: snapshot_of(facts, tmp_path / "s"), range(2)))
    assert sorted(new for _, new in done) == [False, True]
    assert done[0][0].files == done[1][0].files
    assert read(done[0][0])
    assert len(list((tmp_path / "s").iterdir())) == 1


def test_a_run_that_fails_leaves_nothing_behind(
    facts: ShopFacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars.engines.duckdb import DuckDB

    def fail(*given: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(DuckDB, "publish", fail)
    with pytest.raises(KeyboardInterrupt):
        snapshot_of(facts, tmp_path / "s")
    assert list((tmp_path / "s").iterdir()) == []
