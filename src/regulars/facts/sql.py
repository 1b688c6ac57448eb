"""Names and values put safely into the statements of an import."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def identifier(name: str) -> str:
    """A column or table name, quoted."""
    return '"' + name.replace('"', '""') + '"'


def identifiers(names: Iterable[str]) -> str:
    return ", ".join(identifier(name) for name in names)


def literal(value: str) -> str:
    """A text value, quoted."""
    return "'" + value.replace("'", "''") + "'"


def same(left: str, right: str, names: Sequence[str]) -> str:
    """A join condition on columns that may be empty; empty equals empty."""
    return " AND ".join(
        f"{left}.{identifier(name)} IS NOT DISTINCT FROM {right}.{identifier(name)}"
        for name in names
    )


def parquet(files: Sequence[str]) -> str:
    """The Parquet files of a table as one relation."""
    listed = ", ".join(literal(file) for file in files)
    return f"read_parquet([{listed}], union_by_name=true)"
