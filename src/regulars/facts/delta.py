"""The tables on disk: opening, appending to and rewriting Delta tables.

Everything that knows delta-rs stands here. Paths come from the add actions joined to the
table's folder, because the addresses that delta-rs makes are percent-encoded and cannot be
opened when the workspace's path has blanks or Chinese in it.
"""

from __future__ import annotations

import json
import shutil
from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from regulars.errors import FactsError, WorkspaceError
from regulars.facts.tables import FACTS, FactTable
from regulars.facts.versions import sync_folder

if TYPE_CHECKING:
    from deltalake import DeltaTable, WriterProperties

# Characters that delta-rs or DuckDB would read as a pattern or refuse in an address.
_UNUSABLE = "[]{}*?#%\\"
_TARGET_BYTES = 128 * 2**20


def check_path(root: Path) -> None:
    """Refuse, in words, a workspace path that the storage libraries cannot open."""
    found = sorted({c for c in str(root) if c in _UNUSABLE or ord(c) < 0x20})
    if found:
        raise WorkspaceError(
            f"The path {str(root)!r} holds {' '.join(repr(c) for c in found)}, which the storage "
            "libraries take for a pattern. Please choose a folder whose path has none of "
            f"{' '.join(_UNUSABLE)}."
        )


def latest_version(path: Path) -> int | None:
    """The newest Delta version of a table, published or not; None where there is no table."""
    log = path / "_delta_log"
    if not log.is_dir():
        return None
    # Every version has its commit file; asking the folder is much quicker than opening the table.
    return max((int(f.stem) for f in log.glob("*.json") if f.stem.isdigit()), default=None)


def open_table(path: Path, version: int | None = None) -> DeltaTable:
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError

    try:
        return DeltaTable(str(path), version=version)
    except DeltaError as error:
        raise FactsError(
            f"The table {path.name} cannot be opened at its version {version}: {error}"
        ) from error


def files(path: Path, version: int) -> tuple[str, ...]:
    """Absolute paths of the Parquet files that make up the table at this Delta version."""
    from arro3.core import Table

    actions = Table.from_arrow(open_table(path, version).get_add_actions())
    names = actions.column("path").to_pylist()
    return tuple(sorted(str(path / unquote(str(name))) for name in names))


def named(path: Path, at: Iterable[int]) -> set[str]:
    """Absolute paths of all Parquet files that make up the table at any of these Delta versions.

    As the union of `files`, by one walk through the log: opening the table at each of thousands of
    versions takes minutes.
    """
    wanted = sorted(set(at))
    commits = _commits(path)
    if not wanted or not commits:
        return set()
    begin = commits[0]
    found = {file for version in wanted if version < begin for file in files(path, version)}
    since = dict.fromkeys(files(path, begin), begin) if begin else {}

    def close(name: str, until: int) -> None:
        # It was there from `since[name]` up to the version before `until`.
        first = since.pop(name, None)
        if first is not None and bisect_left(wanted, first) < bisect_left(wanted, until):
            found.add(name)

    for version in commits[1:] if begin else commits:
        added, removed = _changed(path, version)
        for name in removed:
            close(name, version)
        for name in added:
            since.setdefault(name, version)
    for name in list(since):
        close(name, wanted[-1] + 1)
    return found


def _commits(path: Path) -> list[int]:
    """The Delta versions whose commit the log has, which follow each other without a gap."""
    log = path / "_delta_log"
    found = sorted(int(f.stem) for f in log.glob("*.json") if f.stem.isdigit())
    if found and found[-1] - found[0] + 1 != len(found):
        raise FactsError(f"The log of the table {path.name} has a gap.")
    return found


def _changed(path: Path, version: int) -> tuple[list[str], list[str]]:
    """The files that a commit added, and those that it removed."""
    added: list[str] = []
    removed: list[str] = []
    for line in (path / "_delta_log" / f"{version:020d}.json").read_text("utf-8").splitlines():
        action = json.loads(line)
        for kind, names in (("add", added), ("remove", removed)):
            if kind in action:
                names.append(str(path / unquote(action[kind]["path"])))
    return added, removed


def trim_log(path: Path, oldest: int) -> int:
    """Remove entries of the log that no version from ``oldest`` on is read from; how many.

    A version is read from the newest checkpoint before it.
    """
    log = path / "_delta_log"
    points = [int(f.name.partition(".")[0]) for f in log.glob("*.checkpoint.parquet")]
    begin = max((one for one in points if one <= oldest), default=None)
    if begin is None:
        return 0
    going = [
        entry
        for entry in log.iterdir()
        if (number := entry.name.partition(".")[0]).isdigit() and int(number) < begin
    ]
    # The oldest first: killed in between, what is left has no gap.
    for entry in sorted(going):
        entry.unlink()
    if going:
        sync_folder(log)
    return len(going)


def write(path: Path, rows: Any, *, overwrite: bool, import_id: str, import_seq: int) -> int:
    """Append the rows, or put them in place of all; one commit. Returns its Delta version.

    ``rows`` is anything that streams Arrow; the import's id is recorded in the commit.
    """
    from deltalake import CommitProperties, PostCommitHookProperties, Transaction, write_deltalake

    table = FACTS[path.name]
    existed = latest_version(path) is not None
    if not existed:
        path.mkdir(parents=True, exist_ok=True)
    write_deltalake(
        str(path),
        rows,
        mode="overwrite" if overwrite else "append",
        schema_mode="merge" if existed else None,
        configuration=None if existed else _configuration(table),
        writer_properties=_writer_properties(table),
        commit_properties=CommitProperties(app_transactions=[Transaction(import_id, import_seq)]),
        post_commithook_properties=PostCommitHookProperties(cleanup_expired_logs=False),
    )
    sync_folder(path / "_delta_log")
    version = latest_version(path)
    assert version is not None
    return version


def _configuration(table: FactTable) -> dict[str, str | None]:
    """Column statistics of a table that names people are limited to the customer's key."""
    if not table.personal:
        return {}
    return {"delta.dataSkippingStatsColumns": "customer_key"}


def _writer_properties(table: FactTable) -> WriterProperties:
    from deltalake import ColumnProperties, WriterProperties

    if not table.personal:
        return WriterProperties(compression="ZSTD", compression_level=3)
    return WriterProperties(
        compression="ZSTD",
        compression_level=1,
        default_column_properties=ColumnProperties(statistics_enabled="NONE"),
        column_properties={"customer_key": ColumnProperties(statistics_enabled="CHUNK")},
    )


def compact(path: Path, *, import_seq: int) -> int:
    """Make the small files of a table one, row by row the same; returns its Delta version."""
    from deltalake import CommitProperties, PostCommitHookProperties, Transaction

    open_table(path).optimize.compact(
        target_size=_TARGET_BYTES,
        max_concurrent_tasks=1,
        writer_properties=_writer_properties(FACTS[path.name]),
        commit_properties=CommitProperties(app_transactions=[Transaction("maintain", import_seq)]),
        post_commithook_properties=PostCommitHookProperties(cleanup_expired_logs=False),
    )
    sync_folder(path / "_delta_log")
    version = latest_version(path)
    assert version is not None
    return version


def log_files(path: Path, version: int) -> list[Path]:
    """The files of the log that say what the table is at this Delta version."""
    found = []
    for entry in sorted((path / "_delta_log").iterdir()):
        number = entry.name.partition(".")[0]
        if entry.name == "_last_checkpoint":
            if json.loads(entry.read_text("utf-8"))["version"] <= version:
                found.append(entry)
        elif number.isdigit() and int(number) <= version and entry.suffix != ".tmp":
            found.append(entry)
    return found


def restore(path: Path, version: int | None) -> None:
    """Take back what was committed after the published version and never published."""
    newest = latest_version(path)
    if version is None:
        if path.exists():
            shutil.rmtree(path)
        return
    if newest is None or newest == version or files(path, newest) == files(path, version):
        return
    open_table(path).restore(version)
    sync_folder(path / "_delta_log")


def purge_past(path: Path) -> int:
    """Leave nothing of a table but its newest state: no older file and no older log entry.

    Returns the Delta version that is left, from now on the oldest.
    """
    table = open_table(path)
    version = int(table.version())
    table.create_checkpoint()
    log = path / "_delta_log"
    kept_log = {
        f"{version:020d}.json",
        f"{version:020d}.checkpoint.parquet",
        "_last_checkpoint",
    }
    for entry in log.iterdir():
        if entry.name not in kept_log:
            _remove(entry)
    kept = set(files(path, version))
    for entry in path.iterdir():
        if entry != log and str(entry) not in kept:
            _remove(entry)
    sync_folder(log)
    sync_folder(path)
    return version


def _remove(entry: Path) -> None:
    if entry.is_dir():
        shutil.rmtree(entry)
    else:
        entry.unlink()
