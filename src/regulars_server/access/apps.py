"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "regulars_server.access"
    label = "access"
