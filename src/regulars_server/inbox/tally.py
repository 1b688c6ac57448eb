"""Counts that never fall, kept in the transaction of what they count."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F

from regulars_server.inbox.models import Tally


def add(counts: Mapping[str, int]) -> None:
    """Add to these counts, in the order of their names so that nobody waits crosswise."""
    for name, number in sorted(counts.items()):
        if number:
            Tally.objects.bulk_create([Tally(name=name)], ignore_conflicts=True)
            Tally.objects.filter(name=name).update(value=F("value") + number)


def values(prefix: str = "") -> dict[str, int]:
    """The counts whose names begin so."""
    found = Tally.objects.filter(name__startswith=prefix)
    return dict(found.values_list("name", "value"))
