"""Nobody who was forgotten comes back with a backup."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import regulars as rg
from regulars import upkeep
from regulars.errors import WorkspaceError
from regulars.workspace import Workspace
from upkeep.conftest import AT, ID, House, naming, rows


def lists_of(house: House) -> list[Path]:
    return list(house.backups().glob("*.erasures"))


@pytest.fixture
def lost(house: House) -> tuple[House, Path]:
    """Backed up with the person, then the person was forgotten."""
    archive = house.ws.backup(house.backups()).path
    for path in lists_of(house):
        path.unlink()
    house.ws.forget(ID)
    return house, archive


def test_a_restore_without_a_list_is_refused_unless_said(
    lost: tuple[House, Path], tmp_path: Path
) -> None:
    _, archive = lost
    with pytest.raises(WorkspaceError, match="--erasures"):
        upkeep.restore(archive, tmp_path / "copy", at=AT)
    assert not (tmp_path / "copy").exists()
    upkeep.restore(archive, tmp_path / "copy", without_erasures=True, at=AT)
    assert naming(tmp_path / "copy")  # the backup does name the person


@pytest.mark.parametrize("kept_in", ["file", "workspace", "beside", "settings"])
def test_whoever_was_forgotten_since_is_in_no_byte_of_the_restored(
    lost: tuple[House, Path], tmp_path: Path, kept_in: str
) -> None:
    house, archive = lost
    given = [house.root] if kept_in == "workspace" else []
    if kept_in == "file":
        assert house.ws.export_erasures(tmp_path / "kept") == 1
        given = [tmp_path / "kept"]
    if kept_in == "beside":
        house.ws.backup(house.backups())
        assert len(lists_of(house)) == 1
    if kept_in == "settings":
        # Told once where to keep the list, every forgetting writes it there.
        settings = house.root / "regulars.toml"
        text = settings.read_text("utf-8")
        settings.write_text(text.replace("[workspace]", '[workspace]\nerasures = "../elsewhere"'))
        house.ws.forget("somebody else")
        given = [house.folder / "elsewhere"]
    if kept_in != "workspace":
        shutil.rmtree(house.root)
    copy = tmp_path / "restored" / "客户 data"
    report = upkeep.restore(archive, copy, erasures=given, at=AT)
    assert (report.erased.found, report.erased.purged) == (1, 0)
    assert naming(copy) == []
    assert [row[0] for row in rows(copy, "orders", "order_id")] == ["1", "11", "2", "3", "4"]
    assert rows(copy, "people", "name") == [("Ben Bern",)]


def test_the_list_itself_names_nobody_and_holds_no_secret(
    lost: tuple[House, Path], tmp_path: Path
) -> None:
    house, _ = lost
    house.ws.export_erasures(tmp_path / "kept")
    text = (tmp_path / "kept").read_text()
    assert (house.root / "facts/secret.key").read_text() not in text
    assert naming(tmp_path / "kept") == []
    (listed,) = json.loads(text)["forgotten"]
    assert (listed["purged"], listed["at"]) == (False, AT.isoformat())


def test_forgotten_again_means_no_return_by_import(
    lost: tuple[House, Path], tmp_path: Path
) -> None:
    house, archive = lost
    upkeep.restore(archive, tmp_path / "copy", erasures=[house.root], at=AT)
    (tmp_path / "again.csv").write_text(f"order_id,customer_id,day,amount\n30,{ID},2025-05-01,1\n")
    report = rg.open(tmp_path / "copy").import_facts("orders", str(tmp_path / "again.csv"))
    assert [count.code for count in report.rejected] == ["forgotten"]


def test_whose_orders_were_removed_too_lose_them_in_the_restored(
    house: House, tmp_path: Path
) -> None:
    house.ws.analyse()
    archive = house.ws.backup(house.backups()).path
    house.ws.forget(ID, purge=True)
    house.ws.forget("ben")
    report = upkeep.restore(archive, tmp_path / "copy", erasures=[house.root], at=AT)
    assert (report.erased.found, report.erased.purged) == (2, 1)
    assert rows(tmp_path / "copy", "orders") == rows(house.root, "orders")
    assert [row[0] for row in rows(tmp_path / "copy", "orders", "order_id")] == ["11", "2", "3"]
    assert rows(tmp_path / "copy", "people") == []
    assert rg.open(tmp_path / "copy").snapshots() == []  # it held the person's figures


def test_a_person_known_only_from_rejected_rows_goes_too(house: House, tmp_path: Path) -> None:
    house.take(
        "orders",
        "order_id,customer_id,day,amount\n50,ONLY-REJECTED,never,1\n51,ben,2025-01-01,2,ONLY-REJECTED\n",
        reject_limit=1.0,
    )
    archive = house.ws.backup(house.backups()).path
    house.ws.forget("ONLY-REJECTED")
    report = upkeep.restore(archive, tmp_path / "copy", erasures=[house.root], at=AT)
    assert report.erased.found == 0
    assert naming(tmp_path / "copy", ["ONLY-REJECTED"]) == []
    assert len(rows(tmp_path / "copy", "people")) == 2


def test_records_joined_before_the_backup_go_together(house: House, tmp_path: Path) -> None:
    house.take("identities", f"external_id,same_as\ncard-77,{ID}\n")
    archive = house.ws.backup(house.backups()).path
    house.ws.forget("card-77")
    upkeep.restore(archive, tmp_path / "copy", erasures=[house.root], at=AT)
    assert naming(tmp_path / "copy", [ID, "card-77"]) == []
    assert naming(tmp_path / "copy") == []


def test_who_was_parted_from_the_forgotten_after_the_backup_stays(
    house: House, tmp_path: Path
) -> None:
    """In the backup both count for the person; they were parted before that one was forgotten."""
    house.take("orders", "order_id,customer_id,day,amount\n5,cleo,2025-02-01,3\n")
    house.take("orders", "order_id,customer_id,day,amount\n6,dora,2025-02-02,4\n")
    identities = house.ws.identities
    identities.merge("cleo", "dora")  # these two came together first, and stay together
    identities.merge(ID, "cleo")
    identities.merge(ID, "ben")
    archive = house.ws.backup(house.backups()).path
    identities.unmerge("ben")
    identities.unmerge("cleo")
    house.ws.forget(ID)
    here = rows(house.root, "identities", "external_id, customer_key, merged_into, status")
    upkeep.restore(archive, tmp_path / "copy", erasures=[house.root], at=AT)
    assert naming(tmp_path / "copy") == []
    kept = rows(tmp_path / "copy", "identities", "external_id, customer_key, merged_into, status")
    assert {row[0] for row in kept} == {"ben", "cleo", "dora"}
    assert kept == here
    names = rows(tmp_path / "copy", "people", "name")
    assert names == [("Ben Bern",)]
    assert len(rg.open(tmp_path / "copy").identities.show("dora").records) == 2


def test_the_list_of_another_workspace_is_refused(lost: tuple[House, Path], tmp_path: Path) -> None:
    _, archive = lost
    (tmp_path / "b").mkdir()
    other = House(tmp_path / "b").fill()
    other.ws.export_erasures(tmp_path / "kept")
    for path in (tmp_path / "kept", other.root):
        with pytest.raises(WorkspaceError, match="another workspace"):
            upkeep.restore(archive, tmp_path / "copy", erasures=[path], at=AT)
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[1]", '{"kind": "regulars-erasures", "format": 1, "secret_id": "x"}',
     '{"kind": "regulars-erasures", "format": 9, "secret_id": "x", "forgotten": []}'],
)  # fmt: skip
def test_a_damaged_list_is_refused(lost: tuple[House, Path], tmp_path: Path, text: str) -> None:
    _, archive = lost
    (tmp_path / "kept").write_text(text)
    with pytest.raises(WorkspaceError, match=r"no list|newer Regulars"):
        upkeep.restore(archive, tmp_path / "copy", erasures=[tmp_path / "kept"], at=AT)


def test_a_list_grows_and_never_forgets_the_forgotten(house: House, tmp_path: Path) -> None:
    archive = house.ws.backup(house.backups()).path
    house.ws.forget(ID, purge=True)
    house.ws.export_erasures(tmp_path / "kept")
    upkeep.restore(archive, tmp_path / "copy", without_erasures=True, at=AT)
    copy = rg.open(tmp_path / "copy")
    copy.forget("ben")
    assert copy.export_erasures(tmp_path / "kept") == 2
    listed = json.loads((tmp_path / "kept").read_text())["forgotten"]
    assert sorted(one["purged"] for one in listed) == [False, True]


def test_an_old_copy_of_the_folder_is_brought_up_to_date(house: House, tmp_path: Path) -> None:
    house.ws.forget("nobody")  # the secret is made
    shutil.copytree(house.root, tmp_path / "copy")
    house.ws.forget(ID)
    copy = Workspace(tmp_path / "copy", clock=lambda: AT)
    assert naming(copy.settings.root)
    report = copy.apply_erasures(house.root)
    assert (report.new, report.found) == (1, 1)
    assert naming(copy.settings.root) == []
    again = copy.apply_erasures(house.root)
    assert (again.listed, again.new, again.found, again.rejects) == (2, 0, 0, 0)


def test_a_list_that_cannot_be_kept_elsewhere_is_said_after_forgetting(house: House) -> None:
    settings = house.root / "regulars.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("[workspace]", '[workspace]\nerasures = "/nowhere/kept"'))
    with pytest.raises(WorkspaceError, match="forgotten here, but the list could not be written"):
        house.ws.forget(ID)
    assert naming(house.root) == []


RESTORE = """
archive, folder, listed = map(Path, sys.argv[2:])
upkeep.restore(archive, folder, erasures=[listed], at=AT)
"""


def kill_restores(
    lost: tuple[House, Path], tmp_path: Path, dies: Callable[..., bool], steps: list[int]
) -> int:
    """Wherever it dies the folder is no workspace or one without the person; again ends well."""
    house, archive = lost
    killed = 0
    for step in steps:
        copy = tmp_path / f"copy {step}"
        killed += dies(RESTORE, step, archive, copy, house.root)
        if (copy / "regulars.toml").exists():
            assert naming(copy) == []
        else:
            with pytest.raises(WorkspaceError, match="no workspace"):
                rg.open(copy)
            upkeep.restore(archive, copy, erasures=[house.root], at=AT)
        assert naming(copy) == []
        assert len(rows(copy, "orders")) == 5
        assert len(rows(copy, "people")) == 1
    return killed


def test_kill_9_never_leaves_a_workspace_with_the_forgotten(
    lost: tuple[House, Path], tmp_path: Path, dies: Callable[..., bool]
) -> None:
    assert kill_restores(lost, tmp_path, dies, [12, 30, 90]) == 3


@pytest.mark.slow
def test_kill_9_at_many_steps_of_a_restore(
    lost: tuple[House, Path], tmp_path: Path, dies: Callable[..., bool]
) -> None:
    assert kill_restores(lost, tmp_path, dies, list(range(0, 240, 12))) >= 10


APPLY = """
root, listed = sys.argv[2:]
Workspace(root, clock=lambda: AT).apply_erasures(listed)
"""


def kill_applying(house: House, tmp_path: Path, dies: Callable[..., bool], steps: list[int]) -> int:
    """Killed while a list is applied to a workspace in use: applying it again ends well."""
    house.ws.forget("nobody")
    shutil.copytree(house.root, tmp_path / "before")
    house.ws.forget(ID)
    house.ws.forget("ben", purge=True)
    killed = 0
    for step in steps:
        copy = tmp_path / f"copy {step}"
        shutil.copytree(tmp_path / "before", copy)
        killed += dies(APPLY, step, copy, house.root)
        rg.open(copy).apply_erasures(house.root)
        assert naming(copy) == []
        assert rows(copy, "people") == []
        assert rows(copy, "orders", "order_id") == [("1",), ("4",)]
    return killed


def test_kill_9_while_a_list_is_applied(
    house: House, tmp_path: Path, dies: Callable[..., bool]
) -> None:
    assert kill_applying(house, tmp_path, dies, [40, 90]) == 2


@pytest.mark.slow
def test_kill_9_at_many_steps_while_a_list_is_applied(
    house: House, tmp_path: Path, dies: Callable[..., bool]
) -> None:
    assert kill_applying(house, tmp_path, dies, list(range(0, 300, 11))) >= 10


def test_a_folder_that_holds_something_is_left_alone(
    lost: tuple[House, Path], tmp_path: Path
) -> None:
    house, archive = lost
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("mine")
    for folder in (tmp_path / "full", house.root, tmp_path / "full/mine.txt"):
        with pytest.raises(WorkspaceError, match=r"nothing was changed|is a file"):
            upkeep.restore(archive, folder, erasures=[house.root], at=AT)
    assert (tmp_path / "full/mine.txt").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    upkeep.restore(archive, tmp_path / "empty", erasures=[house.root], at=AT)
    assert naming(tmp_path / "empty") == []


def test_two_exports_at_once_write_the_longer_list(house: House, tmp_path: Path) -> None:
    """However exports and forgettings interleave, the file ends with everybody."""

    def forget_and_export(name: str) -> None:
        house.ws.forget(name)
        for _ in range(5):
            house.ws.export_erasures(tmp_path / "kept")

    threads = [threading.Thread(target=forget_and_export, args=(f"n{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(json.loads((tmp_path / "kept").read_text())["forgotten"]) == 4
