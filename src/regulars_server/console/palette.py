"""The palette: a few letters, and one is there: pages, customers, audiences, analyses.

What a capability can be found by it declares as ``found``, see `capability.Capability`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from regulars_server.capability import HEADS, capabilities, load, navigation

LONGEST = 100
MOST_HITS = 6


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Somewhere to go.

    Attributes
    ----------
    text : what it is called; ``beside`` says more in small.
    url : where it is.
    """

    text: str
    url: str
    beside: str = ""


def pages(words: str, held: Any) -> list[Hit]:
    """Pages of the navigation whose name has these words in it; all without any."""
    return [
        Hit(text=str(entry.text), url=reverse(entry.url), beside=str(HEADS[group]))
        for group, entries in navigation(held)
        for entry in entries
        if fits(str(entry.text), words)
    ]


def hits(words: str, *, user: Any) -> list[Hit]:
    """What somebody may mean, pages first; each capability knows what this user may see."""
    words = words.strip()[:LONGEST]
    found = pages(words, user.permissions)
    if not words:
        return found
    for one in capabilities():
        if one.found is not None:
            found = [*found, *load(one.found)(words, user=user)[:MOST_HITS]]
    return found


def fits(text: str, words: str) -> bool:
    """Whether each word stands somewhere in the text, whatever its case."""
    folded = text.casefold()
    return all(word in folded for word in words.casefold().split())
