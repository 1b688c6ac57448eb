"""What jobs add to the server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.capability import Capability, Entry, Group, Permission
from regulars_server.roles import Role
from regulars_server.work.configuration import SETTINGS

CAPABILITY = Capability(
    name="work",
    permissions=(
        Permission(
            name="work.read",
            text=_("See jobs: what runs, what waits, what failed"),
            roles=frozenset({Role.ANALYST, Role.MARKETER, Role.CLUB_OPERATOR}),
            changes=False,
        ),
        Permission(
            name="work.manage",
            text=_("Start a snapshot; cancel jobs and try them again"),
            roles=frozenset({Role.ANALYST}),
        ),
        Permission(
            name="work.report",
            text=_("Have the report written, and download it"),
            roles=frozenset({Role.ANALYST, Role.MARKETER}),
        ),
    ),
    navigation=(
        Entry(text=_("Jobs"), url="work:index", group=Group.DATA, permission="work.read", order=60),
    ),
    settings=SETTINGS,
    urls="regulars_server.work.urls",
    api="regulars_server.work.api:router",
    metrics="regulars_server.work.metrics:figures",
    processes=(("worker", ("regulars_server.work",)),),
    jobs="regulars_server.work.jobs:JOBS",
    forget="regulars_server.work.upkeep:forget",
)
