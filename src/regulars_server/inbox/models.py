"""Messages that came in, who a visitor turned out to be, batches on their way to the facts."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class State(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting"
    LANDED = "landed"
    SET_ASIDE = "set_aside"


class Message(models.Model):
    """One message: written when it is answered for, landed once, removed when it is old.

    ``batch`` is given to messages that are there, by who lands them: a message that is committed
    late is in a later batch, whatever its id. Of an erased person ids, body and digest are empty;
    the row stays, so that the message cannot come again.
    """

    source = models.CharField(max_length=60)
    message_id = models.CharField(max_length=100)
    digest = models.CharField(max_length=32)
    kind = models.CharField(max_length=8)
    event = models.CharField(max_length=200, blank=True)
    customer_id = models.CharField(max_length=200, blank=True)
    anonymous_id = models.CharField(max_length=200, blank=True)
    # The keyed hash by which the workspace knows the forgotten: of the customer, else the visitor.
    who = models.CharField(max_length=64, blank=True)
    in_visit = models.BooleanField(default=False)
    body = models.TextField(blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    token = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, default=State.WAITING)
    field = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    batch = models.BigIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["source", "message_id"], name="inbox_message_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="inbox_message_state"
            ),
        )
        indexes = (
            models.Index(
                fields=["id"], name="inbox_due",
                condition=models.Q(state="waiting", batch__isnull=True, in_visit=False),
            ),
            models.Index(
                fields=["who", "received_at"], name="inbox_due_visits",
                condition=models.Q(state="waiting", batch__isnull=True, in_visit=True),
            ),
            models.Index(
                fields=["anonymous_id"], name="inbox_unnamed",
                condition=models.Q(state="waiting", batch__isnull=True, customer_id=""),
            ),
            models.Index(
                fields=["batch"], name="inbox_in_batch",
                condition=models.Q(state="waiting", batch__isnull=False),
            ),
            models.Index(
                fields=["settled_at"], name="inbox_when_settled",
                condition=models.Q(settled_at__isnull=False),
            ),
            models.Index(fields=["who"], name="inbox_of_whom"),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"message {self.pk}"


class Visitor(models.Model):
    """Who an anonymous visitor turned out to be: a message named both ids."""

    source = models.CharField(max_length=60)
    anonymous_id = models.CharField(max_length=200)
    customer_id = models.CharField(max_length=200)
    who = models.CharField(max_length=64, db_index=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["source", "anonymous_id"], name="inbox_visitor_once"),
        )

    def __str__(self) -> str:
        return f"visitor {self.pk}"


class Batch(models.Model):
    """Messages that land together: formed in one transaction, published by one facts version."""

    number = models.BigIntegerField(primary_key=True)
    formed_at = models.DateTimeField()
    landed_at = models.DateTimeField(null=True)
    facts_version = models.BigIntegerField(null=True)
    messages = models.BigIntegerField(default=0)
    set_aside = models.BigIntegerField(default=0)
    # Rows written, by table.
    written = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"batch {self.number}"


class Refusal(models.Model):
    """A message that was not taken, or did not become a fact whole: what was wrong, not who."""

    source = models.CharField(max_length=60)
    message_id = models.CharField(max_length=100, blank=True)
    event = models.CharField(max_length=200, blank=True)
    field = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=40)
    # Whether it was taken: then it is kept for a while and can be mended.
    taken = models.BooleanField()
    token = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"refusal {self.pk}: {self.reason}"


class Tally(models.Model):
    """How often something happened since the database was made; for metrics, which never fall."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"
