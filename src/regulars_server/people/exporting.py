"""All that is held on a person, to hand over: JSON for programs, a page for people.

Nothing of it stays on the server: it is made, handed over and gone.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from regulars_server.audit.services import record
from regulars_server.capability import named
from regulars_server.console.workspace import opened
from regulars_server.people import lake
from regulars_server.people.models import Consent
from regulars_server.people.search import person
from regulars_server.web.actor import Actor


def everything(*, actor: Actor, customer_key: int) -> dict[str, Any]:
    """All that is held on a person; that it was handed out is audited.

    Returns
    -------
    dict : ``person`` (ids, records, cards), ``facts`` and ``server``: lists of rows by table.

    Raises
    ------
    NotFound : nobody of this key.
    """
    found = person(customer_key)
    ws = opened()
    server: dict[str, list[dict[str, Any]]] = {}
    for _name, held_by in named("held"):
        server |= held_by(customer_keys=found.keys)
    facts = lake.rows_of(ws, found.keys)
    if rejected := lake.rejects_of(ws, found.keys):
        facts["rejected_rows"] = rejected
    after = {"tables": len(facts), "rows": sum(map(len, facts.values()))}
    with transaction.atomic():
        record(
            actor=actor, action="people.exported", subject_kind="customer", subject_id=found.pk,
            customer_key=found.pk, after=after,
        )  # fmt: skip
    return {
        "workspace": ws.settings.name,
        "made_at": timezone.now(),
        "customer_key": found.pk,
        "person": found.told,
        "facts": facts,
        "server": server,
    }


def held(*, customer_keys: Collection[int]) -> dict[str, list[dict[str, Any]]]:
    """What a person allowed and refused, the oldest first."""
    found = Consent.objects.filter(customer_key__in=list(customer_keys)).order_by("at", "id")
    fields = ("purpose", "channel", "state", "at", "source", "recorded_at", "message_id")
    return {"consents": list(found.values(*fields))}


def as_json(found: dict[str, Any]) -> str:
    """As JSON: instants and days in ISO 8601, exact numbers as texts."""
    return json.dumps(found, ensure_ascii=False, indent=2, default=_written)


def _written(value: Any) -> Any:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in an export")


def as_zip(found: dict[str, Any]) -> bytes:
    """A ZIP of ``person.json`` and ``person.html``, which opens by itself, in the user's
    language."""
    tables = [
        {"name": name, "columns": list(rows[0]), "rows": [list(row.values()) for row in rows]}
        for part in ("facts", "server")
        for name, rows in found[part].items()
        if rows
    ]
    page = render_to_string("people/export.html", {"found": found, "tables": tables})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("person.json", as_json(found))
        file.writestr("person.html", page)
    return packed.getvalue()
