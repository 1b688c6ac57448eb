"""Reading audiences, and who stands beside a customer in one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars_server.audiences import members
from regulars_server.audiences.catalogue import newest
from regulars_server.audiences.models import Audience, AudienceSize, AudienceVersion, Export
from regulars_server.audiences.reading import digest, saved
from regulars_server.console.palette import MOST_HITS, Hit
from regulars_server.errors import NotFound


@dataclass(frozen=True)
class Neighbours:
    """Who stands before and after a customer of an audience, those of greatest value first.

    Keys are None at the ends, and everything but `title` where the customer is not in it.
    """

    title: str
    previous: int | None = None
    next: int | None = None
    place: int | None = None
    size: int | None = None


def audiences(*, archived: bool = False) -> QuerySet[Audience]:
    """Those in use, by their names; or those put aside."""
    found = Audience.objects.select_related("owner").order_by("name", "id")
    return found.filter(archived_at__isnull=not archived)


def audience(audience_id: int) -> Audience:
    """The audience of this number; `NotFound` where there is none."""
    found = Audience.objects.select_related("owner").filter(pk=audience_id).first()
    if found is None:
        raise NotFound(_("There is no such audience."))
    return found


def versions(of: Audience) -> QuerySet[AudienceVersion]:
    """Its versions, the newest first."""
    return of.versions.select_related("by").order_by("-number")


def sizes(of: Audience) -> list[AudienceSize]:
    """Its sizes by the day of the snapshot, as its present condition counts them."""
    return list(of.sizes.filter(digest=digest(of.condition)).order_by("as_of", "id"))


def one_a_day(rows: Iterable[AudienceSize]) -> list[AudienceSize]:
    """Of two snapshots of one day the one that was counted last: its day is in no list twice."""
    return list({row.as_of: row for row in rows}.values())


def last_sizes(found: Sequence[Audience]) -> dict[int, list[AudienceSize]]:
    """Of each audience its last two sizes, the later last."""
    wanted = {one.pk: digest(one.condition) for one in found}
    rows = AudienceSize.objects.filter(audience_id__in=list(wanted)).order_by("as_of", "id")
    by_audience: dict[int, list[AudienceSize]] = {}
    for row in rows:
        if wanted[row.audience_id] == row.digest:
            by_audience.setdefault(row.audience_id, []).append(row)
    return {key: one_a_day(sized)[-2:] for key, sized in by_audience.items()}


def neighbours(audience_id: int, customer_key: int) -> Neighbours | None:
    """Who stands beside a customer in the newest snapshot; None where there is no such audience."""
    found = Audience.objects.filter(pk=audience_id).first()
    of = newest() if found is not None else None
    if found is None or of is None:
        return None
    condition = saved(found.condition, found.columns, of).condition
    beside = None if condition is None else members.beside(of, condition, customer_key)
    if beside is None:
        return Neighbours(found.name)
    return Neighbours(found.name, beside.previous, beside.next, beside.place, beside.size)


def export(export_id: int, *, asked_by: Any) -> Export:
    """An export that this user asked for; `NotFound` for any other."""
    found = Export.objects.filter(pk=export_id, asked_by_id=asked_by.pk).first()
    if found is None:
        raise NotFound(_("There is no such export of yours."))
    return found


def exports(*, asked_by: Any) -> QuerySet[Export]:
    """What a user exported, the newest first."""
    return Export.objects.filter(asked_by_id=asked_by.pk).order_by("-id")


def found(words: str, *, user: Any) -> list[Hit]:
    """Audiences whose names hold these words, for the palette."""
    if not user.may("audiences.read"):
        return []
    named = audiences()
    for word in words.split():
        named = named.filter(name__icontains=word)
    return [
        Hit(
            text=one.name,
            url=reverse("audiences:audience", args=[one.pk]),
            beside=str(_("Audience")),
        )
        for one in named[:MOST_HITS]
    ]
