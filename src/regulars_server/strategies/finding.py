"""Saved tables and strategies in the palette."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars_server.console.palette import MOST_HITS, Hit, fits
from regulars_server.strategies import queries


def found(words: str, *, user: Any) -> list[Hit]:
    """What has these words in its name, for whoever may see it."""
    if not user.may("strategies.read"):
        return []
    hits = [
        Hit(text=one.name, url=reverse("strategies:table", args=[one.pk]), beside=_("Value table"))
        for one in queries.tables()[:500]
        if fits(one.name, words)
    ] + [
        Hit(text=one.title, url=reverse("strategies:workbook", args=[one.pk]), beside=_("Strategy"))
        for one in queries.workbooks()[:500]
        if fits(one.title, words)
    ]
    return hits[:MOST_HITS]
