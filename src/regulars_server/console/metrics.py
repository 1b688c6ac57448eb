"""Figures of the workspace for `/metrics`."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from regulars_server.console.workspace import opened, version_of


def figures() -> Iterator[Metric]:
    """The facts version, so that a lake that stands still can be seen."""
    version = version_of(opened())
    if version is not None:
        yield GaugeMetricFamily(
            "regulars_facts_version", "Number of the facts version in force.", value=version
        )
