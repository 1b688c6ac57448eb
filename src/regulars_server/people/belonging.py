"""Whether the database and the workspace are of each other.

Consents, cases and erasures are kept under the workspace's customer keys. Beside other facts, or
beside older ones of the same workspace, in which later keys will be given anew, they would be said
of somebody else. So a server that holds any does not start on such facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from regulars.errors import WorkspaceError
from regulars_server.audit.models import AuditEntry
from regulars_server.console.workspace import opened, version_of
from regulars_server.people.models import Consent, ErasedKey, IndexState

if TYPE_CHECKING:
    from regulars import Workspace

OTHER = (
    "The database holds what people of another workspace said. Name that workspace in "
    "REGULARS_WORKSPACE, or give this one a database and a data folder of its own."
)
OLDER = (
    "The facts (version {facts}) are older than what the database has seen (version {seen}). "
    "Restore the copy of the database that was made with them: docs/operating/backup.md."
)


def check(ws: Workspace) -> None:
    """Return where the database may be used with these facts.

    Raises
    ------
    WorkspaceError : it says of people what the facts would tell of others.
    """
    seen = IndexState.objects.filter(pk=1).first()
    version = version_of(ws)
    if seen is None or version is None or not _says_anything():
        return
    if seen.workspace and seen.workspace != ws.lake.forgotten().secret_id:
        raise WorkspaceError(OTHER)
    if version < seen.facts_version:
        raise WorkspaceError(OLDER.format(facts=version, seen=seen.facts_version))


def prepare() -> None:
    """At a start: nothing, or why there is none."""
    ws = _opened()
    if ws is not None:
        check(ws)


def why_not() -> str | None:
    """None when they belong together; else why not."""
    ws = _opened()
    try:
        if ws is not None:
            check(ws)
    except WorkspaceError as error:
        return str(error)
    return None


def _opened() -> Workspace | None:
    """None where there is no workspace, which others say."""
    try:
        return opened()
    except WorkspaceError:
        return None


def _says_anything() -> bool:
    """Whether anything is kept under a key; every change that concerns a person is audited."""
    return (
        Consent.objects.exists()
        or ErasedKey.objects.exists()
        or AuditEntry.objects.filter(customer_key__isnull=False).exists()
    )
