"""Figures of snapshots for `/metrics`."""

from __future__ import annotations

import time
from collections.abc import Iterator

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from regulars_server.console.workspace import opened


def figures() -> Iterator[Metric]:
    """How many there are, and how long ago the last was taken; no age where there is none."""
    found = opened().snapshots()
    yield GaugeMetricFamily("regulars_snapshots", "Published snapshots.", value=len(found))
    if found:
        age = max(0.0, time.time() - max(one.published_at.timestamp() for one in found))
        yield GaugeMetricFamily(
            "regulars_snapshot_age_seconds",
            "How long ago the last snapshot was published.",
            value=age,
        )
