"""Reading the audit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

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


def held(*, customer_keys: Collection[int]) -> dict[str, list[dict[str, Any]]]:
    """What was changed about a person, the oldest first; not by whom: that is of the users."""
    found = AuditEntry.objects.filter(customer_key__in=list(customer_keys)).order_by("id")
    fields = ("at", "action", "subject_kind", "subject_id", "before", "after")
    return {"audit": list(found.values(*fields))}
