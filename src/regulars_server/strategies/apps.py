"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class StrategiesConfig(AppConfig):
    name = "regulars_server.strategies"
    label = "strategies"
