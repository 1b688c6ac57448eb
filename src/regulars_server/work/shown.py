"""A job as the page says it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from regulars_server import library_words
from regulars_server.work.jobs import REPORT
from regulars_server.work.kinds import Said, kinds
from regulars_server.work.leases import rules_of
from regulars_server.work.models import Job, State
from regulars_server.work.reasons import in_words
from regulars_server.work.reports import file_of

RESULTS: dict[str, Said] = {
    "snapshot": _("Snapshot"),
    "as_of": _("Facts before"),
    "rows": _("Customers"),
    "lang": _("Language"),
    "bytes": _("Bytes"),
    "panels": _("Panels"),
    "small_files": _("Small files made one"),
    "versions": _("Versions of the facts removed"),
    "jobs": _("Jobs removed"),
    "reports": _("Reports removed"),
    "keys": _("Keys removed"),
    "answers": _("Answers removed"),
    "sessions": _("Sessions removed"),
    "counts": _("Counts removed"),
}
LANGUAGES = {"en": "English", "zh": "简体中文"}


@dataclass(frozen=True)
class Shown:
    """A job and the words for it."""

    job: Job
    now: dt.datetime

    @property
    def text(self) -> Said:
        kind = kinds().get(self.job.kind)
        return kind.text if kind is not None else self.job.kind

    @property
    def stage(self) -> Said:
        kind = kinds().get(self.job.kind)
        return kind.stages.get(self.job.stage, self.job.stage) if kind is not None else ""

    @property
    def most_attempts(self) -> int:
        return rules_of(self.job.kind).most

    @property
    def why(self) -> Said:
        """Why the last attempt failed; nothing for a job that went well."""
        return in_words(self.job.error_code) if self.job.error_code else ""

    @property
    def detail(self) -> str:
        """What the error said."""
        return library_words.in_words(self.job.error_detail)

    @property
    def percent(self) -> int | None:
        """How much is done, in whole percent; None where the job does not say of how much."""
        if self.job.done_units is None or not self.job.all_units:
            return None
        return max(0, min(100, 100 * self.job.done_units // self.job.all_units))

    @property
    def seconds(self) -> int | None:
        """How long the last attempt took, or has taken."""
        if self.job.begun_at is None or self.job.state == State.WAITING:
            return None
        until = self.job.ended_at or self.job.beat_at
        return max(0, int((until - self.job.begun_at).total_seconds())) if until else None

    @property
    def moves(self) -> bool:
        """Whether it is worth looking again in a moment."""
        waits = self.job.state == State.WAITING and self.job.run_at <= self.now
        return waits or self.job.state == State.RUNNING

    @property
    def later(self) -> bool:
        return self.job.state == State.WAITING and self.job.run_at > self.now

    @property
    def ending(self) -> bool:
        return self.job.state == State.RUNNING and self.job.cancel_asked_at is not None

    @property
    def can_cancel(self) -> bool:
        return self.job.state in (State.WAITING, State.RUNNING) and not self.ending

    @property
    def can_retry(self) -> bool:
        return self.job.state in (State.SET_ASIDE, State.CANCELLED) or self.later

    @property
    def has_report(self) -> bool:
        done = self.job.kind == REPORT.name and self.job.state == State.DONE
        return done and file_of(self.job.pk).is_file()

    @property
    def results(self) -> Iterator[tuple[Said, object]]:
        for name, value in (self.job.result or {}).items():
            yield RESULTS.get(name, name), LANGUAGES.get(value, value) if name == "lang" else value
