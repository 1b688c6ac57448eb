"""The database by its URL: SQLite embedded, PostgreSQL in production."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# FULL: a transaction that was confirmed survives a power cut. IMMEDIATE: a writer waits for its
# turn at the start, instead of failing when it first writes. secure_delete: what is deleted is
# overwritten, so that somebody who was erased is not in the file either.
SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        " PRAGMA journal_size_limit=67108864; PRAGMA secure_delete=ON;"
    ),
}


def database(url: str) -> dict[str, Any]:
    """Django's description of the database that a URL names.

    ``sqlite:////var/lib/regulars/server.sqlite3`` (absolute), ``sqlite:///server.sqlite3``
    (relative), ``postgresql://user:password@host:5432/name?sslmode=verify-full``.

    Raises
    ------
    ValueError : another scheme, or no name. The URL, which may hold a password, is not repeated.
    """
    split = urlsplit(url)
    if split.scheme == "sqlite":
        name = unquote(split.path).removeprefix("/")
        if split.netloc or not name:
            raise ValueError("an address of SQLite is sqlite:///FILE")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(Path(name).expanduser().absolute()),
            "OPTIONS": dict(SQLITE),
            "ATOMIC_REQUESTS": False,
        }
    if split.scheme in ("postgresql", "postgres"):
        return _postgresql(url)
    raise ValueError("neither sqlite:///FILE nor postgresql://USER@HOST/NAME")


def _postgresql(url: str) -> dict[str, Any]:
    split = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(split.query))
    try:
        port = split.port
    except ValueError as error:
        raise ValueError("the port is no number") from error
    name = unquote(split.path).removeprefix("/")
    if not name:
        raise ValueError("an address of PostgreSQL is postgresql://USER@HOST/NAME")
    # A folder of sockets is given as ?host=/var/run/postgresql, as libpq has it.
    host = options.pop("host", split.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(split.username or ""),
        "PASSWORD": unquote(split.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
