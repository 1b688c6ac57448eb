"""The workspace that the server stands on."""

from __future__ import annotations

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


def version_of(ws: Workspace) -> int | None:
    """The facts version that an answer of this moment would be on; None without a lake."""
    if not ws.settings.lake:
        return None
    current = ws.lake.current()
    return current.number if current is not None else 0
