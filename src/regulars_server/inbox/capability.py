"""What the inbox adds to the server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.capability import Capability, Entry, Group, Permission
from regulars_server.inbox.configuration import SETTINGS
from regulars_server.roles import Role

CAPABILITY = Capability(
    name="inbox",
    permissions=(
        Permission(name="events.write", text=_("Send events by the API")),
        Permission(
            name="inbox.read",
            text=_("See whether events come in and become facts"),
            roles=frozenset({Role.ANALYST, Role.MARKETER}),
            changes=False,
        ),
        Permission(
            name="inbox.export",
            text=_("Download which events were not taken"),
            roles=frozenset({Role.ANALYST}),
        ),
    ),
    navigation=(
        Entry(
            text=_("Inbox"), url="inbox:index", group=Group.DATA, permission="inbox.read", order=20
        ),
    ),
    settings=SETTINGS,
    urls="regulars_server.inbox.urls",
    api="regulars_server.inbox.api:router",
    metrics="regulars_server.inbox.metrics:figures",
    jobs="regulars_server.inbox.jobs:JOBS",
    prepare="regulars_server.inbox.forgotten:prepare",
    forget="regulars_server.inbox.upkeep:forget",
    held="regulars_server.inbox.queries:held",
)
