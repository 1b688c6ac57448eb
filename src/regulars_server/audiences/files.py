"""Files of exports, in the data folder, until they are old or somebody is erased."""

from __future__ import annotations

import shutil
from pathlib import Path

from regulars_server.audiences.models import Export
from regulars_server.console.disk import remove_at_once
from regulars_server.settings.declared import DATA


def folder() -> Path:
    """A folder an export lies in this one."""
    return DATA.value / "exports"


def file_of(export: Export) -> Path:
    """Where the file of an export is, or would be."""
    return folder() / str(export.pk) / f"audience.{export.form}"


def remove(export_id: int) -> None:
    """Remove the file of an export; nothing where nothing is left."""
    shutil.rmtree(folder() / str(export_id), ignore_errors=True)


def remove_all() -> None:
    """Remove every file. What is half removed is removed by the next call."""
    remove_at_once(folder())


def there() -> list[int]:
    """The exports that have a file."""
    return sorted(int(one.name) for one in folder().glob("*") if one.name.isdigit())
