"""What the job of data does: counts what is in each facts version that was not counted yet."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from regulars.errors import RegularsError
from regulars.result import plain
from regulars_server.console.workspace import number_in, opened, state_of
from regulars_server.data.models import Measured

if TYPE_CHECKING:
    from regulars import Workspace
    from regulars.facts import FactsVersion, TableStatus
    from regulars_server.work.running import Running

MOST_VERSIONS = 60
"""Versions that are counted, the newest first; what lies further back is not looked for."""
KEPT_DAYS = 400
"""Days of a company's own tables that are kept."""


def run(job: Running) -> dict[str, Any]:
    """Count what is missing; what is counted already is left as it is."""
    ws = opened()
    counted = list(_lake(ws, job) if ws.settings.lake else _tables(ws))
    return {"counted": len(counted)}


def moment_of(ws: Workspace) -> str | None:
    """What the facts of now are kept under; None before the first import."""
    if not ws.settings.lake:
        return f"d{timezone.localdate().isoformat()}"
    state = state_of(ws)
    return f"v{state}" if number_in(state) else None


def _lake(ws: Workspace, job: Running) -> Any:
    numbers = ws.lake.numbers()
    # An older backup was restored: what was counted after it is of facts that never were.
    Measured.objects.filter(facts_version__gt=numbers[-1] if numbers else 0).delete()
    known = set(Measured.objects.values_list("moment", flat=True))
    for number in reversed(numbers[-MOST_VERSIONS:]):
        job.check()
        try:
            if f"v{state_of(ws, number)}" in known:
                continue
            yield _version(ws, number, with_quality=number == numbers[-1])
        except RegularsError:
            # Its rows are gone for good: somebody was forgotten, or it was vacuumed meanwhile.
            continue


def _version(ws: Workspace, number: int, *, with_quality: bool) -> Measured:
    version = ws.lake.version(number)
    sources = _sources(ws, version)
    tables = [
        {
            **_told(one),
            "sources": sources.get(one.table, []),
            "bytes": sum(os.stat(file).st_size for file in ws.lake.files(one.table, version)),
        }
        for one in ws.lake.status(version)
        if one.live or one.void
    ]
    moment = f"v{state_of(ws, number)}"
    Measured.objects.filter(facts_version=number).exclude(moment=moment).delete()
    return _keep(moment, number, tables, _quality(ws) if with_quality else [])


def _sources(ws: Workspace, version: FactsVersion) -> dict[str, list[str]]:
    """The sources that each table came from, in the order of their first import."""
    found: dict[str, dict[str, None]] = {}
    for report in ws.lake.imports():
        if report.import_seq <= version.import_seq and (report.new or report.changed):
            for table in (report.table, *(report.also or {})):
                found.setdefault(table, {})[report.source] = None
    return {table: list(names) for table, names in found.items()}


def _tables(ws: Workspace) -> Any:
    tables = [
        {**_told(one), "sources": [ws.settings.facts[one.table]["table"]], "bytes": None}
        for one in ws.facts()
    ]
    moment = moment_of(ws)
    assert moment is not None
    yield _keep(moment, None, tables, _quality(ws))
    edge = timezone.now() - dt.timedelta(days=KEPT_DAYS)
    Measured.objects.filter(facts_version=None, measured_at__lt=edge).delete()


def _told(one: TableStatus) -> dict[str, Any]:
    return {
        "table": one.table,
        "rows": one.live,
        "void": one.void,
        "first_day": one.first_day and one.first_day.isoformat(),
        "last_day": one.last_day and one.last_day.isoformat(),
    }


def _quality(ws: Workspace) -> list[dict[str, Any]]:
    """The rows of `quality`; none where there is no order to speak of."""
    try:
        return list(plain(ws.show("quality").rows))
    except RegularsError:
        return []


def _keep(
    moment: str, version: int | None, tables: list[dict[str, Any]], quality: list[dict[str, Any]]
) -> Measured:
    made, _new = Measured.objects.update_or_create(
        moment=moment,
        defaults={
            "facts_version": version,
            "measured_at": timezone.now(),
            "tables": tables,
            "quality": quality,
        },
    )
    return made
