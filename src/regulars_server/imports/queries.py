"""Reading imports."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regulars_server.errors import NotFound
from regulars_server.imports.models import OPEN, Import, State


def imports() -> QuerySet[Import]:
    """The newest first."""
    return Import.objects.select_related("asked_by", "job").order_by("-id")


def of(import_id: int) -> Import:
    """The import of this number; `NotFound` where there is none."""
    found = imports().filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found


def number_in_lake(found: Import) -> str:
    """The id of the import among the facts; `NotFound` where it has not come that far."""
    number = (found.report or {}).get("import_id")
    if not number:
        raise NotFound
    return str(number)


def held(*, customer_keys: Collection[int]) -> dict[str, list[dict[str, Any]]]:
    """Every uploaded file that is kept just now, the oldest first.

    A file does not say whom it names before it is imported, and then it is removed. So the export
    of each person names them all, and says so.
    """
    kept = Import.objects.filter(state__in=(*OPEN, State.IMPORTING)).order_by("pk")
    fields = ("id", "file_name", "fact", "source", "size", "received", "state", "asked_at")
    note = _("Not yet imported: it may hold rows of anybody. It is removed when it is imported.")
    return {"uploads": [{**row, "note": note} for row in kept.values(*fields)]}
