"""What the overview adds to the server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.capability import Capability, Entry, Group, Permission
from regulars_server.roles import EVERYBODY

CAPABILITY = Capability(
    name="overview",
    permissions=(
        Permission(
            name="home.read",
            text=_("See the overview: sums over all customers"),
            roles=EVERYBODY,
            changes=False,
        ),
    ),
    navigation=(
        Entry(
            text=_("Overview"),
            url="overview:home",
            group=Group.TODAY,
            permission="home.read",
            order=0,
        ),
    ),
    urls="regulars_server.overview.urls",
    api="regulars_server.overview.api:router",
    jobs="regulars_server.overview.jobs:JOBS",
    forget="regulars_server.overview.forgetting:forget",
)
