"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AnalysesConfig(AppConfig):
    name = "regulars_server.analyses"
    label = "analyses"
