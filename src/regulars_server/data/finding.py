"""Pages of data and tables of facts in the palette."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.facts import FACTS
from regulars_server.console.language import library_language
from regulars_server.console.palette import Hit, fits


def found(words: str, *, user: Any) -> list[Hit]:
    """Pages by their names, then tables by name and meaning."""
    if not user.may("data.read"):
        return []
    pages = [
        (_("Quality"), "data:quality"),
        (_("Rejected rows"), "data:rejects"),
        (_("Columns of sources"), "data:mappings"),
        (_("Facts versions"), "data:versions"),
        (_("What was computed"), "data:runs"),
    ]
    lang = library_language()
    hits = [
        Hit(text=text, url=reverse(url), beside=_("What is here"))
        for text, url in pages
        if fits(text, words)
    ]
    tables = [
        Hit(
            text=one.name,
            url=reverse("data:index") + f"#{one.name}",
            beside=one.meaning.say(lang),
        )
        for one in FACTS.values()
        if fits(f"{one.name} {one.meaning.en} {one.meaning.zh}", words)
    ]
    return [*hits, *tables]
