"""What analyses add to the server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.analyses.configuration import SETTINGS
from regulars_server.capability import Capability, Entry, Group, Permission
from regulars_server.roles import Role

CAPABILITY = Capability(
    name="analyses",
    permissions=(
        Permission(
            name="analyses.read",
            text=_("Ask analyses; customers are numbers without names"),
            roles=frozenset({Role.ANALYST, Role.MARKETER, Role.CLUB_OPERATOR}),
            changes=False,
        ),
    ),
    settings=SETTINGS,
    navigation=(
        Entry(
            text=_("Analyses"),
            url="analyses:index",
            group=Group.KNOWLEDGE,
            permission="analyses.read",
            order=20,
        ),
    ),
    urls="regulars_server.analyses.urls",
    found="regulars_server.analyses.finding:found",
    api="regulars_server.analyses.api:router",
    jobs="regulars_server.analyses.jobs:JOBS",
    forget="regulars_server.analyses.kept:forget",
)
