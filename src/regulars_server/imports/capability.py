"""What import in the browser adds to the server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.capability import Capability, Entry, Group, Permission
from regulars_server.imports.configuration import SETTINGS
from regulars_server.roles import Role

CAPABILITY = Capability(
    name="imports",
    permissions=(
        Permission(
            name="imports.read",
            text=_("See imports: what came in, what was rejected"),
            roles=frozenset({Role.ANALYST}),
            changes=False,
        ),
        Permission(
            name="imports.run",
            text=_("Upload files and import them; download rejected rows"),
            roles=frozenset({Role.ANALYST}),
        ),
    ),
    navigation=(
        Entry(
            text=_("Import"),
            url="imports:index",
            group=Group.DATA,
            permission="imports.read",
            order=10,
        ),
    ),
    settings=SETTINGS,
    urls="regulars_server.imports.urls",
    api="regulars_server.imports.api:router",
    jobs="regulars_server.imports.jobs:JOBS",
    metrics="regulars_server.imports.metrics:figures",
    forget="regulars_server.imports.upkeep:forget",
    held="regulars_server.imports.queries:held",
)
