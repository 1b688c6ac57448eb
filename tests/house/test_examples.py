"""The commands that README and the first page of the documentation print are run as they stand."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    "docs/start.md",
    "docs/concepts/backtest.md",
    "docs/concepts/lifetime-value-table.md",
    "docs/concepts/life-stages.md",
    "docs/guides/value.md",
    "docs/guides/strategy.md",
)
CHINESE = {
    "docs/zh/guides/strategy.md": "docs/guides/strategy.md",
    "docs/zh/guides/value.md": "docs/guides/value.md",
    "docs/zh/guides/backtest.md": "docs/concepts/backtest.md",
}
ORDERS = re.search(r"```csv\n(.*?)```", (ROOT / "docs/start.md").read_text(), flags=re.DOTALL)


def commands(page: str) -> list[str]:
    """Lines of the page's bash blocks that begin with regulars or cd."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```bash\n(.*?)```", text, flags=re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith(("regulars ", "cd "))]


def python_blocks(page: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("REGULARS_")}
    return subprocess.run(
        arguments, cwd=folder, env=environment, capture_output=True, text=True, timeout=120,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "page", [*PAGES, *(pytest.param(page, marks=pytest.mark.slow) for page in CHINESE)]
)
def test_the_examples_run(page: str, tmp_path: Path) -> None:
    assert ORDERS is not None
    (tmp_path / "orders.csv").write_text(ORDERS[1], encoding="utf-8")
    folder = tmp_path
    for line in commands(page):
        program, *arguments = shlex.split(line, comments=True)
        if program == "cd":
            folder = folder / arguments[0]
            continue
        done = run([sys.executable, "-m", "regulars.cli", *arguments], folder)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    for block in python_blocks(page):
        done = run([sys.executable, "-c", block], tmp_path)
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
        assert done.stdout.strip()


@pytest.mark.parametrize(("page", "english"), CHINESE.items())
def test_a_chinese_page_prints_the_commands_of_the_english_one(page: str, english: str) -> None:
    plain = [line.replace(" --lang zh", "") for line in commands(page)]
    assert plain == [re.sub(r"\s+#.*", "", line) for line in commands(english)]
    assert any("--lang zh" in line for line in commands(page))
