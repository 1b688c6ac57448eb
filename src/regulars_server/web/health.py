"""`/health`: the process answers. `/ready`: it can do its work."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from regulars_server.capability import named
from regulars_server.web.access import public

log = logging.getLogger("regulars_server.health")


@public
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@public
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Names what is not ready, never why: reasons hold paths and stand in the log."""
    waiting = dict(_waiting())
    for name, why in waiting.items():
        log.warning("not ready: %s: %s", name, why)
    body = {"status": "waiting" if waiting else "ok", "waiting_for": sorted(waiting)}
    return JsonResponse(body, status=503 if waiting else 200)


def _waiting() -> Iterator[tuple[str, str]]:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield "database", "migrations are to be run"
            return
    except Exception as error:
        yield "database", str(error)
        return
    for name, check in named("ready"):
        try:
            why = check()
        except Exception as error:
            why = str(error)
        if why is not None:
            yield name, why
