"""Between Arrow and NumPy: what a derived table's function takes and gives, on every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from regulars.errors import EngineError

if TYPE_CHECKING:
    from arro3.core import Table

    from regulars.declare import Column
    from regulars.steps import Derived

_EPOCH = "cast('1970-01-01' as date)"


def arrays_of(rows: Any) -> dict[str, Any]:
    """One array a column: days as ``datetime64[D]``, masked where there are nulls.

    Parameters
    ----------
    rows : anything that gives an Arrow stream, or a DuckDB relation.
    """
    if isinstance(rows, duckdb.DuckDBPyRelation):
        return _days(rows.fetchnumpy())
    with duckdb.connect() as connection:
        return _days(connection.from_arrow(rows).fetchnumpy())


def _days(arrays: dict[str, Any]) -> dict[str, Any]:
    return {
        name.lower(): values.astype("datetime64[D]") if values.dtype.kind == "M" else values
        for name, values in arrays.items()
    }


def table_of(arrays: Mapping[str, Any], columns: Sequence[Column]) -> Table:
    """An Arrow table of the declared columns and types; masked values become nulls."""
    from arro3.core import Table

    given, select = raw_table(arrays, columns)
    with duckdb.connect() as connection:
        connection.register("given", given)
        return Table.from_arrow(connection.sql(f"select {select} from given"))


def raw_table(arrays: Mapping[str, Any], columns: Sequence[Column]) -> tuple[Table, str]:
    """The arrays as Arrow, and the columns of a DuckDB SELECT that gives them as declared."""
    from arro3.core import Table

    parts, select = {}, []
    for place, column in enumerate(columns):
        values = arrays[column.name]
        value = f"v{place}"
        parts[value] = _arrow(np.ma.getdata(values))
        sql = f"{_EPOCH} + {value}" if column.type == "DATE" else value
        mask = _nulls(values)
        if mask is not None:
            parts[f"n{place}"] = _arrow(mask)
            sql = f"case when not n{place} then {sql} end"
        select.append(f'cast({sql} as {column.type}) as "{column.name}"')
    return Table.from_arrays(list(parts.values()), names=list(parts)), ", ".join(select)


def _nulls(values: Any) -> Any:
    mask = np.ma.getmaskarray(values)
    data = np.ma.getdata(values)
    if data.dtype.kind == "M":
        mask = mask | np.isnat(data)
    return mask if mask.any() else None


def _arrow(values: Any) -> Any:
    from arro3.core import Array, DataType

    if values.dtype.kind == "M":
        values = np.where(np.isnat(values), 0, values.astype("datetime64[D]").astype(np.int64))
        return Array.from_numpy(values.astype(np.int32))
    if values.dtype.kind in "OUS":
        return Array(_texts(values), type=DataType.utf8())
    return Array.from_numpy(np.ascontiguousarray(values))


def derived(step: Derived, arrays: Mapping[str, Any], values: Mapping[str, Any]) -> Table:
    """The function's answer as a table.

    Raises
    ------
    EngineError : as `applied`.
    """
    return table_of(applied(step, arrays, values), step.columns)


def applied(
    step: Derived, arrays: Mapping[str, Any], values: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The function's answer, one array a column.

    Raises
    ------
    EngineError : it gives other columns than are declared, or columns of unequal length.
    """
    given = step.apply(arrays, values)
    declared = [column.name for column in step.columns]
    if set(given) != set(declared) or len({len(given[name]) for name in declared}) > 1:
        raise EngineError(
            f"the derived table {step.name!r} declares {', '.join(declared)};"
            f" its function gave { {name: len(column) for name, column in given.items()} }"
        )
    return given


def _texts(values: Any) -> list[str | None]:
    found = values.tolist()
    if set(map(type, found)) <= {str, type(None)}:
        return list(found)
    return [None if v is None else str(v) for v in found]
