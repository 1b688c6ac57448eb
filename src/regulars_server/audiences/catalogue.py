"""What a snapshot's columns hold: kinds, known values with counts, totals of the whole base.

Worked out once a snapshot and kept on the disk. It counts, and names nobody: values are listed of
columns with a few only.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars import __version__
from regulars.conditions import Field, Kind, fields_of
from regulars.words import named
from regulars_server.audiences.engine import cursor, quoted, source
from regulars_server.settings.declared import DATA
from regulars_server.snapshots.queries import snapshot, snapshots

if TYPE_CHECKING:
    from regulars.snapshot import Snapshot

FORM = 2
MOST_VALUES = 60
MOST_KEPT = 8
# What a base is told apart by, the first that a snapshot has; then its scores.
PARTS = ("life_stage", "customer_group")
SCORES = ("r_score", "f_score", "m_score")
MOST_PARTS, MOST_CODES = 5, 12
REVENUE = ("spend_minor",)
VALUE = ("clv_365d_minor", "expected_spend_365d_minor")
QUANTILES = (0.5, 0.75, 0.9)


@dataclass(frozen=True)
class Told:
    """What a column holds. `values`: each with its customers, where there are few; text only."""

    unknown: int
    values: tuple[tuple[str, int], ...] = ()
    low: Any = None
    high: Any = None
    quantiles: tuple[float, ...] = ()


class Catalogue:
    """A snapshot with what its columns hold."""

    def __init__(self, one: Snapshot, kept: Mapping[str, Any]) -> None:
        self.snapshot = one
        self.fields: dict[str, Field] = fields_of(map(named, one.columns))
        self.told = {name: _told(found) for name, found in kept["columns"].items()}
        self.parts: list[str] = kept["parts"]
        self.base: dict[str, dict[str, int]] = kept["base"]
        self.revenue: str | None = kept["revenue"]
        self.value: str | None = kept["value"]
        self.totals: dict[str, float] = kept["totals"]

    @property
    def id(self) -> str:
        return self.snapshot.id

    @property
    def as_of(self) -> dt.date:
        return self.snapshot.as_of

    @property
    def rows(self) -> int:
        return self.snapshot.rows

    @cached_property
    def contributors(self) -> dict[str, str]:
        """Whose each column is."""
        return {c["name"]: c["contributor"] for c in self.snapshot.manifest["columns"]}

    @cached_property
    def order(self) -> str | None:
        """What members are ordered by, the largest first."""
        return self.value or self.revenue

    def codes(self, part: str) -> list[str]:
        """The codes of a part, in their order."""
        return list(self.base[part])


def _told(found: Mapping[str, Any]) -> Told:
    return Told(
        unknown=found["unknown"],
        values=tuple((value, n) for value, n in found.get("values", ())),
        low=found.get("low"),
        high=found.get("high"),
        quantiles=tuple(found.get("quantiles", ())),
    )


_kept: OrderedDict[str, Catalogue] = OrderedDict()
_one_at_a_time = threading.Lock()


def newest() -> Catalogue | None:
    """Of the newest snapshot; None where there is none."""
    found = snapshots()
    return catalogue_of(found[0]) if found else None


def catalogue(snapshot_id: str) -> Catalogue:
    """Of the snapshot of this id; `NotFound` where there is none."""
    return catalogue_of(snapshot(snapshot_id))


def catalogue_of(one: Snapshot) -> Catalogue:
    """Of a snapshot: from memory, from the disk, or worked out now."""
    name = str(one.path)
    with _one_at_a_time:
        if name in _kept:
            _kept.move_to_end(name)
            return _kept[name]
        path = _folder() / f"{one.id}.json"
        kept = _read(path, one)
        if kept is None:
            kept = {"form": FORM, "of": name, "program": __version__, **_worked_out(one)}
            _write(path, kept)
        _kept[name] = Catalogue(one, kept)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
        return _kept[name]


def _folder() -> Path:
    return DATA.value / "audiences"


def _read(path: Path, one: Snapshot) -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    same = (kept.get("form"), kept.get("of"), kept.get("program"))
    return kept if same == (FORM, str(one.path), __version__) else None


def _write(path: Path, kept: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_suffix(f".{os.getpid()}.part")
    aside.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    aside.replace(path)


def _worked_out(one: Snapshot) -> dict[str, Any]:
    fields = fields_of(one.columns)
    with cursor(one, seconds=120) as con:
        columns = _ranges(con, one, fields)
        for name, field in fields.items():
            if field.kind == Kind.TEXT:
                columns[name]["values"] = _values(con, one, name)
        parts = _parts(con, one, fields, columns)
        revenue = next((name for name in REVENUE if name in fields), None)
        value = next((n for n in VALUE if n in fields and columns[n]["known"]), None)
        money = [name for name in (revenue, value) if name]
        for name in money:
            columns[name]["quantiles"] = _quantiles(con, one, name)
        totals = {name: _total(con, one, name) for name in money}
    base = {part: dict(found) for part, found in parts.items()}
    return {
        "columns": columns, "parts": list(parts), "base": base, "revenue": revenue,
        "value": value, "totals": totals,
    }  # fmt: skip


def _ranges(con: Any, one: Snapshot, fields: Mapping[str, Field]) -> dict[str, dict[str, Any]]:
    """Of each column how many are known, and the least and greatest of numbers and days."""
    names = list(fields)
    asked = ", ".join(
        f"count({quoted(n)}), min({quoted(n)}), max({quoted(n)})"
        if fields[n].kind in (Kind.NUMBER, Kind.DATE)
        else f"count({quoted(n)}), NULL, NULL"
        for n in names
    )
    row = con.execute(f"SELECT {asked} FROM {source(one)}").fetchone()
    found = {}
    for place, name in enumerate(names):
        known, low, high = row[3 * place : 3 * place + 3]
        found[name] = {"unknown": one.rows - known, "known": known, "low": _plain(low),
                       "high": _plain(high)}  # fmt: skip
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _values(con: Any, one: Snapshot, name: str) -> list[tuple[str, int]]:
    """The values of a text with their customers, the most frequent first; none where many."""
    column = quoted(name)
    rows = con.execute(
        f"SELECT {column}, count(*) FROM {source(one)} WHERE {column} IS NOT NULL"
        f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_VALUES + 1}"
    ).fetchall()
    return rows if len(rows) <= MOST_VALUES else []


def _parts(
    con: Any, one: Snapshot, fields: Mapping[str, Field], columns: Mapping[str, Any]
) -> dict[str, list[tuple[str, int]]]:
    """What a base is told apart by: columns of few codes, each with how many customers."""
    texts = [
        name
        for name, field in fields.items()
        if field.kind == Kind.TEXT
        and 2 <= len(columns[name].get("values", ())) <= MOST_CODES
        and not name.endswith("_unknown")
    ]
    first = sorted(texts, key=lambda n: PARTS.index(n) if n in PARTS else len(PARTS))
    found: dict[str, list[tuple[str, int]]] = {}
    for name in [*first, *(n for n in SCORES if n in fields)][:MOST_PARTS]:
        column = quoted(name)
        rows = con.execute(
            f"SELECT cast({column} AS VARCHAR), count(*) FROM {source(one)}"
            " GROUP BY 1 ORDER BY 1 NULLS LAST"
        ).fetchall()
        order = fields[name].column
        codes = list(named(order).words) if order is not None else []
        rows.sort(key=lambda row: codes.index(row[0]) if row[0] in codes else len(codes))
        found[name] = [(code or "", customers) for code, customers in rows]
    return found


def _quantiles(con: Any, one: Snapshot, name: str) -> list[float]:
    asked = ", ".join(f"quantile_cont({quoted(name)}::DOUBLE, {q})" for q in QUANTILES)
    row = con.execute(f"SELECT {asked} FROM {source(one)}").fetchone()
    return [float(q or 0) for q in row]


def _total(con: Any, one: Snapshot, name: str) -> float:
    row = con.execute(f"SELECT sum({quoted(name)}::DOUBLE) FROM {source(one)}").fetchone()
    return float(row[0] or 0)


def tidy() -> int:
    """Remove what is kept of snapshots that are gone; returns how many."""
    kept = list(_folder().glob("*.json"))  # first: what is made meanwhile is of a snapshot
    there = {one.id for one in snapshots()}
    gone = [path for path in kept if path.stem not in there]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def forget_all() -> None:
    """For tests: what this process keeps."""
    _kept.clear()
