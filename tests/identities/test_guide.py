"""The guide's commands and code run as they are printed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Regulars
from cli.conftest import regulars as regulars
from identities.conftest import AT

GUIDE = (Path(__file__).resolve().parents[2] / "docs/guides/identities.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, flags=re.DOTALL)


def fill(folder: Path) -> None:
    """A shop in which the ids and pairs of the guide exist."""
    import regulars as rg

    ws = rg.init(folder, zone="Asia/Shanghai", currency="CNY")
    births = {12: "1980-01-01", 57: "1990-02-02", 63: "1999-03-03"}
    rows = [
        f"c{n},{'13622334455' if n in births else ''},{births.get(n, '')}" for n in range(1, 70)
    ]
    for source, text in (("shop", [*rows, "4711,,"]), ("app", ["u9,,"])):
        path = folder.parent / f"{source}.csv"
        path.write_text("customer_id,phone,birth_date\n" + "\n".join(text) + "\n")
        ws.import_facts("customers", path, source=source, recorded_at=AT)
    ws.identities.match(apply=True)


def test_the_commands_of_the_guide_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, regulars: Regulars
) -> None:
    pytest.importorskip("splink")
    fill(tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    lines = [line for block in blocks("bash") for line in block.splitlines()]
    assert len(lines) > 8
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "regulars"
        done = regulars(*arguments)
        assert (done.code, done.err) == (0, ""), line
        assert done.out.strip(), line


def test_the_settings_and_the_code_of_the_guide_are_read(tmp_path: Path) -> None:
    fill(tmp_path / "shop")
    (settings,) = blocks("toml")
    with (tmp_path / "shop" / "regulars.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + settings)
    (code,) = blocks("python")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("REGULARS_")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("0 ")
