"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "regulars_server.overview"
    label = "overview"
