"""A customer's page: who they are, what they are worth and why, what to do, what happened."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars.errors import RegularsError
from regulars_server.analyses.asking import Working
from regulars_server.console.forms import attempt
from regulars_server.console.pages import number_of
from regulars_server.console.workspace import opened
from regulars_server.errors import NotNow
from regulars_server.people import (
    consents,
    exporting,
    histories,
    holdings,
    portrait,
    saying,
    timeline,
)  # fmt: skip
from regulars_server.people.around import around
from regulars_server.people.forms import ConsentForm
from regulars_server.people.histories import History
from regulars_server.people.models import Consent, Person
from regulars_server.people.purposes import PERSONALISED
from regulars_server.people.search import person
from regulars_server.people.telling import channel_name, told
from regulars_server.web.access import needs
from regulars_server.web.actor import actor_of
from regulars_server.web.problems import told as problem_of

# How long a part of the page waits for what a child reads; then it asks again by itself.
WAIT_SECONDS = 1.0


@needs("people.see")
@require_safe
def show(request: HttpRequest, customer_key: int) -> HttpResponse:
    """The frame at once; figures within it where they are quick, else after it."""
    if not opened().settings.lake:
        return render(request, "people/no_lake.html", {"customer_key": customer_key})
    found = person(customer_key)
    if found.pk != customer_key:  # merged: the person's own address
        address = redirect("people:person", found.pk)
        if request.GET:
            address["Location"] += f"?{request.GET.urlencode()}"
        return address
    return _page(request, found)


def _page(
    request: HttpRequest, found: Person, *, form: ConsentForm | None = None, status: int = 200
) -> HttpResponse:
    user: Any = request.user
    named = user.may("people.read")
    history = list(consents.history(found.keys))
    said = consents.counting(history)
    values: dict[str, Any] = {
        "person": found,
        "named": named,
        "told": found.told if named else {},
        "title": _title(found, named=named),
        "around": around(request.GET.get("audience", ""), found.pk, user=user),
        "consents": said,
        "refuses": consents.refused(said),
        "personalised": PERSONALISED,
        "query": _query(request),
    }
    if named:
        values |= {
            "history": history,
            "form": form,
            "message_id": secrets.token_urlsafe(16),
        }
    values |= _figures(request, found, said, begin=False)
    return render(request, "people/person.html", values, status=status)


def _title(found: Person, *, named: bool) -> str:
    if named and found.name:
        return found.name
    return _("Customer %(key)s") % {"key": found.pk}


def _query(request: HttpRequest) -> str:
    """What of the address goes on to parts of the page."""
    given = {name: request.GET.get(name, "")[:60] for name in ("kind", "channel", "page")}
    said = {name: text for name, text in given.items() if text}
    return f"?{urlencode(said)}" if said else ""


def _figures(
    request: HttpRequest, found: Person, said: Sequence[Consent], *, begin: bool = True
) -> dict[str, Any]:
    """Everything that comes from facts and snapshot, or that it is being read.

    Parameters
    ----------
    begin : have a child read what is not at hand, and wait for it a little.
    """
    from regulars_server.care.queries import cases

    try:
        gathered = portrait.gathered(found, **(_asking(request) if begin else {}))
        if isinstance(gathered, Working):
            return {"working": gathered, "begun": begin}
        open_cases = cases(state="pending", keys=found.keys).count()
        one = portrait.portrait(found, gathered, open_cases=open_cases, said=said)
    except (RegularsError, NotNow) as error:
        return {"problem": problem_of(error), "one": None}
    return {
        "one": one,
        "stage": saying.stage_name(one.stage) if one.stage else None,
        "spells": [
            {**spell, "name": saying.stage_name(spell["stage"]),
             "why": saying.reason_name(spell["reason"])}
            for spell in reversed(one.spells)
        ],
        "worth": saying.worth_in_words(one),
        "due": saying.due_in_words(one),
        "advice": saying.advice_in_words(one),
        "alive": one.numbers.share(one.points[-1]["p_alive"]) if one.points else None,
        "profile": saying.profile(one.history.of("customers")),
        **_timeline(request, one.history, one.events),
    }  # fmt: skip


def _asking(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    return {"user_id": user.pk, "wait_seconds": WAIT_SECONDS}


def _timeline(
    request: HttpRequest, history: History, found: Sequence[timeline.Event]
) -> dict[str, Any]:
    user: Any = request.user
    kind, channel = (request.GET.get(name, "")[:60] for name in ("kind", "channel"))
    shown = timeline.page(
        found,
        kind=kind if kind in timeline.KINDS else "",
        channel=channel,
        number=number_of(request.GET.get("page", ""), least=1) or 1,
    )
    named, numbers = user.may("people.read"), portrait.money_and_numbers()
    return {
        "history_of": history,
        "events": found,
        "shown": shown,
        "days": [
            (day, [told(event, numbers, named=named) for event in events])
            for day, events in shown.days
        ],
        "kinds": [(name, saying.KINDS[name], count) for name, count in shown.kinds.items()],
        "channels": [(code, channel_name(code)) for code in shown.channels],
        "kind": kind,
        "channel": channel,
    }


@needs("people.see")
@require_safe
def figures(request: HttpRequest, customer_key: int) -> HttpResponse:
    """What facts and snapshot say, where the frame did not wait for it."""
    found = person(customer_key)
    values = {
        "person": found,
        "query": _query(request),
        **_figures(request, found, consents.current(found.keys)),
    }
    part = bool(getattr(request, "htmx", False))
    return render(request, f"people/figures{'_part' if part else ''}.html", values)


@needs("people.see")
@require_safe
def events(request: HttpRequest, customer_key: int) -> HttpResponse:
    """The timeline by itself: another page of it, or of another kind or channel."""
    found = person(customer_key)
    values: dict[str, Any] = {"person": found, "query": _query(request)}
    try:
        history = histories.history(found.pk, found.keys, **_asking(request))
        if isinstance(history, Working):
            values["working"] = history
        else:
            values |= _timeline(request, history, timeline.events(history.rows))
    except (RegularsError, NotNow) as error:
        values["problem"] = problem_of(error)
    part = bool(getattr(request, "htmx", False))
    return render(request, f"people/timeline{'_part' if part else ''}.html", values)


@needs("people.read")
@require_safe
def held(request: HttpRequest, customer_key: int) -> HttpResponse:
    """What the facts hold of the person, and the newest snapshot in words."""
    found = person(customer_key)
    values: dict[str, Any] = {"person": found}
    try:
        answer = holdings.holdings(found, **_asking(request))
        values["working" if isinstance(answer, Working) else "held"] = answer
    except (RegularsError, NotNow) as error:
        values["problem"] = problem_of(error)
    part = bool(getattr(request, "htmx", False))
    return render(request, "people/held_part.html" if part else "people/held.html", values)


@needs("people.consent")
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, customer_key: int) -> HttpResponse:
    """Record what the person says. Asked for, the form: few who open the page want it."""
    if request.method != "POST":
        empty = ConsentForm(initial={"message_id": secrets.token_urlsafe(16)})
        part = bool(getattr(request, "htmx", False))
        values = {"person": person(customer_key), "form": empty}
        return render(request, f"people/consent_form{'_part' if part else ''}.html", values)
    form = ConsentForm(request.POST)
    if form.is_valid():
        given = dict(form.cleaned_data)
        message_id = given.pop("message_id")
        with attempt(form):
            consents.record_consent(
                actor=actor_of(request), customer_key=customer_key, message_id=message_id,
                word=consents.Word(**given),
            )  # fmt: skip
            messages.success(request, _("It is recorded."))
            return redirect("people:person", customer_key)
    return _page(request, person(customer_key), form=form, status=422)


@needs("people.export")
@require_POST
def export(request: HttpRequest, customer_key: int) -> HttpResponse:
    """A ZIP of all that is held on the person."""
    found = exporting.everything(actor=actor_of(request), customer_key=customer_key)
    answer = HttpResponse(exporting.as_zip(found), content_type="application/zip")
    # Named by our number: a name or an id would stand in the list of downloads.
    answer["Content-Disposition"] = f'attachment; filename="person-{found["customer_key"]}.zip"'
    answer["Cache-Control"] = "no-store"
    return answer
