"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DataConfig(AppConfig):
    name = "regulars_server.data"
    label = "data"
