"""One's own account: password, second factor, language."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars_server.access import second_factor, users
from regulars_server.access.forms import CodeForm, ConfirmForm, OwnPasswordForm
from regulars_server.access.limits import spend
from regulars_server.access.models import User
from regulars_server.access.qr import drawn
from regulars_server.access.sign_in import BY_ACCOUNT, BY_CODE
from regulars_server.console.forms import attempt, status_of
from regulars_server.errors import Invalid
from regulars_server.web.access import first_steps, public, signed_in
from regulars_server.web.actor import actor_of

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@signed_in
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    left = second_factor.codes_left(_user(request))
    return render(request, "access/account.html", {"codes_left": left, "confirm": ConfirmForm()})


@signed_in
@GET_OR_POST
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other session of the user ends."""
    user = _user(request)
    form = OwnPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            _must_be(user, form.cleaned_data["current"])
            users.set_password(
                actor=actor_of(request), user=user, password=form.cleaned_data["password"]
            )
            update_session_auth_hash(request, user)
            messages.success(request, _("The password is changed. Other sessions have ended."))
            return redirect("access:account")
    return render(request, "access/password.html", {"form": form}, status=status_of(form))


@first_steps
@GET_OR_POST
def set_up(request: HttpRequest) -> HttpResponse:
    """Scan the key, prove it by a code; then the recovery codes are shown, this once."""
    user = _user(request)
    device = second_factor.begin(user=user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            spend(BY_CODE, str(user.pk))
            codes = second_factor.confirm(
                actor=actor_of(request), user=user, code=form.cleaned_data["code"]
            )
            return render(request, "access/codes.html", {"codes": codes})
    key = device.config_url
    values = {"form": form, "svg": drawn(key), "key": _spoken(device.bin_key)}
    return render(request, "access/second_factor.html", values, status=status_of(form))


@signed_in
@require_POST
@sensitive_post_parameters()
def codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, after the password was shown."""
    user = _user(request)
    if _confirmed(request, user):
        made = second_factor.renew_codes(actor=actor_of(request), user=user)
        return render(request, "access/codes.html", {"codes": made})
    return redirect("access:account")


@signed_in
@require_POST
@sensitive_post_parameters()
def turn_off(request: HttpRequest) -> HttpResponse:
    """Take one's own second factor away, after the password was shown."""
    user = _user(request)
    if _confirmed(request, user):
        second_factor.remove(actor=actor_of(request), user=user)
        messages.success(request, _("The second factor is off."))
    return redirect("access:account")


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language: kept with the user, and in a cookie for the sign-in page."""
    wanted = request.POST.get("language", "")
    back = request.POST.get("back", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    if wanted in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            users.set_language(user_id=_user(request).pk, language=wanted)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True, samesite="Lax",
        )  # fmt: skip
    return response


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # said by the view's declaration
    return request.user


def _must_be(user: User, given: str) -> None:
    spend(BY_ACCOUNT, user.email)
    if not user.check_password(given):
        raise Invalid(fields={"current": _("This is not your password.")})


def _confirmed(request: HttpRequest, user: User) -> bool:
    form = ConfirmForm(request.POST)
    if form.is_valid():
        with attempt(form):
            _must_be(user, form.cleaned_data["current"])
            return True
    messages.error(request, _("This is not your password. Nothing was changed."))
    return False


def _spoken(key: bytes) -> str:
    """The key for typing, in groups of four."""
    from base64 import b32encode

    text = b32encode(key).decode().rstrip("=")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))
