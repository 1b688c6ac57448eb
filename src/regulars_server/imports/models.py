"""Imports from the first byte that arrives to the report."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regulars_server.work.models import State as JobState


class State(models.TextChoices):
    """Where an import is."""

    RECEIVING = "receiving", _("upload not finished")
    LOOKING = "looking", _("the file is looked at")
    ASKING = "asking", _("waits for you")
    IMPORTING = "importing", _("is imported")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    DROPPED = "dropped", _("given up")


OPEN = (State.RECEIVING, State.LOOKING, State.ASKING)


class Import(models.Model):
    """One file on its way into the facts."""

    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVING)
    fact = models.CharField(max_length=40)
    source = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    # Taken without asking where nothing is unsure: programs cannot look at sample rows.
    at_once = models.BooleanField(default=False)
    # How the file is opened, where the user said: encoding, delimiter, sheet, header_row.
    reading = models.JSONField(default=dict)
    # What a look at the file found: mapping, columns, first values. They are people's data.
    look = models.JSONField(null=True)
    mapping = models.JSONField(null=True)
    job = models.ForeignKey("work.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    report = models.JSONField(null=True)
    # Why it was refused, or what is wrong with the mapping.
    said = models.TextField(blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    # Counts changes: of two tabs on one import, the second is told.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(received__gte=0, received__lte=models.F("size")),
                name="imports_import_received",
            ),
        )

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def stuck(self) -> bool:
        """Whether its job has ended and left it where it was."""
        if self.state not in (State.LOOKING, State.IMPORTING):
            return False
        return self.job is None or self.job.state in (JobState.SET_ASIDE, JobState.CANCELLED)

    @property
    def percent_received(self) -> int:
        return 100 * self.received // self.size
