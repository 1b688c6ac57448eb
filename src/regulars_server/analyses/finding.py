"""Analyses in the palette and in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

import regulars
from regulars_server.console.language import library_language
from regulars_server.console.palette import Hit, fits
from regulars_server.console.workspace import opened


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An analysis in the catalogue; `lacks` are the facts without which it has no answer."""

    name: str
    question: str
    title: str
    lacks: tuple[str, ...] = ()


def found(words: str, *, user: Any) -> list[Hit]:
    """Analyses by their question, title or name."""
    if not user.may("analyses.read"):
        return []
    lang = library_language()
    return [
        Hit(
            text=one.title.say(lang),
            url=reverse("analyses:page", args=[one.name]),
            beside=one.question.say(lang),
        )
        for one in regulars.catalogue()
        if _fits(one, words)
    ]


def by_theme(words: str) -> list[tuple[str, list[Listed]]]:
    """The analyses that these words find, under the heads of their themes."""
    lang, there = library_language(), imported()
    heads: dict[str, list[Listed]] = {}
    order: dict[str, tuple[str, ...]] = {}
    for one in regulars.catalogue():
        if not _fits(one, words):
            continue
        head = one.theme.title.say(lang)
        order[head] = one.theme.analyses
        heads.setdefault(head, []).append(
            Listed(
                name=one.name,
                question=one.question.say(lang),
                title=one.title.say(lang),
                lacks=() if there is None else tuple(t for t in one.inputs if t not in there),
            )
        )
    return [(head, sorted(heads[head], key=_place(order[head]))) for head in _in_order(heads)]


def imported() -> frozenset[str] | None:
    """The tables of facts that hold anything; None where that is not known without a look."""
    ws = opened()
    if not ws.settings.lake:
        return frozenset({*ws.settings.facts, "identities"})
    current = ws.lake.current()
    return frozenset(current.tables) if current else frozenset()


def _fits(one: Any, words: str) -> bool:
    texts = (one.title.en, one.title.zh, one.question.en, one.question.zh, one.name)
    return fits(" ".join(texts), words)


def _in_order(heads: dict[str, list[Listed]]) -> list[str]:
    """Heads as the library has them, whatever order the analyses come in."""
    lang = library_language()
    found = [one.theme for one in regulars.catalogue()]
    known = {theme.title.say(lang): theme.place for theme in found}
    return sorted(heads, key=known.__getitem__)


def _place(names: tuple[str, ...]) -> Any:
    return lambda one: names.index(one.name) if one.name in names else len(names)
