"""From a look at a file to a form, and from the form to the library's mapping."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from regulars_server.errors import Invalid

if TYPE_CHECKING:
    from regulars.facts import ColumnMapping, Preview
    from regulars_server.imports.models import Import

SAMPLE_ROWS = 5
LONGEST_SHOWN = 80
JOINT = "\x1f"  # between the columns that fill one field together
READING = ("encoding", "delimiter", "sheet", "header_row")


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What the form says: field to column, and how values are written."""

    columns: Mapping[str, str] = field(default_factory=dict)
    day_order: str = "auto"
    decimal_mark: str = "."
    zone: str = ""


def kept_look(found: Preview, saved: ColumnMapping | None) -> dict[str, Any]:
    """What is kept of a look, as JSON: the mapping to begin with and the first rows."""
    start = begun(found, saved)
    sample = {
        name: [_shown(value) for value in list(found.sample.get(name, ()))[:SAMPLE_ROWS]]
        for name in found.header
    }
    return {
        "mapping": start.to_dict(),
        "guess": found.mapping.to_dict(),
        "unsure": list(start.unsure),
        "saved": saved is not None and start is not found.mapping,
        "new": _new(found, start),
        "header": list(found.header),
        "sample": sample,
    }


def begun(found: Preview, saved: ColumnMapping | None) -> ColumnMapping:
    """The mapping saved for this source where the file has its columns, else the guess."""
    if saved is None:
        return found.mapping
    present = set(found.header)
    wanted = {c for one in saved.columns.values() for c in _parts(one)}
    if not wanted <= present:
        return found.mapping
    opened = {name: getattr(found.mapping, name) for name in READING}
    # A column that the saved mapping does not know, and the guess does, is asked about.
    columns, sure = dict(saved.columns), dict.fromkeys(saved.columns, 1.0)
    taken = wanted | set(saved.left_out)
    for name, column in found.mapping.columns.items():
        if name not in columns and not taken & set(_parts(column)):
            columns[name], sure[name] = column, 0.0
    return replace(saved, columns=columns, sure=sure, **opened)


def _new(found: Preview, start: ColumnMapping) -> list[str]:
    """Columns of the file that nothing is taken from."""
    used = {c for one in start.columns.values() for c in _parts(one)}
    return [name for name in found.header if name not in used]


def made(found: Import, chosen: Chosen) -> dict[str, Any]:
    """The mapping as the form says, checked, as the library keeps it.

    Raises
    ------
    ParameterError, FactsError : the library cannot read a file so; in words.
    """
    from regulars.facts import ColumnMapping

    look = found.look or {}
    header: list[str] = look["header"]
    start = ColumnMapping.from_dict(found.fact, found.source, look["mapping"])
    columns = {
        name: tuple(parts) if len(parts := column.split(JOINT)) > 1 else column
        for name, column in chosen.columns.items()
        if column
    }
    used = {c for one in columns.values() for c in _parts(one)}
    guessed = ColumnMapping.from_dict(found.fact, found.source, look["guess"])
    known = {c for one in (guessed, start) for cols in one.columns.values() for c in _parts(cols)}
    left_out = [name for name in header if name in known | set(start.left_out) and name not in used]
    mapping = replace(
        start,
        columns=columns,
        sure={},
        left_out=tuple(left_out),
        unused=tuple(name for name in header if name not in used),
        day_order=chosen.day_order,
        decimal_mark=chosen.decimal_mark,
        zone=_zone(chosen.zone),
        kept=False,
    )
    mapping.check_words()
    mapping.check_columns(header)
    mapping.check_required(header, void=False)
    return mapping.to_dict()


def _zone(given: str) -> str | None:
    if given and given not in available_timezones():
        raise Invalid(fields={"zone": _("No such time zone; e.g. Europe/Berlin.")})
    return given or None


def checked_reading(given: Mapping[str, Any]) -> dict[str, Any]:
    """How a file is to be opened, without what is left to be found out."""
    found = {name: given[name] for name in READING if given.get(name) not in (None, "")}
    encoding = found.get("encoding")
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except (LookupError, ValueError):
            raise Invalid(
                fields={"encoding": _("No such encoding; e.g. utf-8, gb18030.")}
            ) from None
    if len(str(found.get("delimiter", ","))) != 1:
        raise Invalid(fields={"delimiter": _("One character.")})
    return found


def _parts(column: str | Sequence[str]) -> tuple[str, ...]:
    return (column,) if isinstance(column, str) else tuple(column)


def _shown(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A field of the table as the form shows it; ``main`` ones stand first, others are folded."""

    name: str
    meaning: str
    required: bool
    main: bool
    column: str
    unsure: bool
    sample: Sequence[str]


def rows(found: Import, lang: Any, columns: Mapping[str, str] | None = None) -> list[Row]:
    """Every field with the column it is taken from; those that are filled or needed first."""
    from regulars.facts import fact_table, file_fields
    from regulars.facts.mapping import can_be_made

    look = found.look or {}
    if columns is None:
        columns = {
            name: JOINT.join(_parts(column))
            for name, column in look["mapping"].get("columns", {}).items()
        }
    table = fact_table(found.fact)
    fields = file_fields(table)
    filled = {fields[name].target for name, column in columns.items() if column and name in fields}
    own = {
        "customer_id": _("The customer's id in that system."),
        "customer_source": _("The system of the id, where one file mixes several."),
    }
    made = []
    for name, one in fields.items():
        column = columns.get(name, "")
        first = column.split(JOINT)[0]
        asked = one.target == one.column.name and name == _usual_name(one.target)
        required = asked and one.column.required and not can_be_made(table, one.target, filled)
        made.append(
            Row(
                name=name,
                meaning=own.get(name) or one.column.meaning.say(lang),
                required=required,
                main=bool(column) or required or (asked and one.target in table.key),
                column=column,
                unsure=name in look["unsure"],
                sample=[text for text in look["sample"].get(first, ()) if text][:3],
            )
        )
    return sorted(made, key=lambda row: not row.main)


def _usual_name(target: str) -> str:
    """Under which name a column that a table needs is asked for."""
    return "customer_id" if target == "customer_key" else target.removesuffix("_minor")
