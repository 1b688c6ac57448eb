"""A small shop with people in it, and what tests of its upkeep do to it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

import regulars as rg
from regulars.workspace import Workspace

AT = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
HERE = Path(__file__).parent

NAME = "Quirinius Plantagenet-Żółw"
EMAIL = "quirinius.planted@example.org"
ID = "ZQ-PLANTED-4711"
PLANTED = (NAME, EMAIL, ID)

ORDERS = (
    "order_id,customer_id,day,amount\n"
    f"1,{ID},2025-01-06,24.90\n2,ben,2025-01-06,12.00\n3,ben,2025-02-11,31.50\n4,{ID},2025-03-01,7\n"
)
PEOPLE = f"customer_id,name,email\n{ID},{NAME},{EMAIL}\nben,Ben Bern,ben@example.org\n"
REJECTED = (
    "order_id,customer_id,day,amount\n"
    f"9,{ID},never,1\n10,{NAME},never,{EMAIL}\n11,ben,2025-03-02,2\n"
)


@dataclass
class House:
    """A workspace under a folder of the test, with a clock that the test sets."""

    folder: Path
    now: dt.datetime = AT
    root: Path = field(init=False)

    def __post_init__(self) -> None:
        self.root = self.folder / "客户 data"
        rg.init(self.root, zone="Europe/Berlin", currency="EUR")

    @property
    def ws(self) -> Workspace:
        return Workspace(self.root, clock=lambda: self.now)

    def take(self, table: str, text: str, name: str = "given.csv", **more: Any) -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        mapping, _ = self.ws.lake.guess(table, str(path))
        self.ws.import_facts(table, str(path), mapping=mapping.confirm(), **more)
        self.date_versions()

    def date_versions(self) -> None:
        """Let the files of the versions be as old as the test's clock says, which disks do not."""
        for path in (self.root / "facts/versions").iterdir():
            if path.stat().st_mtime > self.now.timestamp():
                os.utime(path, (self.now.timestamp(),) * 2)

    def fill(self) -> House:
        self.take("orders", ORDERS)
        self.take("customers", PEOPLE)
        self.take("orders", REJECTED, reject_limit=1.0)
        return self

    def backups(self) -> Path:
        place = self.folder / "backups"
        place.mkdir(exist_ok=True)
        return place


@pytest.fixture
def empty(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path).fill()


@pytest.fixture
def old_workspace(tmp_path: Path) -> Path:
    """A workspace of schema 1 as it was written: two imports, ben forgotten, a snapshot."""
    folder = tmp_path / "old"
    with tarfile.open(HERE / "workspace-schema-1.tar.gz") as tar:
        tar.extractall(folder, filter="data")
    return folder


def rows(root: Path, table: str, columns: str = "*") -> list[Any]:
    """Every row of a table as a set would hold it, in an order of its own."""
    files = list(rg.open(root).lake.files(table))
    if not files:
        return []
    with duckdb.connect() as con:
        return con.execute(
            f"SELECT {columns} FROM read_parquet(?, union_by_name=true) ORDER BY ALL", [files]
        ).fetchall()


def everything(root: Path) -> dict[str, Any]:
    """What a workspace says: rows of all tables, imports, runs, snapshots."""
    ws = rg.open(root)
    version = ws.lake.current()
    return {
        **{name: rows(root, name) for name in (version.tables if version else ())},
        "imports": [report.import_id for report in ws.lake.imports()],
        "runs": ws.runs(),
        "snapshots": [(s.id, s.rows) for s in ws.snapshots()],
        "settings": (root / "regulars.toml").read_text("utf-8"),
    }


def naming(folder: Path, words: Sequence[str] = PLANTED) -> list[str]:
    """Files that name somebody: in their name, their bytes, their decompressed columns."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        texts = [path.read_bytes(), str(path.relative_to(folder)).encode()]
        if path.suffix == ".parquet":
            with duckdb.connect() as con:
                place = f"read_parquet('{path}')"
                listed = con.execute(f"SELECT CAST(to_json(t) AS VARCHAR) FROM {place} t")
                texts.append("\n".join(row[0] for row in listed.fetchall()).encode())
                meta = con.execute(f"SELECT * FROM parquet_metadata('{path}')").fetchall()
                texts.append(repr(meta).encode())
        if any(word.encode() in text for word in words for text in texts):
            found.append(str(path.relative_to(folder)))
    return found


# A child that dies by kill -9 just before it opens, makes, syncs, moves or removes its N-th file,
# or ends well when these are fewer. What delta-rs and DuckDB write lies between two of them.
DYING = """
import io, os, signal, sys, shutil
left = int(sys.argv[1])
def dying(real):
    def call(*a, **k):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*a, **k)
    return call
for name in ("fsync", "rename", "unlink", "mkdir", "open"):
    setattr(os, name, dying(getattr(os, name)))
io.open = dying(io.open)
import datetime as dt
from pathlib import Path
from regulars import upkeep
from regulars.workspace import Workspace
AT = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
"""


@pytest.fixture
def dies() -> Callable[..., bool]:
    """Run code in a child that is killed at its N-th step; whether it was."""

    def run(code: str, step: int, *arguments: object) -> bool:
        text = DYING + code
        done = subprocess.run(
            [sys.executable, "-c", text, str(step), *map(str, arguments)],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode in (0, -9), done.stderr
        return done.returncode == -9

    return run
