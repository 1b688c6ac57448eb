"""Rows written straight into a table: DuckDB makes the Parquet files, one Delta commit names them.

The files are made in the working folder, in the order of the rows and by all processors, and moved
into the table when they are whole; a writer that is killed leaves none behind. Tables that name
people are written by delta-rs, which can leave column statistics out of a file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from regulars.facts import delta
from regulars.facts.sql import literal
from regulars.facts.tables import FACTS, FactTable
from regulars.facts.versions import sync_folder

if TYPE_CHECKING:
    from deltalake.transaction import AddAction
    from duckdb import DuckDBPyConnection

FILE_SIZE = "256MB"
# Level 1 takes a quarter less time than the usual 3, for files of the same size within 2%. A column
# of more different values than this in a row group is not worth a dictionary: order ids and
# fingerprints are found out early.
_HOW = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 4096"
# The second version's encodings of numbers and text are smaller and quicker; that of floating
# point numbers is one that Spark does not read.
_SECOND = ", PARQUET_VERSION v2"
_NUMBERS = ("BIGINT", "INTEGER")
_TIMES = ("DATE", "TIMESTAMP")


def write_rows(
    con: DuckDBPyConnection,
    path: Path,
    rows: str,
    *,
    overwrite: bool,
    import_id: str,
    import_seq: int,
) -> int:
    """Append the rows of a SELECT, or put them in place of all; returns the Delta version.

    ``rows`` gives the stored columns, typed and in their order.
    """
    table = FACTS[path.name]
    existed = delta.latest_version(path) is not None
    if table.personal or (existed and not _has_all_columns(path, table)):
        return delta.write(
            path, con.sql(rows), overwrite=overwrite, import_id=import_id, import_seq=import_seq
        )
    aside = path.parent / ".work" / f"{path.name}-{uuid4()}"
    aside.parent.mkdir(exist_ok=True)
    second = "" if any(c.type == "DOUBLE" for c in table.stored_columns) else _SECOND
    # A join that reads the smaller side first would give the rows in another order.
    con.execute("SET disabled_optimizers = 'build_side_probe_side'").fetchall()
    made = con.execute(
        f"COPY ({rows}) TO {literal(str(aside))} ({_HOW}{second}, "
        f"FILE_SIZE_BYTES {literal(FILE_SIZE)}, RETURN_STATS)"
    ).fetchall()
    con.execute("RESET disabled_optimizers").fetchall()
    path.mkdir(parents=True, exist_ok=True)
    actions = [_moved(path, table, row) for row in made]
    sync_folder(path)
    _commit(con, path, actions, rows, overwrite=overwrite, txn=(import_id, import_seq))
    sync_folder(path / "_delta_log")
    version = delta.latest_version(path)
    assert version is not None
    return version


def _has_all_columns(path: Path, table: FactTable) -> bool:
    fields = delta.open_table(path).schema().fields
    return [field.name for field in fields] == [c.name for c in table.stored_columns]


def _moved(path: Path, table: FactTable, made: Sequence[Any]) -> AddAction:
    """Put a file that was made into the table's folder; the action that will name it."""
    from deltalake.transaction import AddAction

    place, rows, size, _, statistics, *_ = made
    name = f"part-{uuid4()}.zstd.parquet"
    with open(place, "rb") as file:
        os.fsync(file.fileno())
    os.rename(place, path / name)
    changed = int((path / name).stat().st_mtime * 1000)
    stats = json.dumps(_statistics(table, int(rows), statistics))
    return AddAction(name, int(size), {}, changed, True, stats)


def _statistics(table: FactTable, rows: int, found: Mapping[str, Any]) -> dict[str, Any]:
    """Delta's statistics of a file: of numbers and times, by which readers skip files."""
    low: dict[str, Any] = {}
    high: dict[str, Any] = {}
    nulls: dict[str, int] = {}
    for column in table.stored_columns:
        said = found.get(f'"{column.name}"') or {}
        if "null_count" in said:
            nulls[column.name] = int(said["null_count"])
        if "min" not in said or "max" not in said:
            continue
        if column.type in _NUMBERS:
            low[column.name], high[column.name] = int(said["min"]), int(said["max"])
        elif column.type in _TIMES:
            low[column.name], high[column.name] = said["min"], said["max"]
    return {"numRecords": rows, "minValues": low, "maxValues": high, "nullCount": nulls}


def _commit(
    con: DuckDBPyConnection,
    path: Path,
    actions: list[AddAction],
    rows: str,
    *,
    overwrite: bool,
    txn: tuple[str, int],
) -> None:
    from arro3.core import Table
    from deltalake import CommitProperties, PostCommitHookProperties, Schema, Transaction
    from deltalake.transaction import create_table_with_add_actions

    properties = CommitProperties(app_transactions=[Transaction(*txn)])
    hooks = PostCommitHookProperties(cleanup_expired_logs=False)
    if delta.latest_version(path) is None:
        empty = Table.from_arrow(con.sql(f"SELECT * FROM ({rows}) LIMIT 0"))
        create_table_with_add_actions(
            str(path),
            Schema.from_arrow(empty.schema),
            actions,
            configuration={},
            commit_properties=properties,
            post_commithook_properties=hooks,
        )
        return
    table = delta.open_table(path)
    table.create_write_transaction(
        list(actions),
        "overwrite" if overwrite else "append",
        table.schema(),
        commit_properties=properties,
        post_commithook_properties=hooks,
    )
