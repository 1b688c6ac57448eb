"""A result as the analysis of that name would give it: its declared columns, made-up rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import arro3.core as arrow

import regulars
from regulars.analyses.run import EXTERNAL_ID
from regulars.declare import Column
from regulars.result import Note, Result

KINDS = {
    "VARCHAR": "utf8",
    "BIGINT": "int64",
    "INTEGER": "int64",
    "DOUBLE": "float64",
    "BOOLEAN": "bool",
    "DATE": "date32",
}
EPOCH = dt.date(1970, 1, 1)


@cache
def columns_of(name: str) -> tuple[Column, ...]:
    """The columns as declared; customers come with the id that a reader knows."""
    (analysis,) = (a for a in regulars.catalogue() if a.name == name)
    return (*analysis.columns, EXTERNAL_ID) if analysis.grain == "customer" else analysis.columns


def result(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    figures: Mapping[str, Any] | None = None,
    parameters: Mapping[str, Any] | None = None,
    notes: tuple[Note, ...] = (),
) -> Result:
    """An answer with the columns that the analysis declares; what a row leaves out is null."""
    declared = columns_of(name)
    columns = {column.name: KINDS[column.type] for column in declared}
    assert all(set(row) <= set(columns) for row in rows), "a column that is not declared"
    return Result(
        name=name,
        parameters=parameters or {},
        columns=declared,
        table=arrow.Table.from_arrays(
            [_array([row.get(column) for row in rows], kind) for column, kind in columns.items()],
            names=list(columns),
        ),
        figures=figures or {},
        notes=notes,
        facts_version=3,
    )


def _array(values: Sequence[Any], kind: str) -> Any:
    if kind != "date32":
        return arrow.Array(values, type=getattr(arrow.DataType, kind)())
    days = [None if value is None else (value - EPOCH).days for value in values]
    return arrow.Array(days, type=arrow.DataType.int32()).cast(arrow.DataType.date32())
