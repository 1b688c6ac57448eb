"""One request, one effect: the answer is kept under the request's key, and given again."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable, Collection
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from regulars_server.api.configuration import KEY_HOURS
from regulars_server.api.models import KeptAnswer
from regulars_server.errors import Conflict, Invalid

FIELD = "Idempotency-Key"
KEPT_HEADERS = ("Content-Type", "Location")
LONGEST = 100


def once(*, user_id: int, key: str, asked: Any, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a request, or give again what it was answered before.

    The key is claimed first and the answer kept last, all in the one transaction of the change
    itself. Of two requests at once the second waits for the first. A request that fails, or whose
    process dies, leaves neither change nor key, and may come again.

    Parameters
    ----------
    key : of the client; each user has keys of their own.
    asked : operation and input, as JSON can hold them.
    answer : makes the change and its answer; writes to the database only.

    Raises
    ------
    Invalid : the key is empty or too long, or stood for another request.
    Conflict : the request was answered, and somebody was erased since.
    """
    if not 1 <= len(key) <= LONGEST:
        raise Invalid(fields={FIELD: _("Between 1 and 100 characters.")})
    digest = _digest(asked)
    with transaction.atomic():
        KeptAnswer.objects.filter(user_id=user_id, key=key, at__lte=_floor()).delete()
        kept, new = KeptAnswer.objects.get_or_create(
            user_id=user_id, key=key, defaults={"digest": digest, "at": timezone.now()}
        )
        if not new:
            return _again(kept, digest)
        response = answer()
        if response.status_code >= 300:
            raise RuntimeError("an operation that is answered once raises what it refuses")
        kept.status = response.status_code
        kept.headers = {n: response[n] for n in KEPT_HEADERS if n in response}
        kept.body = response.content.decode()
        kept.save()
    return response


def _again(kept: KeptAnswer, digest: str) -> HttpResponse:
    if not kept.digest:
        raise Conflict(
            _("This was done before. Its answer is kept no more, because somebody was erased.")
        )
    if not hmac.compare_digest(kept.digest, digest):
        raise Invalid(fields={FIELD: _("Another request had this key before.")})
    response = HttpResponse(kept.body, status=kept.status, headers=kept.headers)
    response["Idempotent-Replayed"] = "true"
    return response


def _digest(asked: Any) -> str:
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    key = f"once:{settings.SECRET_KEY}".encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _floor() -> dt.datetime:
    return timezone.now() - dt.timedelta(hours=KEY_HOURS.value)


def tidy() -> int:
    """Remove what has been kept long enough; returns how many."""
    return KeptAnswer.objects.filter(at__lte=_floor()).delete()[0]


def forget(*, customer_keys: Collection[int]) -> None:
    """Remove what might name an erased person: every kept question and answer.

    None says whom it is about, so all go; the keys stay, so that nothing is done twice.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("people are forgotten in one transaction")
    if customer_keys:
        KeptAnswer.objects.exclude(digest="").update(digest="", body="", headers={})
