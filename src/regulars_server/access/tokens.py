"""API tokens: made, found, revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regulars_server.access.models import ApiToken, User
from regulars_server.access.secrets import digest, token
from regulars_server.audit.services import record
from regulars_server.errors import Invalid, NotAllowed, NotFound
from regulars_server.web.actor import Actor

USED_EVERY = dt.timedelta(minutes=1)
MOST_DAYS = 366


@transaction.atomic
def make(
    *, actor: Actor, user: User, name: str, scopes: Collection[str], days: int
) -> tuple[ApiToken, str]:
    """Make a token; the text is returned this once and kept nowhere.

    Raises
    ------
    Invalid : no name, no scope, or a life outside 1 to 366 days.
    NotAllowed : a scope that the user does not hold.
    """
    if not name.strip():
        raise Invalid(fields={"name": _("Say what the token is for.")})
    if not scopes:
        raise Invalid(fields={"scopes": _("Choose at least one.")})
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(fields={"days": _("From 1 to 366 days.")})
    if not set(scopes) <= user.permissions:
        raise NotAllowed
    secret = token()
    made = ApiToken.objects.create(
        user=user,
        name=name.strip(),
        prefix=secret[:8],
        digest=digest(secret),
        scopes=sorted(set(scopes)),
        expires_at=timezone.now() + dt.timedelta(days=days),
    )
    record(
        actor=actor, action="access.token_made", subject_kind="token", subject_id=made.pk,
        after={"name": made.name, "scopes": made.scopes, "expires_at": made.expires_at},
    )  # fmt: skip
    return made, secret


@transaction.atomic
def revoke(*, actor: Actor, user: User, token_id: int) -> None:
    """Revoke a token: one's own, or anybody's with ``users.manage``. Twice is no error."""
    found = ApiToken.objects.select_for_update().filter(pk=token_id).first()
    if found is None or (found.user_id != user.pk and not user.may("users.manage")):
        raise NotFound
    if found.revoked_at is not None:
        return
    found.revoked_at = timezone.now()
    found.save(update_fields=["revoked_at"])
    record(
        actor=actor, action="access.token_revoked", subject_kind="token", subject_id=found.pk,
        before={"name": found.name},
    )  # fmt: skip


def find(secret: str) -> ApiToken | None:
    """The token of this text; None where it is unknown, revoked, over, or its owner disabled."""
    now = timezone.now()
    found = ApiToken.objects.select_related("user").filter(digest=digest(secret)).first()
    if found is None or found.revoked_at is not None or not found.user.is_active:
        return None
    if found.expires_at is not None and found.expires_at <= now:
        return None
    if found.used_at is None or now - found.used_at >= USED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(used_at=now)
    return found


def scoped(found: ApiToken) -> User:
    """The owner, with no more than the token's scopes."""
    user = found.user
    user.permissions = user.permissions & frozenset(found.scopes)
    return user
