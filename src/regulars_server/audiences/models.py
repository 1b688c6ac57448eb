"""Audiences, their versions and sizes, and what was exported. No table lists their customers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regulars_server.snapshots.queries import NAMING

FORMS = [("csv", "CSV"), ("xlsx", "XLSX"), ("parquet", "Parquet")]
PURPOSES = [
    ("personalised", _("offers or messages chosen for these customers")),
    ("analysis", _("analysis, without an effect on single customers")),
]


class Audience(models.Model):
    """A condition under a name. What stands here is its newest version."""

    name = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    condition = models.TextField(blank=True)
    # Of the columns that the condition names: their kinds, as they were when it was saved.
    columns = models.JSONField(default=dict)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Counts changes: of two who edit one audience, the second is told.
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("name", "id")
        indexes = (models.Index(fields=["archived_at", "name"], name="audiences_listed"),)

    def __str__(self) -> str:
        return self.name


class AudienceVersion(models.Model):
    """An audience as it was from one edit to the next: appended."""

    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    condition = models.TextField(blank=True)
    columns = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The version whose content was taken back; null for an edit.
    restored = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["audience", "number"], name="audiences_version_once"),
        )

    def __str__(self) -> str:
        return f"version {self.number} of audience {self.audience_id}"


class AudienceSize(models.Model):
    """How many customers of one snapshot a condition selects; a sum, no list."""

    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="sizes")
    # The condition that was counted, as a hash: an edit counts anew, a new name does not.
    digest = models.CharField(max_length=40)
    snapshot = models.CharField(max_length=120)
    as_of = models.DateField()
    base = models.BigIntegerField()
    # None: this snapshot lacks columns, see `lacking`.
    customers = models.BigIntegerField(null=True)
    unknown = models.BigIntegerField(null=True)
    lacking = models.JSONField(default=list)
    # Since the snapshot of the day before it; None where there is none, or keys do not last.
    came = models.BigIntegerField(null=True)
    left = models.BigIntegerField(null=True)
    since = models.CharField(max_length=120, blank=True)
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("as_of", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["audience", "digest", "snapshot"], name="audiences_size_once"
            ),
        )

    def __str__(self) -> str:
        return f"size of audience {self.audience_id} at {self.as_of}"


class Export(models.Model):
    """An export: who took which customers in which form, and what was left out."""

    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=120)
    condition = models.TextField(blank=True)
    snapshot = models.CharField(max_length=120)
    columns = models.JSONField()
    form = models.CharField(max_length=10, choices=FORMS)
    purpose = models.CharField(max_length=20, choices=PURPOSES)
    named = models.BooleanField(default=False)
    without_refusing = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="en")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    job_id = models.BigIntegerField(null=True)
    # None until the file is whole.
    rows = models.BigIntegerField(null=True)
    refusing = models.BigIntegerField(null=True)
    erased = models.BigIntegerField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"export {self.pk}"

    @property
    def names_people(self) -> bool:
        """Whether its file says who somebody is: by name, or by the id of the shop alone."""
        return self.named or NAMING in self.columns
