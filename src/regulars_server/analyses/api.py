"""Analyses in the API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from ninja import Path, Query, Router

from regulars_server.analyses import pages, schemas
from regulars_server.analyses.asking import DESK, Question, Working
from regulars_server.analyses.catalogue import catalogue, declared
from regulars_server.api.auth import needs
from regulars_server.errors import NotAllowed

router = Router()
# What is no parameter of an analysis.
OURS = ("by", "customer", "columns", "limit", "cursor", "format")
CSV = "text/csv"
FREE = {
    "name": "parameters", "in": "query", "required": False, "style": "form", "explode": True,
    "description": "Parameters of the analysis by their names, see `GET /analyses`. Days as"
    " `2026-11-22`, periods as `FROM..TO`, whose last day does not count.",
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    "example": {"window_days": "365"},
}  # fmt: skip


@router.get(
    "/analyses", auth=needs("analyses.read"), response=schemas.Catalogue, summary="Analyses"
)
def list_analyses(request):  # type: ignore[no-untyped-def]
    """Every question that can be asked by its name, with its parameters and columns."""
    return {"items": list(catalogue().values())}


@router.get(
    "/analyses/{name}",
    auth=needs("analyses.read"),
    response={200: schemas.Answer, 202: schemas.Working},
    summary="Ask an analysis",
    openapi_extra={
        "parameters": [FREE],
        "responses": {
            200: {"content": {CSV: {"schema": {"type": "string"}, "example": "customer_key\n7\n"}}}
        },
    },
)
def ask_analysis(  # type: ignore[no-untyped-def]
    request,
    name: Annotated[str, Path(max_length=60, example="groups")],
    by: Annotated[
        str | None,
        Query(max_length=60, description="Answer once for each store, channel, … or year."),
    ] = None,
    customer: Annotated[
        str | None,
        Query(max_length=200, description="One customer's row, by an id; needs `people.read`."),
    ] = None,
    columns: Annotated[
        str, Query(max_length=2000, description="These alone, with commas between.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=1000, description="Rows of a page.")] = 100,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    format: Annotated[  # its name in the address
        Literal["", "json", "csv"],
        Query(description="`csv`: every row, not a page; so does `Accept: text/csv`."),
    ] = "",
) -> Any:
    """A page of the rows, and what is said beside them, of the newest facts.

    200 with the answer. 202 while it is worked out: ask again at `Location` after `Retry-After`
    seconds. 409: the answer that the cursor is of is kept no more.
    """
    declared(name)
    named = request.user.may("people.read")
    if customer is not None and not named:
        raise NotAllowed
    given = {key: text for key, text in request.GET.items() if key not in OURS}
    question = Question(name=name, parameters=given, by=by or None, customer=customer or None)
    if cursor:
        answer, after = pages.at(cursor, question=question.key)
    else:
        found, after = DESK.ask(question, user_id=request.user.pk), 0
        if isinstance(found, Working):
            return _later(request, found)
        answer = found
    chosen = [one.strip() for one in columns.split(",")] if columns else []
    shown = pages.columns(answer, named=named, chosen=chosen)
    if _wants_csv(request, format):
        return _file(name, pages.csv(answer, shown))
    return pages.page(answer, shown, after=after, most=limit)


def _later(request: HttpRequest, found: Working) -> HttpResponse:
    response = schemas.later(found.seconds)
    response["Location"] = request.get_full_path()
    return response


def _wants_csv(request: HttpRequest, form: str) -> bool:
    if form:
        return form == "csv"
    return request.get_preferred_type(["application/json", CSV]) == CSV


def _file(name: str, parts: Any) -> HttpResponseBase:
    response = StreamingHttpResponse(parts, content_type=f"{CSV}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
