"""Where the log goes: standard error, one JSON object a line, or text for a terminal."""

from __future__ import annotations

from typing import Any


def logging(form: str, level: str) -> dict[str, Any]:
    """The configuration of `logging`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "regulars_server.web.logs.JsonFormatter"},
            "text": {"format": "{levelname:<7} {name}: {message}", "style": "{"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Each request is logged once, by web.requests, with its outcome.
            "django.request": {"level": "CRITICAL"},
            # Its lines hold addresses, in which a name or the key of a link can stand, and a trace
            # for each stranger who asks for another host.
            "django.security": {"level": "CRITICAL"},
            "django.server": {"level": "WARNING"},
        },
    }
