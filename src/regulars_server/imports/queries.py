"""Reading imports."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from regulars_server.errors import NotFound
from regulars_server.imports.models import Import


def imports() -> QuerySet[Import]:
    """The newest first."""
    return Import.objects.select_related("asked_by", "job").order_by("-id")


def of(import_id: int) -> Import:
    """The import of this number; `NotFound` where there is none."""
    found = imports().filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found


def rejects(found: Import) -> list[dict[str, Any]]:
    """The rows that were not taken: file, line, column, code, raw."""
    from regulars_server.console.workspace import opened

    number = (found.report or {}).get("import_id")
    if not number:
        raise NotFound
    return opened().lake.rejects(number)
