"""A workspace's own facts, for what a scenario file takes ``from: …``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.cli.options import open_workspace

if TYPE_CHECKING:
    from regulars.result import Result
    from regulars.strategy import RetentionCurve
    from regulars.workspace import Workspace


@dataclass(frozen=True)
class WorkspaceFacts:
    """The workspace named on the line, or the nearest one; opened when a file wants it."""

    folder: Path | None

    @cached_property
    def opened(self) -> Workspace:
        return open_workspace(self.folder)

    @property
    def currency(self) -> str:
        return self.opened.settings.currency

    @property
    def minor_per_major(self) -> int:
        found: int = 10**self.opened.settings.exponent
        return found

    def retention(self, asked: Mapping[str, Any]) -> RetentionCurve:
        parameters = {name: _plain(value) for name, value in asked.items() if name != "from"}
        return self.opened.retention_curve(asked["from"], **parameters)

    def show(self, analysis: str, asked: Mapping[str, Any]) -> Result:
        return self.opened.show(analysis, **{name: _plain(v) for name, v in asked.items()})


def _plain(value: Any) -> Any:
    """A number as analyses take it: whole, or a float."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
