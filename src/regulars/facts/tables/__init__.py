"""Every table of facts, declared once: import, engines, help and reference read these."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from regulars.errors import ParameterError, UnknownName
from regulars.facts.tables import marketing, matching, people, service, trade
from regulars.facts.tables.declaring import ROW_COLUMNS, FactTable

FACTS: Mapping[str, FactTable] = MappingProxyType(
    {
        table.name: table
        for table in (
            *people.TABLES,
            *trade.TABLES,
            *marketing.TABLES,
            *service.TABLES,
            *matching.TABLES,
        )
    }
)


def fact_table(name: str) -> FactTable:
    """The declared table of this name; `UnknownName` suggests the nearest."""
    if name in FACTS:
        return FACTS[name]
    near = get_close_matches(name, FACTS, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise UnknownName(f"There is no fact table {name!r}.{hint} Tables: {', '.join(FACTS)}.")


def check_importable(name: str) -> None:
    """Refuse a table that is unknown, or that no file is imported into."""
    if fact_table(name).own:
        raise ParameterError(
            f"{name} is kept by Regulars itself (see `regulars identities`); no file is "
            "imported into it."
        )


__all__ = ["FACTS", "ROW_COLUMNS", "FactTable", "check_importable", "fact_table"]
