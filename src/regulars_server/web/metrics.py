"""`/metrics` for Prometheus: each capability's figures, read from the database at each scrape."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from regulars import __version__
from regulars_server.capability import named
from regulars_server.settings.declared import METRICS_TOKEN
from regulars_server.web.access import public

log = logging.getLogger("regulars_server.metrics")


class Capabilities(Collector):
    """What the capabilities yield, and for each whether it could be asked."""

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("regulars", "This server.", value={"version": __version__})
        up = GaugeMetricFamily(
            "regulars_metrics_up", "1 where a capability could be asked.", labels=["capability"]
        )
        for name, function in named("metrics"):
            try:
                found = list(function())
            except Exception:
                # One broken figure must not blind the operator to all the others.
                log.exception("metrics of %s", name)
                up.add_metric([name], 0)
                continue
            up.add_metric([name], 1)
            yield from found
        yield up


@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Not there without the token of REGULARS_METRICS_TOKEN."""
    token = METRICS_TOKEN.value
    given = request.headers.get("Authorization", "")
    if not token or not constant_time_compare(given, f"Bearer {token}"):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Capabilities())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
