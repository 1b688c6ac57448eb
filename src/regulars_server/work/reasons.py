"""Why an attempt failed, as a code with a detail; what may be shown of it, and what only logged."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from regulars_server.errors import known, problem
from regulars_server.work.kinds import Said
from regulars_server.work.running import Cancelled

SAID: dict[str, Said] = {
    "failed": _("It failed; the server's log has the reason under the number of the job."),
    "refused": _("It cannot be done as it was asked for."),
    "later": _("It could not be done just then."),
    "lost": _("The worker that ran it vanished."),
    "killed": _("Its process was ended from outside, or crashed: often for want of memory."),
    "time": _("It took longer than it may."),
    "memory": _("It needed more memory than it may have."),
    "cancelled": "",
}


# What another attempt may find changed: somebody was faster, or there were too many.
PASSING = (HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason."""

    code: str
    detail: str = ""
    hopeless: bool = False
    level: int = logging.ERROR


def reason(error: BaseException) -> Reason:
    """What is kept of an error. The text of an unexpected one may name people: only its type."""
    if isinstance(error, Cancelled):
        return Reason(code="cancelled", level=logging.INFO)
    if isinstance(error, MemoryError):
        return Reason(code="memory")
    status = known(error) if isinstance(error, Exception) else None
    if status is None or not isinstance(error, Exception):
        return Reason(code="failed", detail=type(error).__name__)
    told = problem(error)
    detail = str(told.detail) or type(error).__name__
    if status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in PASSING:
        return Reason(code="refused", detail=detail, hopeless=True, level=logging.WARNING)
    return Reason(code="later", detail=detail)


def in_words(code: str) -> Said:
    """The sentence for a code; the code itself where a later version wrote it."""
    return SAID.get(code, code)
