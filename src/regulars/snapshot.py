"""A snapshot: one row a customer as of a day, immutable; the contract between knowing and acting.

A snapshot is a folder of Parquet with a manifest, written aside and renamed into place when all of
it is on the disk. A folder without a manifest is no snapshot. Its columns come from contributors,
found by the entry point group ``regulars.contributors``; this module knows none of them by name.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from regulars.declare import Column, Text
from regulars.errors import WorkspaceError

SCHEMA = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class SnapshotAsk:
    """What a snapshot is asked for; handed to every contributor.

    ``first_day`` is that of the first live order; ``options`` are a contributor's settings, by its
    name.
    """

    as_of: dt.date
    window_days: int
    first_day: dt.date | None = None
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Join:
    """A step to join to the customer: at customer grain, or at the grain of a few values."""

    step: str
    alias: str
    on: str


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """Some columns of a snapshot.

    Attributes
    ----------
    name : whose they are.
    columns : as declared; ``reasons`` says for a column why it can be null.
    select : for each column its SQL, over the customer's totals ``t`` and the joins. Whatever
        follows from the totals alone costs no join of millions of rows with themselves.
    joins : steps to left join; one without a condition has a single row.
    steps : what the joins stand on (`regulars.steps.Step`); this module only hands them on.
    values : the step parameters, from what the snapshot is asked for.
    variant : the same columns by other steps, where these depend on what is asked for.
    tells : a step with one text of JSON, kept in the manifest: how the columns came about.
    """

    name: str
    columns: tuple[Column, ...]
    select: Mapping[str, str]
    values: Callable[[SnapshotAsk], Mapping[str, Any]]
    joins: tuple[Join, ...] = ()
    steps: tuple[Any, ...] = ()
    reasons: Mapping[str, Text] = field(default_factory=dict)
    variant: Callable[[SnapshotAsk], Contribution] | None = None
    tells: str | None = None


@cache
def contributions() -> tuple[Contribution, ...]:
    """Every registered contribution, in the order of their names.

    Raises
    ------
    WorkspaceError : two contributors claim one column name.
    """
    found = sorted(entry_points(group="regulars.contributors"), key=lambda point: point.name)
    loaded = tuple(contribution for point in found for contribution in point.load())
    owners: dict[str, str] = {}
    for contribution in loaded:
        for column in contribution.columns:
            other = owners.setdefault(column.name, contribution.name)
            if other != contribution.name:
                raise WorkspaceError(
                    f"both {other} and {contribution.name} contribute a column {column.name!r}"
                )
    return loaded


@dataclass(frozen=True)
class Snapshot:
    """A published snapshot."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.manifest["id"])

    @property
    def as_of(self) -> dt.date:
        return dt.date.fromisoformat(self.manifest["as_of"])

    @property
    def rows(self) -> int:
        return int(self.manifest["rows"])

    @property
    def published_at(self) -> dt.datetime:
        """When it was published."""
        return dt.datetime.fromtimestamp((self.path / MANIFEST).stat().st_mtime, dt.UTC)

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(
            Column(
                name=c["name"],
                type=c["type"],
                unit=c["unit"],
                meaning=Text(c["meaning"]["en"], c["meaning"]["zh"]),
            )
            for c in self.manifest["columns"]
        )

    @property
    def files(self) -> list[str]:
        """The Parquet files, sorted."""
        return sorted(str(path) for path in (self.path / "data").glob("*.parquet"))

    def customer(self, customer_key: int) -> dict[str, Any] | None:
        """One customer's row, or None."""
        return self._row("customer_key", customer_key)

    @property
    def has_outside_ids(self) -> bool:
        """Whether its rows carry ``external_id``: where keys hold for one run only."""
        return any(column.name == "external_id" for column in self.columns)

    def customer_of(self, external_id: str) -> dict[str, Any] | None:
        """The row of the customer with this outside id, or None."""
        return self._row("external_id", external_id)

    def _row(self, column: str, value: Any) -> dict[str, Any] | None:
        import duckdb

        with duckdb.connect() as connection:
            found = connection.execute(
                f"select * from read_parquet($files) where {column} = $value",
                {"files": self.files, "value": value},
            )
            names = [column[0] for column in found.description]
            rows = found.fetchall()
        return dict(zip(names, rows[0], strict=True)) if rows else None


def newness(one: Snapshot) -> tuple[Any, ...]:
    """What of two snapshots the newer has more of: the one rule for which is the newest.

    The facts that it is of (where they have no versions, when they were read), then its day, then
    when it was published; where all that is the same, the id tells, so that the answer is one.
    """
    manifest = one.manifest
    read_at = manifest.get("facts_read_at") or ""
    return manifest["facts_version"] or 0, read_at, one.as_of, one.published_at, one.id


def describe_columns(key: Column, given: tuple[Contribution, ...]) -> list[dict[str, Any]]:
    """The manifest's account of every column: type, unit, whose it is, why it can be null."""
    described = [_describe(key, "key", {})]
    for contribution in given:
        described += [
            _describe(c, contribution.name, contribution.reasons) for c in contribution.columns
        ]
    return described


def _describe(column: Column, owner: str, reasons: Mapping[str, Text]) -> dict[str, Any]:
    reason = reasons.get(column.name)
    return {
        "name": column.name,
        "type": column.type,
        "unit": column.unit,
        "contributor": owner,
        "meaning": {"en": column.meaning.en, "zh": column.meaning.zh},
        "null_means": {"en": reason.en, "zh": reason.zh} if reason else None,
    }


def publish(aside: Path, home: Path, manifest: Mapping[str, Any]) -> tuple[Snapshot, bool]:
    """Make a finished folder a snapshot: synced with its manifest, then renamed into place.

    Returns
    -------
    The snapshot, and whether it is this one: where another run was first, its snapshot stands.
    """
    with (aside / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump({"schema": SCHEMA, **manifest}, file, ensure_ascii=False, indent=1)
    for path in [*aside.rglob("*"), aside]:
        _sync(path)
    try:
        aside.rename(home)
    except OSError:
        if (home / MANIFEST).exists():
            shutil.rmtree(aside)
            return open_snapshot(home), False
        # Something without a manifest stands there; it is no snapshot and gives way.
        home.rename(aside.with_name(f"{aside.name}-gone"))
        aside.rename(home)
        shutil.rmtree(aside.with_name(f"{aside.name}-gone"), ignore_errors=True)
    _sync(home.parent)
    return open_snapshot(home), True


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_snapshot(folder: Path) -> Snapshot:
    """A published snapshot.

    Raises
    ------
    WorkspaceError : never published, damaged, or made by a newer program.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkspaceError(f"{folder} holds no published snapshot") from None
    except ValueError:
        raise WorkspaceError(
            f"{folder / MANIFEST} is damaged: restore it, or move that snapshot away"
        ) from None
    if manifest["schema"] > SCHEMA:
        raise WorkspaceError(f"{folder} was made by a newer Regulars; upgrade this one to read it")
    return Snapshot(folder, manifest)


def published(folder: Path) -> Iterator[Snapshot]:
    """Every snapshot in a folder, oldest as-of day first."""
    paths = [path.parent for path in sorted(folder.glob(f"*/{MANIFEST}"))]
    found = [open_snapshot(path) for path in paths if not path.name.startswith(".")]
    yield from sorted(found, key=lambda snapshot: (snapshot.as_of, snapshot.id))
