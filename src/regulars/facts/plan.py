"""How one table's files become staged rows."""

from __future__ import annotations

from dataclasses import dataclass, field

from regulars.facts.casting import Money
from regulars.facts.mapping import ColumnMapping, FileField, file_fields
from regulars.facts.tables import FactTable


@dataclass(eq=False)
class Plan:
    """How one table's files become staged rows.

    ``mapped`` are the declared columns that the files fill; ``void`` withdraws every row.
    ``days_are_local`` says that a local time of the files is always of its own date here,
    ``has_rates`` that table ``rates`` holds imported exchange rates. What happened after
    ``last_day`` (ISO) cannot have happened yet.
    """

    table: FactTable
    mapping: ColumnMapping
    money: Money
    zone: str
    void: bool = False
    days_are_local: bool = False
    has_rates: bool = False
    last_day: str | None = None
    fields: dict[str, FileField] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fields = file_fields(self.table)

    @property
    def names(self) -> list[str]:
        """Fields that the files fill."""
        return [*self.mapping.columns, *self.mapping.fixed]

    @property
    def mapped(self) -> set[str]:
        return {self.fields[name].target for name in self.names}
