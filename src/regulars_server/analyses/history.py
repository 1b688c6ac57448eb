"""The last questions that somebody asked, kept in their session: addresses, no answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest
from django.urls import reverse

import regulars
from regulars_server.analyses.asked import Address
from regulars_server.console.language import library_language

KEY = "analyses"
MOST = 8
LONGEST = 1500


@dataclass(frozen=True, kw_only=True)
class Past:
    """A question that was answered: of which analysis, and what was set apart, in words."""

    name: str
    title: str
    said: str
    url: str


def remember(request: HttpRequest, *, name: str, query: Mapping[str, str]) -> None:
    """Put a question first; nothing of it may name a customer."""
    text = urlencode(query)
    if len(text) > LONGEST:
        return
    entry = {"name": name, "query": text}
    found = _kept(request)
    if found and found[0] == entry:
        return
    others = [one for one in found if (one["name"], one["query"]) != (name, text)]
    request.session[KEY] = [entry, *others][:MOST]


def past(request: HttpRequest) -> list[Past]:
    """The newest first, of analyses that there still are."""
    lang = library_language()
    titles = {one.name: one.title.say(lang) for one in regulars.catalogue()}
    return [
        Past(
            name=one["name"],
            title=titles[one["name"]],
            said=_said(one),
            url=reverse("analyses:page", args=[one["name"]])
            + (f"?{one['query']}" if one["query"] else ""),
        )
        for one in _kept(request)
        if one["name"] in titles
    ]


def _said(one: Mapping[str, str]) -> str:
    """What was set apart, in the language of now."""
    apart = Address(one["name"], dict(parse_qsl(one["query"]))).form.set_apart()
    return "; ".join(f"{label}: {value}" for label, value in apart)


def _kept(request: HttpRequest) -> list[dict[str, Any]]:
    found = request.session.get(KEY, [])
    return [{"name": one["name"], "query": one["query"]} for one in found]
