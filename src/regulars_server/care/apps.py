"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "regulars_server.care"
    label = "care"
