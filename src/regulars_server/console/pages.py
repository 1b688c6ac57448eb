"""A page of a list."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

ROWS = 50
M = TypeVar("M", bound=Model)


def page_of(request: HttpRequest, found: QuerySet[M], *, rows: int = ROWS) -> Page[Any]:
    """The page that ``?page=`` asks for; the nearest where there is none of that number."""
    return Paginator(found, rows).get_page(request.GET.get("page"))
