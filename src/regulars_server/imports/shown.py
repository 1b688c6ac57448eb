"""An import as its page says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from regulars_server.console.language import library_language
from regulars_server.imports.configuration import KEPT_HOURS, MAX_MB
from regulars_server.imports.mapping import JOINT
from regulars_server.imports.models import Import, State
from regulars_server.library_words import in_words
from regulars_server.work.clock import shared
from regulars_server.work.shown import Shown as ShownJob


def limits() -> dict[str, int]:
    """What the page says of files that are too large or lie too long."""
    return {"mb": MAX_MB.value, "hours": KEPT_HOURS.value}


def columns(found: Import) -> list[tuple[str, str]]:
    """What a field can be taken from: value and text."""
    look = found.look or {}
    joint = [c for c in look["mapping"].get("columns", {}).values() if isinstance(c, list)]
    return [
        *((name, name) for name in look["header"]),
        *((JOINT.join(column), " > ".join(column)) for column in joint),
    ]


def sample(found: Import) -> dict[str, Any]:
    """The first rows of the file as they stand in it."""
    look = found.look or {}
    header: list[str] = look["header"]
    shown = [look["sample"].get(name, []) for name in header]
    longest = max((len(values) for values in shown), default=0)
    rows = [[values[n] if n < len(values) else "" for values in shown] for n in range(longest)]
    return {"header": header, "rows": rows}


@dataclass(frozen=True)
class Shown:
    """An import and the words for it."""

    found: Import

    @property
    def job(self) -> ShownJob | None:
        """The job that it waits for, or that has failed."""
        job = self.found.job
        return None if job is None else ShownJob(job, shared())

    @property
    def said(self) -> str:
        """Why it was refused, or what is wrong with the columns."""
        return in_words(self.found.said)

    @property
    def works(self) -> bool:
        """Whether a job is to be waited for."""
        return self.found.state in (State.LOOKING, State.IMPORTING)

    @property
    def moves(self) -> bool:
        return self.works and not self.found.stuck

    @property
    def report(self) -> dict[str, Any]:
        """What was brought, where it is done."""
        return (self.found.report or {}) if self.found.state == State.DONE else {}

    @property
    def has_rejects(self) -> bool:
        report = self.found.report or {}
        return bool(report.get("rejected") or report.get("refused"))

    @property
    def rejected(self) -> Iterator[tuple[int, str, str]]:
        """Rows, reason, and where the first of them stands."""
        from regulars.facts import ImportReport

        if self.report:
            lang = library_language()
            for count in ImportReport.from_dict(self.report).rejected:
                yield count.rows, count.reason.say(lang), count.place

    @property
    def rejected_rows(self) -> int:
        return sum(rows for rows, _reason, _place in self.rejected)

    @property
    def warnings(self) -> Iterator[str]:
        from regulars.facts import ImportReport

        if self.report:
            lang = library_language()
            for note in ImportReport.from_dict(self.report).warnings:
                yield note.say(lang)
