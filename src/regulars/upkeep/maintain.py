"""Maintenance: what nobody needs any more is removed, small files are made one."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from regulars import runs
from regulars.facts import Lake, LakeUpkeep, leases

KEEP_DAYS = 30
KEEP_RUNS_DAYS = 365
LONG_LOG_BYTES = 16 * 2**20


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """What was removed, or would be.

    Attributes
    ----------
    lake : of the facts; None where there is no lake.
    scratch, snapshots : what runs left that did not come to their end; ``*_bytes`` their size.
    busy : runs under way, because of which scratch and unfinished snapshots were left alone.
    runs : files of the run log that were dropped; ``runs_bytes`` their size.
    dry_run : nothing was changed.
    """

    lake: LakeUpkeep | None
    scratch: int
    scratch_bytes: int
    snapshots: int
    snapshots_bytes: int
    busy: int
    runs: int
    runs_bytes: int
    dry_run: bool

    @property
    def bytes(self) -> int:
        facts = self.lake.bytes if self.lake else 0
        return facts + self.scratch_bytes + self.snapshots_bytes + self.runs_bytes


def maintain(
    root: Path,
    lake: Lake | None,
    *,
    at: dt.datetime,
    keep_days: int = KEEP_DAYS,
    keep_runs_days: int = KEEP_RUNS_DAYS,
    dry_run: bool = False,
    waiting: Callable[[str], None] | None = None,
) -> Upkeep:
    """Remove what no facts version of the last days needs, and what killed runs left.

    Parameters
    ----------
    lake : None where the facts are tables of the company's own: those are left alone.
    at : the present instant, from the caller's clock.
    keep_days : facts versions that were current within so many days stay readable.
    keep_runs_days : the run log goes back at least so far.
    """
    facts = None
    if lake is not None:
        since = at - dt.timedelta(days=keep_days)
        facts = lake.maintain(keep_since=since, recorded_at=at, dry_run=dry_run, waiting=waiting)
    # Listed before asking who runs: what a run makes after that is not on the lists.
    scratch = list(_entries(root / "scratch"))
    abandoned = [p for p in _entries(root / "snapshots") if p.name.startswith(".")]
    busy = len(leases.held(root, sweep=not dry_run))
    if busy:
        scratch, abandoned = [], []
    sizes = [sum(map(_size, scratch)), sum(map(_size, abandoned))]
    logs = [(path, _size(path)) for path in runs.files(root)]
    dropped = runs.rotate(
        root, at=at, longer_than=LONG_LOG_BYTES,
        drop_before=at - dt.timedelta(days=keep_runs_days), dry_run=dry_run,
    )  # fmt: skip
    if not dry_run:
        for path in (*scratch, *abandoned):
            _remove(path)
    return Upkeep(
        lake=facts,
        scratch=len(scratch),
        scratch_bytes=sizes[0],
        snapshots=len(abandoned),
        snapshots_bytes=sizes[1],
        busy=busy,
        runs=len(dropped),
        runs_bytes=sum(size for path, size in logs if path in dropped),
        dry_run=dry_run,
    )


def _entries(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(folder.iterdir())


def _size(path: Path) -> int:
    every = path.rglob("*") if path.is_dir() and not path.is_symlink() else [path]
    size = 0
    for one in every:
        # A run that ends meanwhile takes its own away.
        with suppress(FileNotFoundError):
            size += one.lstat().st_size if not one.is_dir() else 0
    return size


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
