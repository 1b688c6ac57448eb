"""The commands that the guides on profiles, tiers and the matrix print are run as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

import regulars.workspace as workspaces
from regulars.cli.app import build

GUIDES = Path(__file__).resolve().parents[2] / "docs/guides"
PAGES = ("ten-models.md", "tiers-and-matrix.md")


def test_the_guides_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = workspaces.init(tmp_path / "shop", zone="Asia/Shanghai", currency="CNY")
    orders, known = tmp_path / "o.csv", tmp_path / "c.csv"
    orders.write_text(
        "order_id,customer_id,day,amount\n"
        + "".join(f"{i},C-{1000 + i % 40},2024-{1 + i % 12:02d}-03,{5 + i}\n" for i in range(400))
    )
    known.write_text(
        "customer_id,kind,region\n"
        + "".join(f"C-{1000 + i},{'business' if i % 3 else 'person'},r{i % 3}\n" for i in range(40))
    )
    workspace.import_facts("orders", orders)
    workspace.import_facts("customers", known)
    hand = re.search(r"```csv\n(.*?)```", (GUIDES / PAGES[1]).read_text("utf-8"), flags=re.DOTALL)
    assert hand
    (tmp_path / "hand.csv").write_text(hand[1])
    report = workspace.import_facts("customers", tmp_path / "hand.csv")
    assert not report.rejected
    monkeypatch.chdir(tmp_path / "shop")
    for page in PAGES:
        text = (GUIDES / page).read_text("utf-8")
        blocks = re.findall(r"```bash\n(.*?)```", text, flags=re.DOTALL)
        for line in "".join(blocks).splitlines():
            done = CliRunner().invoke(build(), shlex.split(line)[1:])
            assert done.exit_code == 0, f"{line}\n{done.output}"
    assert workspace.show("tiers", as_of="2024-12-30").figures["set_by_hand"] == 1
