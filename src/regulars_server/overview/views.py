"""The overview: the page, and each panel of it by itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regulars.datasets import notice
from regulars.errors import RegularsError
from regulars_server.analyses.asking import Working
from regulars_server.console.language import library_language
from regulars_server.errors import NotFound
from regulars_server.overview import periods, showing, words
from regulars_server.overview.panels import ATTENTION, BY_NAME, HEADLINE, PANELS, Panel
from regulars_server.overview.showing import Reader
from regulars_server.web.access import needs
from regulars_server.web.problems import told

# A panel that is nearly there comes with the request that asks for it.
WAIT_SECONDS = 0.3


@needs("home.read")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Panels that are kept at once; the others are asked for by the page."""
    values: dict[str, Any] = {"wrong": {}, "problem": None, "empty": False, "panels": []}
    chosen = _chosen(request, values)
    try:
        reader = showing.reader(chosen, permissions=_held(request))
    except RegularsError as error:
        values["problem"] = told(error)
        return render(request, "overview/home.html", values)
    values["empty"] = reader.version == 0
    if not values["empty"]:
        values |= _page(reader)
    return render(request, "overview/home.html", values)


def _page(reader: Reader) -> dict[str, Any]:
    drawn = [_drawn(panel, reader, reader.kept(panel)) for panel in PANELS]
    return {
        "panels": [one for one in drawn if one["panel"].name not in (HEADLINE, ATTENTION)],
        "first": [one for one in drawn if one["panel"].name in (HEADLINE, ATTENTION)],
        "notices": [text.say(library_language()) for text in notice(reader.ws.settings.root)],
    }


@needs("home.read")
@require_safe
def panel(request: HttpRequest, name: str) -> HttpResponse:
    """One panel: drawn, or how long it has been worked out; a page for who has no scripts."""
    found = BY_NAME.get(name)
    if found is None:
        raise NotFound
    values: dict[str, Any] = {"wrong": {}, "problem": None}
    chosen = _chosen(request, values)
    shown: str | Working | None = None
    reader = None
    try:
        reader = showing.reader(chosen, permissions=_held(request))
        user: Any = request.user
        shown = showing.show(found, reader, user_id=user.pk, wait_seconds=WAIT_SECONDS)
    except RegularsError as error:
        values["problem"] = told(error)
    values["one"] = _drawn(found, reader, shown)
    part = bool(getattr(request, "htmx", False))
    return render(request, f"overview/panel{'_part' if part else ''}.html", values)


def _drawn(panel: Panel, reader: Reader | None, shown: str | Working | None) -> dict[str, Any]:
    working = isinstance(shown, Working)
    return {
        "panel": panel,
        "html": None if working else shown,
        "seconds": round(shown.seconds) if isinstance(shown, Working) else None,
        "working": working,
        "here": reader.chosen.address if reader is not None else "",
    }


def _chosen(request: HttpRequest, values: dict[str, Any]) -> periods.Chosen:
    """The days that are asked for; the usual ones, with what is wrong said, where these are not."""
    given = {name: request.GET.get(name, "")[:40] for name in (*periods.FIELDS, "period")}
    try:
        chosen = periods.read({name: text for name, text in given.items() if text})
    except periods.WrongDays as error:
        values["wrong"] = {error.field: words.WRONG[error.code]}
        chosen = periods.Chosen()
    days = chosen.exact if chosen.preset == periods.DAYS else {}
    values |= {
        "chosen": chosen,
        "presets": [
            {
                "name": name,
                "text": text,
                "here": chosen.preset == name and not values["wrong"],
                "address": periods.Chosen(preset=name).address,
            }
            for name, text in words.PRESETS.items()
        ],
        "fields": [
            {"name": name, "label": label, "value": given[name] or days.get(name, ""),
             "wrong": values["wrong"].get(name)}
            for name, label in words.FIELDS.items()
        ],
        "own": chosen.preset == periods.DAYS or bool(values["wrong"]),
        "title": _("Overview"),
    }  # fmt: skip
    return chosen


def _held(request: HttpRequest) -> frozenset[str]:
    user: Any = request.user
    return frozenset(user.permissions)
