"""Answers that are kept under the key of their request."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class KeptAnswer(models.Model):
    """What a user's request under a key was answered; written in the transaction of its change.

    An empty digest: what was asked and answered is kept no more, because somebody was erased.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=100)
    # Keyed hash of operation and input: the input itself can hold anything.
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "key"], name="api_kept_answer_once"),
        )
        indexes = (models.Index(fields=["at"], name="api_kept_answer_at"),)

    def __str__(self) -> str:
        return f"answer {self.status} of {self.at}"
