"""The tables on disk: opening, appending to and rewriting Delta tables.

Everything that knows delta-rs stands here. Paths come from the add actions joined to the
table's folder, because the addresses that delta-rs makes are percent-encoded and cannot be
opened when the workspace's path has blanks or Chinese in it.
"""

from __future__ import annotations

import json
import shutil
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
