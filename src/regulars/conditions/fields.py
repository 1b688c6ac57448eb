"""What a condition may name: columns of a snapshot, each with the kind of its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from regulars.declare import Column

AS_OF = "as_of"
"""The word for the snapshot's own day: a condition that uses it moves with the snapshot."""


class Kind(StrEnum):
    """What kind of values; only like is compared with like."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    FLAG = "flag"


_KINDS = {
    "BIGINT": Kind.NUMBER,
    "INTEGER": Kind.NUMBER,
    "DOUBLE": Kind.NUMBER,
    "DECIMAL(18, 6)": Kind.NUMBER,
    "VARCHAR": Kind.TEXT,
    "DATE": Kind.DATE,
    "BOOLEAN": Kind.FLAG,
}


@dataclass(frozen=True)
class Field:
    """A column that may be named. ``column`` says what it is called; None where nobody is told."""

    name: str
    kind: Kind
    column: Column | None = None

    @property
    def unit(self) -> str | None:
        return self.column.unit if self.column is not None else None


Fields = Mapping[str, Field]


def fields_of(columns: Iterable[Column]) -> dict[str, Field]:
    """The fields of declared columns; what names people, and instants, are none."""
    return {
        column.name: Field(column.name, _KINDS[column.type], column)
        for column in columns
        if column.type in _KINDS and not column.personal and column.name != "external_id"
    }
