"""Figures of jobs for `/metrics`."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count as Counted
from django.db.models import Min
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from regulars_server.work.clock import shared
from regulars_server.work.kinds import kinds
from regulars_server.work.leases import LOSSES
from regulars_server.work.models import Count, Job, State


def figures() -> Iterator[Metric]:
    """Jobs by kind and state, how long the oldest that is due has waited, leases lost."""
    jobs = GaugeMetricFamily(
        "regulars_jobs", "Jobs in the table, by kind and state.", labels=["kind", "state"]
    )
    counted = {(kind, state): 0 for kind in kinds() for state in State.values}
    for row in Job.objects.order_by().values("kind", "state").annotate(number=Counted("id")):
        counted[row["kind"], row["state"]] = row["number"]
    for (kind, state), number in counted.items():
        jobs.add_metric([kind, state], number)
    yield jobs
    now = shared()
    oldest = Job.objects.filter(state=State.WAITING).aggregate(at=Min("run_at"))["at"]
    yield GaugeMetricFamily(
        "regulars_jobs_queue_age_seconds",
        "How long the job has been due that has waited longest; 0 where none is due.",
        value=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
    )
    lost = Count.objects.filter(name=LOSSES).values_list("value", flat=True).first()
    yield CounterMetricFamily(
        "regulars_jobs_lease_losses", "Jobs that lost their worker, ever.", value=lost or 0
    )
