"""Figures of the index and of erasures, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from regulars_server.people import erasing, index


def figures() -> Iterator[Metric]:
    """How many people can be found, of which facts version, and erasures that are not done."""
    state = index.state()
    yield GaugeMetricFamily(
        "regulars_people_indexed", "People that can be found.", value=state.people
    )
    yield GaugeMetricFamily(
        "regulars_people_index_facts_version", "Facts version of the index.",
        value=state.facts_version,
    )  # fmt: skip
    yield GaugeMetricFamily(
        "regulars_people_index_due", "People still to be brought in while the index is made.",
        value=max(0, state.due - state.written),
    )  # fmt: skip
    yield GaugeMetricFamily(
        "regulars_erasures_unfinished", "Erasures that were asked for and are not done.",
        value=len(erasing.unfinished()),
    )  # fmt: skip
