"""An answer page by page, with ids for whoever may see them."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from django.utils.translation import gettext as _

from regulars.result import csv_text, plain
from regulars_server.analyses import kept
from regulars_server.analyses.kept import Answer
from regulars_server.errors import Conflict, Invalid, NotAllowed
from regulars_server.people.models import Person

ID = "external_id"
KEY = "customer_key"
CSV_ROWS = 5000
ID_COLUMN: dict[str, Any] = {
    "name": ID, "type": "VARCHAR", "unit": None, "personal": True,
    "meaning": {"en": "The customer's id in the source system.", "zh": "客户在来源系统中的编号。"},
}  # fmt: skip


class Readable(Protocol):
    """An answer, or part of one."""

    @property
    def columns(self) -> list[dict[str, Any]]: ...

    def rows(self, names: Sequence[str], *, after: int, most: int) -> list[tuple[Any, ...]]: ...

    def batches(self, names: Sequence[str], *, most: int) -> Iterator[list[tuple[Any, ...]]]: ...


def columns(answer: Readable, *, named: bool, chosen: Sequence[str]) -> list[dict[str, Any]]:
    """The columns to be given, in order.

    Parameters
    ----------
    named : who asks may see what names people.
    chosen : these alone; all where none is named.

    Raises
    ------
    Invalid : the answer has no such column. NotAllowed : it names people.
    """
    known = {column["name"]: column for column in answer.columns}
    if KEY in known and ID not in known:
        known = {KEY: known.pop(KEY), ID: ID_COLUMN, **known}
    hidden = {name for name, column in known.items() if column["personal"] and not named}
    if set(chosen) & hidden:
        raise NotAllowed
    unknown = [name for name in chosen if name not in known]
    if unknown or len(set(chosen)) < len(chosen):
        listed = ", ".join(name for name in known if name not in hidden)
        raise Invalid(fields={"columns": _("Name each once, among: %(known)s") % {"known": listed}})
    return [known[name] for name in chosen or known if name not in hidden]


def rows(
    answer: Readable, shown: Sequence[dict[str, Any]], *, after: int, most: int
) -> list[tuple[Any, ...]]:
    """So many rows of these columns, after the first so many."""
    stored = _stored(answer, shown)
    return _with_ids(answer.rows(stored, after=after, most=most), stored, shown)


def _stored(answer: Readable, shown: Sequence[dict[str, Any]]) -> list[str]:
    """The columns to be read for these: an id that is not kept is joined by the key."""
    names = [column["name"] for column in shown]
    kept_ones = {column["name"] for column in answer.columns}
    stored = [name for name in names if name in kept_ones]
    if ID in names and ID not in stored and KEY not in stored:
        stored.append(KEY)
    return stored or [answer.columns[0]["name"]]


def _with_ids(
    found: list[tuple[Any, ...]], stored: Sequence[str], shown: Sequence[dict[str, Any]]
) -> list[tuple[Any, ...]]:
    names = [column["name"] for column in shown]
    if ID not in names or ID in stored:
        return found
    key = stored.index(KEY)
    ids = ids_of([row[key] for row in found])
    return [
        tuple(ids.get(row[key]) if n == ID else row[stored.index(n)] for n in names)
        for row in found
    ]


def ids_of(keys: Sequence[int]) -> dict[int, str]:
    """Of each customer the first of their ids in alphabetical order, as the library has it."""
    return {
        key: min(one["external_id"] for one in person.told["ids"])
        for key, person in Person.objects.in_bulk(list(keys)).items()
    }


def csv(answer: Readable, shown: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Every row as CSV, part by part; what a spreadsheet would run is made harmless.

    They are found and put in order once: page by page, a large answer would be sorted for each.
    """
    names, stored = [column["name"] for column in shown], _stored(answer, shown)
    yield csv_text(names, [])
    for found in answer.batches(stored, most=CSV_ROWS):
        yield csv_text(names, _with_ids(found, stored, shown)).partition("\n")[2]


def cursor(answer: Answer, after: int) -> str:
    """Where the next page of this very answer begins."""
    place = json.dumps([answer.folder.name, answer.id, after])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def at(text: str, *, question: str) -> tuple[Answer, int]:
    """The answer that a cursor is of, and the rows before its page.

    Raises
    ------
    Invalid : it is of another question. Conflict : its answer is kept no more.
    """
    try:
        name, number, after = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not re.fullmatch("[0-9a-f]{40}", name) or not 0 <= int(after) < 2**62:
            raise ValueError(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise Invalid(fields={"cursor": _("This is no place in a list.")}) from error
    found = kept.find(name, lasting=True)
    if found is None or found.id != number:
        raise Conflict(_("This answer is kept no more. Ask again without a cursor."))
    if found.told["question"] != question:
        raise Invalid(fields={"cursor": _("This is no place in a list.")})
    return found, int(after)


def page(
    answer: Answer, shown: Sequence[dict[str, Any]], *, after: int, most: int
) -> dict[str, Any]:
    """A page as the API gives it."""
    told, names = answer.told, [column["name"] for column in shown]
    found = rows(answer, shown, after=after, most=most)
    end = after + len(found)
    return {
        **{name: told[name] for name in _SAME},
        "computed_at": dt.datetime.fromtimestamp(told["computed_at"], dt.UTC),
        "population": {
            "customers": customers_of(told), "grain": told["grain"], "one_row": told["one_row"],
            "rows": told["rows"], "complete": told["complete"],
        },
        "columns": shown,
        "rows": [dict(zip(names, plain(row), strict=True)) for row in found],
        "next_cursor": cursor(answer, end) if end < told["rows"] else None,
    }  # fmt: skip


_SAME = ("name", "parameters", "as_of", "facts_version", "currency", "exponent", "zone", "figures",
         "notes")  # fmt: skip


def customers_of(told: Any) -> int | None:
    if told["grain"] == "customer":
        return int(told["rows"]) if told["complete"] else None
    figures = {one["name"]: one["value"] for one in told["figures"]}
    found = figures.get("customers", figures.get("customers_total"))
    # Of a cut, figures stand under its values, and a store can be called anything.
    return int(found) if isinstance(found, int | float) else None
