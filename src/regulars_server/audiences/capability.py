"""What audiences add to the server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.audiences.configuration import SETTINGS
from regulars_server.capability import Capability, Entry, Group, Permission
from regulars_server.roles import Role

MAKERS = frozenset({Role.ANALYST, Role.MARKETER})

CAPABILITY = Capability(
    name="audiences",
    permissions=(
        Permission(
            name="audiences.read",
            text=_("See audiences and count conditions; customers are numbers without names"),
            roles=MAKERS | {Role.CLUB_OPERATOR},
            changes=False,
        ),
        Permission(
            name="audiences.manage",
            text=_("Save, change and archive audiences"),
            roles=MAKERS,
        ),
        Permission(
            name="audiences.export",
            text=_("Export audiences; with names only for who may see people"),
            roles=MAKERS,
        ),
    ),
    navigation=(
        Entry(
            text=_("Audiences"),
            url="audiences:index",
            group=Group.CUSTOMERS,
            permission="audiences.read",
            order=10,
        ),
    ),
    settings=SETTINGS,
    urls="regulars_server.audiences.urls",
    api="regulars_server.audiences.api:router",
    jobs="regulars_server.audiences.jobs:JOBS",
    forget="regulars_server.audiences.upkeep:forget",
    found="regulars_server.audiences.queries:found",
    taken="regulars_server.audiences.services:snapshot_taken",
)
