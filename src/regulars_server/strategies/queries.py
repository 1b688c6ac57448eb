"""Reading tables and strategies."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from regulars_server.access.models import User
from regulars_server.capability import permissions
from regulars_server.errors import NotFound
from regulars_server.roles import Role
from regulars_server.strategies.models import TableVersion, ValueTable, Workbook


def tables(*, archived: bool = False) -> QuerySet[ValueTable]:
    """The last changed first, each with what its newest version came to, as ``summary``."""
    newest = TableVersion.objects.filter(table=OuterRef("pk")).order_by("-number")
    found = ValueTable.objects.select_related("owner").filter(archived_at__isnull=not archived)
    return found.annotate(summary=Subquery(newest.values("summary")[:1]))


def table(table_id: int) -> ValueTable:
    """One of them; `NotFound` where there is none."""
    found = ValueTable.objects.select_related("owner").filter(pk=table_id).first()
    if found is None:
        raise NotFound
    return found


def version(table_id: int, number: int | None = None) -> TableVersion:
    """A table as it was saved once; the newest without a number. `NotFound` where it was not."""
    found = TableVersion.objects.select_related("table", "user").filter(table=table(table_id))
    if number is not None:
        found = found.filter(number=number)
    one = found.order_by("-number").first()
    if one is None:
        raise NotFound
    return one


def workbooks(*, state: str = "", archived: bool = False) -> QuerySet[Workbook]:
    """The last changed first; of one state, or of all."""
    found = Workbook.objects.select_related("owner").prefetch_related("offers")
    found = found.filter(archived_at__isnull=not archived)
    return found.filter(state=state) if state else found


def workbook(workbook_id: int) -> Workbook:
    """One of them; `NotFound` where there is none."""
    found = (
        Workbook.objects.select_related("owner", "table", "costed_by", "approved_by")
        .filter(pk=workbook_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def approvers() -> QuerySet[User]:
    """Who may approve a strategy."""
    approve = permissions()["strategies.approve"]
    roles = [role.value for role in Role if approve.held_by(role)]
    return User.objects.filter(is_active=True, role__in=roles).order_by("name")


def budgets() -> dict[str, int]:
    """Money of the strategies that are not put away, minor units, by their state."""
    rows = (
        Workbook.objects.filter(archived_at__isnull=True)
        .order_by()
        .values("state")
        .annotate(budget=Sum("budget_minor"))
    )
    return {row["state"]: int(row["budget"] or 0) for row in rows}
