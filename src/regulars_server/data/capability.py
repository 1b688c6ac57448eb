"""What the pages of data add to the server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.capability import Capability, Entry, Group, Permission
from regulars_server.roles import Role

CAPABILITY = Capability(
    name="data",
    permissions=(
        Permission(
            name="data.read",
            text=_("See what facts there are, their quality, their versions and what was computed"),
            roles=frozenset({Role.ANALYST, Role.MARKETER}),
            changes=False,
        ),
        Permission(
            name="data.sql",
            text=_("See the SQL and the errors of what was computed, which can hold ids"),
            roles=frozenset({Role.ANALYST}),
            changes=False,
        ),
    ),
    navigation=(
        Entry(
            text=_("What is here"),
            url="data:index",
            group=Group.DATA,
            permission="data.read",
            order=5,
        ),
    ),
    urls="regulars_server.data.urls",
    api="regulars_server.data.api:router",
    found="regulars_server.data.finding:found",
    jobs="regulars_server.data.jobs:JOBS",
)
