"""How the columns of each source became ours, as regulars.toml keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.facts import FACTS
from regulars_server.console.language import library_language
from regulars_server.console.workspace import opened


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a fact: which column fills it, what it means."""

    name: str
    column: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class MappingShown:
    """A table and the source that fills it: fields, and how the file or table is read."""

    table: str
    source: str
    fields: list[Field]
    reading: list[tuple[str, str]]


def mappings() -> list[MappingShown]:
    """Saved mappings of files by table and source; without a lake the mapped tables."""
    settings = opened().settings
    if not settings.lake:
        return [
            _shown(table, str(kept["table"]), kept.get("columns", {}), kept)
            for table, kept in settings.facts.items()
        ]
    return [
        _shown(table, source, kept.get("columns", {}), kept)
        for table, of_source in settings.mappings.items()
        for source, kept in of_source.items()
    ]


def _shown(
    table: str, source: str, columns: Mapping[str, Any], kept: Mapping[str, Any]
) -> MappingShown:
    return MappingShown(
        table=table,
        source=source,
        fields=[
            Field(name=name, column=_column(column), meaning=_meaning(table, name))
            for name, column in columns.items()
        ],
        reading=[
            (name, str(value))
            for name, value in kept.items()
            if name not in ("columns", "table") and value not in (None, "", [], {})
        ],
    )


def _column(column: Any) -> str:
    if isinstance(column, Mapping):
        return ", ".join(f"{name}: {value}" for name, value in column.items())
    return str(column)


def _meaning(table: str, name: str) -> str:
    lang = library_language()
    try:
        return FACTS[table].column(name).meaning.say(lang)
    except KeyError:
        return ""
