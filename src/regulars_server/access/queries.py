"""Reading users and tokens."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django_otp.plugins.otp_totp.models import TOTPDevice

from regulars_server.access.models import ApiToken, User
from regulars_server.errors import NotFound


def users() -> QuerySet[User]:
    """Everybody, by name, each with `second_factor`."""
    devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    return User.objects.annotate(second_factor=Exists(devices)).order_by("name", "email")


def user(user_id: int) -> User:
    """The user of this number; `NotFound` where there is none."""
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        raise NotFound
    return found


def tokens(reader: User) -> QuerySet[ApiToken]:
    """One's own tokens; those of everybody for who manages users. The newest first."""
    found = ApiToken.objects.select_related("user").order_by("-id")
    return found if reader.may("users.manage") else found.filter(user=reader)
