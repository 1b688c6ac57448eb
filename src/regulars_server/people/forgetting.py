"""What the tables of people hold of somebody, removed."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from regulars_server.people import shelves
from regulars_server.people.histories import READ
from regulars_server.people.jobs import SHELVE
from regulars_server.people.models import Consent, Leaving, Person, Term
from regulars_server.web.actor import system
from regulars_server.work.services import enqueue


def forget(*, customer_keys: Collection[int]) -> None:
    """Remove index, consents and what waits for the facts; within the erasing transaction.

    That somebody must not come back is kept by the library alone, as keyed hashes.
    """
    keys = list(customer_keys)
    for model in (Term, Person, Consent, Leaving):
        model.objects.filter(customer_key__in=keys).delete()
    if keys:
        # A shelf may hold what they did, in their words; it is made again of what is left.
        transaction.on_commit(shelves.remove_all)
        transaction.on_commit(READ.remove_all)
        enqueue(actor=system("people"), kind=SHELVE.name)
