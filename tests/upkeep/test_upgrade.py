"""A workspace of the release before this opens, is refused for writing, and is brought up."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import regulars as rg
from regulars import settings, upkeep
from regulars.declare import Text
from regulars.errors import FactsError, WorkspaceError
from regulars.facts.forgotten import read_forgotten
from regulars.upkeep.upgrade import JOURNAL, STEPS, Step
from upkeep.conftest import AT, House, everything


def schema(root: Path) -> int:
    return settings.read(root).schema


def test_a_new_workspace_needs_nothing(empty: House) -> None:
    before = sorted(empty.root.rglob("*"))
    for dry_run in (True, False):
        report = upkeep.upgrade(empty.root, dry_run=dry_run)
        assert (report.before, report.after, report.steps) == (2, 2, ())
    assert sorted(empty.root.rglob("*")) == before


def test_the_workspace_of_the_release_before_answers_as_it_is(old_workspace: Path) -> None:
    ws = rg.open(old_workspace)
    assert schema(old_workspace) == 1
    assert ws.show("summary", customer="anna").rows[0]["orders"] == 2
    assert len(ws.snapshots()) == 1


def test_nothing_is_written_to_it_before_the_upgrade(old_workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("order_id,customer_id,day,amount\n9,anna,2025-04-01,1\n")
    before = {p: p.read_bytes() for p in old_workspace.rglob("*") if p.is_file()}
    ws = rg.open(old_workspace)
    for write in (
        lambda: ws.import_facts("orders", str(tmp_path / "o.csv")),
        lambda: ws.forget("anna"),
        lambda: ws.maintain(),
        lambda: ws.apply_erasures(old_workspace),
    ):
        with pytest.raises(FactsError, match="regulars upgrade"):
            write()
    assert {p: p.read_bytes() for p in old_workspace.rglob("*") if p.is_file()} == before


def test_the_upgrade_keeps_everything_and_who_was_forgotten(
    old_workspace: Path, tmp_path: Path
) -> None:
    before = everything(old_workspace)
    hashes = read_forgotten(old_workspace / "facts").hashes
    assert len(hashes) == 1
    told = upkeep.upgrade(old_workspace, dry_run=True)
    assert schema(old_workspace) == 1
    done = upkeep.upgrade(old_workspace)
    assert done == told
    assert [step.id for step in done.steps] == ["2-forgotten-list"]
    assert schema(old_workspace) == settings.SCHEMA
    after = everything(old_workspace)
    assert {**after, "settings": ""} == {**before, "settings": ""}
    assert after["settings"] == before["settings"].replace("schema = 1", "schema = 2")
    kept = (old_workspace / "facts/forgotten.txt").read_text().split()
    assert kept == [*hashes, "kept"]
    (tmp_path / "o.csv").write_text(
        "order_id,customer_id,day,amount\n9,anna,2025-04-01,1\n10,ben,2025-04-01,1\n"
    )
    report = rg.open(old_workspace).import_facts("orders", str(tmp_path / "o.csv"), reject_limit=1)
    assert (report.new, [c.code for c in report.rejected]) == (1, ["forgotten"])
    assert upkeep.upgrade(old_workspace).steps == ()


def test_an_old_workspace_can_be_backed_up_first_and_restored(
    old_workspace: Path, tmp_path: Path
) -> None:
    before = everything(old_workspace)
    made = rg.open(old_workspace).backup(tmp_path / "b.tar")
    assert schema(old_workspace) == 1
    upkeep.restore(made.path, tmp_path / "copy", at=AT)
    assert schema(tmp_path / "copy") == settings.SCHEMA
    after = everything(tmp_path / "copy")
    assert {**after, "settings": ""} == {**before, "settings": ""}
    assert read_forgotten(tmp_path / "copy/facts").hashes


def test_a_newer_workspace_is_refused_in_words(empty: House) -> None:
    settings.write_schema(empty.root, 99)
    before = sorted(empty.root.rglob("*"))
    for deed in (rg.open, upkeep.upgrade, lambda root: upkeep.upgrade(root, dry_run=True)):
        with pytest.raises(WorkspaceError, match="newer Regulars"):
            deed(empty.root)
    assert sorted(empty.root.rglob("*")) == before


def test_the_schema_is_written_where_it_stands(tmp_path: Path) -> None:
    text = (
        '# schema = 7\n[workspace]\nzone = "UTC"\n  schema=1 # mine\ncurrency = "EUR"\n\n'
        "[mappings.orders.shop]\nschema = 5\n"
    )
    (tmp_path / "regulars.toml").write_text(text)
    settings.write_schema(tmp_path, 2)
    new = (tmp_path / "regulars.toml").read_text()
    assert new == text.replace("schema=1 # mine", "schema=2 # mine")


def appending(name: str) -> Step:
    """A step that leaves a trace once, however often it is done."""

    def apply(root: Path) -> None:
        done = root / "steps.txt"
        lines = done.read_text().split() if done.exists() else []
        if name not in lines:
            done.write_text("\n".join([*lines, name]))

    return Step(2, name, Text(name, name), apply)


def test_steps_run_in_order_and_go_on_where_they_were_interrupted(old_workspace: Path) -> None:
    def broken(_: Path) -> None:
        raise KeyboardInterrupt

    first, last = appending("first"), appending("last")
    second = Step(2, "second", Text("", ""), broken)
    with pytest.raises(KeyboardInterrupt):
        upkeep.upgrade(old_workspace, steps=(first, second, last))
    assert (old_workspace / JOURNAL).exists()
    with pytest.raises(WorkspaceError, match="was interrupted"):
        rg.open(old_workspace)
    mended = (first, appending("second"), last)
    report = upkeep.upgrade(old_workspace, steps=mended)
    assert [step.name for step in report.steps] == ["second", "last"]
    assert (report.before, report.after) == (1, 2)
    assert (old_workspace / "steps.txt").read_text().split() == ["first", "second", "last"]
    assert not (old_workspace / JOURNAL).exists()
    rg.open(old_workspace)


def test_steps_are_numbered_up_to_the_schema_and_said_in_both_languages() -> None:
    assert {step.to for step in STEPS} == set(range(2, settings.SCHEMA + 1))
    assert len({step.id for step in STEPS}) == len(STEPS)
    for step in STEPS:
        assert step.meaning.en
        assert any("\u4e00" <= sign <= "\u9fff" for sign in step.meaning.zh)


UPGRADE = """
upkeep.upgrade(Path(sys.argv[2]))
"""


def kill_upgrades(old: Path, tmp_path: Path, dies: Callable[..., bool], steps: list[int]) -> int:
    """Wherever it dies, running it again ends as if nothing had happened."""
    upkeep.upgrade(Path(shutil.copytree(old, tmp_path / "whole")))
    expected = everything(tmp_path / "whole")
    killed = 0
    for step in steps:
        copy = Path(shutil.copytree(old, tmp_path / f"copy {step}"))
        killed += dies(UPGRADE, step, copy)
        upkeep.upgrade(copy)
        assert everything(copy) == expected
        assert not (copy / JOURNAL).exists()
        assert (copy / "facts/forgotten.txt").read_text().split()[1:] == ["kept"]
    return killed


def test_kill_9_at_any_step_of_an_upgrade(
    old_workspace: Path, tmp_path: Path, dies: Callable[..., bool]
) -> None:
    assert kill_upgrades(old_workspace, tmp_path, dies, [3, 9, 14]) == 3


@pytest.mark.slow
def test_kill_9_at_every_step_of_an_upgrade(
    old_workspace: Path, tmp_path: Path, dies: Callable[..., bool]
) -> None:
    assert kill_upgrades(old_workspace, tmp_path, dies, list(range(40))) >= 15


def test_two_upgrades_at_once_end_well(old_workspace: Path) -> None:
    code = "import sys; from pathlib import Path; from regulars import upkeep;"
    code += "upkeep.upgrade(Path(sys.argv[1]))"
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(old_workspace)]) for _ in range(2)
    ]
    assert [child.wait(60) for child in children] == [0, 0]
    assert schema(old_workspace) == settings.SCHEMA
    assert not (old_workspace / JOURNAL).exists()
