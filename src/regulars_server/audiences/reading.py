"""A condition as it is typed or saved, over a snapshot: what it lacks there, and what it says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regulars.charts import Numbers
from regulars.conditions import Condition, Field, Fields, Kind, Refused, columns_of, parse, say
from regulars.conditions.tokens import LONGEST
from regulars_server.audiences.catalogue import Catalogue
from regulars_server.console.language import library_language
from regulars_server.console.workspace import opened
from regulars_server.errors import Invalid


@dataclass(frozen=True)
class Read:
    """A saved condition over one snapshot; `condition` is None where it lacks columns there."""

    condition: Condition | None
    lacking: tuple[str, ...] = ()


def read(text: str, of: Catalogue) -> Condition:
    """A typed condition.

    Raises
    ------
    Invalid : it is refused, said with its place.
    """
    try:
        return parse(text, of.fields)
    except Refused as refused:
        raise Invalid(fields={"condition": told(refused)}) from None


def told(refused: Refused) -> str:
    """Why and where, in the reader's language."""
    said = refused.say(library_language())
    place = {"line": refused.line, "column": refused.column, "said": said}
    return _("Line %(line)s, column %(column)s: %(said)s") % place


def saved(text: str, columns: Mapping[str, str], of: Catalogue) -> Read:
    """A saved condition: its columns are those of when it was saved."""
    lacking = tuple(
        name
        for name, kind in columns.items()
        if name not in of.fields or of.fields[name].kind != kind
    )
    return Read(None if lacking else parse(text, of.fields), lacking)


def kinds(condition: Condition, fields: Fields) -> dict[str, str]:
    """The columns that a condition names, with their kinds, to be saved with it."""
    return {name: fields[name].kind.value for name in columns_of(condition)}


def fields_of_saved(columns: Mapping[str, str], of: Catalogue | None) -> dict[str, Field]:
    """The fields that a saved condition is read by, whatever the newest snapshot has."""
    present = of.fields if of is not None else {}
    known = {
        name: present[name]
        if name in present and present[name].kind == kind
        else Field(name, Kind(kind))
        for name, kind in columns.items()
    }
    return {**present, **known}


def in_words(condition: Condition, fields: Fields) -> str:
    """The condition in the reader's language, money as the workspace writes it."""
    numbers = numbers_of()

    def shown(value: float, unit: str | None) -> str:
        if unit == "minor":
            return str(numbers.money(value))
        if unit == "share":
            return str(numbers.share(value))
        whole = float(value).is_integer()
        return str(numbers.count(value) if whole else numbers.number(value))

    return say(condition, fields, library_language(), shown)


def numbers_of() -> Numbers:
    """How this workspace's numbers are written in the reader's language."""
    s = opened().settings
    return Numbers(lang=library_language(), currency=s.currency, exponent=s.exponent)


def digest(condition: str) -> str:
    """Names a condition."""
    return hashlib.sha256(condition.encode()).hexdigest()[:40]


__all__ = [
    "LONGEST",
    "Read",
    "digest",
    "fields_of_saved",
    "in_words",
    "kinds",
    "numbers_of",
    "read",
    "saved",
    "told",
]
