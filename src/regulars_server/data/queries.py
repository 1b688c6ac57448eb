"""Reading what the facts are, where they came from, and what changed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

import regulars
from regulars.facts import FACTS
from regulars.facts.reasons import REASONS
from regulars.result import csv_text
from regulars_server.console.language import library_language
from regulars_server.console.workspace import opened
from regulars_server.data.models import Measured
from regulars_server.errors import NotFound

if TYPE_CHECKING:
    from regulars.facts import FactsVersion, ImportReport

MOST_SAMPLED = 20
# Tables that Regulars keeps itself: nothing opens by importing them.
OWN = frozenset(name for name, table in FACTS.items() if table.own)


@dataclass(frozen=True, kw_only=True)
class TableShown:
    """A declared table: what one row says, what it holds, and what needs it."""

    name: str
    meaning: str
    rows: int
    void: int
    first_day: dt.date | None
    last_day: dt.date | None
    sources: list[str]
    bytes: int | None
    opens: list[Opened]

    @property
    def opened(self) -> list[Opened]:
        """Analyses that have no answer without it."""
        return [one for one in self.opens if one.closed]

    @property
    def helped(self) -> list[Opened]:
        """Analyses that say more, or more exactly, with it."""
        return [one for one in self.opens if not one.closed]


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An analysis that reads a table; `closed` where it has no answer without it.

    ``besides`` are further tables that it lacks.
    """

    name: str
    title: str
    closed: bool
    besides: tuple[str, ...]


def tables(found: Measured | None) -> tuple[list[TableShown], list[TableShown]]:
    """What holds anything, and what holds nothing yet, in the order of the declarations."""
    held = {one["table"]: one for one in found.tables} if found else {}
    shown = [_table(name, held.get(name), held) for name in FACTS]
    here = [one for one in shown if one.name in held]
    lacking = [one for one in shown if one.name not in held and one.opens and one.name not in OWN]
    return here, lacking


def _table(name: str, held: Mapping[str, Any] | None, all_held: Mapping[str, Any]) -> TableShown:
    lang = library_language()
    told = held or {}
    return TableShown(
        name=name,
        meaning=FACTS[name].meaning.say(lang),
        rows=told.get("rows", 0),
        void=told.get("void", 0),
        first_day=_day(told.get("first_day")),
        last_day=_day(told.get("last_day")),
        sources=told.get("sources", []),
        bytes=told.get("bytes"),
        opens=[
            Opened(
                name=one.name,
                title=one.title.say(lang),
                closed=name in one.inputs,
                besides=tuple(t for t in one.inputs if t not in all_held and t != name),
            )
            for one in regulars.catalogue()
            if name in one.inputs or (name in one.helps and name != "identities")
        ],
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@dataclass(frozen=True, kw_only=True)
class VersionShown:
    """A facts version: when, by what, and what changed in it."""

    number: int
    recorded_at: dt.datetime | None
    operation: str
    reports: list[ImportReport]
    tables: list[tuple[str, int, int]]
    """Table, its rows now, and how many more they are than in the version before, where known."""


def versions(numbers: list[int]) -> list[VersionShown]:
    """These facts versions, in the order given."""
    if not numbers:
        return []
    lake = opened().lake
    reports: dict[int | None, list[ImportReport]] = {}
    for report in lake.imports():
        reports.setdefault(report.facts_version, []).append(report)
    wanted = {*numbers, *(number - 1 for number in numbers)}
    counted = {
        one.facts_version: {row["table"]: row["rows"] for row in one.tables}
        for one in Measured.objects.filter(facts_version__in=wanted)
    }
    return [_version(lake.version(n), reports.get(n, []), counted) for n in numbers]


def _version(
    version: FactsVersion,
    reports: list[ImportReport],
    counted: Mapping[int | None, Mapping[str, int]],
) -> VersionShown:
    now = counted.get(version.number)
    before = counted.get(version.number - 1, {} if version.number == 1 else None)
    grown = []
    if now is not None and before is not None:
        grown = [
            (table, now.get(table, 0), now.get(table, 0) - before.get(table, 0))
            for table in dict.fromkeys((*now, *before))
            if now.get(table, 0) != before.get(table, 0)
        ]
    return VersionShown(
        number=version.number,
        recorded_at=instant(version.recorded_at),
        operation=version.operation,
        reports=reports,
        tables=grown,
    )


def instant(text: str | None) -> dt.datetime | None:
    """An instant as the lake writes it; without a zone it is UTC."""
    if not text:
        return None
    found = dt.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


OPERATIONS = {
    "import": _("import"),
    "landing": _("events of the inbox"),
    "forget": _("somebody was forgotten"),
    "maintain": _("upkeep"),
}


def imports() -> list[ImportReport]:
    """Imports with rejected rows, the newest first."""
    return [one for one in reversed(opened().lake.imports()) if one.rejected_rows]


def import_of(import_id: str) -> ImportReport:
    """The import of this id; `NotFound` where there is none."""
    ws = opened()
    for one in ws.lake.imports() if ws.settings.lake else []:
        if one.import_id == import_id:
            return one
    raise NotFound


def sample(import_id: str, *, named: bool, code: str = "") -> list[dict[str, Any]]:
    """The first rejected rows of an import; the row itself is for who may see people."""
    found = opened().lake.rejects(import_id, code=code, most=MOST_SAMPLED)
    return [
        {**row, "said": reason(row["code"]), "fields": _fields(row["raw"]) if named else []}
        for row in found
    ]


def rejects_csv(import_id: str, heads: Sequence[str]) -> Iterator[str]:
    """Every rejected row as CSV, part by part, with its reason in the reader's language."""
    # What is sent later is written without the request, and so without its language.
    said = {code: reason(code) for code in REASONS}
    return _csv(import_id, heads, said)


def _csv(import_id: str, heads: Sequence[str], said: Mapping[str, str]) -> Iterator[str]:
    yield csv_text(heads, [])
    for some in opened().lake.rejects_by_parts(import_id):
        rows = [
            [r["file"], r["line"], r["column"], said.get(r["code"], r["code"]), r["raw"]]
            for r in some
        ]
        yield csv_text(heads, rows).partition("\n")[2]


def _fields(raw: str | None) -> list[tuple[str, Any]]:
    """The columns of a rejected row; a line that broke has none and stands as it is."""
    if raw is None:
        return []
    try:
        found = json.loads(raw)
    except ValueError:
        found = None
    return list(found.items()) if isinstance(found, dict) else [("", raw)]


def trend() -> Iterator[Measured]:
    """What was measured with its quality, oldest first."""
    yield from Measured.objects.exclude(quality=[]).order_by("facts_version", "measured_at")


def rejected() -> dict[int | None, tuple[int, int]]:
    """Of each facts version the rejected and the read rows of the imports that made it."""
    ws = opened()
    found: dict[int | None, tuple[int, int]] = {}
    for report in ws.lake.imports() if ws.settings.lake else []:
        lost, read = found.get(report.facts_version, (0, 0))
        found[report.facts_version] = (lost + report.rejected_rows, read + report.read)
    return found


def reason(code: str) -> str:
    """Why a row was not taken, in words."""
    return REASONS[code].say(library_language()) if code in REASONS else code
