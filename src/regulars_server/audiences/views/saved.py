"""Pages of saved audiences: the list, one, its versions, how it is edited."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars.conditions import Refused, parse
from regulars_server.audiences import drawn, queries, services, shown
from regulars_server.audiences.catalogue import Catalogue, newest
from regulars_server.audiences.forms import EditForm, RestoreForm, SaveForm, VersionForm
from regulars_server.audiences.models import Audience, AudienceVersion
from regulars_server.audiences.reading import fields_of_saved, in_words, saved
from regulars_server.audiences.views.exploring import listed
from regulars_server.console.forms import attempt, cleaned, status_of
from regulars_server.console.pages import number_of, page_of
from regulars_server.console.sending import once
from regulars_server.errors import NotNow
from regulars_server.snapshots.queries import snapshots
from regulars_server.web.access import needs
from regulars_server.web.actor import actor_of


@needs("audiences.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Audiences with their sizes; the archived ones on request."""
    archived = request.GET.get("archived") == "yes"
    page = page_of(request, queries.audiences(archived=archived))
    sizes = queries.last_sizes(list(page))
    for one in page:
        one.sized = drawn.last(sizes.get(one.pk, []))
    undo = number_of(request.GET.get("undo", ""))
    put_aside = queries.audience(undo) if undo is not None else None
    values = {
        "page": page, "archived": archived, "of": bool(snapshots()),
        "undo": put_aside if put_aside is not None and put_aside.archived_at else None,
        "has_archived": queries.audiences(archived=True).exists(),
    }  # fmt: skip
    return render(request, "audiences/index.html", values)


def _words(condition: str, columns: dict[str, str], of: Catalogue | None) -> str:
    fields = fields_of_saved(columns, of)
    try:
        return in_words(parse(condition, fields), fields)
    except Refused:
        return condition


@needs("audiences.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Save a condition under a name."""
    of = newest()
    if of is None:
        return render(request, "audiences/without.html")
    initial = {"condition": request.GET.get("where", ""), "name": request.GET.get("name", "")}
    form = SaveForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            content = services.Content(**form.cleaned_data)
            made, _new = once(
                request, lambda: services.save(actor=actor_of(request), content=content, of=of).pk
            )
            messages.success(request, _("It is saved."))
            return redirect("audiences:audience", made)
    return render(request, "audiences/new.html", {"form": form}, status=status_of(form))


@needs("audiences.read")
@require_safe
def show(request: HttpRequest, audience_id: int) -> HttpResponse:
    """One audience: how many now, who they are, its size over time, its versions."""
    audience = queries.audience(audience_id)
    of = newest()
    values: dict[str, Any] = {
        "audience": audience, "of": of, "where": audience.condition, "answer": None, "list": None,
        "words": _words(audience.condition, audience.columns, of),
        "versions": _told(list(queries.versions(audience)), of),
        "others": queries.audiences().exclude(pk=audience.pk)[:50],
        **drawn.history(queries.sizes(audience)),
    }  # fmt: skip
    if of is not None:
        read = saved(audience.condition, audience.columns, of)
        values["lacking"] = read.lacking
        if read.condition is not None:
            try:
                values["answer"] = shown.answer(of, read.condition)
                values["list"] = listed(request, of, read.condition)
            except NotNow as late:
                values["slow"] = late.said
    return render(request, "audiences/audience.html", values)


def _told(versions: list[AudienceVersion], of: Catalogue | None) -> list[dict[str, Any]]:
    """Each version with what it changed of the one before."""
    told = []
    for place, one in enumerate(versions):
        before = versions[place + 1] if place + 1 < len(versions) else None
        told.append({"version": one, "words": _words(one.condition, one.columns, of),
                     "changed": _changed(before, one)})  # fmt: skip
    return told


def _changed(before: AudienceVersion | None, one: AudienceVersion) -> str:
    if before is None:
        return _("first saved")
    if one.restored is not None:
        return _("version %(number)s restored") % {"number": one.restored}
    labels = {"name": _("name"), "note": _("note"), "condition": _("condition")}
    names = [said for name, said in labels.items() if getattr(before, name) != getattr(one, name)]
    return ", ".join(names) or _("archived or taken back")


@needs("audiences.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, audience_id: int) -> HttpResponse:
    """A new version of an audience."""
    audience = queries.audience(audience_id)
    of = newest()
    if of is None:
        return render(request, "audiences/without.html")
    initial = {"name": audience.name, "note": audience.note, "version": audience.version,
               "condition": request.GET.get("where", audience.condition)}  # fmt: skip
    form = EditForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            given = dict(form.cleaned_data)
            version = given.pop("version")
            services.edit(
                actor=actor_of(request), audience_id=audience.pk, version=version,
                content=services.Content(**given), of=of,
            )  # fmt: skip
            messages.success(request, _("It is saved as a new version."))
            return redirect("audiences:audience", audience.pk)
    values = {"form": form, "audience": audience}
    return render(request, "audiences/edit.html", values, status=status_of(form))


@needs("audiences.manage")
@require_POST
def restore(request: HttpRequest, audience_id: int) -> HttpResponse:
    """Take back an earlier version."""
    given = cleaned(RestoreForm(request.POST))
    services.restore(actor=actor_of(request), audience_id=audience_id, **given)
    messages.success(request, _("It is restored, as a new version."))
    return redirect("audiences:audience", audience_id)


@needs("audiences.manage")
@require_POST
def archive(request: HttpRequest, audience_id: int) -> HttpResponse:
    """Put an audience aside; the list offers to take it back."""
    given = cleaned(VersionForm(request.POST))
    found: Audience = services.archive(
        actor=actor_of(request), audience_id=audience_id, version=given["version"]
    )
    answer = redirect("audiences:index")
    answer["Location"] += f"?undo={found.pk}"
    return answer


@needs("audiences.manage")
@require_POST
def take_back(request: HttpRequest, audience_id: int) -> HttpResponse:
    """Use an archived audience again."""
    given = cleaned(VersionForm(request.POST))
    services.take_back(actor=actor_of(request), audience_id=audience_id, version=given["version"])
    messages.success(request, _("It is in use again."))
    return redirect("audiences:audience", audience_id)
