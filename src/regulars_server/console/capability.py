"""What the shell adds to the server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.capability import Capability, Entry, Group, Permission
from regulars_server.roles import EVERYBODY

CAPABILITY = Capability(
    name="console",
    permissions=(
        Permission(
            name="home.read",
            text=_("See the headline figures"),
            roles=EVERYBODY,
            changes=False,
        ),
    ),
    navigation=(
        Entry(
            text=_("Home"), url="console:home", group=Group.TODAY, permission="home.read", order=0
        ),
    ),
    urls="regulars_server.console.urls",
    metrics="regulars_server.console.metrics:figures",
    ready="regulars_server.console.workspace:why_not",
    prepare="regulars_server.console.demo:fill",
    forget="regulars_server.console.drawing:forget",
)
