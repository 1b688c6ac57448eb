"""Who refuses that a program decides by their data: as keys, for statements over many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from regulars_server.people.models import Consent, Term
from regulars_server.people.purposes import PERSONALISED
from regulars_server.people.terms import KEY

AT_ONCE = 500


def refusing() -> list[int]:
    """The keys of all records of everybody whose latest word is no; merged records are one person.

    A snapshot has the keys of its day, so each record of a person is named.
    """
    said = list(
        Consent.objects.filter(purpose=PERSONALISED)
        .order_by("at", "id")
        .values_list("customer_key", "state")
    )
    root = dict(_roots({key for key, _state in said}))
    latest = {root.get(key, key): state for key, state in said}
    refused = {key for key, state in latest.items() if state == "withdrawn"}
    return sorted(refused | set(_records(refused)))


def _roots(keys: Iterable[int]) -> Iterator[tuple[int, int]]:
    for some in _batched(keys):
        texts = [str(key) for key in some]
        found = Term.objects.filter(kind=KEY, text__in=texts)
        yield from ((int(text), root) for text, root in found.values_list("text", "customer_key"))


def _records(roots: Iterable[int]) -> Iterator[int]:
    for some in _batched(roots):
        found = Term.objects.filter(kind=KEY, customer_key__in=some)
        yield from (int(text) for text in found.values_list("text", flat=True))


def _batched(keys: Iterable[int]) -> Iterator[Sequence[int]]:
    """So many at once: a database has a limit on what one statement names."""
    every = sorted(keys)
    for begin in range(0, len(every), AT_ONCE):
        yield every[begin : begin + AT_ONCE]
