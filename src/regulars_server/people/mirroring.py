"""What people said here becomes facts, for the analyses. What counts stays the database's word."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from regulars_server.console.workspace import opened
from regulars_server.people.models import Leaving
from regulars_server.work.clock import shared
from regulars_server.work.running import Running

log = logging.getLogger("regulars_server.people")
STREAM = "people"
MOST = 20_000
# As `consents` writes them, and as a file of the table would carry them.
FIELDS: Mapping[str, str] = {"external_id": "customer_id"}


def mirror(job: Running) -> dict[str, Any]:
    """Land what waits. Killed between the publication and the mark, the same rows come again: their
    own key, with the instant in it, makes that change nothing."""
    total = 0
    while landed := _once():
        total += landed
        job.check()
    return {"rows": total}


def _once() -> int:
    if not opened().settings.lake or not Leaving.objects.exists():
        return 0
    with opened().lake.landing(STREAM) as landing:
        waiting = list(Leaving.objects.order_by("pk")[:MOST])
        if not waiting:
            return 0
        landing.begin(landing.upto + 1, recorded_at=shared())
        for (table, source), rows in _grouped(waiting).items():
            for refused in landing.add(table, rows, source=source):
                # Somebody erased in between, who is kept out. The row names people, so not told.
                log.warning("a row for %s was not taken: %s", table, refused.code)
        landing.publish()
        Leaving.objects.filter(pk__in=[one.pk for one in waiting]).delete()
    return len(waiting)


def _grouped(waiting: list[Leaving]) -> dict[tuple[str, str], list[dict[str, str | None]]]:
    """Rows by table and by the system of their ids."""
    found: dict[tuple[str, str], list[dict[str, str | None]]] = defaultdict(list)
    for one in waiting:
        row: dict[str, str | None] = dict(one.row)
        source = str(row.pop("id_source"))
        found[one.table, source].append({FIELDS.get(k, k): v for k, v in row.items()})
    return found
