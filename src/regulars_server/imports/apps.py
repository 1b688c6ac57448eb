"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "regulars_server.imports"
    label = "imports"
