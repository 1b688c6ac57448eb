"""Uploaded files, in the server's data folder, for as long as their import needs them."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from pathlib import Path

from regulars_server.settings.declared import DATA

LONGEST_NAME = 120
_NO_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


def folder() -> Path:
    """A folder an import lies in this one."""
    return DATA.value / "uploads"


def file_of(import_id: int, name: str) -> Path:
    """Where the file of an import is, under a name that rejects can be told by."""
    return folder() / str(import_id) / safe_name(name)


def safe_name(given: str) -> str:
    """The last part of a name, without what leads elsewhere or cannot be shown."""
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    cleaned = _NO_NAME.sub("_", shown).strip(" .")
    stem, dot, ending = cleaned.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{_short(stem, LONGEST_NAME - len(ending.encode()) - 1) or 'file'}.{ending}"
    return _short(cleaned, LONGEST_NAME) or "file"


def _short(text: str, most: int) -> str:
    """Cut to so many bytes of UTF-8: that is how file systems count."""
    return text.encode()[: max(most, 1)].decode(errors="ignore")


def write_at(path: Path, offset: int, chunk: bytes) -> None:
    """Put a chunk in its place and on the disk; what an earlier try left behind it is cut off."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as out:
        out.seek(offset)
        out.write(chunk)
        out.truncate()
        out.flush()
        os.fsync(out.fileno())


def free_bytes() -> int:
    """What the disk has left."""
    place = folder()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def remove(import_id: int) -> None:
    """Remove what was uploaded for an import; nothing where nothing is left."""
    shutil.rmtree(folder() / str(import_id), ignore_errors=True)


def there() -> list[int]:
    """The imports that have a file."""
    return sorted(int(one.name) for one in folder().glob("*") if one.name.isdigit())
