"""A backup holds the current state whole, while others read, write and forget."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import regulars as rg
from regulars import upkeep
from regulars.errors import WorkspaceError
from regulars.upkeep.archive import Writer
from upkeep.conftest import AT, ID, House, everything, naming


def restored(archive: Path, to: Path) -> Path:
    upkeep.restore(archive, to, without_erasures=True, at=AT)
    return to


def test_a_restored_backup_says_the_same_as_the_original(house: House, tmp_path: Path) -> None:
    house.ws.show("groups")
    house.ws.analyse()
    before = everything(house.root)
    report = house.ws.backup(house.backups())
    assert report.path.name.startswith("客户 data-20260301T120000Z-")
    assert (report.facts_version, report.made_at) == (3, "2026-03-01T12:00:00+00:00")
    copy = restored(report.path, tmp_path / "another place" / "客户 data")
    assert everything(copy) == before
    assert len(rg.open(copy).show("groups")) == 5


def test_a_restored_workspace_goes_on(house: House, tmp_path: Path) -> None:
    copy = House.__new__(House)
    copy.folder, copy.now = house.folder, AT
    copy.root = restored(house.ws.backup(house.backups()).path, tmp_path / "copy")
    version = copy.ws.lake.current()
    copy.take("orders", (house.folder / "given.csv").read_text("utf-8"), reject_limit=1.0)
    assert copy.ws.lake.current() == version  # the same file again changes nothing
    copy.take("orders", "order_id,customer_id,day,amount\n20,eve,2025-04-01,1\n")
    after = copy.ws.lake.current()
    assert version is not None
    assert after is not None
    assert after.next_customer_key == version.next_customer_key + 1


def test_only_the_current_version_is_copied(house: House, tmp_path: Path) -> None:
    house.take("orders", "order_id,customer_id,day,amount\n1,ben,2025-01-06,99\n")
    with tarfile.open(house.ws.backup(house.backups()).path) as tar:
        names = tar.getnames()
    assert len([n for n in names if n.startswith("facts/orders/part")]) == 1
    assert [n for n in names if n.startswith("facts/versions/")] == ["facts/versions/00000004.json"]
    assert len(list((house.root / "facts/orders").glob("*.parquet"))) > 1


def test_an_empty_workspace_can_be_backed_up(empty: House, tmp_path: Path) -> None:
    report = empty.ws.backup(tmp_path / "empty.tar")
    assert report.facts_version is None
    copy = restored(report.path, tmp_path / "copy")
    assert rg.open(copy).lake.current() is None
    assert (copy / "facts/secret.key").read_text() == (empty.root / "facts/secret.key").read_text()


def test_backup_and_secret_are_the_owners_alone(house: House, tmp_path: Path) -> None:
    report = house.ws.backup(tmp_path / "b.tar")
    copy = restored(report.path, tmp_path / "copy")
    for path in (report.path, copy / "facts/secret.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_settings_with_a_password_are_the_owners_alone_when_restored(tmp_path: Path) -> None:
    root = tmp_path / "w"
    ws = rg.init(root, zone="UTC", currency="EUR", engine="postgresql://me:pw@127.0.0.1:1/db")
    archive = ws.backup(tmp_path / "now.tar").path
    # Archives of older programs hold the file open to all.
    (root / "regulars.toml").chmod(0o644)
    older = ws.backup(tmp_path / "older.tar").path
    for place, path in enumerate((archive, older)):
        copy = tmp_path / f"copy{place}"
        upkeep.restore(path, copy, without_erasures=True, at=AT)
        assert stat.S_IMODE((copy / "regulars.toml").stat().st_mode) == 0o600
    with tarfile.open(archive) as tar:
        assert tar.getmember("regulars.toml").mode == 0o600


def test_a_file_that_exists_is_not_written_over(house: House, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("precious")
    with pytest.raises(WorkspaceError, match="exists already"):
        house.ws.backup(tmp_path / "b.tar")
    assert (tmp_path / "b.tar").read_text() == "precious"
    with pytest.raises(WorkspaceError, match="no folder"):
        house.ws.backup(tmp_path / "nowhere" / "b.tar")
    with pytest.raises(WorkspaceError, match="lost with it"):
        house.ws.backup(house.root / "b.tar")


def test_two_backups_at_once_are_both_whole(house: House) -> None:
    made: list[Path] = []
    threads = [
        threading.Thread(target=lambda: made.append(house.ws.backup(house.backups()).path))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2
    assert {upkeep.check(path).facts_version for path in made} == {3}
    assert not list(house.backups().glob("*.writing"))


def test_a_backup_goes_on_while_an_import_and_maintenance_run(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = everything(house.root)
    real = Writer.add
    met: list[str] = []

    def add(self: Writer, source: Path, name: str, *, private: bool = False) -> None:
        if not met and name.startswith("facts/orders/part"):
            met.append(name)
            # A correction rewrites the orders; then everything old that nobody holds goes.
            house.take("orders", "order_id,customer_id,day,amount\n1,ben,2025-01-06,99\n")
            house.now += dt.timedelta(seconds=1)
            assert house.ws.maintain(keep_days=0).lake.kept == (3, 4)
        real(self, source, name, private=private)

    monkeypatch.setattr(Writer, "add", add)
    report = house.ws.backup(tmp_path / "b.tar")
    assert met
    assert report.facts_version == 3
    after = everything(restored(report.path, tmp_path / "copy"))
    assert {k: after[k] for k in ("orders", "people")} == {
        k: before[k] for k in ("orders", "people")
    }
    house.now += dt.timedelta(seconds=1)
    assert house.ws.maintain(keep_days=0).lake.kept == (4,)  # the backup let go of it


def test_a_backup_during_a_forgetting_begins_again_without_the_person(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = Writer.add
    met: list[str] = []

    def add(self: Writer, source: Path, name: str, *, private: bool = False) -> None:
        if not met and name.startswith("facts/people/part"):
            met.append(name)
            house.ws.forget(ID)
        real(self, source, name, private=private)

    monkeypatch.setattr(Writer, "add", add)
    report = house.ws.backup(tmp_path / "b.tar")
    assert met
    assert report.facts_version == 4
    assert naming(restored(report.path, tmp_path / "copy")) == []


def test_who_is_forgotten_after_being_copied_is_forgotten_on_restore(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = Writer.add

    def add(self: Writer, source: Path, name: str, *, private: bool = False) -> None:
        real(self, source, name, private=private)
        if name.startswith("facts/versions/"):
            house.ws.forget(ID)

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "add", add)
        report = house.ws.backup(tmp_path / "b.tar")
    assert report.facts_version == 3
    assert naming(restored(report.path, tmp_path / "copy")) == []


def test_a_missing_file_is_said_and_no_backup_is_left(house: House) -> None:
    Path(house.ws.lake.files("orders")[0]).unlink()
    with pytest.raises(WorkspaceError, match=r"facts/orders/part.* damaged"):
        house.ws.backup(house.backups())
    assert list(house.backups().iterdir()) == []


def test_too_little_room_is_said_before_anything_is_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        free = 10

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Full)
    with pytest.raises(WorkspaceError, match="room for 10 bytes"):
        house.ws.backup(house.backups())
    assert list(house.backups().iterdir()) == []


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from regulars.cli.app import run
raise SystemExit(run(sys.argv[1:]))
"""


@pytest.mark.parametrize("what", ["backup", "restore"])
def test_a_full_disk_leaves_nothing_behind(house: House, tmp_path: Path, what: str) -> None:
    made = house.ws.backup(tmp_path / "b.tar").path
    # A file longer than the limit, so that writing it fails in the middle.
    (house.root / "runs.jsonl").write_text("x" * 50_000)
    if what == "restore":
        made.unlink()
        made = house.ws.backup(tmp_path / "b.tar").path
    target = house.backups()
    command = {
        "backup": ["backup", target / "c.tar", "--workspace", house.root],
        "restore": ["restore", made, target / "new", "--without-erasures"],
    }[what]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *map(str, command)], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(target.iterdir()) == []


BACK_UP = """
root, target = sys.argv[2:]
Workspace(root, clock=lambda: AT).backup(target)
"""


def kill_backups(house: House, dies: Callable[..., bool], steps: list[int]) -> int:
    """Whatever step it dies at, either no backup is there or a whole one."""
    killed = 0
    for step in steps:
        place = house.backups()
        killed += dies(BACK_UP, step, house.root, place)
        for path in place.glob("*.tar"):
            assert upkeep.check(path).facts_version == 3
        made = house.ws.backup(place).path
        assert upkeep.check(made).facts_version == 3
        assert house.ws.maintain(dry_run=True).busy == 0
    return killed


def test_kill_9_leaves_no_half_backup(house: House, dies: Callable[..., bool]) -> None:
    assert kill_backups(house, dies, [2, 20, 100_000]) == 2


@pytest.mark.slow
def test_kill_9_at_many_steps_leaves_no_half_backup(
    house: House, dies: Callable[..., bool]
) -> None:
    assert kill_backups(house, dies, list(range(0, 60, 4))) >= 8


# ---- what is no whole backup ------------------------------------------------------------


def rewritten(
    archive: Path, to: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]
) -> Path:
    """The archive with its entries changed, its manifest too where the test says so."""
    with tarfile.open(archive) as tar:
        entries = [(entry, tar.extractfile(entry).read()) for entry in tar]  # type: ignore[union-attr]
    change(entries)
    with tarfile.open(to, "w") as tar:
        for entry, content in entries:
            if entry.isreg():
                entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return to


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_a_truncated_backup_is_refused(house: House, tmp_path: Path, share: float) -> None:
    path = house.ws.backup(tmp_path / "b.tar").path
    with tarfile.open(path) as tar:
        last = tar.getmembers()[-1]
    # After the manifest there is padding only.
    os.truncate(path, int((last.offset_data + last.size - 1) * share))
    for refused in (upkeep.check, lambda p: restored(p, tmp_path / "copy")):
        with pytest.raises(WorkspaceError, match=r"cut short|no whole backup"):
            refused(path)
    assert not (tmp_path / "copy").exists()


def test_a_changed_byte_is_found(house: House, tmp_path: Path) -> None:
    path = house.ws.backup(tmp_path / "b.tar").path
    with tarfile.open(path) as tar:
        entries = [entry for entry in tar if entry.size]
    for entry in entries:
        with path.open("r+b") as file:
            file.seek(entry.offset_data + entry.size // 2)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 1]))
            file.flush()
            with pytest.raises(WorkspaceError):
                upkeep.check(path)
            file.seek(-1, os.SEEK_CUR)
            file.write(byte)
    assert upkeep.check(path).facts_version == 3


@pytest.mark.parametrize(
    "name",
    ["/etc/evil", "../evil", "facts/../../evil", "facts/./x", "evil.sh", "facts//x", "C:\\x",
     "facts/a\\b", "facts/a\nb"],
)  # fmt: skip
def test_paths_that_lead_elsewhere_are_refused(house: House, tmp_path: Path, name: str) -> None:
    def change(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        entries.insert(0, (tarfile.TarInfo(name), b"evil"))

    path = rewritten(house.ws.backup(tmp_path / "b.tar").path, tmp_path / "evil.tar", change)
    with pytest.raises(WorkspaceError, match="no backup has"):
        restored(path, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE]
)
def test_links_and_devices_are_refused(house: House, tmp_path: Path, kind: bytes) -> None:
    def change(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        entry = tarfile.TarInfo("facts/orders")
        entry.type, entry.linkname = kind, "/tmp"
        entries.insert(0, (entry, b""))

    path = rewritten(house.ws.backup(tmp_path / "b.tar").path, tmp_path / "evil.tar", change)
    with pytest.raises(WorkspaceError, match="no file"):
        restored(path, tmp_path / "copy")


def test_files_added_left_out_or_given_twice_are_found(house: House, tmp_path: Path) -> None:
    path = house.ws.backup(tmp_path / "b.tar").path
    changes: list[Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]] = [
        lambda entries: entries.insert(0, (tarfile.TarInfo("facts/more"), b"x")),
        lambda entries: entries.insert(1, entries[0]),
        lambda entries: entries.append((tarfile.TarInfo("facts/more"), b"x")),
        lambda entries: entries.__delitem__(0),
    ]
    for number, change in enumerate(changes):
        with pytest.raises(WorkspaceError, match=r"differ|no backup has it"):
            upkeep.check(rewritten(path, tmp_path / f"{number}.tar", change))


def test_a_backup_of_a_newer_program_is_refused(house: House, tmp_path: Path) -> None:
    def newer(word: str) -> Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]:
        def change(entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
            entry, content = entries[-1]
            entries[-1] = (entry, json.dumps({**json.loads(content), word: 99}).encode())

        return change

    path = house.ws.backup(tmp_path / "b.tar").path
    for word in ("format", "workspace_schema"):
        changed = rewritten(path, tmp_path / f"{word}.tar", newer(word))
        with pytest.raises(WorkspaceError, match="newer Regulars"):
            restored(changed, tmp_path / "copy")


def test_what_is_no_backup_at_all_is_said(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a tar" * 200)
    with pytest.raises(WorkspaceError, match="no whole backup"):
        upkeep.check(tmp_path / "text")
    with pytest.raises(WorkspaceError, match="There is no backup"):
        upkeep.check(tmp_path / "nothing")
    with pytest.raises(WorkspaceError, match="is a folder"):
        upkeep.check(tmp_path)
