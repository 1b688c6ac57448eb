"""What the tables of people hold of somebody, removed."""

from __future__ import annotations

from collections.abc import Collection

from regulars_server.people.models import Consent, Leaving, Person, Term


def forget(*, customer_keys: Collection[int]) -> None:
    """Remove index, consents and what waits for the facts; within the erasing transaction.

    That somebody must not come back is kept by the library alone, as keyed hashes.
    """
    keys = list(customer_keys)
    for model in (Term, Person, Consent, Leaving):
        model.objects.filter(customer_key__in=keys).delete()
