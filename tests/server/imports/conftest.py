"""Imports of tests: on a small workspace, and jobs done in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regulars_server.capability import load
from regulars_server.imports.models import Import
from regulars_server.work.kinds import kinds
from regulars_server.work.models import Job, State
from server.jobs import Doing
from server.work.conftest import trial, until, workers

__all__ = ["Doing", "trial", "until", "workers"]


def do_jobs() -> list[str]:
    """Do what waits of imports; the kinds, in their order."""
    done = []
    while (
        job := Job.objects.filter(state=State.WAITING, kind__startswith="imports.")
        .order_by("pk")
        .first()
    ):
        doing = Doing(job)
        result = load(kinds()[job.kind].run)(doing)
        if not doing.finished:
            with doing.finishing(result):
                pass
        done.append(job.kind)
    return done


def waiting_import(user: Any, *, said: str = "A") -> Import:
    """An import that waits for its columns, with this text wherever a file has its own."""
    columns = {"order_id": "No", "customer_id": "Client", "day": "Date", "amount": "Total"}
    header = list(columns.values())
    look = {
        "mapping": {"columns": columns}, "guess": {"columns": columns}, "unsure": [],
        "saved": False, "new": [], "header": header, "sample": {name: [said] for name in header},
    }  # fmt: skip
    return Import.objects.create(
        fact="orders", source="shop", file_name=said, size=1, received=1, asked_by=user,
        state="asking", look=look, said=said,
    )  # fmt: skip


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Path:
    """A data folder of the test's own."""
    settings.REGULARS_DATA = tmp_path / "data"
    return tmp_path / "data"
