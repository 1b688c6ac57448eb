"""The keyed hash that the workspace knows the forgotten by, for who is named in messages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from regulars_server.console.workspace import opened

if TYPE_CHECKING:
    from regulars.facts.forgotten import Forgotten

# A visitor's id is no customer's id, even where the texts are the same.
VISITOR = "visitor of "
_kept: dict[Path, tuple[object, Forgotten]] = {}


def forgotten() -> Forgotten:
    """The list as it is now; read anew only where its files have changed.

    Raises
    ------
    WorkspaceError : there is no workspace, or one without a lake.
    """
    from django.conf import settings

    from regulars.facts.forgotten import LIST, SECRET

    folder = Path(settings.REGULARS_WORKSPACE) / "facts"
    seen = tuple(map(_stamp, (folder / SECRET, folder / LIST)))
    known = _kept.get(folder)
    if known is not None and known[0] == seen and seen[0] is not None:
        return known[1]
    found = opened().lake.forgotten()
    _kept[folder] = (tuple(map(_stamp, (folder / SECRET, folder / LIST))), found)
    return found


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def who(known: Forgotten, *, source: str, customer_id: str, anonymous_id: str) -> str:
    """The hash of the customer; of the visitor where no customer is named."""
    if customer_id:
        return known.hash(source, customer_id)
    return known.hash(VISITOR + source, anonymous_id)


def prepare() -> None:
    """Make the secret at the start, before two processes could make two."""
    from regulars.errors import WorkspaceError

    try:
        forgotten()
    except WorkspaceError:
        return  # no facts of our own: the inbox says so to who sends
