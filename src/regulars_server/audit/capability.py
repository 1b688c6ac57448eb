"""What the audit adds to the server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.capability import Capability, Entry, Group, Permission

CAPABILITY = Capability(
    name="audit",
    permissions=(
        Permission(
            name="audit.read", text=_("Read the audit: who changed what, and when"), changes=False
        ),
    ),
    navigation=(
        Entry(
            text=_("Audit"),
            url="audit:index",
            group=Group.ADMINISTRATION,
            permission="audit.read",
            order=30,
        ),
    ),
    urls="regulars_server.audit.urls",
    forget="regulars_server.audit.services:forget",
    held="regulars_server.audit.queries:held",
)
