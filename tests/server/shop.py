"""A small workspace of people, for tests: Chinese and Latin names, hostile ones, two sources."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import regulars

FIELDS = ("customer_id", "name", "phone", "email", "address", "birth_date")
PEOPLE = (
    ("C-1", "王小明", "139 1234 5678", "Xiaoming.Wang@Mail.CN", "上海市南京路1号", "1990-05-01"),
    ("C-2", "王芳", "13812340001", "fang@mail.cn", "", ""),
    ("C-3", "María García López", "+34 612 34 56 78", "maria@correo.es", "Calle Mayor 3", ""),
    ("C-4", "<script>alert(1)</script>", "13812340004", "x@mail.cn", "", ""),
    ("C-5", '=HYPERLINK("http://evil")', "13812340005", "y@mail.cn", "", ""),
    ("C-6", "Jean-Luc O'Neill", "", "jl@mail.cn", "", ""),
)
ORDERS = (
    ("o1", "C-1", "2026-01-05", "100.00"),
    ("o2", "C-1", "2026-02-07", "50.00"),
    ("o3", "C-2", "2026-02-09", "70.00"),
)


def make(root: Path, people: Sequence[Sequence[str]] = PEOPLE) -> Any:
    """A workspace with these people and a few orders."""
    ws = regulars.init(root, zone="Asia/Shanghai", currency="CNY")
    bring(ws, people)
    ws.import_facts("orders", _written(
        root.parent / "orders.csv", ("order_id", "customer_id", "day", "amount"), ORDERS
    ))  # fmt: skip
    for left in root.parent.glob("*.csv"):
        left.unlink()
    return ws


def bring(ws: Any, people: Sequence[Sequence[str]], *, source: str = "shop") -> None:
    """Import people."""
    file = _written(ws.settings.root.parent / f"people-{source}.csv", FIELDS, people)
    ws.import_facts("customers", file, source=source)
    file.unlink()


def _written(file: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
    return file


@contextmanager
def served(root: Path, settings: Any) -> Iterator[Any]:
    """The server stands on such a workspace, and its index is of it."""
    from regulars_server.people import index

    ws = make(root / "shop")
    settings.REGULARS_WORKSPACE = ws.settings.root
    index.refresh()
    yield ws
