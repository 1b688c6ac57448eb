"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "regulars_server.work"
    label = "work"
