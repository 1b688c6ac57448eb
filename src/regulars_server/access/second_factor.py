"""The second factor: time-based codes (RFC 6238), and recovery codes for when the phone is lost."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from regulars_server.access.models import RecoveryCode, User
from regulars_server.access.secrets import digest, plain, recovery_code
from regulars_server.audit.services import record
from regulars_server.errors import Conflict, Invalid, NotFound
from regulars_server.web.actor import Actor

CODES = 10


@transaction.atomic
def begin(*, user: User) -> TOTPDevice:
    """The key to be scanned: one not yet confirmed, the same until it is.

    Raises
    ------
    Conflict : the user has a second factor already.
    """
    devices = _locked(user)
    if devices.filter(confirmed=True).exists():
        raise Conflict(_("You have a second factor already."))
    device = devices.filter(confirmed=False).first()
    return device or TOTPDevice.objects.create(user=user, name="app", confirmed=False)


@transaction.atomic
def confirm(*, actor: Actor, user: User, code: str) -> list[str]:
    """Turn the second factor on, if the code fits; returns the recovery codes, this once.

    Raises
    ------
    Invalid : the code does not fit.
    """
    devices = _locked(user)
    device = devices.filter(confirmed=False).first()
    if device is None or not device.verify_token(_digits(code)):
        raise Invalid(fields={"code": _("The code does not fit. Wait for the next one.")})
    devices.exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    record(actor=actor, action="access.second_factor_on", subject_kind="user", subject_id=user.pk)
    return _new_codes(user)


@transaction.atomic
def renew_codes(*, actor: Actor, user: User) -> list[str]:
    """New recovery codes; the old ones are void."""
    devices = _locked(user)
    if not devices.filter(confirmed=True).exists():
        raise NotFound
    record(actor=actor, action="access.codes_renewed", subject_kind="user", subject_id=user.pk)
    return _new_codes(user)


@transaction.atomic
def remove(*, actor: Actor, user: User) -> None:
    """Take the second factor away: the user their own, an administrator of somebody who lost it."""
    _locked(user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    record(actor=actor, action="access.second_factor_off", subject_kind="user", subject_id=user.pk)


def fits(*, actor: Actor, user: User, code: str) -> bool:
    """Whether the code is the one of this moment, or a recovery code, which is spent by it.

    A code of the app fits once; django-otp keeps the step that was used last.
    """
    with transaction.atomic():
        devices = _locked(user)
        device = devices.filter(confirmed=True).first()
        if device is not None and device.verify_token(_digits(code)):
            return True
        spent, _by_kind = RecoveryCode.objects.filter(
            user=user, digest=digest(plain(code))
        ).delete()
        if spent:
            record(
                actor=actor, action="access.code_spent", subject_kind="user", subject_id=user.pk,
                after={"left": RecoveryCode.objects.filter(user=user).count()},
            )  # fmt: skip
        return bool(spent)


def codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user).count()


def _new_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [recovery_code() for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=digest(plain(code))) for code in codes
    )
    return codes


def _digits(code: str) -> str:
    return "".join(c for c in code if c.isascii() and c.isdigit())


def _locked(user: User) -> Any:
    """The user's devices; of two requests for one user, the second waits here."""
    User.objects.select_for_update().get(pk=user.pk)
    return TOTPDevice.objects.filter(user=user)
