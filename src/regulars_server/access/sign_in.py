"""Signing in: password, then the second factor of those who have one. Nothing is open before."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from typing import Any

from django.contrib.auth import authenticate, login
from django.http import HttpRequest
from django.utils.translation import gettext as _

from regulars_server.access import second_factor
from regulars_server.access.limits import Limit, restore, spend
from regulars_server.access.models import User
from regulars_server.errors import Invalid
from regulars_server.web.actor import Actor, actor_of
from regulars_server.web.sessions import begin

# One account: slow enough to guess no password, soon enough over for its owner. One address:
# more, for an office behind one.
BY_ACCOUNT = Limit(name="sign-in", most=8, seconds=15 * 60)
BY_ADDRESS = Limit(name="sign-in-from", most=40, seconds=15 * 60)
BY_CODE = Limit(name="second-factor", most=6, seconds=15 * 60)
PENDING = "pending"
PENDING_SECONDS = 10 * 60


def by_password(request: HttpRequest, *, email: str, password: str) -> User | None:
    """Sign in, or note in the session who is to show the second factor; None then.

    Raises
    ------
    Invalid : address or password is wrong, and never which of them.
    TooMany : too many attempts for this account or from this address.
    """
    account = email.strip().lower()
    spend(BY_ADDRESS, actor_of(request).address or "")
    spend(BY_ACCOUNT, account)
    user = authenticate(request, username=account, password=password)
    if not isinstance(user, User):
        raise Invalid(_("E-mail or password is wrong."))
    restore(BY_ACCOUNT, account)
    if user.has_second_factor:
        request.session.cycle_key()
        request.session[PENDING] = {"user": user.pk, "at": int(time.time())}
        return None
    open_session(request, user)
    return user


def pending(session: MutableMapping[str, Any]) -> User | None:
    """Who has shown the password and not yet the second factor; None after ten minutes."""
    noted = session.get(PENDING)
    if not noted or time.time() - noted["at"] > PENDING_SECONDS:
        return None
    return User.objects.filter(pk=noted["user"], is_active=True).first()


def by_code(request: HttpRequest, *, user: User, code: str) -> None:
    """Sign in who is pending.

    Raises
    ------
    Invalid : the code does not fit.
    TooMany : too many wrong codes.
    """
    spend(BY_CODE, str(user.pk))
    came = actor_of(request)
    actor = Actor(user_id=user.pk, via="sign-in", address=came.address, request_id=came.request_id)
    if not second_factor.fits(actor=actor, user=user, code=code):
        raise Invalid(_("The code does not fit. Wait for the next one, or use a recovery code."))
    restore(BY_CODE, str(user.pk))
    request.session.pop(PENDING, None)
    open_session(request, user)


def open_session(request: HttpRequest, user: User) -> None:
    """A new session for this user."""
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    begin(request)
