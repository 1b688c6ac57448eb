"""What cases add to the server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.capability import Capability, Entry, Group, Permission
from regulars_server.roles import Role

DESK = frozenset({Role.SERVICE_AGENT, Role.CLUB_OPERATOR})

CAPABILITY = Capability(
    name="care",
    permissions=(
        Permission(name="care.read", text=_("See cases"), roles=DESK, changes=False),
        Permission(
            name="care.work", text=_("Open, take, answer and close cases"),
            roles=frozenset({Role.SERVICE_AGENT}),
        ),
    ),
    navigation=(
        Entry(
            text=_("Cases"),
            url="care:index",
            group=Group.CUSTOMERS,
            permission="care.read",
            order=30,
        ),
    ),
    urls="regulars_server.care.urls",
    api="regulars_server.care.api:router",
    forget="regulars_server.care.services:forget",
    held="regulars_server.care.queries:held",
)  # fmt: skip
