"""A look at an uploaded file, in a process of its own: the file may be anything."""

from __future__ import annotations

import contextlib
from typing import Any

from regulars.errors import RegularsError
from regulars_server.console.workspace import opened
from regulars_server.imports import files, mapping, services
from regulars_server.imports.models import Import, State
from regulars_server.web.actor import system
from regulars_server.work.running import Running


def look(job: Running) -> dict[str, Any]:
    """Find the columns and the first rows, and begin a mapping; or say why it cannot be read."""
    job.progress(stage="looking")
    found = Import.objects.filter(pk=job.payload["import"], job_id=job.id).first()
    if found is None or found.state != State.LOOKING:
        return {}
    ws = opened()
    path = files.file_of(found.pk, found.file_name)
    try:
        preview = ws.lake.preview(found.fact, str(path), source=found.source, **found.reading)
        saved = None
        # One that was saved by a version of other fields is no reason not to look.
        with contextlib.suppress(RegularsError):
            saved = ws.mapping(found.fact, found.source)
        kept = mapping.kept_look(preview, saved)
    except RegularsError as error:
        return _unread(job, str(error))
    with job.finishing({"columns": len(preview.header)}):
        row = Import.objects.select_for_update().get(pk=found.pk)
        if row.state == State.LOOKING and row.job_id == job.id:
            row.look, row.state = kept, State.ASKING
            row.version += 1
            if row.at_once:
                _at_once(row)
            row.save()
    return {}


def _at_once(row: Import) -> None:
    """Import without asking where nothing is unsure and nothing that is needed is missing."""
    row.at_once = False
    if row.look is None or row.look["unsure"]:
        return
    start = row.look["mapping"]
    columns = {
        name: mapping.JOINT.join(column) if isinstance(column, list) else column
        for name, column in start["columns"].items()
    }
    chosen = mapping.Chosen(
        columns=columns,
        day_order=start.get("day_order", "auto"),
        decimal_mark=start.get("decimal_mark", "."),
        zone=start.get("zone") or "",
    )
    try:
        services.start(system("imports.look"), row, mapping.made(row, chosen))
    except RegularsError as error:
        row.said = str(error)


def _unread(job: Running, said: str) -> dict[str, Any]:
    with job.finishing({}):
        row = Import.objects.select_for_update().get(pk=job.payload["import"])
        if row.state == State.LOOKING and row.job_id == job.id:
            if row.reading:
                # It was opened otherwise on somebody's word: let them say another.
                row.state, row.said, row.reading = State.ASKING, said, {}
                row.version += 1
                row.save()
            if row.state == State.LOOKING or row.look is None:
                services.ended(row, State.REFUSED, said=said)
    return {}
