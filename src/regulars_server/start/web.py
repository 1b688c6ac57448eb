"""The web: gunicorn with threads.

Workers load the application after the fork (no preload): DuckDB and delta-rs have threads that a
fork would leave behind.
"""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication

from regulars_server.settings import logs
from regulars_server.settings.declared import (
    BIND,
    DATA,
    LOG_FORMAT,
    LOG_LEVEL,
    SECRET_KEY,
    WEB_PROCESSES,
    WEB_THREADS,
)
from regulars_server.settings.environment import SettingsError


class Web(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn, told by our settings instead of its command line."""

    def load_config(self) -> None:
        for name, value in options().items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from regulars_server.wsgi import application

        return application


def options() -> dict[str, Any]:
    """Gunicorn's settings."""
    host, port = BIND.value
    return {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": WEB_PROCESSES.value,
        "threads": WEB_THREADS.value,
        "worker_class": "gthread",
        "preload_app": False,
        "timeout": 120,
        "graceful_timeout": 30,
        # A condition stands in the address of its filter, percent-encoded.
        "limit_request_line": 8190,
        "control_socket_disable": True,
        "proc_name": "regulars web",
        "logconfig_dict": _logs(),
    }


def _logs() -> dict[str, Any]:
    made = logs.logging(LOG_FORMAT.value, LOG_LEVEL.value)
    quiet = {"handlers": [], "propagate": True, "level": LOG_LEVEL.value}
    # Its own line for a request would hold addresses with names and tokens in them.
    silent = {"handlers": [], "propagate": False, "level": "CRITICAL"}
    made["loggers"] |= {"gunicorn.error": quiet, "gunicorn.access": silent}
    return made


def serve() -> None:
    """Serve until a signal ends it.

    Raises
    ------
    SettingsError : there is no secret key, so that each process would have its own.
    """
    if not SECRET_KEY.value and not (DATA.value / "secret-key").exists():
        raise SettingsError("There is no secret key yet. Run `python -m regulars_server prepare`.")
    Web().run()
