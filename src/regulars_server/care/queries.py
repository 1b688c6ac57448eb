"""Reading cases."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from regulars_server.access.models import User
from regulars_server.capability import permissions
from regulars_server.care.models import Case, CaseEntry
from regulars_server.errors import NotFound
from regulars_server.roles import Role


def cases(
    *, state: str = "", owner_id: int | None = None, keys: Collection[int] | None = None
) -> QuerySet[Case]:
    """The newest first; of one state ("pending": all that are not closed), owner or person."""
    found = Case.objects.select_related("owner").order_by("-id")
    if state == "pending":
        found = found.exclude(state="closed")
    elif state:
        found = found.filter(state=state)
    if owner_id is not None:
        found = found.filter(owner_id=owner_id)
    if keys is not None:
        found = found.filter(customer_key__in=list(keys))
    return found


def case(case_id: int) -> Case:
    """The case of this number; `NotFound` where there is none."""
    found = Case.objects.select_related("owner").filter(pk=case_id).first()
    if found is None:
        raise NotFound
    return found


def workers() -> QuerySet[User]:
    """Who may have a case."""
    work = permissions()["care.work"]
    roles = [role.value for role in Role if work.held_by(role)]
    return User.objects.filter(is_active=True, role__in=roles).order_by("name")


def held(*, customer_keys: Collection[int]) -> dict[str, list[dict[str, Any]]]:
    """The cases of a person and what was said in them, the oldest first."""
    mine = Case.objects.filter(customer_key__in=list(customer_keys)).order_by("id")
    case_fields = ("id", "kind", "severity", "subject", "state", "opened_at", "first_reply_at",
                   "closed_at", "reason")  # fmt: skip
    entries = CaseEntry.objects.filter(case__in=mine).order_by("id")
    return {
        "cases": list(mine.values(*case_fields)),
        "case_entries": list(entries.values("case_id", "kind", "text", "at")),
    }
