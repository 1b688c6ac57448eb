"""Migrations run forward on a filled database: every row is there after, with what it said.

Each table is filled as the first migration of its app made it, by the models as they were then, and
brought to today. A migration that needs a value invented fails here first.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from regulars_server.capability import capabilities

pytestmark = pytest.mark.django_db(transaction=True)
LABELS = {one.name for one in capabilities()}
AT = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
# What a row must say where a constraint wants more than any value of the column's type.
SAID: dict[str, dict[str, Any]] = {
    "access.User": {"role": "analyst", "email": "wei@example.com"},
    "care.Case": {"state": "open", "reason": "", "severity": 2, "closed_at": None},
    "imports.Import": {"state": "asking", "size": 7, "received": 7},
    "inbox.Message": {"state": "waiting"},
    "people.Consent": {"state": "given"},
    "strategies.Workbook": {"state": "draft"},
    "work.Job": {"state": "waiting", "token": "", "lease_until": None},
}


def firsts() -> list[tuple[str, str]]:
    """The first migration of each app of ours."""
    nodes = MigrationLoader(connection).graph.nodes
    return [node for node in nodes if node[0] in LABELS and node[1].startswith("0001")]


def latest() -> list[tuple[str, str]]:
    return list(MigrationLoader(connection).graph.leaf_nodes())


def to(targets: list[tuple[str, str]]) -> Any:
    """Bring the database to these migrations; the models as they are there."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def value(field: Any, made: dict[str, Any]) -> Any:
    """Some value that the column can hold."""
    if isinstance(field, models.ForeignKey):
        return made[field.related_model._meta.label].pk
    for kind, some in (
        (models.BooleanField, True), (models.DateTimeField, AT),
        (models.DateField, AT.date()), (models.DecimalField, Decimal("0.5")),
        (models.JSONField, {"a": [1]}),
        (models.IntegerField, 7), (models.CharField, "x"), (models.TextField, "王小明 <b>"),
        (models.GenericIPAddressField, "192.0.2.7"),
    ):  # fmt: skip
        if isinstance(field, kind):
            return some
    raise AssertionError(f"say what a {type(field).__name__} of {field} is filled with")


def fill(apps: Any) -> dict[str, Any]:
    """One row in each table of ours, those first that others refer to."""
    left = [model for model in apps.get_models() if model._meta.app_label in LABELS]
    made: dict[str, Any] = {}
    while left:
        for model in list(left):
            needs = {
                f.related_model._meta.label
                for f in model._meta.fields
                if isinstance(f, models.ForeignKey)
            }
            if needs <= set(made):
                left.remove(model)
                row = {
                    f.attname: value(f, made)
                    for f in model._meta.fields
                    if not isinstance(f, models.AutoField)
                }
                row |= SAID.get(model._meta.label, {})
                made[model._meta.label] = model.objects.create(**row)
    return made


@pytest.mark.usefixtures("_today_again")
def test_every_row_is_there_after_all_migrations() -> None:
    before = fill(to(firsts()))
    assert {label.split(".")[0] for label in before} >= {
        "access",
        "audit",
        "care",
        "people",
        "work",
    }
    after = to(latest())
    for label, row in before.items():
        model = after.get_model(label)
        kept = model.objects.filter(pk=row.pk).values().first()
        assert kept is not None, label
        for field in row._meta.fields:
            if field.attname in kept:
                assert kept[field.attname] == getattr(row, field.attname), (label, field.name)


@pytest.fixture
def _today_again(db: None) -> Any:
    yield
    to(latest())
