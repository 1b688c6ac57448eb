"""A page of a list."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

ROWS = 50
M = TypeVar("M", bound=Model)


def number_of(text: str) -> int | None:
    """The whole number that a text of an address is; None where it is none.

    Other scripts' digits, and more of them than the database counts with, are none.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def page_of(request: HttpRequest, found: QuerySet[M], *, rows: int = ROWS) -> Page[Any]:
    """The page that ``?page=`` asks for; the nearest where there is none of that number."""
    return Paginator(found, rows).get_page(request.GET.get("page"))
