"""Reading the audit."""

from __future__ import annotations

from django.db.models import QuerySet

from regulars_server.audit.models import AuditEntry


def entries(*, user_id: int | None = None, action: str = "") -> QuerySet[AuditEntry]:
    """The newest first; of one user, of one action or of all below a capability."""
    found = AuditEntry.objects.select_related("user").order_by("-id")
    if user_id is not None:
        found = found.filter(user_id=user_id)
    if action:
        found = found.filter(action__startswith=action)
    return found
