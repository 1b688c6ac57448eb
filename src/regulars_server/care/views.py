"""Pages of cases."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars_server.care import queries, services
from regulars_server.care.forms import AnswerForm, CloseForm, OpenForm, OwnerForm, Versioned
from regulars_server.care.models import STATES
from regulars_server.console.forms import attempt, cleaned, status_of
from regulars_server.console.pages import page_of
from regulars_server.errors import Conflict
from regulars_server.people.models import Person
from regulars_server.people.search import person
from regulars_server.web.access import needs
from regulars_server.web.actor import actor_of


@needs("care.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Cases by state and owner."""
    state = request.GET.get("state", "pending")[:10]
    mine = request.GET.get("owner") == "me"
    user: Any = request.user
    found = queries.cases(state="" if state == "all" else state, owner_id=user.pk if mine else None)
    page = page_of(request, found)
    people = Person.objects.in_bulk({one.customer_key for one in page if one.customer_key})
    for one in page:
        one.person = people.get(one.customer_key)
    states = [("pending", _("not closed")), *STATES, ("all", _("all"))]
    values = {"page": page, "state": state, "mine": mine, "states": states}
    return render(request, "care/index.html", values)


@needs("care.read")
@require_safe
def of(request: HttpRequest, customer_key: int) -> HttpResponse:
    """The cases of one person: a part of their page."""
    found = person(customer_key)
    values = {"cases": queries.cases(keys=found.keys), "customer_key": found.pk}
    part = bool(getattr(request, "htmx", False))
    return render(request, "care/of_part.html" if part else "care/of.html", values)


@needs("care.work")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, customer_key: int) -> HttpResponse:
    """Open a case of a person."""
    of = person(customer_key)
    form = OpenForm(request.POST or None, initial={"message_id": secrets.token_urlsafe(16)})
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            given = dict(form.cleaned_data)
            message_id = given.pop("message_id")
            case, _new = services.open_case(
                actor=actor_of(request), customer_key=of.pk, message_id=message_id,
                about=services.Opening(**given),
            )  # fmt: skip
            return redirect("care:case", case.pk)
    return render(request, "care/open.html", {"form": form, "of": of}, status=status_of(form))


@needs("care.read")
@require_safe
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    return _page(request, case_id)


def _page(
    request: HttpRequest, case_id: int, *, status: int = 200, **returned: Form
) -> HttpResponse:
    """The case with its forms; one that came back stands in the place of an empty one."""
    found = queries.case(case_id)
    now = {"version": found.version}
    of = Person.objects.filter(pk=found.customer_key or 0).first()
    forms: dict[str, Form] = {
        "answer": AnswerForm(initial=now, auto_id="answer_%s"),
        "close": CloseForm(initial=now, auto_id="close_%s"),
        "owner": OwnerForm(
            initial={**now, "owner": found.owner_id}, workers=queries.workers(), auto_id="owner_%s"
        ),
    }
    entries = found.entries.select_related("user")
    values = {"case": found, "of": of, "entries": entries, "forms": {**forms, **returned}}
    return render(request, "care/case.html", values, status=status)


@needs("care.work")
@require_POST
def owner(request: HttpRequest, case_id: int) -> HttpResponse:
    given = cleaned(OwnerForm(request.POST, workers=queries.workers()))
    services.assign(
        actor=actor_of(request), case_id=case_id, owner_id=given["owner"], version=given["version"]
    )
    messages.success(request, _("The case is assigned."))
    return redirect("care:case", case_id)


@needs("care.work")
@require_POST
def answer(request: HttpRequest, case_id: int) -> HttpResponse:
    """Answer, or note; whoever comes second keeps the text that they wrote."""
    form = AnswerForm(request.POST, auto_id="answer_%s")
    status = 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.answer(actor=actor_of(request), case_id=case_id, **given)
        except Conflict as error:
            form = AnswerForm(
                {**request.POST.dict(), "version": queries.case(case_id).version},
                auto_id="answer_%s",
            )
            form.is_valid()
            form.add_error(None, str(error.said))
            status = 409
        else:
            messages.success(request, _("It is kept."))
            return redirect("care:case", case_id)
    return _page(request, case_id, status=status, answer=form)


@needs("care.work")
@require_POST
def close(request: HttpRequest, case_id: int) -> HttpResponse:
    given = cleaned(CloseForm(request.POST))
    services.close(actor=actor_of(request), case_id=case_id, **given)
    messages.success(request, _("The case is closed."))
    return redirect("care:case", case_id)


@needs("care.work")
@require_POST
def reopen(request: HttpRequest, case_id: int) -> HttpResponse:
    given = cleaned(Versioned(request.POST))
    services.reopen(actor=actor_of(request), case_id=case_id, **given)
    messages.success(request, _("The case is open again."))
    return redirect("care:case", case_id)
