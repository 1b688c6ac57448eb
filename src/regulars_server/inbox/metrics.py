"""Figures of the inbox for `/metrics`."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from regulars_server.inbox import queries, tally

_REFUSED = "refused:"


def figures() -> Iterator[Metric]:
    """What waits and since when; what came in, landed, was not taken since the database was made.

    The rate of what comes in is the rate of ``regulars_inbox_received_total``.
    """
    now, counts = queries.standing(), tally.values()
    waiting = GaugeMetricFamily(
        "regulars_inbox_waiting", "Events that are not facts yet, by what they wait for.",
        labels=["what"],
    )  # fmt: skip
    for what, number in (
        ("landing", now.waiting), ("end_of_visit", now.in_visits), ("name", now.unnamed),
    ):  # fmt: skip
        waiting.add_metric([what], number)
    yield waiting
    yield GaugeMetricFamily(
        "regulars_inbox_lag_seconds", "How long the oldest event has waited for a landing.",
        value=now.lag_seconds,
    )  # fmt: skip
    landed, aside = counts.get("landed", 0), counts.get("set_aside", 0)
    yield CounterMetricFamily(
        "regulars_inbox_received", "Events that were taken, ever.",
        value=landed + aside + now.waiting + now.in_visits + now.unnamed,
    )  # fmt: skip
    yield CounterMetricFamily("regulars_inbox_landed", "Events that became facts.", value=landed)
    refused = CounterMetricFamily(
        "regulars_inbox_refused", "Events not taken or set aside, by reason.", labels=["reason"]
    )
    for name, number in counts.items():
        if name.startswith(_REFUSED):
            refused.add_metric([name.removeprefix(_REFUSED)], number)
    yield refused
