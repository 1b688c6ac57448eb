"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AudiencesConfig(AppConfig):
    name = "regulars_server.audiences"
    label = "audiences"
