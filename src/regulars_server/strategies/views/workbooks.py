"""Strategies: a list by state with money, one with its five steps, a page to print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars.facts.money import exponent
from regulars_server.console.forms import attempt, status_of
from regulars_server.console.pages import number_of, page_of
from regulars_server.console.sending import once
from regulars_server.errors import Conflict, DomainError, Invalid, NotFound, NotNow
from regulars_server.strategies import forms, queries, showing, starting, workbooks
from regulars_server.strategies.models import STATES, Workbook
from regulars_server.strategies.rules import Part
from regulars_server.strategies.states import HERE
from regulars_server.web.access import needs
from regulars_server.web.actor import actor_of

TAKEN_OUT = "strategies.offer_taken_out"
FORMS: Mapping[str, type[forms.Versioned]] = {
    "title": forms.TitleForm,
    "segment": forms.SegmentForm,
    "goal": forms.GoalForm,
    "needs": forms.NeedsForm,
    "test": forms.TestForm,
    "table": forms.TableForm,
    "offer": forms.OfferForm,
}


@needs("strategies.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The strategies by state, and their money."""
    state = request.GET.get("state", "")
    state = state if state in {one.value for one in HERE} else ""
    archived = request.GET.get("archived") == "yes"
    page = page_of(request, queries.workbooks(state=state, archived=archived))
    for one in page:
        one.money = showing.money_of(one)
    away = number_of(request.GET.get("away", ""))
    values = {
        "page": page, "state": state, "archived": archived, "totals": showing.totals(),
        "states": STATES[:3], "put_away": queries.workbooks(archived=True).count(),
        "away": queries.workbooks(archived=True).filter(
            pk=away or 0
        ).first(),
    }  # fmt: skip
    return render(request, "strategies/workbooks.html", values)


@needs("strategies.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a strategy: its name, and whom it is for."""
    first: dict[str, Any] = {name: request.GET.get(name, "") for name in ("title", "segment")}
    first |= {"condition": request.GET.get("where", ""), "audience_id": request.GET.get("audience")}
    form = forms.BeginForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        title = given.pop("title")
        with attempt(form):
            made, new = once(
                request,
                lambda: (
                    workbooks.begin(
                        actor=actor_of(request),
                        title=title,
                        currency=starting.own_currency(),
                        values=given,
                    ).pk
                ),
            )
            one = queries.workbook(made)
            if new and one.condition.strip():
                _try_baseline(request, one)
            return redirect("strategies:workbook", one.pk)
    return render(request, "strategies/begin.html", {"form": form}, status=status_of(form))


def _try_baseline(request: HttpRequest, one: Workbook) -> None:
    """Count the segment at once where that can be done; else the page says why it was not."""
    try:
        workbooks.take_baseline(actor=actor_of(request), workbook_id=one.pk, version=one.version)
    except (Invalid, NotFound, NotNow) as error:
        said = list(getattr(error, "fields", {}).values()) or [error.said]
        messages.warning(request, " ".join(map(str, said)))


@needs("strategies.read")
@require_safe
def workbook(request: HttpRequest, workbook_id: int) -> HttpResponse:
    return _page(request, workbook_id)


@needs("strategies.read")
@require_safe
def printed(request: HttpRequest, workbook_id: int) -> HttpResponse:
    """Everything of a strategy on paper."""
    one = queries.workbook(workbook_id)
    values = showing.values(one, request.user, today=timezone.localdate())
    return render(request, "strategies/printed.html", values)


def _page(
    request: HttpRequest,
    workbook_id: int,
    *,
    status: int = 200,
    problem: str = "",
    returned: Mapping[str, Form] | None = None,
) -> HttpResponse:  # fmt: skip
    """The strategy with its forms; one that came back stands in the place of an empty one."""
    one = queries.workbook(workbook_id)
    values = showing.values(one, request.user, today=timezone.localdate())
    values |= {
        "forms": {**_forms(one), **(returned or {})},
        "opened": list(returned or ()),
        "problem": problem,
        "taken_out": _taken_out(request, workbook_id),
        "offer_forms": [(offer, _offer_form(one, offer)) for offer in one.offers.all()],
    }  # fmt: skip
    return render(request, "strategies/workbook.html", values, status=status)


def _forms(one: Workbook) -> dict[str, Form]:
    now = {"version": one.version}
    digits = exponent(one.currency)

    def made(name: str, initial: Mapping[str, Any], **more: Any) -> Form:
        return FORMS[name](initial={**now, **initial}, auto_id=f"{name}_%s", **more)

    control = None if one.control is None else (one.control * 100).normalize()
    return {
        "title": made("title", {"title": one.title}),
        "segment": made("segment", {"segment": one.segment, "condition": one.condition}),
        "goal": made("goal", {name: getattr(one, name) for name in workbooks.FIELDS["goal"]}),
        "needs": made("needs", {"needs": one.needs}),
        "offer": made("offer", {}),
        "test": made("test", {
            "control": None if control is None else f"{control:f}",
            "budget": forms.major(one.budget_minor, digits),
        }),
        "table": made("table", {"table": one.table_id}, tables=queries.tables()[:200]),
        "comment": forms.CommentForm(auto_id="comment_%s"),
    }  # fmt: skip


def _offer_form(one: Workbook, offer: Any) -> Form:
    digits = exponent(one.currency)
    return forms.OfferForm(
        initial={
            "version": one.version, "kind": offer.kind, "title": offer.title,
            "unit_cost": forms.major(offer.unit_cost_minor, digits), "takers": offer.takers,
        },
        auto_id=f"offer{offer.pk}_%s",
    )  # fmt: skip


def _done(
    request: HttpRequest, workbook_id: int, name: str, form: Form, do: Callable[[], Any]
) -> HttpResponse:
    """Call a service; what it refuses comes back in the form, and what was typed is kept."""
    status = 422
    if form.is_valid():
        try:
            do()
        except Invalid as error:
            for field, said in error.fields.items():
                form.add_error(_field(form, field), str(said))
            if not error.fields:
                form.add_error(None, str(error.said))
        except Conflict as error:
            status = 409
            newest = queries.workbook(workbook_id).version
            form = type(form)(**_again(request, newest, form))
            form.is_valid()
            form.add_error(None, str(error.said))
        else:
            return redirect(reverse("strategies:workbook", args=[workbook_id]) + f"#{name}")
    return _page(request, workbook_id, status=status, returned={name: form})


def _field(form: Form, name: str) -> str | None:
    """The field that an error is of; those of money have other names in forms."""
    known = {"unit_cost_minor": "unit_cost", "budget_minor": "budget"}.get(name, name)
    return known if known in form.fields else None


def _again(request: HttpRequest, version: int, form: Form) -> dict[str, Any]:
    """What was typed, upon the newest version."""
    found: dict[str, Any] = {
        "data": {**request.POST.dict(), "version": version}, "auto_id": form.auto_id,
    }  # fmt: skip
    if isinstance(form, forms.TableForm):
        found["tables"] = queries.tables()[:200]
    return found


@needs("strategies.manage")
@require_POST
def change(request: HttpRequest, workbook_id: int, part: str) -> HttpResponse:
    """Change one of the steps."""
    if part not in FORMS or part == "offer":
        raise NotFound
    more: dict[str, Any] = {"tables": queries.tables()[:200]} if part == "table" else {}
    form = FORMS[part](request.POST, auto_id=f"{part}_%s", **more)
    one = queries.workbook(workbook_id)

    def do() -> None:
        given = dict(form.cleaned_data)
        version = given.pop("version")
        who: dict[str, Any] = {"actor": actor_of(request), "workbook_id": workbook_id}
        if part == "table":
            workbooks.choose_table(**who, version=version, table_id=given["table"])
        elif part == "test":
            _set_test(who, version, given, exponent(one.currency))
        else:
            named: Any = part
            workbooks.change(**who, version=version, part=named, values=given)

    return _done(request, workbook_id, part, form, do)


def _set_test(who: Mapping[str, Any], version: int, given: Mapping[str, Any], digits: int) -> None:
    """Control group and budget stand in one form, and are two parts."""
    control = None if given["control"] is None else given["control"] / 100
    parts: list[tuple[Part, dict[str, Any]]] = [
        ("control", {"control": control}),
        ("budget", {"budget_minor": forms.minor(given["budget"], digits)}),
    ]
    with transaction.atomic():  # both, or none
        for part, values in parts:
            version = workbooks.change(**who, version=version, part=part, values=values).version


@needs("strategies.manage")
@require_POST
def baseline(request: HttpRequest, workbook_id: int) -> HttpResponse:
    """Count the segment in the newest snapshot."""
    form = forms.Versioned(request.POST)
    if not form.is_valid():
        return redirect("strategies:workbook", workbook_id)
    try:
        workbooks.take_baseline(
            actor=actor_of(request), workbook_id=workbook_id, version=form.cleaned_data["version"]
        )
    except (Invalid, NotFound, NotNow, Conflict) as error:
        if isinstance(error, NotFound) and not str(error.said):
            raise
        return _page(request, workbook_id, status=_status(error), problem=_said(error))
    return redirect(reverse("strategies:workbook", args=[workbook_id]) + "#segment")


@needs("strategies.manage")
@require_POST
def offer(request: HttpRequest, workbook_id: int, offer_id: int = 0) -> HttpResponse:
    """Add an offer; change one; take it out."""
    one = queries.workbook(workbook_id)
    who: dict[str, Any] = {"actor": actor_of(request), "workbook_id": workbook_id}
    if request.POST.get("do") == "remove":
        plain = forms.Versioned(request.POST)
        if plain.is_valid():
            taken = one.offers.filter(pk=offer_id).first()
            try:
                version = plain.cleaned_data["version"]
                workbooks.remove_offer(**who, version=version, offer_id=offer_id)
            except Conflict as error:
                return _page(request, workbook_id, status=409, problem=_said(error))
            request.session[TAKEN_OUT] = {"of": workbook_id, "offer": _as_typed(one, taken)}
        return redirect(reverse("strategies:workbook", args=[workbook_id]) + "#offer")
    form = forms.OfferForm(request.POST, auto_id="offer_%s")

    def do() -> None:
        given = dict(form.cleaned_data)
        cost = forms.minor(given.pop("unit_cost"), exponent(one.currency))
        workbooks.put_offer(
            **who, version=given.pop("version"), offer_id=offer_id or None,
            values={**given, "unit_cost_minor": cost},
        )  # fmt: skip

    return _done(request, workbook_id, "offer", form, do)


def _as_typed(one: Workbook, offer: Any) -> dict[str, str]:
    """An offer as its form would send it."""
    cost = forms.major(offer.unit_cost_minor, exponent(one.currency))
    typed = {"kind": offer.kind, "title": offer.title, "unit_cost": cost, "takers": offer.takers}
    return {name: "" if value is None else str(value) for name, value in typed.items()}


def _taken_out(request: HttpRequest, workbook_id: int) -> dict[str, str] | None:
    """The offer that was taken out just now, to be put back by one button; told once."""
    if request.method != "GET":
        return None
    told = request.session.pop(TAKEN_OUT, None)
    return told["offer"] if told and told["of"] == workbook_id else None


@needs("strategies.manage")
@require_POST
def move(request: HttpRequest, workbook_id: int) -> HttpResponse:
    """To another state; who may approve, the rules say."""
    form = forms.MoveForm(request.POST)
    if not form.is_valid():
        return redirect("strategies:workbook", workbook_id)
    try:
        workbooks.move(
            actor=actor_of(request), workbook_id=workbook_id, today=timezone.localdate(),
            **form.cleaned_data,
        )  # fmt: skip
    except (Invalid, Conflict) as error:
        return _page(request, workbook_id, status=_status(error), problem=_said(error))
    return redirect("strategies:workbook", workbook_id)


@needs("strategies.manage")
@require_POST
def comment(request: HttpRequest, workbook_id: int) -> HttpResponse:
    form = forms.CommentForm(request.POST, auto_id="comment_%s")
    return _done(
        request, workbook_id, "comment", form,
        lambda: once(
            request,
            lambda: workbooks.comment(
                actor=actor_of(request), workbook_id=workbook_id, text=form.cleaned_data["text"]
            ).pk,
        ),
    )  # fmt: skip


@needs("strategies.manage")
@require_POST
def archive(request: HttpRequest, workbook_id: int) -> HttpResponse:
    """Put a strategy away; the list offers to take it back."""
    one = workbooks.archive(actor=actor_of(request), workbook_id=workbook_id, archived=True)
    return redirect(reverse("strategies:workbooks") + f"?away={one.pk}")


@needs("strategies.manage")
@require_POST
def restore(request: HttpRequest, workbook_id: int) -> HttpResponse:
    one = workbooks.archive(actor=actor_of(request), workbook_id=workbook_id, archived=False)
    messages.success(request, _("“%(name)s” is back.") % {"name": one.title})
    return redirect("strategies:workbook", one.pk)


def _status(error: DomainError) -> int:
    if isinstance(error, NotNow):
        return 503
    return {Conflict: 409, NotFound: 404}.get(type(error), 422)


def _said(error: DomainError) -> str:
    """What is refused: the whole text, or what is said of the fields."""
    if str(error.said):
        return str(error.said)
    return " ".join(str(one) for one in getattr(error, "fields", {}).values())
