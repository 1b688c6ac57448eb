"""The import itself, in a process of its own. The library takes all of a file or nothing."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from regulars.errors import FactsError, ImportRefused, ParameterError
from regulars_server.console.workspace import opened
from regulars_server.imports import files, services, waiting
from regulars_server.imports.models import Import, State
from regulars_server.work.running import Cancelled, Running

if TYPE_CHECKING:
    from regulars import Workspace
    from regulars.facts import ImportReport

TOO_MANY = "too_many_rejects"


def bring(job: Running) -> dict[str, Any]:
    """Import, and keep the report.

    Killed after the facts were published and before that was noted, the next attempt finds that
    the same files were imported, and takes the report of then.
    """
    from regulars.facts import ColumnMapping

    found = Import.objects.filter(pk=job.payload["import"], job_id=job.id).first()
    if found is None or found.state != State.IMPORTING or found.mapping is None:
        return {}
    ws = opened()
    path = files.file_of(found.pk, found.file_name)
    try:
        report = ws.import_facts(
            found.fact,
            [str(path)],
            source=found.source,
            mapping=ColumnMapping.from_dict(found.fact, found.source, found.mapping).confirm(),
            recorded_at=found.asked_at,
            progress=_told(job),
            waiting=lambda holder: job.progress(stage=waiting.stage_of(holder)),
        )
    except ImportRefused as error:
        return _refused(job, error)
    except (FactsError, ParameterError) as error:
        return _asked_again(job, str(error))
    report = _first(ws, report) if report.no_op and job.attempt > 1 else report
    with job.finishing({"rows": report.read, "rejected": report.rejected_rows}):
        row = _locked(job)
        row.report = report.to_dict()
        services.ended(row, State.DONE)
    return {}


def _told(job: Running) -> Any:
    """How far it is, for the page. Only the job's own thread may be ended by it."""

    def tell(stage: str, done: float, total: float | None) -> None:
        try:
            job.progress(int(done), None if not total else int(total), stage=stage)
        except Cancelled:
            if threading.current_thread() is threading.main_thread():
                raise

    return tell


def _first(ws: Workspace, report: ImportReport) -> ImportReport:
    """The report of the attempt that had published before it was killed."""
    same = [one for one in ws.lake.imports() if one.import_id == report.import_id]
    return same[0] if same else report


def _refused(job: Running, error: ImportRefused) -> dict[str, Any]:
    """Too many rows cannot be taken: nothing was. The rejects are kept, the mapping can change."""
    with job.finishing({}):
        row = _locked(job)
        row.state, row.said = State.ASKING, str(error)
        row.report = {"import_id": error.import_id, "refused": TOO_MANY}
        row.version += 1
        row.save()
    return {}


def _asked_again(job: Running, said: str) -> dict[str, Any]:
    with job.finishing({}):
        row = _locked(job)
        row.state, row.said = State.ASKING, said
        row.version += 1
        row.save()
    return {}


def _locked(job: Running) -> Import:
    return Import.objects.select_for_update().get(pk=job.payload["import"])
