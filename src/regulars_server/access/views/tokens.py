"""API tokens of oneself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars_server.access import queries, tokens
from regulars_server.access.forms import TokenForm
from regulars_server.access.models import User
from regulars_server.capability import permissions
from regulars_server.console.forms import attempt, status_of
from regulars_server.console.pages import page_of
from regulars_server.console.sending import once
from regulars_server.errors import Conflict
from regulars_server.web.access import needs
from regulars_server.web.actor import actor_of


@needs("tokens.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The tokens, and a form that makes one, which is shown once."""
    user = request.user
    assert isinstance(user, User)
    form = TokenForm(request.POST or None)
    known = permissions()
    form.fields["scopes"].choices = [(n, known[n].text) for n in sorted(user.permissions)]  # type: ignore[attr-defined]
    made = None
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            made = _made(request, user, form.cleaned_data)
    values = {
        "form": form,
        "made": made,
        "page": page_of(request, queries.tokens(user)),
        "now": timezone.now(),
    }
    return render(request, "access/tokens.html", values, status=status_of(form))


def _made(request: HttpRequest, user: User, given: dict[str, Any]) -> str:
    """The secret of a new token; it is kept nowhere, so that a form sent twice shows it once."""
    secrets: list[str] = []

    def make() -> int:
        token, secret = tokens.make(actor=actor_of(request), user=user, **given)
        secrets.append(secret)
        return int(token.pk)

    _number, new = once(request, make)
    if not new:
        raise Conflict(
            _("This form made a token already, whose text was shown then. Revoke it if it is lost.")
        )
    return secrets[0]


@needs("tokens.manage")
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    assert isinstance(request.user, User)
    tokens.revoke(actor=actor_of(request), user=request.user, token_id=token_id)
    messages.success(request, _("The token is revoked."))
    return redirect("access:tokens")
