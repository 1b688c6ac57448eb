"""The report, as a file to download."""

from __future__ import annotations

from typing import Any

from regulars.datasets import notice
from regulars.report import write_report
from regulars_server.console.workspace import opened
from regulars_server.work.reports import file_of
from regulars_server.work.running import Running


def write(job: Running) -> dict[str, Any]:
    """Write it in the language of the payload; written aside, so that half a page is never seen."""
    job.progress(stage="writing")
    ws = opened()
    target = file_of(job.id)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_report(ws, target, lang=job.payload["lang"], data_notice=notice(ws.settings.root))
    return {"lang": job.payload["lang"], "bytes": target.stat().st_size}
