"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class SnapshotsConfig(AppConfig):
    name = "regulars_server.snapshots"
    label = "snapshots"
