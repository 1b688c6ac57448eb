"""What was measured of each facts version: the versions themselves do not keep it."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Measured(models.Model):
    """The facts at one time: of a version, or of a company's tables on one day.

    It names nobody: counts, days and shares.
    """

    # ``v12-1f3a9b2c`` of a facts version, see `state_of`; ``d2026-11-29`` of tables without them.
    moment = models.CharField(max_length=40, unique=True)
    facts_version = models.BigIntegerField(null=True)
    measured_at = models.DateTimeField()
    # Of each table that holds anything: rows, void, first and last day, sources, bytes.
    tables = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    # Rows of the analysis `quality`; empty of a version that was already past when it was seen.
    quality = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ("-facts_version", "-measured_at")

    def __str__(self) -> str:
        return self.moment
