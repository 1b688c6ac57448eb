"""The search index, consents, what leaves for the facts, and erasures.

The index is made from the lake and can be thrown away; the rest cannot.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from regulars_server.people.purposes import CHANNELS, PURPOSES, STATES


class Person(models.Model):
    """One customer as the facts version of `IndexState` names them, merged records together."""

    customer_key = models.BigIntegerField(primary_key=True)
    name = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    email = models.TextField(blank=True)
    # JSON as the lake gave it: ids, records, cards; see `lake.people`.
    known = models.TextField()
    # Of `known`: what did not change is not written again.
    digest = models.CharField(max_length=32)

    def __str__(self) -> str:
        return f"customer {self.customer_key}"

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.known)
        return found

    @property
    def ids(self) -> list[str]:
        """The ids of the person as ``source:id``."""
        return [f"{one['source']}:{one['external_id']}" for one in self.told["ids"]]

    @property
    def keys(self) -> list[int]:
        """The keys of all records that are this person, their own among them."""
        return sorted({self.customer_key, *(one["customer_key"] for one in self.told["ids"])})


class Term(models.Model):
    """A text that finds a person when somebody types its beginning; see `terms`."""

    kind = models.CharField(max_length=1)
    text = models.CharField(max_length=255)
    customer_key = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index(fields=["kind", "text", "customer_key"], name="people_term_found"),
            models.Index(fields=["customer_key"], name="people_term_customer"),
        )

    def __str__(self) -> str:
        return f"term of customer {self.customer_key}"


class IndexState(models.Model):
    """Which facts version the index is of: one row, and the lock of who changes the index."""

    facts_version = models.BigIntegerField(default=0)
    # The same with a mark of what made it: after a restore a number comes again with other facts.
    facts_state = models.CharField(max_length=40, default="0")
    # Which workspace's facts: what is kept of people here is kept under its keys.
    workspace = models.CharField(max_length=32, blank=True, default="")
    people = models.BigIntegerField(default=0)
    refreshed_at = models.DateTimeField(null=True)
    # While many people are brought in: how many are to be, and how many are.
    due = models.BigIntegerField(default=0)
    written = models.BigIntegerField(default=0)
    # Up to which import the consents of the facts were heard; see `people.hearing`.
    heard_seq = models.BigIntegerField(default=0)

    @property
    def being_made(self) -> bool:
        """Whether many people are brought in just now, so that some are not found yet."""
        return self.due > 0

    def __str__(self) -> str:
        return f"index of facts version {self.facts_version}"


class Consent(models.Model):
    """Somebody said yes or no to a purpose by a channel: appended, never edited.

    The latest word by `at` counts; of two at one instant, the one that was recorded later.
    """

    message_id = models.CharField(max_length=100, unique=True)
    customer_key = models.BigIntegerField(db_index=True)
    purpose = models.CharField(max_length=40, choices=PURPOSES)
    # Empty: by any channel.
    channel = models.CharField(max_length=40, choices=CHANNELS, blank=True)
    state = models.CharField(max_length=10, choices=STATES)
    at = models.DateTimeField()
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    via = models.CharField(max_length=60)

    class Meta:
        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["given", "withdrawn"]), name="people_consent_state"
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.state} by customer {self.customer_key}"


class Leaving(models.Model):
    """A row for the facts, written in the transaction of what it tells (an outbox).

    Whoever lands it imports `row` into `table` under the person's id and deletes it in the
    transaction that notes the landing; the fact's own key makes a second landing change nothing.
    """

    message_id = models.CharField(max_length=100, unique=True)
    table = models.CharField(max_length=40)
    customer_key = models.BigIntegerField(db_index=True)
    row = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.table} {self.message_id}"


class Erasure(models.Model):
    """A person being erased: names nobody, and says how far it has come."""

    STEPS = ("facts", "database", "files", "done")

    customer_key = models.BigIntegerField()
    keys = models.JSONField()
    purge = models.BooleanField()
    step = models.CharField(max_length=10, default="facts")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    # The kind of the last error, not its words: they can hold an id.
    error = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"erasure {self.pk}"


class ErasedKey(models.Model):
    """A key that stands for nobody any more; keys are never used twice, and name nobody."""

    customer_key = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"erased key {self.customer_key}"
