"""Jobs done in the test's own process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from regulars_server.work.models import Job, State


class Doing:
    """Stands in for `Running`: keeps what it was told, and never asks to end."""

    def __init__(self, job: Job | None = None, **more: Any) -> None:
        job = job or Job()
        self.id, self.kind, self.payload = job.pk, job.kind, job.payload
        self.attempt = 1
        self.finished = False
        self.stages: list[str] = []
        self.__dict__ |= more

    def check(self) -> None:
        pass

    def progress(self, *_how_far: Any, stage: str = "") -> None:
        self.stages.append(stage)

    @contextmanager
    def finishing(self, result: Any = None) -> Iterator[None]:
        with transaction.atomic():
            Job.objects.filter(pk=self.id).update(state=State.DONE, result=result)
            yield
        self.finished = True
