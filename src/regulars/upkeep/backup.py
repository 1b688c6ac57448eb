"""A backup: the current facts version and all else that a workspace is, in one file."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars import fits
from regulars.errors import FactsError, WorkspaceError
from regulars.facts import FACTS, FactsVersion, Lake, delta, records
from regulars.facts.forgotten import LIST, SECRET
from regulars.facts.versions import file_name, sync_folder
from regulars.settings import FILE, Settings
from regulars.snapshot import published
from regulars.upkeep.archive import Vanished, Writer, verify
from regulars.upkeep.erasures import SUFFIX, export, of_facts

Progress = Callable[[str, float, float | None], None]

_TRIES = 5
_NOT_COPIED = {*FACTS, "versions", "imports", ".lock", ".work", LIST, "forgetting.json"}


@dataclass(frozen=True, kw_only=True)
class BackupReport:
    """A backup that was made or checked.

    Attributes
    ----------
    path : the archive; ``erasures`` the list of the forgotten beside it.
    facts_version : the version that it holds; None when nothing was imported.
    made_at : ISO 8601, in UTC.
    files, bytes : how many files are in it, and how long these are together.
    """

    path: Path
    erasures: Path | None
    facts_version: int | None
    made_at: str
    files: int
    bytes: int


def backup(
    settings: Settings,
    lake: Lake,
    target: Path,
    *,
    at: dt.datetime,
    program_version: str,
    progress: Progress | None = None,
) -> BackupReport:
    """Copy the workspace as it is now into one file; imports and readers go on meanwhile.

    Parameters
    ----------
    target : a new file, or a folder that gets one named after workspace, instant and version.
    at : the instant of the backup, from the caller's clock.

    Raises
    ------
    WorkspaceError : the file exists, its folder does not, or there is no room.
    """
    secret_id = of_facts(lake.folder).secret_id
    final = _name(settings, target, at)
    aside = final.with_name(f".{final.name}.{uuid.uuid4().hex[:8]}.writing")
    try:
        for left in range(_TRIES, 0, -1):
            try:
                manifest = _write(settings, lake, aside, at, program_version, secret_id, progress)
                break
            except Vanished as gone:
                # Somebody was forgotten meanwhile, and the files are gone, as they must be.
                if left == 1:
                    raise WorkspaceError(
                        f"{gone} was missing each of {_TRIES} times: either people are being "
                        "forgotten one after another, or the workspace is damaged. No backup was "
                        "made."
                    ) from None
        if final.exists():
            raise WorkspaceError(f"{final} exists already; nothing was written over it.")
        aside.rename(final)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(final.parent)
    listed = final.parent / f"{settings.name}-{secret_id[:8]}{SUFFIX}"
    export(lake.folder, listed)
    return _report(final, manifest, listed)


def check(path: Path) -> BackupReport:
    """Read a whole backup and compare every file in it with its hash.

    Raises
    ------
    WorkspaceError : it is damaged, cut short or no backup.
    """
    return _report(path, verify(path), None)


def _report(path: Path, manifest: dict[str, Any], erasures: Path | None) -> BackupReport:
    return BackupReport(
        path=path,
        erasures=erasures,
        facts_version=manifest["facts_version"],
        made_at=manifest["made_at"],
        files=len(manifest["files"]),
        bytes=sum(one["bytes"] for one in manifest["files"]),
    )


def _name(settings: Settings, target: Path, at: dt.datetime) -> Path:
    target = target.absolute()
    if target.is_dir():
        stamp = at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
        target = target / f"{settings.name}-{stamp}-{uuid.uuid4().hex[:6]}.tar"
    if target.exists():
        raise WorkspaceError(f"{target} exists already; nothing was written over it.")
    if not target.parent.is_dir():
        raise WorkspaceError(f"There is no folder {target.parent} to write the backup to.")
    if target.parent.resolve().is_relative_to(settings.root.resolve()):
        raise WorkspaceError("A backup inside the workspace would be lost with it; name another.")
    return target


def _write(
    settings: Settings,
    lake: Lake,
    aside: Path,
    at: dt.datetime,
    program_version: str,
    secret_id: str,
    progress: Progress | None,
) -> dict[str, Any]:
    # It names people and carries the secret: nobody else's to read.
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file, lake.held() as version:
        listed = list(_files(settings, lake, version))
        total = sum(_size(path, name) for path, name in listed)
        _check_room(aside.parent, total)
        writer = Writer(file)
        done = 0
        for path, name in listed:
            writer.add(path, name, private=name == f"facts/{SECRET}")
            done += writer.copied[-1].bytes
            if progress is not None:
                progress("copying", done, total)
        # Last: whoever was forgotten while the rest was copied is on it, and a restore applies it.
        if (lake.folder / LIST).exists():
            writer.add(lake.folder / LIST, f"facts/{LIST}")
        manifest = {
            "made_at": at.astimezone(dt.UTC).isoformat(timespec="seconds"),
            "program_version": program_version,
            "workspace": settings.name,
            "workspace_schema": settings.schema,
            "facts_version": version.number if version else None,
            "secret_id": secret_id,
        }
        writer.close(manifest)
        file.flush()
        os.fsync(file.fileno())
    return {**manifest, "files": [vars(one) for one in writer.copied]}


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise WorkspaceError(
            f"{folder} has room for {free:,} bytes, and {needed:,} are needed. Nothing was written."
        )


def _size(path: Path, name: str) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        raise Vanished(name) from None


def _files(
    settings: Settings, lake: Lake, version: FactsVersion | None
) -> Iterator[tuple[Path, str]]:
    """Every file to copy, with its name in the archive."""
    root = settings.root
    yield root / FILE, FILE
    for path in sorted(root.glob("runs*.jsonl")):
        yield path, path.name
    for snapshot in published(root / "snapshots"):
        yield from _all_in(snapshot.path, root)
    for path in sorted((root / fits.FOLDER).glob("*.json")):
        yield path, _within(path, root)
    for path in sorted(lake.folder.iterdir()):
        if path.name in _NOT_COPIED or path.name.endswith(".tmp"):
            continue
        yield from _all_in(path, root) if path.is_dir() else [(path, _within(path, root))]
    if version is not None:
        yield from _facts(root, lake.folder, version)


def _facts(root: Path, facts: Path, version: FactsVersion) -> Iterator[tuple[Path, str]]:
    """What a facts version names: its tables' files and logs, its imports, itself."""
    for name, at in version.tables.items():
        try:
            paths = [*map(Path, delta.files(facts / name, at)), *delta.log_files(facts / name, at)]
        except (FileNotFoundError, FactsError) as error:
            raise Vanished(name) from error
        for path in paths:
            yield path, _within(path, root)
    for folder in records.published(facts, version.import_seq):
        yield from _all_in(folder, root)
    number = facts / "versions" / file_name(version.number)
    yield number, _within(number, root)


def _all_in(folder: Path, root: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith(".tmp"):
            yield path, _within(path, root)


def _within(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
