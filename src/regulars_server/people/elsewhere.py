"""Who was forgotten where the server had no part: on the command line, or by restoring a backup.

The workspace no longer names them, and has the keyed hashes of their ids on its list. What the
server's database still holds of them goes by an erasure of its own, whose first step is done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import connection

from regulars_server.audit.services import record
from regulars_server.people import lake
from regulars_server.people.models import ErasedKey, Erasure, Person
from regulars_server.web.actor import system

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from regulars.facts.forgotten import Forgotten

_AT_ONCE = 500
Keys = Mapping[bool, Sequence[int]]  # whether what they did was removed too: the records' keys


def forgotten(con: DuckDBPyConnection, known: Forgotten, people: Sequence[int]) -> Keys:
    """Of people as the index has them still: the keys of records that were forgotten since.

    A record that is missing and not on the list was not forgotten: the facts may be older ones.
    """
    ids = {
        int(one["customer_key"]): (str(one["source"]), str(one["external_id"]))
        for person in _before(people)
        for one in person.told["ids"]
    }
    found: dict[bool, list[int]] = defaultdict(list)
    for key in sorted(ids.keys() - lake.named(con, [*ids])):
        erasure = known.erasures.get(known.hash(*ids[key]))
        if erasure is not None:
            found[erasure.purged].append(key)
    return found


def erase(found: Keys) -> None:
    """Begin their erasure, within the transaction in which they leave the index."""
    if not connection.in_atomic_block:
        raise RuntimeError("who leaves the index unnoticed would never be erased")
    for purge, keys in found.items():
        erasure = Erasure.objects.create(
            customer_key=keys[0], keys=list(keys), purge=purge, step="database"
        )
        ErasedKey.objects.bulk_create([ErasedKey(pk=k) for k in keys], ignore_conflicts=True)
        record(
            actor=system("people"), action="people.erased_elsewhere", subject_kind="erasure",
            subject_id=erasure.pk, after={"purge": purge, "records": len(keys)},
        )  # fmt: skip


def _before(people: Sequence[int]) -> list[Person]:
    found: list[Person] = []
    for place in range(0, len(people), _AT_ONCE):
        some = people[place : place + _AT_ONCE]
        found += Person.objects.filter(pk__in=some).only("customer_key", "known")
    return found
