"""Erasing a person, end to end, in steps that a killed process takes up again.

Asking takes the person out of the index at once, so that nobody finds or changes them meanwhile.
Then, each step safe to do twice: the facts (the library's own forgetting, itself resumable), the
database (each capability's `forget`, one transaction), the database's files. Only then it is said
to be done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regulars_server.audit.services import record
from regulars_server.capability import named
from regulars_server.console.workspace import opened
from regulars_server.errors import Invalid, NotFound, NotNow
from regulars_server.people import lake
from regulars_server.people.index import locked
from regulars_server.people.models import ErasedKey, Erasure, Person, Term
from regulars_server.people.search import person
from regulars_server.web.actor import Actor, system

log = logging.getLogger("regulars_server.people")


@transaction.atomic
def ask(*, actor: Actor, customer_key: int, confirm: str, purge: bool) -> Erasure:
    """Begin to erase a person, for good; from now on nobody finds them.

    Parameters
    ----------
    confirm : one of the person's ids, typed.
    purge : remove what they did, too; else it stays and belongs to nobody.

    Raises
    ------
    NotFound : nobody of this key. Invalid : the id typed is not theirs.
    """
    locked()
    found = Person.objects.select_for_update().filter(pk=person(customer_key).pk).first()
    if found is None:
        raise NotFound
    typed = confirm.strip()
    ids = {one["external_id"] for one in found.told["ids"]} | set(found.ids)
    if typed not in ids:
        raise Invalid(fields={"confirm": _("This is not an id of the person.")})
    erasure = Erasure.objects.create(
        customer_key=found.pk, keys=found.keys, purge=purge, asked_by_id=actor.user_id
    )
    _hide(found.keys)
    record(
        actor=actor, action="people.erasure_asked", subject_kind="erasure",
        subject_id=erasure.pk, after={"purge": purge, "records": len(found.keys)},
    )  # fmt: skip
    return erasure


def _hide(keys: Sequence[int]) -> None:
    Person.objects.filter(customer_key__in=keys).delete()
    Term.objects.filter(customer_key__in=keys).delete()
    ErasedKey.objects.bulk_create([ErasedKey(pk=k) for k in keys], ignore_conflicts=True)


def run(erasure_id: int) -> bool:
    """Take an erasure as far as it goes; True when it is done."""
    steps: dict[str, Callable[[Erasure], str]] = {
        "facts": _facts, "database": _database, "files": _files,
    }  # fmt: skip
    erasure = Erasure.objects.get(pk=erasure_id)
    while erasure.step != "done":
        try:
            following = steps[erasure.step](erasure)
        except Exception as error:
            Erasure.objects.filter(pk=erasure.pk).update(
                attempts=erasure.attempts + 1, error=type(error).__name__
            )
            log.exception("erasure %s stopped at %s; it is tried again", erasure.pk, erasure.step)
            return False
        _go_on(erasure, following)
    return True


@transaction.atomic
def _go_on(erasure: Erasure, step: str) -> None:
    erasure.step, erasure.error = step, ""
    if step == "done":
        erasure.done_at = timezone.now()
        record(
            actor=system("people"), action="people.erased", subject_kind="erasure",
            subject_id=erasure.pk,
        )  # fmt: skip
    erasure.save(update_fields=["step", "error", "done_at"])


def _facts(erasure: Erasure) -> str:
    """The workspace: the library remembers keyed hashes and destroys every file that names them."""
    ws = opened()
    ids = lake.ids_of(ws, erasure.keys)
    keys = sorted({*erasure.keys, *(key for key, _source, _id in ids)})
    if keys != erasure.keys:  # merged with another record since the index was made
        with transaction.atomic():
            locked()
            _hide(keys)
            erasure.keys = keys
            erasure.save(update_fields=["keys"])
    for _key, source, external_id in ids:
        ws.forget(external_id, source=source, purge=erasure.purge)
    if not ids:
        # Nobody is named any more: the next writer finishes a forgetting that was killed.
        with ws.lake.writing("forgetting somebody"):
            pass
        if ws.settings.erasures is not None:
            ws.export_erasures(ws.settings.erasures)
    return "database"


def _database(erasure: Erasure) -> str:
    with transaction.atomic():
        locked()
        for _name, forget in named("forget"):
            forget(customer_keys=erasure.keys)
    return "files"


def _files(erasure: Erasure) -> str:
    """What the database's files hold beside its rows.

    SQLite overwrites what is deleted (`secure_delete`), but its log keeps pages as they were until
    it is emptied, which waits for whoever is reading.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy[0]:
            raise NotNow("somebody reads the database")
    return "done"


def unfinished() -> list[int]:
    """The erasures that are not done, the oldest first."""
    return [*Erasure.objects.exclude(step="done").order_by("id").values_list("pk", flat=True)]


def erasure(erasure_id: int) -> Erasure:
    """One erasure; `NotFound` where there is none of that number."""
    found = Erasure.objects.select_related("asked_by").filter(pk=erasure_id).first()
    if found is None:
        raise NotFound
    return found


def told(one: Erasure) -> dict[str, Any]:
    """How far an erasure has come: each step, and whether it is done."""
    place = Erasure.STEPS.index(one.step)
    texts = {
        "facts": _("The workspace: names, ids, rejected rows, old files"),
        "database": _("The server: consents, cases, values in the audit"),
        "files": _("What the database's files still held"),
    }
    steps = [
        {"text": text, "done": Erasure.STEPS.index(name) < place, "now": name == one.step}
        for name, text in texts.items()
    ]
    return {"steps": steps, "done": one.step == "done", "error": one.error}
