"""The job table, and the few counts that outlive its rows."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a job stands. The last three are ends."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    SET_ASIDE = "set_aside", _("set aside")
    CANCELLED = "cancelled", _("cancelled")


OPEN = (State.WAITING, State.RUNNING)
ENDED = (State.DONE, State.SET_ASIDE, State.CANCELLED)


class Job(models.Model):
    """One job, from the transaction that asks for it to its end.

    ``token`` is the fence: it is new with every attempt, and whoever changes a running job names
    it in the same UPDATE. It is empty exactly while nobody runs the job. ``payload`` and
    ``result`` name nobody: they are not searched when a person is erased.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    # None: the server itself, by a schedule or from within another job.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    run_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)

    token = models.CharField(max_length=32, blank=True, default="")
    worker = models.CharField(max_length=120, blank=True, default="")
    lease_until = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)

    stage = models.CharField(max_length=40, blank=True, default="")
    done_units = models.BigIntegerField(null=True)
    all_units = models.BigIntegerField(null=True)

    ended_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    error_code = models.CharField(max_length=20, blank=True, default="")
    error_detail = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["kind", "key"], name="job_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="job_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="running", lease_until__isnull=False) & ~models.Q(token="")
                | ~models.Q(state="running") & models.Q(token="", lease_until__isnull=True),
                name="job_token_while_running",
            ),
        )
        indexes = (
            models.Index(
                fields=["run_at", "id"], name="job_waiting", condition=models.Q(state="waiting")
            ),
            models.Index(
                fields=["lease_until"], name="job_running", condition=models.Q(state="running")
            ),
            models.Index(fields=["state", "-id"], name="job_state"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.state})"


class Count(models.Model):
    """How often something happened since the database was made; for metrics, which never fall."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"
