"""An import begun, received, looked at, asked about, run. Each change is audited."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regulars.errors import RegularsError
from regulars.facts import FACTS
from regulars_server.audit.services import record
from regulars_server.errors import Conflict, Invalid, NotFound, NotNow, TooLarge
from regulars_server.imports import files, mapping
from regulars_server.imports.configuration import CHUNK_BYTES, MAX_MB, OPEN_UPLOADS, SPARE_BYTES
from regulars_server.imports.models import OPEN, Import, State
from regulars_server.library_words import in_words
from regulars_server.web.actor import Actor
from regulars_server.work.models import ENDED
from regulars_server.work.services import cancel as cancel_job
from regulars_server.work.services import enqueue

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What is to come: rows of which table of facts, of which system, in which file."""

    fact: str
    file_name: str
    size: int
    source: str = "shop"
    at_once: bool = False


@transaction.atomic
def begin(*, actor: Actor, coming: Announced) -> Import:
    """Make room for a file.

    Raises
    ------
    Invalid : no such table, no source, an empty file. TooLarge : over the limit.
    Conflict : the user has too many unfinished uploads. NotNow : the disk is nearly full.
    """
    _check(coming)
    if coming.size + SPARE_BYTES > files.free_bytes():
        raise NotNow(_("There is too little room on the server's disk for this file."))
    unfinished = Import.objects.filter(asked_by_id=actor.user_id, state__in=OPEN).count()
    if unfinished >= OPEN_UPLOADS.value:
        raise Conflict(
            _("You have %(count)d uploads that are not finished. Finish one or give it up.")
            % {"count": unfinished}
        )
    made = Import.objects.create(
        fact=coming.fact, source=coming.source.strip(), size=coming.size,
        file_name=files.safe_name(coming.file_name), at_once=coming.at_once,
        asked_by_id=actor.user_id,
    )  # fmt: skip
    record(
        actor=actor, action="imports.begun", subject_kind="import", subject_id=made.pk,
        after={"fact": made.fact, "source": made.source, "size": made.size},
    )  # fmt: skip
    return made


def _check(coming: Announced) -> None:
    wrong: dict[str, str] = {}
    if coming.fact not in FACTS or FACTS[coming.fact].own:
        wrong["fact"] = _("There is no such table of facts.")
    if not 1 <= len(coming.source.strip()) <= 60 or not coming.source.isprintable():
        wrong["source"] = _("Name the system that the ids are of, in at most 60 characters.")
    if coming.size < 1:
        wrong["file"] = _("This file is empty.")
    if wrong:
        raise Invalid(fields=wrong)
    if coming.size > MAX_MB.value * MIB:
        raise TooLarge(_("At most %(limit)d MiB may be uploaded.") % {"limit": MAX_MB.value})


def receive(*, actor: Actor, import_id: int, offset: int, chunk: bytes, digest: str = "") -> Import:
    """Take the next bytes of a file. The last ones have it looked at.

    Parameters
    ----------
    offset : where they belong: as many as were received before.
    digest : SHA-256 of the chunk in hex, where the sender can tell it.

    Raises
    ------
    NotFound : no such upload of this user. Invalid : damaged on the way, or none.
    Conflict : other bytes are expected; ``received`` of the import says which.
    TooLarge : more in one piece, or in all, than was said.
    """
    if len(chunk) > CHUNK_BYTES:
        raise TooLarge(_("At most 4 MiB in one piece."))
    if not chunk:
        raise Invalid(_("There is nothing in it."))
    if digest and digest != hashlib.sha256(chunk).hexdigest():
        raise Invalid(_("These bytes were damaged on the way. Send them again."))
    with transaction.atomic():
        found = _own(actor, import_id)
        if found.state != State.RECEIVING or offset != found.received:
            raise Conflict(_("Other bytes are expected next."))
        if offset + len(chunk) > found.size:
            raise TooLarge(_("The file is larger than was said."))
        files.write_at(files.file_of(found.pk, found.file_name), offset, chunk)
        found.received = offset + len(chunk)
        if found.received == found.size:
            _look(actor, found)
        found.save()
    return found


def whole(*, actor: Actor, coming: Announced, file: IO[bytes]) -> Import:
    """Take a file at once. As `begin`."""
    made = begin(actor=actor, coming=coming)
    offset = 0
    while chunk := file.read(CHUNK_BYTES):
        made = receive(actor=actor, import_id=made.pk, offset=offset, chunk=chunk)
        offset += len(chunk)
    return made


def _look(actor: Actor, found: Import) -> None:
    found.state, found.said = State.LOOKING, ""
    found.job = enqueue(
        actor=actor, kind="imports.look", payload={"import": found.pk},
        key=f"{found.pk} {found.version}",
    )  # fmt: skip


@transaction.atomic
def look_again(*, actor: Actor, import_id: int, version: int, reading: Mapping[str, Any]) -> Import:
    """Open the file otherwise: with another encoding, delimiter, sheet or row of names.

    Raises
    ------
    NotFound, Conflict : as `confirm`. Invalid : no such encoding, or the like.
    """
    found = _waiting(actor, import_id, version)
    found.reading = mapping.checked_reading(reading)
    found.version += 1
    _look(actor, found)
    found.save()
    return found


@transaction.atomic
def confirm(*, actor: Actor, import_id: int, version: int, chosen: mapping.Chosen) -> Import:
    """Import the file with the columns chosen.

    Raises
    ------
    NotFound : no such import of this user.
    Conflict : it does not wait for a mapping any more, or was changed since that version.
    Invalid : the mapping cannot be; in words.
    """
    found = _waiting(actor, import_id, version)
    try:
        made = mapping.made(found, chosen)
    except RegularsError as error:
        raise Invalid(in_words(str(error))) from None
    start(actor, found, made)
    return found


def start(actor: Actor, found: Import, chosen: Mapping[str, Any]) -> None:
    """Ask for the job that imports; within a transaction that holds the row."""
    found.version += 1
    found.mapping, found.state, found.said = dict(chosen), State.IMPORTING, ""
    found.job = enqueue(
        actor=actor, kind="imports.bring", payload={"import": found.pk},
        key=f"{found.pk} {found.version}",
    )  # fmt: skip
    found.save()
    record(
        actor=actor, action="imports.confirmed", subject_kind="import", subject_id=found.pk,
        after={"columns": dict(chosen["columns"])},
    )  # fmt: skip


@transaction.atomic
def back(*, actor: Actor, import_id: int, version: int) -> Import:
    """To the mapping again, after the job has ended without importing.

    Raises
    ------
    NotFound, Conflict : as `confirm`, or the job has not ended.
    """
    found = _own(actor, import_id)
    _same(found, version)
    if not found.stuck:
        raise Conflict(_("It is on its way; there is nothing to go back to."))
    found.version += 1
    if found.look is None:
        _look(actor, found)
    else:
        found.state = State.ASKING
    found.save()
    return found


@transaction.atomic
def drop(*, actor: Actor, import_id: int, version: int) -> Import:
    """Give an import up: the file is removed, and nothing of it was imported.

    Raises
    ------
    NotFound : no such import of this user.
    Conflict : it was changed since that version, or has ended.
    """
    found = _own(actor, import_id)
    _same(found, version)
    if found.state in (State.DONE, State.REFUSED, State.DROPPED):
        raise Conflict(_("This import has ended."))
    if found.job is not None and found.job.state not in ENDED:
        cancel_job(actor=actor, job_id=found.job.pk)
        if found.state == State.IMPORTING:
            # Whether it is still imported is for the job to say: it ends within seconds.
            return found
    ended(found, State.DROPPED)
    record(actor=actor, action="imports.given_up", subject_kind="import", subject_id=found.pk)
    return found


def ended(found: Import, state: State, *, said: str = "") -> None:
    """The end of an import: neither file nor sample rows are kept. Within a transaction."""
    found.state, found.said, found.look, found.ended_at = state, said, None, timezone.now()
    found.version += 1
    found.save()
    transaction.on_commit(lambda: files.remove(found.pk))


def _own(actor: Actor, import_id: int) -> Import:
    found = Import.objects.select_for_update().filter(pk=import_id).first()
    if found is None or found.asked_by_id != actor.user_id:
        raise NotFound
    return found


def _waiting(actor: Actor, import_id: int, version: int) -> Import:
    found = _own(actor, import_id)
    _same(found, version)
    if found.state != State.ASKING:
        raise Conflict(_("This import does not wait for a mapping any more."))
    return found


def _same(found: Import, version: int) -> None:
    if found.version != version:
        raise Conflict(_("This import was changed meanwhile, perhaps in another tab. Look again."))
