"""What the lake may let go of: small files made one, versions nobody needs, orphans of a crash.

All of it under the writer's lock. A version stays while it is the current one, was current
within the retention, or is held by a running reader; a file stays while a version that stays
names it.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from regulars.facts import delta, leases, versions
from regulars.facts.tables import FACTS
from regulars.facts.versions import FactsVersion

SMALL_BYTES = 16 * 2**20
MANY_SMALL = 8


@dataclass(frozen=True, kw_only=True)
class LakeUpkeep:
    """What was removed from the lake, or would be.

    Attributes
    ----------
    compacted : tables whose small files were made one, with how many these were.
    versions : numbers of the facts versions let go.
    files, bytes : removed files and their size; ``orphans`` those that no version ever named
        when the work began, among them.
    kept : numbers of the versions that stay readable.
    """

    compacted: dict[str, int]
    versions: tuple[int, ...]
    files: int
    bytes: int
    orphans: int
    kept: tuple[int, ...]


def maintain(
    root: Path,
    facts: Path,
    current: FactsVersion | None,
    *,
    keep_since: dt.datetime,
    recorded_at: dt.datetime,
    dry_run: bool,
) -> LakeUpkeep:
    """Make small files one and remove what no version that stays needs; see `Lake.maintain`."""
    compacted: dict[str, int] = {}
    if current and dry_run:
        compacted = small_files(facts, current)
    elif current:
        compacted = compact(facts, current, recorded_at=recorded_at.isoformat())
    held = leases.held(root, sweep=not dry_run)
    kept = kept_versions(facts, since=keep_since, held=held)
    done = sweep(facts, kept=kept, dry_run=dry_run)
    # A backup copies the logs of the version that it holds, older entries too.
    if not dry_run and not held:
        trim_logs(facts, kept=kept)
    return replace(done, compacted=compacted)


def small_files(facts: Path, current: FactsVersion) -> dict[str, int]:
    """Tables that a reader would open in many small files, with how many."""
    found = {}
    for name, at in current.tables.items():
        sizes = [os.path.getsize(file) for file in delta.files(facts / name, at)]
        small = sum(size < SMALL_BYTES for size in sizes)
        if small >= MANY_SMALL:
            found[name] = small
    return found


def compact(facts: Path, current: FactsVersion, *, recorded_at: str) -> dict[str, int]:
    """Make the small files of each table one, and publish that as a version; rows stay equal."""
    many = small_files(facts, current)
    if not many:
        return {}
    number = current.number + 1
    moved = {name: delta.compact(facts / name, import_seq=number) for name in many}
    versions.publish(
        facts / "versions",
        replace(
            current,
            number=number,
            tables={**current.tables, **moved},
            operation="maintain",
            recorded_at=recorded_at,
        ),
    )
    return many


def kept_versions(facts: Path, *, since: dt.datetime, held: Sequence[int]) -> list[int]:
    """Numbers of the versions that stay: current at some moment since then, or held."""
    folder = facts / "versions"
    known = versions.numbers(folder)
    if leases.UNKNOWN in held:
        return known
    kept = []
    for place, number in enumerate(known):
        if place + 1 == len(known) or number in held:
            kept.append(number)
            continue
        # When it was superseded: the file of the next version says so by its own time, which no
        # caller can set wrongly.
        ended = (folder / versions.file_name(known[place + 1])).stat().st_mtime
        if ended >= since.timestamp():
            kept.append(number)
    return kept


def sweep(facts: Path, *, kept: Sequence[int], dry_run: bool) -> LakeUpkeep:
    """Let go of the other versions, then of every file that no kept version names."""
    folder = facts / "versions"
    known = versions.numbers(folder)
    gone = tuple(number for number in known if number not in kept)
    before = _named(facts, known)
    named = _named(facts, kept)
    going = [path for path in _data_files(facts) if str(path) not in named]
    size = sum(path.stat().st_size for path in going)
    if not dry_run:
        # First the versions, then the files: whoever finds a version finds its files.
        _remove(folder / versions.file_name(number) for number in gone)
        _remove(going)
    return LakeUpkeep(
        compacted={},
        versions=gone,
        files=len(going),
        bytes=size,
        orphans=sum(str(path) not in before for path in going),
        kept=tuple(kept),
    )


def _named(facts: Path, numbers: Iterable[int]) -> set[str]:
    """Every file that these versions name."""
    found: set[str] = set()
    for name, at in _states(facts, numbers).items():
        found |= delta.named(facts / name, at)
    return found


def _states(facts: Path, numbers: Iterable[int]) -> dict[str, set[int]]:
    """The Delta versions that these versions name, by table."""
    known = versions.numbers(facts / "versions")
    if not known:
        return {}
    oldest = versions.read_version(facts / "versions", known[-1]).oldest
    states: dict[str, set[int]] = {}
    for number in numbers:
        for name, at in versions.read_version(facts / "versions", number).tables.items():
            states.setdefault(name, set()).add(max(at, oldest.get(name, at)))
    return states


def trim_logs(facts: Path, *, kept: Sequence[int]) -> int:
    """Let go of the entries of the tables' logs that no kept version is read from; how many."""
    states = _states(facts, kept)
    return sum(delta.trim_log(facts / name, min(at)) for name, at in states.items())


def _data_files(facts: Path) -> list[Path]:
    """Files of the tables, what a killed writer left in their logs included."""
    found: list[Path] = []
    for name in FACTS:
        table = facts / name
        if not table.is_dir():
            continue
        log = table / "_delta_log"
        found += [p for p in table.rglob("*") if p.is_file() and log not in p.parents]
        found += [p for p in log.glob("*.tmp") if p.is_file()]
    return sorted(found)


def _remove(paths: Iterable[Path]) -> None:
    folders = set()
    for path in paths:
        path.unlink(missing_ok=True)
        folders.add(path.parent)
    for folder in folders:
        versions.sync_folder(folder)
