"""Users: made, invited, given a role, disabled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from regulars_server.access.models import User
from regulars_server.audit.services import changed, record
from regulars_server.errors import Conflict, Invalid, NotFound
from regulars_server.roles import Role
from regulars_server.web.actor import Actor

# Valid once: it is made from the password's hash and the last sign-in, which its use changes.
LINKS = PasswordResetTokenGenerator()


@transaction.atomic
def invite(*, actor: Actor, email: str, name: str, role: Role) -> User:
    """Make a user who cannot sign in until the link of `welcome_link` was followed.

    Raises
    ------
    Invalid : the address is no address, or the name is empty.
    Conflict : somebody has the address already.
    """
    user = User(email=email, name=name.strip(), role=role.value)
    user.set_unusable_password()
    _save_new(user)
    record(
        actor=actor, action="access.user_invited", subject_kind="user", subject_id=user.pk,
        after={"email": user.email, "name": user.name, "role": user.role},
    )  # fmt: skip
    return user


def welcome_link(user: User) -> str:
    """The two parts of a link with which the user sets a password, once, within three days."""
    return f"{urlsafe_base64_encode(str(user.pk).encode())}/{LINKS.make_token(user)}"


def of_welcome_link(uid: str, token: str) -> User:
    """The user of a link; `NotFound` where it is wrong, used or too old."""
    try:
        pk = int(force_str(urlsafe_base64_decode(uid)))
    except (ValueError, OverflowError):
        raise NotFound(_over()) from None
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or not LINKS.check_token(user, token):
        raise NotFound(_over())
    return user


def _over() -> str:
    return _("This link was used or is too old. Ask an administrator for a new one.")


@transaction.atomic
def set_password(*, actor: Actor, user: User, password: str) -> None:
    """Set a password; sessions that are open elsewhere end with it.

    Raises
    ------
    Invalid : it is too short, too common or too like the user's name.
    """
    check_password(user, password)
    locked = User.objects.select_for_update().get(pk=user.pk)
    locked.set_password(password)
    locked.save(update_fields=["password"])
    user.password = locked.password
    record(actor=actor, action="access.password_set", subject_kind="user", subject_id=user.pk)


def check_password(user: User, password: str) -> None:
    """Raise `Invalid` in words unless the password is good enough."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(fields={"password": " ".join(error.messages)}) from error


@transaction.atomic
def make_first(*, actor: Actor, email: str, name: str, password: str) -> User:
    """Make the administrator, if and only if there is no user yet.

    Raises
    ------
    Conflict : there is one already.
    Invalid : address, name or password.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # two who come at once; SQLite has one writer anyway
            cursor.execute(f"LOCK TABLE {User._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    if User.objects.exists():
        raise Conflict(_("There is an administrator already."))
    user = User(email=email, name=name.strip(), role=Role.ADMINISTRATOR.value)
    check_password(user, password)
    user.set_password(password)
    _save_new(user)
    record(
        actor=replace(actor, user_id=user.pk), action="access.first_administrator",
        subject_kind="user", subject_id=user.pk,
        after={"email": user.email, "name": user.name, "role": user.role},
    )  # fmt: skip
    return user


@transaction.atomic
def set_role(*, actor: Actor, user_id: int, role: Role, version: int) -> None:
    """Give a user another role.

    Raises
    ------
    Conflict : somebody changed the user since that version, or nobody would administer any more.
    """

    def change(user: User) -> None:
        user.role = role.value

    _edit(actor, user_id, version, "access.role_set", ("role",), change)


@transaction.atomic
def set_active(*, actor: Actor, user_id: int, active: bool, version: int) -> None:
    """Let a user sign in, or no longer; open sessions and tokens stop at once. As `set_role`."""

    def change(user: User) -> None:
        user.is_active = active

    action = "access.user_enabled" if active else "access.user_disabled"
    _edit(actor, user_id, version, action, ("is_active",), change)


@transaction.atomic
def set_language(*, user_id: int, language: str) -> None:
    """Keep the language that a user chose for themselves; no audit: it concerns nobody else."""
    User.objects.filter(pk=user_id).update(language=language)


def _edit(
    actor: Actor,
    user_id: int,
    version: int,
    action: str,
    fields: tuple[str, ...],
    change: Callable[[User], None],
) -> None:
    # Administrators are locked first and in order: two who take the right from each other
    # at once cannot both succeed.
    held = User.objects.select_for_update().order_by("pk")
    administrators = {u.pk for u in held.filter(role=Role.ADMINISTRATOR.value, is_active=True)}
    user = held.filter(pk=user_id).first()
    if user is None:
        raise NotFound
    if user.version != version:
        raise Conflict(_("Somebody changed this user meanwhile. Look again, then decide."))
    before = {name: getattr(user, name) for name in fields}
    change(user)
    after = {name: getattr(user, name) for name in fields}
    was, now = changed(before, after)
    if not now:
        return
    stays = user.is_active and user.role == Role.ADMINISTRATOR.value
    if administrators == {user.pk} and not stays:
        raise Conflict(_("Nobody would be left to administer. Make another administrator first."))
    user.version += 1
    user.save(update_fields=[*fields, "version"])
    record(
        actor=actor, action=action, subject_kind="user", subject_id=user.pk, before=was, after=now
    )


def _save_new(user: User) -> None:
    try:
        user.full_clean(exclude=["password"], validate_constraints=False, validate_unique=False)
    except ValidationError as error:
        fields = {name: " ".join(said) for name, said in error.message_dict.items()}
        raise Invalid(fields=fields) from error
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Conflict(_("Somebody has this e-mail address already.")) from error


@transaction.atomic
def note_link(*, actor: Actor, user: User) -> None:
    """Audit that somebody made a link with which a user's password can be set."""
    record(actor=actor, action="access.link_made", subject_kind="user", subject_id=user.pk)
