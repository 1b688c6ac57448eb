"""The token of the first run: printed in the terminal, asked for by the first page."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.utils.crypto import constant_time_compare

from regulars_server.access.models import User
from regulars_server.settings.declared import DATA


def file() -> Path:
    return DATA.value / "first-run-token"


def wanted() -> bool:
    """Whether there is no user yet."""
    return not User.objects.exists()


def offer() -> None:
    """Put a new token in a file that only the owner can read, while there is no user."""
    file().unlink(missing_ok=True)
    if wanted():
        file().parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(24))


def token() -> str:
    """The token in force; empty where there is none."""
    try:
        return file().read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def right(given: str) -> bool:
    """Whether this is the token."""
    kept = token()
    return bool(kept) and constant_time_compare(given.strip(), kept)


def done() -> None:
    """Remove the token: it has served."""
    file().unlink(missing_ok=True)
