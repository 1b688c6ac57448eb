"""Figures of imports, for Prometheus: those that ended in the last day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from regulars_server.imports.models import Import, State

DAY = dt.timedelta(days=1)


def figures() -> Iterator[Metric]:
    """How many imports ended how, and how many rows they did not take."""
    ended = Import.objects.filter(ended_at__gt=timezone.now() - DAY)
    by_state = GaugeMetricFamily(
        "regulars_imports_last_day", "Imports that ended in the last day.", labels=["state"]
    )
    for state in (State.DONE, State.REFUSED, State.DROPPED):
        by_state.add_metric([state.value], ended.filter(state=state).count())
    yield by_state
    reports = ended.exclude(report=None).values_list("report", flat=True)
    yield GaugeMetricFamily(
        "regulars_imports_rejected_rows_last_day",
        "Rows that these imports did not take.",
        value=sum(one["rows"] for report in reports for one in (report or {}).get("rejected", ())),
    )
