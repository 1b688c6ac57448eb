"""The workspace that the server stands on."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from django.conf import settings

import regulars
from regulars.errors import RegularsError

if TYPE_CHECKING:
    from regulars import Workspace


def opened() -> Workspace:
    """The workspace; `regulars.errors.WorkspaceError` where there is none."""
    return regulars.open(settings.REGULARS_WORKSPACE)


def why_not() -> str | None:
    """None when the workspace opens; else why it does not."""
    try:
        opened()
    except RegularsError as error:
        return str(error)
    return None


def state_of(ws: Workspace, number: int | None = None) -> str | None:
    """The state of the facts that what is made of them is kept under; None without a lake.

    The number of the facts version, and a mark of what made it: after an older backup was restored
    a number comes again with other facts.

    Parameters
    ----------
    number : of another version than that of this moment.

    Raises
    ------
    FactsError : there is no such version.
    """
    if not ws.settings.lake:
        return None
    found = ws.lake.version(number) if number else ws.lake.current()
    if found is None or number == 0:
        return "0"
    made = json.dumps([found.import_id, found.operation, found.recorded_at, dict(found.tables)])
    return f"{found.number}-{hashlib.sha256(made.encode()).hexdigest()[:8]}"


def number_in(state: str | None) -> int | None:
    """The number of the facts version of a state."""
    return int(state.partition("-")[0]) if state is not None else None


def version_of(ws: Workspace) -> int | None:
    """The facts version that an answer of this moment would be on; None without a lake."""
    if not ws.settings.lake:
        return None
    current = ws.lake.current()
    return current.number if current is not None else 0
