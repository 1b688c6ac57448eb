"""A tiny shop, and the command line run in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from regulars.cli.app import run

ORDERS = """order_no,member,order date,total
1,anna,2025-01-06,24.90
2,ben,2025-01-06,12.00
3,anna,2025-02-11,31.50
4,=cmd(),2025-02-12,9.99
5,dora,2025-03-01,100.00
6,anna,2025-03-20,20.00
"""


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Regulars = Callable[..., Ran]


@pytest.fixture
def regulars(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Regulars:
    """Run the command line in this process, nobody at the keyboard."""
    for name in ("REGULARS_WORKSPACE", "REGULARS_LANG"):
        monkeypatch.delenv(name, raising=False)

    def ran(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return ran


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that holds the tiny shop; for tests that do not change it."""
    from regulars import workspace

    folder = tmp_path_factory.mktemp("filled")
    (folder / "orders.csv").write_text(ORDERS, encoding="utf-8")
    opened = workspace.init(folder / "shop", zone="Europe/Berlin", currency="EUR")
    report = opened.import_facts("orders", [str(folder / "orders.csv")], source="shop")
    assert report.new == 6, report
    return folder / "shop"


@pytest.fixture
def shop(tmp_path: Path, regulars: Regulars) -> Path:
    """An empty workspace with the orders file beside it."""
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    assert (
        regulars("init", tmp_path / "shop", "--zone", "Europe/Berlin", "--currency", "eur").code
        == 0
    )
    return tmp_path / "shop"
