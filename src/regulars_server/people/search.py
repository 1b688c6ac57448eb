"""Finding people by what somebody types."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from regulars_server.console.workspace import opened
from regulars_server.errors import Invalid, NotFound
from regulars_server.people import lake
from regulars_server.people.models import Person, Term
from regulars_server.people.terms import KEY, LAST, Probe, probes, storable

ROWS = 25
MOST_ROWS = 200
# Where the last page ended: the probe, and the term of it.
Place = tuple[int, str, int]


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of people, and where the next begins (None: there is none)."""

    people: Sequence[Person]
    after: str | None


def search(typed: str, *, after: str | None = None, rows: int = ROWS) -> Found:
    """People by name, telephone, e-mail, card or id, those that fit wholly first.

    Parameters
    ----------
    typed : as somebody typed it: any width, case and punctuation; the beginning suffices, of a
        telephone number also the end.
    after : `Found.after` of the page before.

    Raises
    ------
    Invalid : `after` is not from here.
    """
    asked = probes(typed, region=lake.region(opened()))
    rows = max(1, min(rows, MOST_ROWS))
    places: dict[int, Place] = {}
    for place in _walk(asked, _read(after), rows):
        places.setdefault(place[2], place)
        if len(places) > rows:
            break
    chosen = [*places][:rows]
    by_key = Person.objects.in_bulk(chosen)
    more = len(places) > rows
    return Found(
        people=[by_key[key] for key in chosen if key in by_key],
        after=_written(places[chosen[-1]]) if more else None,
    )


def _walk(asked: Sequence[Probe], begin: Place, rows: int) -> Iterator[Place]:
    first, text, key = begin
    for number, probe in enumerate(asked):
        if number < first:
            continue
        for said, customer_key in _terms(probe, (text, key) if number == first else ("", 0), rows):
            yield number, said, customer_key


def _terms(probe: Probe, after: tuple[str, int], rows: int) -> Iterator[tuple[str, int]]:
    """The terms that begin so, in order, read by the page: a person can stand under several."""
    found = Term.objects.filter(
        kind=probe.kind, text__gte=probe.text, text__lt=probe.text + LAST
    ).order_by("text", "customer_key")
    while True:
        text, key = after
        left = found.filter(text__gte=text).exclude(Q(text=text, customer_key__lte=key))
        read = list((left if text else found).values_list("text", "customer_key")[: rows + 1])
        yield from read
        if len(read) <= rows:
            return
        after = read[-1]


def _written(place: Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read(after: str | None) -> Place:
    if not after:
        return 0, "", 0
    try:
        number, text, key = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        return int(number), storable(str(text)), int(key)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Invalid(fields={"cursor": _("This is no place in a list.")}) from error


def person(customer_key: int) -> Person:
    """The person that a record counts for, merges followed.

    Raises
    ------
    NotFound : nobody of this key: never there, or erased.
    """
    found = Person.objects.filter(pk=customer_key).first()
    if found is None:
        term = Term.objects.filter(kind=KEY, text=str(customer_key)).first()
        found = Person.objects.filter(pk=term.customer_key).first() if term else None
    if found is None:
        raise NotFound(_("There is nobody of this number. Whoever was erased is not found."))
    return found
