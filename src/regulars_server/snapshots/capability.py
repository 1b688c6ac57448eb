"""What snapshots add to the server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.capability import Capability, Permission
from regulars_server.roles import Role

CAPABILITY = Capability(
    name="snapshots",
    permissions=(
        Permission(
            name="snapshots.read",
            text=_("Read snapshots and a customer's values; customers are numbers without names"),
            roles=frozenset({Role.ANALYST, Role.MARKETER, Role.CLUB_OPERATOR, Role.SERVICE_AGENT}),
            changes=False,
        ),
    ),
    api="regulars_server.snapshots.api:router",
    metrics="regulars_server.snapshots.metrics:figures",
)
