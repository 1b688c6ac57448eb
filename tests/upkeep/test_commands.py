"""The commands of upkeep, as the pages of the documentation print them."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from regulars.cli.app import run
from upkeep.conftest import ID, House, naming

PAGES = Path(__file__).resolve().parents[2] / "docs/operating"
ARCHIVE = "/mnt/backups/shop-20260301T120000Z-1a2b3c.tar"


def commands(page: str) -> list[list[str]]:
    text = (PAGES / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```bash\n(.*?)```", text.replace("\\\n", " "), flags=re.DOTALL)
    lines = [shlex.split(line) for block in blocks for line in block.splitlines()]
    return [words for words in lines if words]


@pytest.mark.parametrize("page", ["backup.md", "maintenance.md"])
def test_the_commands_on_the_page_work_in_their_order(
    house: House, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    work = house.folder / "work"
    for place in ("backups", "elsewhere"):
        (work / place).mkdir(parents=True)
    house.root.rename(work / "shop")
    shutil.copytree(work / "shop", work / "shop-copy")
    monkeypatch.chdir(work)
    monkeypatch.setenv("REGULARS_WORKSPACE", "shop")
    done = 0
    for words in commands(page):
        made = sorted((work / "backups").glob("*.tar"))
        places = {"BACKUP": str(made[0]), ARCHIVE: str(made[0])} if made else {}
        places |= {"LIST": "shop", "NEW_FOLDER": "客户 new"}
        given = [places.get(word, word).replace("/mnt/", f"{work}/") for word in words]
        if given[0] == "rm":
            shutil.rmtree(given[-1])
        elif given[0] == "regulars":
            assert run(given[1:]) == 0, given
            done += 1
    assert done >= 4


def test_a_person_is_forgotten_at_every_turn(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    root, place = str(house.root), house.backups()
    assert run(["backup", str(place), "-w", root]) == 0
    assert "facts version 3" in capsys.readouterr().out
    (made,) = place.glob("*.tar")
    assert run(["forget", ID, "--confirm", ID, "-w", root]) == 0
    assert run(["erasures", "export", str(house.folder / "kept"), "-w", root]) == 0
    assert "1 forgotten ids" in capsys.readouterr().out
    for path in place.glob("*.erasures"):
        path.unlink()
    new = house.folder / "new"
    assert run(["restore", str(made), str(new)]) == 1
    assert "--erasures" in capsys.readouterr().err
    kept = str(house.folder / "kept")
    assert run(["restore", str(made), str(new), "--erasures", kept, "--lang", "zh"]) == 0
    assert "已再次遗忘" in capsys.readouterr().out
    assert naming(new) == []


def test_a_workspace_of_a_newer_program_is_refused_in_words(
    empty: House, capsys: pytest.CaptureFixture[str]
) -> None:
    from regulars import settings

    settings.write_schema(empty.root, 99)
    for command in (["facts"], ["upgrade"], ["backup", str(empty.backups())], ["maintain"]):
        assert run([*command, "-w", str(empty.root)]) == 1
        assert "newer Regulars" in capsys.readouterr().err


def test_upgrading_says_what_it_does_in_both_languages(
    old_workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = str(old_workspace)
    assert run(["upgrade", "--dry-run", "-w", root, "--lang", "zh"]) == 0
    assert "从第1版升级到第2版" in capsys.readouterr().out
    assert run(["forget", "anna", "--confirm", "anna", "-w", root]) == 1
    assert "regulars upgrade" in capsys.readouterr().err
    assert run(["upgrade", "-w", root]) == 0
    assert "now of schema 2 (was 1)" in capsys.readouterr().out
    assert run(["upgrade", "-w", root]) == 0
    assert "Nothing to do" in capsys.readouterr().out
