"""Erasing a person: asked for, watched."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from regulars_server.console.forms import attempt, status_of
from regulars_server.console.pages import page_of
from regulars_server.people import erasing
from regulars_server.people.forms import EraseForm
from regulars_server.people.models import Erasure
from regulars_server.people.search import person
from regulars_server.web.access import needs
from regulars_server.web.actor import actor_of


@needs("people.erase")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, customer_key: int) -> HttpResponse:
    """Ask for it, with an id of the person typed."""
    found = person(customer_key)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            one = erasing.ask(
                actor=actor_of(request), customer_key=customer_key, **form.cleaned_data
            )
            return redirect("people:erasure", one.pk)
    values = {"person": found, "form": form}
    return render(request, "people/erase.html", values, status=status_of(form))


@needs("people.erase")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every erasure, the newest first. They name nobody."""
    page = page_of(request, Erasure.objects.select_related("asked_by").order_by("-id"))
    return render(request, "people/erasures.html", {"page": page})


@needs("people.erase")
@require_safe
def show(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """How far it has come; the page asks again until it is done."""
    one = erasing.erasure(erasure_id)
    part = bool(getattr(request, "htmx", False))
    template = "people/erasure_part.html" if part else "people/erasure.html"
    return render(request, template, {"erasure": one, "told": erasing.told(one)})
