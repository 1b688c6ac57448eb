"""Value tables with their versions, and strategies with what they rest on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regulars_server.strategies.states import HERE, State

STATES = [
    (State.DRAFT.value, _("Draft")),
    (State.COSTED.value, _("Costed")),
    (State.APPROVED.value, _("Approved")),
    (State.LIVE.value, _("Live")),
    (State.MEASURED.value, _("Measured")),
    (State.DECIDED.value, _("Decided")),
]
METRICS = [
    ("retention", _("Retention, % who buy again within the period")),
    ("orders", _("Orders per customer within the period")),
    ("aov", _("Average order value")),
    ("spend", _("Spend per customer within the period")),
    ("ltv", _("Lifetime value per customer")),
]
KINDS = [
    ("benefit", _("Benefit")),
    ("reward", _("Reward")),
    ("relationship", _("Relationship")),
]
ENTRIES = [
    ("begun", _("begun")),
    ("state", _("state")),
    ("changed", _("changed")),
    ("comment", _("comment")),
    ("archived", _("archived")),
    ("restored", _("restored")),
]


class ValueTable(models.Model):
    """A lifetime-value table that somebody saved."""

    name = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The number of its newest version: of two who save, the second is told.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-changed_at", "-id")

    def __str__(self) -> str:
        return self.name


class TableVersion(models.Model):
    """The table as it was saved once: appended, never changed."""

    table = models.ForeignKey(ValueTable, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    # The file that the command line reads.
    text = models.TextField()
    # How measured retention was obtained, as `sheet.Measured.to_text` has it.
    measured = models.TextField(blank=True)
    # What it came to: value, gain, currency, periods; for lists.
    summary = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["table", "number"], name="strategies_version_once"),
        )

    def __str__(self) -> str:
        return f"version {self.number} of table {self.table_id}"


class Workbook(models.Model):
    """A strategy for one segment."""

    title = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=STATES, default=State.DRAFT.value)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # One: whom it is for. A saved audience by its id, or a condition over snapshot columns.
    segment = models.CharField(max_length=120, blank=True)
    audience_id = models.BigIntegerField(null=True)
    condition = models.TextField(blank=True)
    # What they are worth before anything is done, from a snapshot.
    snapshot_id = models.CharField(max_length=100, blank=True)
    as_of = models.DateField(null=True)
    customers = models.BigIntegerField(null=True)
    base_customers = models.BigIntegerField(null=True)
    expected_spend_minor = models.BigIntegerField(null=True)
    unknown_customers = models.BigIntegerField(null=True)
    # Two: the goal.
    metric = models.CharField(max_length=20, choices=METRICS, blank=True)
    metric_now = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    target = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    due = models.DateField(null=True)
    # Three: what they want of this company, one a line.
    needs = models.TextField(blank=True)
    # Five: the test that it will be put to.
    control = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    budget_minor = models.BigIntegerField(null=True)
    table = models.ForeignKey(ValueTable, on_delete=models.PROTECT, null=True, related_name="+")
    table_number = models.PositiveIntegerField(null=True)
    currency = models.CharField(max_length=3)
    costed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Counts changes: of two who work on one strategy, the second is told.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-changed_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in HERE]),
                name="strategies_workbook_state",
            ),
            # What the rules say once more, where nothing can pass by them.
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | models.Q(
                    approved_by__isnull=False, costed_by__isnull=False, control__gt=0,
                    budget_minor__isnull=False, target__isnull=False, due__isnull=False,
                    customers__isnull=False,
                ),
                name="strategies_workbook_approved_whole",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Offer(models.Model):
    """What the segment is offered, and what it costs each time that it is taken."""

    workbook = models.ForeignKey(Workbook, on_delete=models.CASCADE, related_name="offers")
    kind = models.CharField(max_length=20, choices=KINDS)
    title = models.CharField(max_length=200)
    unit_cost_minor = models.BigIntegerField(null=True)
    takers = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.title


class WorkbookEntry(models.Model):
    """What happened to a strategy: states, changes, comments. Appended."""

    workbook = models.ForeignKey(Workbook, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=ENTRIES)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, blank=True)
    # Codes of the parts that changed.
    parts = models.JSONField(default=list)
    text = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} in strategy {self.workbook_id}"
