"""The audit: appended to, never edited; only the values of erased people are taken out."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class AuditEntry(models.Model):
    """One change.

    ``before`` and ``after`` hold the fields that changed. ``customer_key`` says whose data they
    are, so that they can be removed with the person.
    """

    at = models.DateTimeField(db_index=True)
    # A user is disabled, not deleted, so that this always names somebody.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    via = models.CharField(max_length=60)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=32, blank=True)
    action = models.CharField(max_length=60, db_index=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=200)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    customer_key = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["subject_kind", "subject_id"], name="audit_subject"),
            models.Index(
                fields=["customer_key"],
                name="audit_customer",
                condition=models.Q(customer_key__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind} {self.subject_id}"
