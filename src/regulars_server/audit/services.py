"""Writing an entry, in the transaction of the change; removing an erased person's values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from regulars_server.audit.models import AuditEntry
from regulars_server.web.actor import Actor

Values = Mapping[str, Any]
ERASED = "(erased)"


def record(
    *,
    actor: Actor,
    action: str,
    subject_kind: str,
    subject_id: object,
    before: Values | None = None,
    after: Values | None = None,
    customer_key: int | None = None,
) -> AuditEntry:
    """Append an entry.

    Parameters
    ----------
    actor : who does it; `web.actor.actor_of` makes it from a request, `system` for a job.
    action : ``capability.verb_in_the_past``, e.g. ``"people.consent_withdrawn"``.
    subject_kind, subject_id : what was changed.
    before, after : the fields that changed. No secrets: no password, token or key.
    customer_key : whose data the values are, where they are a customer's.

    Raises
    ------
    RuntimeError : no transaction is open; the entry could outlive a change that is rolled back.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit entry is written in the transaction of its change")
    return AuditEntry.objects.create(
        at=timezone.now(),
        user_id=actor.user_id,
        via=actor.via,
        address=actor.address,
        request_id=actor.request_id,
        action=action,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        customer_key=customer_key,
    )


def changed(before: Values, after: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that differ, as they were and as they are."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def forget(*, customer_keys: Collection[int]) -> int:
    """Take erased people's values out of their entries; that something happened stays.

    Returns
    -------
    int : the entries that were changed.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("people are forgotten in one transaction")
    found = AuditEntry.objects.filter(customer_key__in=list(customer_keys))
    for entry in found.only("id", "before", "after").iterator(chunk_size=500):
        entry.before, entry.after = _emptied(entry.before), _emptied(entry.after)
        entry.save(update_fields=["before", "after"])
    # The key led to the person while the person was there; now it must lead nowhere.
    return found.update(customer_key=None, subject_id=ERASED)


def _emptied(values: Values | None) -> dict[str, str] | None:
    return None if values is None else dict.fromkeys(values, ERASED)
