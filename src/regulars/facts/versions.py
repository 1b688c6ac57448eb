"""Facts versions: small numbered files, each naming the Delta version of every table.

Writing a version's file aside, syncing it and renaming it into place is the publication of
everything it names; until then nobody reads the new rows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from regulars.errors import FactsError

SCHEMA = 2


@dataclass(frozen=True, kw_only=True)
class FactsVersion:
    """One published state of the facts.

    Attributes
    ----------
    number : 1, 2, 3, …
    tables : the Delta version of each table that holds anything.
    import_seq : sequence of the last import in it; ``import_id`` the id of that import.
    next_customer_key : the next customer's key; it survives forgetting, so no key comes twice.
    oldest : the oldest Delta version that is left of a table whose past was purged.
    operation : what made this version: ``import``, ``landing``, ``forget`` or ``maintain``.
    landed : how far each stream has come whose rows are no files; see `regulars.facts.landing`.
    purged : tables whose state in this version is gone because somebody was forgotten since;
        filled in on reading.
    """

    number: int
    tables: Mapping[str, int] = field(default_factory=dict)
    import_seq: int = 0
    import_id: str | None = None
    next_customer_key: int = 1
    oldest: Mapping[str, int] = field(default_factory=dict)
    operation: str = "import"
    recorded_at: str | None = None
    landed: Mapping[str, int] = field(default_factory=dict)
    purged: tuple[str, ...] = ()


def file_name(number: int) -> str:
    return f"{number:08d}.json"


def newest(folder: Path) -> FactsVersion | None:
    """The newest published version; None before the first import."""
    known = numbers(folder)
    return read_version(folder, known[-1]) if known else None


def read_version(folder: Path, number: int) -> FactsVersion:
    """The version of this number, as it was published."""
    path = folder / file_name(number)
    try:
        kept = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        known = numbers(folder)
        left = f" The oldest that is left is {known[0]}." if known and number < known[0] else ""
        raise FactsError(f"There is no facts version {number}.{left}") from None
    except ValueError as error:
        raise FactsError(f"The facts version file {path.name} is damaged: {error}.") from None
    if kept.pop("schema", SCHEMA) > SCHEMA:
        raise FactsError("These facts were written by a newer Regulars; please upgrade.")
    return FactsVersion(**kept)


def numbers(folder: Path) -> list[int]:
    """The numbers of all published versions, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(int(p.stem) for p in folder.glob("*.json") if p.stem.isdigit())


def mark_purged(version: FactsVersion, current: FactsVersion) -> FactsVersion:
    """The version with the tables named whose state in it no longer exists."""
    gone = tuple(name for name, at in version.tables.items() if at < current.oldest.get(name, at))
    return replace(version, purged=gone)


def publish(folder: Path, version: FactsVersion) -> None:
    """Make the version the current one, at once and for good."""
    kept: dict[str, Any] = {"schema": SCHEMA, **asdict(version)}
    del kept["purged"]
    if not version.landed:
        # As it was before there were streams: an older Regulars reads it.
        kept["schema"] = 1
        del kept["landed"]
    write_whole(folder / file_name(version.number), json.dumps(kept, indent=1).encode())


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut."""
    aside = path.with_name(path.name + ".tmp")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(handle, "wb", closefd=False) as file:
            file.write(content)
        os.fsync(handle)
    finally:
        os.close(handle)
    os.rename(aside, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
