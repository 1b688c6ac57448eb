"""Cases and what was said in them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

STATES = [("open", _("open")), ("answered", _("answered")), ("closed", _("closed"))]
KINDS = [
    ("complaint", _("Complaint")),
    ("question", _("Question")),
    ("return", _("Return or refund")),
    ("data", _("Wish about one's own data")),
    ("other", _("Other")),
]
REASONS = [
    ("solved", _("Solved")),
    ("compensated", _("Compensated")),
    ("declined", _("Declined")),
    ("no_answer", _("The customer did not answer any more")),
    ("duplicate", _("Same as another case")),
]
ENTRIES = [
    ("opened", _("opened")),
    ("answer", _("answer to the customer")),
    ("note", _("note for ourselves")),
    ("closed", _("closed")),
    ("reopened", _("opened again")),
]


class Case(models.Model):
    """One complaint or request of a customer."""

    # Of the program that opened it; of two that are the same message, the second changes nothing.
    message_id = models.CharField(max_length=100, unique=True)
    # None: the customer was erased.
    customer_key = models.BigIntegerField(null=True, db_index=True)
    kind = models.CharField(max_length=20, choices=KINDS)
    severity = models.PositiveSmallIntegerField(default=3)
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=STATES, default="open")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    first_reply_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, choices=REASONS, blank=True)
    # Counts changes: of two who work on one case, the second is told.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["state", "owner", "-id"], name="care_case_listed"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(severity__gte=1, severity__lte=5), name="care_case_severity"
            ),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False) & ~models.Q(reason="")
                | models.Q(state__in=["open", "answered"], closed_at__isnull=True, reason=""),
                name="care_case_closed_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"case {self.pk}"


class CaseEntry(models.Model):
    """Something that was said or done in a case: appended."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=ENTRIES)
    text = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} in case {self.case_id}"
