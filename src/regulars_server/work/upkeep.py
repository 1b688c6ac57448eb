"""What the job table and the files of reports must not keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction

from regulars_server.work import reports
from regulars_server.work.clock import shared
from regulars_server.work.configuration import KEPT_DAYS, REPORTS_KEPT_DAYS
from regulars_server.work.models import ENDED, Job
from regulars_server.work.running import Running


def tidy(job: Running) -> dict[str, Any]:
    """Remove ended jobs and reports that are older than they are to be kept."""
    removed = reports.remove_older(REPORTS_KEPT_DAYS.value)
    before = shared() - dt.timedelta(days=KEPT_DAYS.value)
    jobs, _each = Job.objects.filter(state__in=ENDED, ended_at__lt=before).delete()
    return {"jobs": jobs, "reports": removed}


def forget(*, customer_keys: Collection[int]) -> None:
    """Remove what might name an erased person: every report, and the details of errors.

    Neither says whose data it holds, so all go; a report can be written again.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("people are forgotten in one transaction")
    if customer_keys:
        Job.objects.exclude(error_detail="").update(error_detail="")
        transaction.on_commit(reports.remove_all)
