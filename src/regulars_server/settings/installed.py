"""The capabilities of this server, a line each: the only list that a new one is added to."""

from __future__ import annotations

CAPABILITIES = (
    "regulars_server.console",
    "regulars_server.overview",
    "regulars_server.imports",
    "regulars_server.access",
    "regulars_server.audit",
    "regulars_server.work",
    "regulars_server.api",
    "regulars_server.analyses",
    "regulars_server.snapshots",
    "regulars_server.people",
    "regulars_server.audiences",
    "regulars_server.care",
    "regulars_server.strategies",
    "regulars_server.inbox",
    "regulars_server.data",
)
