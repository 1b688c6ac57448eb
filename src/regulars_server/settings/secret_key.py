"""The secret key that an embedded server makes for itself, once."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def kept(file: Path) -> str:
    """The key in the file; where there is none yet, one that ends with this process."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        # Reading settings writes nothing: a type checker reads them too. `prepare` keeps one.
        return secrets.token_urlsafe(48)


def keep(file: Path) -> None:
    """Make the file, which only its owner can read, unless it is there.

    Two programs that start at once agree: the second finds what the first has put in place.
    """
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(secrets.token_urlsafe(48))
    with contextlib.suppress(FileExistsError):
        os.link(aside, file)
    aside.unlink()
