"""Coming in and going out: first run, sign-in, second factor, welcome, sign-out."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from regulars_server.access import first_run as token
from regulars_server.access import sign_in, users
from regulars_server.access.forms import CodeForm, FirstRunForm, SignInForm, WelcomeForm
from regulars_server.access.limits import Limit, spend
from regulars_server.console.forms import attempt, status_of
from regulars_server.errors import Invalid
from regulars_server.web.access import first_steps, public
from regulars_server.web.actor import actor_of

FIRST_RUN = Limit(name="first-run", most=20, seconds=15 * 60)
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@public
@GET_OR_POST
@sensitive_post_parameters()
def first_run(request: HttpRequest) -> HttpResponse:
    """Make the administrator, with the token that the terminal shows."""
    if not token.wanted():
        return redirect("access:sign-in")
    # The address that the terminal prints brings the token along.
    form = FirstRunForm(request.POST or None, initial={"token": request.GET.get("token", "")})
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            spend(FIRST_RUN, "")
            if not token.right(form.cleaned_data.pop("token")):
                raise Invalid(fields={"token": _("This is not the token that the terminal shows.")})
            user = users.make_first(actor=actor_of(request), **form.cleaned_data)
            token.done()
            sign_in.open_session(request, user)
            return redirect("overview:home")
    return render(request, "access/first_run.html", {"form": form}, status=status_of(form))


@public
@GET_OR_POST
@sensitive_post_parameters()
def enter(request: HttpRequest) -> HttpResponse:
    """E-mail and password."""
    if request.user.is_authenticated:
        return redirect("overview:home")
    if token.wanted():
        return redirect("access:first-run")
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            user = sign_in.by_password(request, **form.cleaned_data)
            request.session["next"] = _next(request)
            return _onward(request) if user else redirect("access:code")
    values = {"form": form, "next": _next(request)}
    return render(request, "access/sign_in.html", values, status=status_of(form))


@public
@GET_OR_POST
def code(request: HttpRequest) -> HttpResponse:
    """The second factor of somebody who has shown the password."""
    user = sign_in.pending(request.session)
    if user is None:
        return redirect("access:sign-in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        onward = request.session.get("next", "")
        with attempt(form):
            sign_in.by_code(request, user=user, code=form.cleaned_data["code"])
            request.session["next"] = onward
            return _onward(request)
    return render(request, "access/code.html", {"form": form}, status=status_of(form))


@public
@GET_OR_POST
@sensitive_post_parameters()
def welcome(request: HttpRequest, uid: str, key: str) -> HttpResponse:
    """Set a password by the link that an administrator passed on."""
    user = users.of_welcome_link(uid, key)
    form = WelcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            who = replace(actor_of(request), user_id=user.pk, via="link")
            users.set_password(actor=who, user=user, password=form.cleaned_data["password"])
            return redirect("access:sign-in")
    values = {"form": form, "welcomed": user}
    return render(request, "access/welcome.html", values, status=status_of(form))


@first_steps
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("access:sign-in")


def _next(request: HttpRequest) -> str:
    """Where the user wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else ""


def _onward(request: HttpRequest) -> HttpResponse:
    return redirect(request.session.pop("next", "") or "overview:home")
