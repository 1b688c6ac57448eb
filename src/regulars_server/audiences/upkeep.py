"""What is removed by itself: old files of exports; all of them, when somebody is erased."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from regulars_server.audiences import catalogue, files
from regulars_server.audiences.configuration import KEPT_DAYS
from regulars_server.audiences.models import Export


def tidy(_job: Any) -> dict[str, int]:
    """Remove what was kept long enough, or whose export or snapshot is not known any more."""
    floor = timezone.now() - dt.timedelta(days=KEPT_DAYS.value)
    kept = set(
        Export.objects.filter(asked_at__gt=floor, removed_at__isnull=True).values_list(
            "pk", flat=True
        )
    )
    old = [one for one in files.there() if one not in kept]
    for one in old:
        files.remove(one)
    Export.objects.filter(pk__in=old, removed_at__isnull=True).update(removed_at=timezone.now())
    return {"removed": len(old), "catalogues": catalogue.tidy()}


def forget(*, customer_keys: Collection[int]) -> None:
    """Remove the file of every export: any can have a row of an erased person.

    Nothing else here lists customers: audiences are conditions, and sizes are sums.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("people are forgotten in one transaction")
    if customer_keys:
        Export.objects.filter(removed_at__isnull=True).update(removed_at=timezone.now())
        transaction.on_commit(files.remove_all)
