"""The page that compares two audiences."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from regulars_server.audiences import comparing, drawn, queries
from regulars_server.audiences.catalogue import Catalogue, newest
from regulars_server.audiences.models import Audience
from regulars_server.audiences.reading import saved
from regulars_server.web.access import needs


@needs("audiences.read")
@require_safe
def overlap(request: HttpRequest) -> HttpResponse:
    """Two saved audiences: who is in both, and what chance would give."""
    of = newest()
    if of is None:
        return render(request, "audiences/without.html")
    every = list(queries.audiences())
    chosen = [_chosen(every, request.GET.get(name, "")) for name in ("first", "second")]
    values: dict[str, Any] = {"every": every, "first": chosen[0], "second": chosen[1], "of": of}
    first, second = chosen
    if first is not None and second is not None and first != second:
        values |= _compared(of, first, second)
    return render(request, "audiences/overlap.html", values)


def _chosen(every: list[Audience], given: str) -> Audience | None:
    return next((one for one in every if str(one.pk) == given), None)


def _compared(of: Catalogue, first: Audience, second: Audience) -> dict[str, Any]:
    reads = [saved(one.condition, one.columns, of) for one in (first, second)]
    a, b = reads[0].condition, reads[1].condition
    if a is None or b is None:
        return {"lacking": sorted({*reads[0].lacking, *reads[1].lacking})}
    found = comparing.compare(of, a, b)
    return drawn.overlap(found, comparing.parts_of(a, b), first.name, second.name, of)
