"""Users, as an administrator sees them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars_server.access import queries, second_factor, users
from regulars_server.access.forms import ActiveForm, InviteForm, RoleForm
from regulars_server.access.models import User
from regulars_server.capability import permissions
from regulars_server.console.forms import attempt, cleaned, status_of
from regulars_server.console.pages import page_of
from regulars_server.errors import Conflict
from regulars_server.roles import TITLES, Role
from regulars_server.settings.declared import URL
from regulars_server.web.access import needs
from regulars_server.web.actor import actor_of

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@needs("users.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.users())
    return render(request, "access/users.html", {"page": page})


@needs("users.read")
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """The one table: what each role may do."""
    rows = [
        {"permission": p, "held": [p.held_by(role) for role in Role]}
        for p in permissions().values()
    ]
    titles = [TITLES[role] for role in Role]
    return render(request, "access/roles.html", {"rows": rows, "titles": titles})


@needs("users.manage")
@GET_OR_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Make a user; the page then shows the link to pass on."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            given: dict[str, Any] = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
            user = users.invite(actor=actor_of(request), **given)
            return _link_page(request, user)
    return render(request, "access/invite.html", {"form": form}, status=status_of(form))


@needs("users.read")
@require_safe
def user(request: HttpRequest, user_id: int) -> HttpResponse:
    found = queries.user(user_id)
    form = RoleForm(initial={"role": found.role, "version": found.version})
    return render(request, "access/user.html", {"shown": found, "form": form})


@needs("users.manage")
@require_POST
def role(request: HttpRequest, user_id: int) -> HttpResponse:
    given = cleaned(RoleForm(request.POST))
    users.set_role(
        actor=actor_of(request),
        user_id=user_id,
        role=Role(given["role"]),
        version=given["version"],
    )
    messages.success(request, _("The role is changed."))
    return redirect("access:user", user_id)


@needs("users.manage")
@require_POST
def active(request: HttpRequest, user_id: int) -> HttpResponse:
    given = cleaned(ActiveForm(request.POST))
    users.set_active(actor=actor_of(request), user_id=user_id, **given)
    said = _("The user may sign in again.") if given["active"] else _("The user is disabled.")
    messages.success(request, said)
    return redirect("access:user", user_id)


@needs("users.manage")
@require_POST
def reset_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    found = _other(request, user_id)
    second_factor.remove(actor=actor_of(request), user=found)
    messages.success(request, _("The second factor is off; the user can set up a new one."))
    return redirect("access:user", user_id)


@needs("users.manage")
@require_POST
def link(request: HttpRequest, user_id: int) -> HttpResponse:
    """A new link with which the user sets a password."""
    found = _other(request, user_id)
    users.note_link(actor=actor_of(request), user=found)
    return _link_page(request, found)


def _other(request: HttpRequest, user_id: int) -> User:
    """Somebody else: one's own way in is changed on one's own page, which asks for the password.

    Else whoever finds an administrator's screen unlocked could take the account over for good.
    """
    if user_id == request.user.pk:
        raise Conflict(_("Your own password and second factor are changed under My account."))
    return queries.user(user_id)


def _link_page(request: HttpRequest, found: Any) -> HttpResponse:
    uid, _slash, key = users.welcome_link(found).partition("/")
    address = f"{URL.value}{reverse('access:welcome', args=[uid, key])}"
    return render(request, "access/link.html", {"shown": found, "address": address})
