"""Restoring a backup, and forgetting again whoever was forgotten since it was made.

The settings file comes last: until it stands, the folder is no workspace, so nobody can read a
forgotten person in a restore that is half done.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars import settings
from regulars.errors import WorkspaceError
from regulars.facts import Erasure, ErasureReport, Lake, delta
from regulars.facts.forgotten import joined
from regulars.facts.versions import sync_folder, write_whole
from regulars.settings import FILE
from regulars.upkeep import erasures as lists
from regulars.upkeep.archive import extract, verify
from regulars.upkeep.upgrade import upgrade

Progress = Callable[[str, float, float | None], None]

_MARK = ".restoring"
_LATER = "regulars.toml.restoring"


@dataclass(frozen=True, kw_only=True)
class RestoreReport:
    """What was restored.

    Attributes
    ----------
    root : the workspace. ``made_at`` says when its backup was made.
    facts_version : that of the backup; a forgetting afterwards makes a newer one.
    lists : the lists of the forgotten that were applied beside the backup's own.
    erased : what applying them did.
    """

    root: Path
    made_at: str
    facts_version: int | None
    lists: tuple[Path, ...]
    erased: ErasureReport


def restore(
    archive: Path,
    folder: Path,
    *,
    erasures: Sequence[Path] = (),
    without_erasures: bool = False,
    at: dt.datetime,
    progress: Progress | None = None,
) -> RestoreReport:
    """Make a workspace of a backup in a new or empty folder.

    Parameters
    ----------
    erasures : lists of the forgotten, as files or as workspaces that keep them; those that lie
        beside the archive are applied unasked.
    without_erasures : there is no list, and nobody was forgotten since the backup.
    at : the instant of this, from the caller's clock.

    Raises
    ------
    WorkspaceError : the backup is damaged, the folder is not empty, a list is missing or of
        another workspace. The folder is as it was before.
    """
    root = folder.absolute()
    delta.check_path(root)
    existed = root.exists()
    _check_empty(root)
    manifest = verify(archive)
    _check_schema(archive, manifest)
    secret_id = str(manifest["secret_id"])
    given = _lists(archive, [*erasures], secret_id, without=without_erasures)
    listed: dict[str, Erasure] = {}
    for path in given:
        found = lists.read_erasures(path, secret_id=secret_id)
        listed = joined(listed, found.erasures.values())
    _check_room(root, manifest)
    try:
        erased = _fill(root, archive, manifest, listed, at, progress)
    except BaseException:
        _empty(root, remove=not existed)
        raise
    upgrade(root)
    return RestoreReport(
        root=root,
        made_at=str(manifest["made_at"]),
        facts_version=manifest["facts_version"],
        lists=tuple(given),
        erased=erased,
    )


def _fill(
    root: Path,
    archive: Path,
    manifest: dict[str, Any],
    listed: dict[str, Erasure],
    at: dt.datetime,
    progress: Progress | None,
) -> ErasureReport:
    root.mkdir(parents=True, exist_ok=True)
    write_whole(root / _MARK, b"")
    _empty(root, but=_MARK)
    total = len(manifest["files"])
    files = extract(archive, root, manifest, renamed={FILE: _LATER})
    for done, _ in enumerate(files, start=1):
        if progress is not None:
            progress("restoring", done, total)
    settings.make_private(root / _LATER)  # older archives have it open to all
    kept = settings.parse((root / _LATER).read_text("utf-8"), root)
    lake = Lake(root, zone=kept.zone, currency=kept.currency, exponent=kept.exponent)
    erased = lake.erase(listed.values(), recorded_at=at)
    _sync_all(root)
    (root / _LATER).rename(root / FILE)
    sync_folder(root)
    (root / _MARK).unlink()
    sync_folder(root)
    sync_folder(root.parent)
    return erased


def _check_empty(root: Path) -> None:
    if not root.exists():
        return
    if not root.is_dir():
        raise WorkspaceError(f"{root} is a file; name a new or empty folder.")
    left = {path.name for path in root.iterdir()}
    # What a killed restore left has the mark and no settings: it is ours to remove.
    if left and not (_MARK in left and FILE not in left):
        raise WorkspaceError(f"{root} is not empty; nothing was changed.")


def _check_schema(archive: Path, manifest: dict[str, Any]) -> None:
    if int(manifest["workspace_schema"]) > settings.SCHEMA:
        raise WorkspaceError(
            f"{archive} holds a workspace of a newer Regulars (schema "
            f"{manifest['workspace_schema']}, this program knows {settings.SCHEMA}); upgrade the "
            "program. Nothing was changed."
        )
    if FILE not in {one["path"] for one in manifest["files"]}:
        raise WorkspaceError(f"{archive} holds no {FILE}: it is no backup of a workspace.")


def _lists(archive: Path, given: list[Path], secret_id: str, *, without: bool) -> list[Path]:
    """The lists to apply; to have none must be said, so that nobody comes back by an oversight."""
    found = lists.beside(archive.absolute().parent, secret_id)
    known = {path.resolve() for path in given}
    every = [*given, *(path for path in found if path.resolve() not in known)]
    if not every and not without:
        raise WorkspaceError(
            "People may have been forgotten since this backup was made, and it would bring them "
            "back. Name the list of the forgotten with --erasures (a file of `regulars erasures "
            "export`, or the present workspace), or say --without-erasures if nobody was."
        )
    return every


def _check_room(root: Path, manifest: dict[str, Any]) -> None:
    needed = sum(int(one["bytes"]) for one in manifest["files"])
    place = next(path for path in (root, *root.parents) if path.exists())
    free = shutil.disk_usage(place).free
    if free < needed:
        raise WorkspaceError(
            f"{place} has room for {free:,} bytes, and {needed:,} are needed. Nothing was written."
        )


def _empty(root: Path, *, but: str | None = None, remove: bool = False) -> None:
    with suppress(FileNotFoundError):
        # The mark goes last: killed while it clears up, the next restore knows the rest as ours.
        for path in sorted(root.iterdir(), key=lambda p: p.name == _MARK):
            if path.name == but:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        if remove:
            root.rmdir()


def _sync_all(root: Path) -> None:
    """The files were synced one by one; now the folders that name them."""
    for folder, _, _ in os.walk(root):
        sync_folder(Path(folder))
