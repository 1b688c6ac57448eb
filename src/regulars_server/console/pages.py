"""A page of a list."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

ROWS = 50
# Eighteen nines: the longest digits that every database counts with.
MOST = 10**18 - 1
M = TypeVar("M", bound=Model)


def number_of(text: str, *, least: int = 0, most: int = MOST) -> int | None:
    """The whole number that a text of an address is; None where it is none, or out of bounds.

    Other scripts' digits, and more of them than the database counts with, are none.
    """
    if not text.isascii() or not text.isdigit() or len(text) > len(str(MOST)):
        return None
    found = int(text)
    return found if least <= found <= most else None


def page_of(request: HttpRequest, found: QuerySet[M], *, rows: int = ROWS) -> Page[Any]:
    """The page that ``?page=`` asks for; the nearest where there is none of that number."""
    return Paginator(found, rows).get_page(request.GET.get("page"))
