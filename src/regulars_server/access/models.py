"""Users and what they sign in with. Secrets are kept as hashes, except the shared key of TOTP."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regulars_server.access.configuration import SECOND_FACTOR
from regulars_server.capability import permissions_of
from regulars_server.roles import TITLES, Role


class Users(BaseUserManager["User"]):
    """Finds users by their address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who signs in. Disabled, never deleted: the audit names them."""

    email = models.EmailField(_("E-mail"), unique=True, max_length=254)
    name = models.CharField(_("Name"), max_length=120)
    role = models.CharField(_("Role"), max_length=20, choices=[(r.value, TITLES[r]) for r in Role])
    is_active = models.BooleanField(_("May sign in"), default=True)
    language = models.CharField(max_length=10, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    # Counts changes by others: of two who edit one user, the second is told.
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]
    objects: ClassVar[Users] = Users()

    class Meta:
        ordering = ("email",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(role__in=[r.value for r in Role]), name="user_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower"
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    @cached_property
    def permissions(self) -> frozenset[str]:
        """The names of what this user may do."""
        return permissions_of(Role(self.role)) if self.is_active else frozenset()

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    @cached_property
    def has_second_factor(self) -> bool:
        from django_otp.plugins.otp_totp.models import TOTPDevice

        return bool(TOTPDevice.objects.filter(user=self, confirmed=True).exists())

    @property
    def must_set_up_second_factor(self) -> bool:
        return SECOND_FACTOR.value == "required" and not self.has_second_factor

    @property
    def role_title(self) -> str:
        return str(TITLES[Role(self.role)])


class RecoveryCode(models.Model):
    """A code that stands in for the second factor, once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once"),
        )

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"


class ApiToken(models.Model):
    """A token of the API. What it may do is never more than what its owner may do now."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    name = models.CharField(_("Name"), max_length=80)
    # The first characters are shown, so that a token found somewhere can be told and revoked.
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Attempts(models.Model):
    """How often something was tried under a key since an instant; see `limits`."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    begun_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["begun_at"], name="attempts_begun"),)

    def __str__(self) -> str:
        return f"{self.count} since {self.begun_at}"
