"""People in the palette."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars_server.console.palette import MOST_HITS, Hit
from regulars_server.people.search import search


def found(words: str, *, user: Any) -> list[Hit]:
    """People by what was typed, for whoever may see who they are."""
    if not user.may("people.read"):
        return []
    return [
        Hit(
            text=one.name or _("Customer %(key)s") % {"key": one.pk},
            url=reverse("people:person", args=[one.pk]),
            beside=", ".join(one.ids[:2]),
        )
        for one in search(words, rows=MOST_HITS).people
    ]
