"""Jobs in the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router

from regulars_server.api.auth import needs
from regulars_server.api.types import Id
from regulars_server.work import queries, schemas
from regulars_server.work.models import Job

router = Router()


@router.get("/jobs/{job_id}", auth=needs("work.read"), response=schemas.JobShown, summary="One job")
def one_job(request, job_id: Id) -> Any:  # type: ignore[no-untyped-def]
    """How far it is, and how it ended. `result` is that of its kind."""
    return schemas.job(queries.job(job_id))


def accepted(request: HttpRequest, made: Job) -> HttpResponse:
    """202 with the job that was asked for, and where to follow it."""
    body = schemas.JobShown(**schemas.job(made)).model_dump_json()
    response = HttpResponse(body, status=202, content_type="application/json")
    response["Location"] = reverse("api:one_job", args=[made.pk])
    return response
