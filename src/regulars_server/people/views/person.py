"""A person's page."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from regulars_server.console.forms import attempt
from regulars_server.people import consents, exporting, holdings
from regulars_server.people.forms import ConsentForm
from regulars_server.people.purposes import PERSONALISED
from regulars_server.people.search import person
from regulars_server.web.access import needs
from regulars_server.web.actor import actor_of


@needs("people.read")
@require_safe
def show(request: HttpRequest, customer_key: int) -> HttpResponse:
    """Who it is, what they allow, their cases; the facts come after, as they take longer."""
    found = person(customer_key)
    if found.pk != customer_key:  # merged: the person's own address
        return redirect("people:person", found.pk)
    return _page(request, found)


def _page(
    request: HttpRequest, found: Any, *, form: ConsentForm | None = None, status: int = 200
) -> HttpResponse:
    values = {
        "person": found,
        "told": found.told,
        "consents": consents.current(found.keys),
        "history": consents.history(found.keys),
        "refuses": consents.refuses_personalised(found.keys),
        "personalised": PERSONALISED,
        "form": form or ConsentForm(initial={"message_id": secrets.token_urlsafe(16)}),
        "message_id": secrets.token_urlsafe(16),
    }
    return render(request, "people/person.html", values, status=status)


@needs("people.read")
@require_safe
def held(request: HttpRequest, customer_key: int) -> HttpResponse:
    """What the facts hold of the person, and the newest snapshot in words."""
    found = person(customer_key)
    values = {"person": found, "held": holdings.holdings(found)}
    part = bool(getattr(request, "htmx", False))
    return render(request, "people/held_part.html" if part else "people/held.html", values)


@needs("people.consent")
@require_POST
def consent(request: HttpRequest, customer_key: int) -> HttpResponse:
    """Record what the person says."""
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
