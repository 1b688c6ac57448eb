"""A form that is sent twice, by a double click or a reload, makes one thing."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from regulars_server.api import services

FIELD = "once"
LONGEST = 40


def new_key() -> str:
    """What tells one form, as it was drawn for somebody, from every other."""
    return secrets.token_urlsafe(16)


def once(request: HttpRequest, make: Callable[[], int]) -> tuple[int, bool]:
    """Make what a form asks for, unless this very form made it already.

    The key of the form is claimed in the transaction of the change, as the API does with the keys
    of its requests: of two at once the second waits for the first. The same form with something
    else in it is another. A form without a key, such as a script sends, is taken as it comes.

    Parameters
    ----------
    make : makes it, in the database only, and returns its number; it raises what it refuses.

    Returns
    -------
    The number of what was made, now or before; whether it is new.

    Raises
    ------
    Conflict : it was made, and somebody was erased since; and what ``make`` raises.
    """
    sent = request.POST.get(FIELD, "")[:LONGEST]
    if not sent:
        return make(), True
    user_id = request.user.pk
    assert user_id is not None
    content = {name: request.POST.getlist(name) for name in request.POST if name[:4] != "csrf"}
    said = json.dumps([request.path, content], sort_keys=True)
    # Hashed: a form can hold anything, and the key is kept.
    key = f"form {hashlib.sha256(said.encode()).hexdigest()}"
    answer = services.once(
        user_id=user_id, key=key, asked=[request.path], answer=lambda: HttpResponse(str(make()))
    )
    return int(answer.content), "Idempotent-Replayed" not in answer
