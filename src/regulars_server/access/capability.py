"""What sign-in and users add to the server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.access.configuration import IDLE_MINUTES, SECOND_FACTOR, SESSION_HOURS
from regulars_server.capability import Capability, Entry, Group, Permission
from regulars_server.roles import Role

CAPABILITY = Capability(
    name="access",
    permissions=(
        Permission(name="users.read", text=_("See users and their roles"), changes=False),
        Permission(name="users.manage", text=_("Invite users, change roles, disable users")),
        Permission(
            name="tokens.manage",
            text=_("Make and revoke one's own API tokens"),
            roles=frozenset({Role.ANALYST, Role.MARKETER}),
        ),
    ),
    navigation=(
        Entry(
            text=_("Users"),
            url="access:users",
            group=Group.ADMINISTRATION,
            permission="users.read",
            order=10,
        ),
        Entry(
            text=_("API tokens"),
            url="access:tokens",
            group=Group.ADMINISTRATION,
            permission="tokens.manage",
            order=20,
        ),
    ),
    settings=(IDLE_MINUTES, SESSION_HOURS, SECOND_FACTOR),
    urls="regulars_server.access.urls",
    jobs="regulars_server.access.jobs:JOBS",
    prepare="regulars_server.access.first_run:offer",
)
