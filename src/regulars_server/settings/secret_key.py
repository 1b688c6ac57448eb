"""The secret key that an embedded server makes for itself, once."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def kept(file: Path) -> str:
    """The key in a file that only its owner can read; made when it is not there.

    Two processes that start at once agree: the second reads what the first has put in place.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = file.with_name(f"{file.name}.{os.getpid()}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
        try:
            os.link(aside, file)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return file.read_text(encoding="utf-8").strip()
