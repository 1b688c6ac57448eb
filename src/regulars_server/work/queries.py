"""Reading the job table."""

from __future__ import annotations

from django.db.models import Count as Counted
from django.db.models import QuerySet

from regulars_server.errors import NotFound
from regulars_server.work.models import Job, State


def jobs(*, state: str = "") -> QuerySet[Job]:
    """The newest first; of one state, or of all."""
    found = Job.objects.select_related("asked_by").order_by("-id")
    return found.filter(state=state) if state else found


def by_state() -> dict[str, int]:
    """How many jobs there are in each state, none left out."""
    rows = Job.objects.order_by().values_list("state").annotate(Counted("id"))
    return {**dict.fromkeys(State.values, 0), **dict(rows)}


def job(job_id: int) -> Job:
    """One job; `NotFound` where there is none."""
    found = Job.objects.select_related("asked_by").filter(pk=job_id).first()
    if found is None:
        raise NotFound
    return found
