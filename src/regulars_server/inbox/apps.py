"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "regulars_server.inbox"
    label = "inbox"
