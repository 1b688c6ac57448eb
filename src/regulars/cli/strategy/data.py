"""Retention from a workspace's own facts, for ``retention: {from: …}`` in a scenario file."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.cli.options import open_workspace
from regulars.errors import ParameterError

if TYPE_CHECKING:
    from regulars.plans import RetentionSource
    from regulars.strategy import RetentionCurve


def retention_of(workspace: Path | None) -> RetentionSource:
    """Asks the workspace named on the line, or the nearest one, when a file wants it to."""

    def ask(asked: Mapping[str, Any]) -> RetentionCurve:
        opened = open_workspace(workspace)
        answer = getattr(opened, "retention_curve", None)
        if answer is None:
            raise ParameterError(
                f"This version of Regulars cannot read retention from {asked['from']}: "
                "give the rates, or counts as {renewed: […], due: […]}."
            )
        parameters = {name: _plain(value) for name, value in asked.items() if name != "from"}
        curve: RetentionCurve = answer(asked["from"], **parameters)
        return curve

    return ask


def _plain(value: Any) -> Any:
    """A number as analyses take it: whole, or a float."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
