"""A question of the library, asked from the web: kept, being worked out, or begun now."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars_server.analyses import kept
from regulars_server.analyses.children import Children
from regulars_server.analyses.configuration import AT_ONCE, KEPT_MB, ROWS, WAIT_SECONDS
from regulars_server.analyses.kept import Answer
from regulars_server.console.keeping import Kept
from regulars_server.console.workspace import opened, state_of
from regulars_server.errors import NotNow, TooMany
from regulars_server.settings.declared import WEB_THREADS
from regulars_server.web.problems import told

if TYPE_CHECKING:
    from regulars import Workspace

FAILURES_KEPT_SECONDS = 30.0
MIB = 1024 * 1024
LOOK_SECONDS = 0.2
AGAIN_SECONDS = 2
TOO_LARGE = gettext_lazy(
    "The answer is too large to be kept: {size} MiB, where all answers together may have {most}"
    " MiB. Ask for less, or have the administrator raise REGULARS_ANSWERS_KEPT_MB."
)
Task = Callable[[Callable[[Mapping[str, Any]], None]], None]


class TooLargeToKeep(NotNow):
    """An answer that would be removed before anybody reads it."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, as texts; a customer is meant by an id of the company's own."""

    name: str
    parameters: Mapping[str, str]
    by: str | None = None
    customer: str | None = None

    @property
    def key(self) -> str:
        """The same for the same question, whatever the facts."""
        asked = {"name": self.name, "parameters": dict(self.parameters), "by": self.by}
        return kept.key({**asked, "customer": self.customer, "rows": ROWS.value})


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A workbook that is asked for: of which answer, which rows, for whom.

    Attributes
    ----------
    keep : column to value, as texts: these rows alone.
    sort : a column, with ``-`` before it the largest first. named : with the ids of customers.
    """

    answer: Answer
    lang: str
    named: bool
    keep: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""

    @property
    def path(self) -> Path:
        """Within its answer and removed with it; put away by who sends it."""
        asked = {"answer": self.answer.id, "lang": self.lang, "named": self.named,
                 "keep": dict(self.keep), "sort": self.sort}  # fmt: skip
        return self.answer.folder / f"{kept.SHEET}{kept.key(asked)}.xlsx"


@dataclass(frozen=True, kw_only=True)
class Errand:
    """A text that a function of ours makes of the facts, in a child and not in the web.

    Attributes
    ----------
    kept : where the text lies; ``name`` under which, another for other facts.
    run : ``"module:function"``, called as ``function(workspace, given)``; it returns the text. The
        module imports no Django.
    given : goes through JSON.
    """

    kept: Kept
    name: str
    run: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Working:
    """It is not answered yet, and was begun so many seconds ago; `usual` is what the last took."""

    seconds: float
    usual: float | None = None


@dataclass
class Flight:
    """A question that is being worked out by this process."""

    user_id: int
    begun: float = field(default_factory=time.monotonic)
    ended: float | None = None
    over: threading.Event = field(default_factory=threading.Event)
    answer: Answer | None = None
    error: Exception | None = None

    def land(self) -> None:
        """It is answered, or failed; how it failed is told for a while from now on."""
        self.ended = time.monotonic()
        self.over.set()


class Desk:
    """Where the requests of this web process ask."""

    def __init__(self) -> None:
        self._children = Children()
        self._lock = threading.Lock()
        self._flights: dict[str, Flight] = {}
        # How long the last answer of each analysis took, for who waits for the next.
        self._took: dict[str, float] = {}
        # Half of the web's threads at most wait for answers; the others answer everything else.
        self._waiting = threading.BoundedSemaphore(max(1, WEB_THREADS.value // 2))

    def ask(
        self, question: Question, *, user_id: int, wait_seconds: float | None = None
    ) -> Answer | Working:
        """The answer, or that it is being worked out: ask again in a moment.

        Parameters
        ----------
        wait_seconds : how long to wait for it here; left out, as the server's setting says.

        Raises
        ------
        RegularsError : the question or the facts are wrong.
        NotNow : too many questions wait, or this one took too long or too much memory just before.
        TooMany : too many questions of this user are being worked out.
        """
        ws = opened()
        name = _name(question, ws, state_of(ws))
        found = kept.find(name, lasting=ws.settings.lake)
        if found is not None:
            return found
        flight = self._flight(name, user_id, lambda one: _task(question, ws, name, one))
        made = self._landed(flight, wait_seconds)
        if made is None:
            return Working(time.monotonic() - flight.begun, self._took.get(question.name))
        self._took[question.name] = float(made.told["seconds"])
        return made

    def in_turn(
        self, question: Question, *, user_id: int, wait_seconds: float = 0.0
    ) -> Answer | Working:
        """As `ask`, for a page that asks several: one that cannot begin yet is being worked out.

        Raises
        ------
        RegularsError : as of `ask`.
        NotNow : it took too long or too much memory just before.
        """
        try:
            return self.ask(question, user_id=user_id, wait_seconds=wait_seconds)
        except TooMany:
            return Working(0.0)
        except NotNow as error:
            if error.seconds is None:
                raise
            return Working(0.0)  # it was not begun: others wait before it

    def write(
        self, sheet: Sheet, *, user_id: int, wait_seconds: float | None = None
    ) -> Path | Working:
        """A workbook of an answer's rows, or that it is being written; errors as of `ask`."""
        if sheet.path.exists():
            return sheet.path
        flight = self._flight(sheet.path.name, user_id, lambda one: _writing(sheet, one))
        if self._landed(flight, wait_seconds) is None:
            return Working(time.monotonic() - flight.begun, None)
        return sheet.path

    def text(
        self, errand: Errand, *, user_id: int | None, wait_seconds: float = 0.0
    ) -> str | Working:
        """A text that is kept, or that it is being made; without a user nothing is begun.

        Raises
        ------
        RegularsError : the facts are wrong.
        NotNow : it took too long or too much memory just before.
        """
        found = errand.kept.find(errand.name)
        if found is not None:
            return found
        if user_id is None:
            return Working(0.0)
        try:
            flight = self._flight(
                f"{errand.kept.name}/{errand.name}", user_id, lambda one: _running(errand, one)
            )
        except TooMany:
            return Working(0.0)
        except NotNow as error:
            if error.seconds is None:
                raise
            return Working(0.0)
        self._landed(flight, wait_seconds)
        found = errand.kept.find(errand.name)
        return found if found is not None else Working(time.monotonic() - flight.begun)

    def _landed(self, flight: Flight, wait_seconds: float | None) -> Answer | None:
        """What a flight brings, after waiting a little; None while it is under way."""
        seconds = WAIT_SECONDS.value if wait_seconds is None else wait_seconds
        if not flight.over.is_set() and self._waiting.acquire(blocking=False):
            try:
                flight.over.wait(seconds)
            finally:
                self._waiting.release()
        if flight.error is not None:
            raise flight.error
        return flight.answer

    def kept(self, question: Question) -> Answer | None:
        """The answer, where it is kept; nothing is begun.

        Raises
        ------
        RegularsError : the workspace cannot be read.
        """
        ws = opened()
        return kept.find(_name(question, ws, state_of(ws)), lasting=ws.settings.lake)

    def _flight(self, name: str, user_id: int, task: Callable[[Flight], Task]) -> Flight:
        """The one that is under way or has just failed, or a new one."""
        now = time.monotonic()
        with self._lock:
            self._land(now)
            flight = self._flights.get(name)
            if flight is not None:
                return flight
            mine = [one for one in self._flights.values() if one.user_id == user_id]
            if sum(not one.over.is_set() for one in mine) >= 4 * AT_ONCE.value:
                said = _("Too many analyses of yours are being worked out. Wait for one.")
                raise TooMany(said, seconds=AGAIN_SECONDS)
            flight = self._flights[name] = Flight(user_id)
        try:
            self._children.put(task(flight))
        except NotNow:
            with self._lock:
                del self._flights[name]
            raise
        return flight

    def _land(self, now: float) -> None:
        for name, flight in list(self._flights.items()):
            if flight.ended is None:
                continue
            # Counted from its end: who waits for what fails late must hear of it, or would ask
            # for it again, and again.
            if flight.error is None or now - flight.ended > FAILURES_KEPT_SECONDS:
                del self._flights[name]


DESK = Desk()


def _name(question: Question, ws: Workspace, state: str | None) -> str:
    settings = (ws.settings.root / "regulars.toml").read_bytes()
    return kept.key({
        "question": question.key,
        "facts": state,
        "workspace": str(ws.settings.root),
        # Defaults of parameters stand there.
        "settings": hashlib.sha256(settings).hexdigest(),
    })  # fmt: skip


def _writing(sheet: Sheet, flight: Flight) -> Task:
    def work(ask: Callable[[Mapping[str, Any]], None]) -> None:
        try:
            ask({
                "sheet": str(sheet.path), "answer": str(sheet.answer.folder), "lang": sheet.lang,
                "workspace": str(opened().settings.root), "named": sheet.named,
                "keep": dict(sheet.keep), "sort": sheet.sort,
            })  # fmt: skip
            flight.answer = sheet.answer
        except Exception as error:
            told(error)
            flight.error = error
        finally:
            flight.land()

    return work


def _running(errand: Errand, flight: Flight) -> Task:
    # Of now: the thread that does it knows no request.
    workspace = str(opened().settings.root)

    def work(ask: Callable[[Mapping[str, Any]], None]) -> None:
        try:
            # The place stands before the facts are read: who is erased meanwhile removes it.
            with errand.kept.placing(errand.name) as (aside, put):
                ask({
                    "run": errand.run, "given": dict(errand.given), "aside": str(aside),
                    "workspace": workspace,
                })  # fmt: skip
                put()
        except Exception as error:
            told(error)
            flight.error = error
        finally:
            flight.land()

    return work


def _task(question: Question, ws: Workspace, name: str, flight: Flight) -> Task:
    def work(ask: Callable[[Mapping[str, Any]], None]) -> None:
        try:
            with _alone(name):
                # Another web process may have been faster.
                flight.answer = kept.find(name, lasting=ws.settings.lake)
                if flight.answer is None:
                    flight.answer = _worked_out(question, ws, ask)
        except Exception as error:
            told(error)  # logs what only the log may hold
            flight.error = error
        finally:
            flight.land()
        kept.trim(KEPT_MB.value * MIB)

    return work


def _worked_out(
    question: Question, ws: Workspace, ask: Callable[[Mapping[str, Any]], None]
) -> Answer:
    """The answer, under the facts version that it was worked out on."""
    for attempt in (1, 2):
        aside = kept.folder() / f".{uuid.uuid4().hex}"
        aside.mkdir(parents=True, mode=0o700)
        try:
            ask({
                "aside": str(aside), "workspace": str(ws.settings.root), "name": question.name,
                "by": question.by, "customer": question.customer, "rows": ROWS.value,
                "parameters": dict(question.parameters), "question": question.key,
            })  # fmt: skip
            made = kept.told(aside)
            _fits(aside)
            name = _name(question, ws, state_of(ws, made["facts_version"]))
            kept.publish(aside, name)
        except (OSError, RuntimeError):
            # Every answer was removed while this one was worked out: somebody was erased.
            if attempt == 2 or aside.exists():
                raise
        else:
            found = kept.find(name, lasting=True)
            if found is not None:
                return found
        finally:
            kept.discard(aside)
    raise NotNow("the answer was removed while it was worked out", seconds=AGAIN_SECONDS)


def _fits(aside: Path) -> None:
    """An answer that is larger than all of them may be would be gone before it is read."""
    size, most = kept.size(aside) // MIB, KEPT_MB.value
    if size >= most:
        raise TooLargeToKeep(format_lazy(TOO_LARGE, size=size, most=most))


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One process at a time works on a question; the others wait for it."""
    kept.folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    path: Path = kept.folder() / f".{name}.lock"
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
    finally:
        os.close(handle)
