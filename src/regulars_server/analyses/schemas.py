"""Forms of analyses and their answers in the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from ninja import Field, Schema
from pydantic import ConfigDict
from pydantic.config import JsonDict

from regulars_server.analyses.asking import AGAIN_SECONDS


class Both(Schema):
    """A text in both languages."""

    en: str
    zh: str


class Parameter(Schema):
    """A parameter. A default of null is worked out and said in the answer."""

    name: str
    kind: str
    meaning: Both
    unit: str | None
    default: Any
    required: bool
    choices: list[str]
    minimum: float | None
    maximum: float | None


class Column(Schema):
    """A column. `minor` are minor units of the workspace's currency; `share` lies in 0..1."""

    name: str
    type: str | None = None
    unit: str | None = None
    meaning: Both | None = None
    personal: bool = Field(False, description="Only with `people.read`.")


CUSTOMER_GROUP: JsonDict = {
    "name": "customer_group", "type": "VARCHAR", "unit": None, "personal": False,
    "meaning": {"en": "Group of the customer.", "zh": "客户所在的组。"},
}  # fmt: skip
CUSTOMERS: JsonDict = {
    "name": "customers", "type": "BIGINT", "unit": "customers", "personal": False,
    "meaning": {"en": "Number of customers.", "zh": "客户数。"},
}  # fmt: skip


class Declared(Schema):
    """An analysis: what it answers, what it can be asked, what one row is."""

    name: str
    title: Both
    question: Both
    one_row: Both
    grain: str = Field(description="`customer`: a row a customer; `table`: a small table.")
    needs: list[str] = Field(description="Tables of facts without which there is no answer.")
    uses: list[str] = Field(description="Tables of facts that are used where they are.")
    parameters: list[Parameter]
    columns: list[Column]
    figures: list[Column]


class Catalogue(Schema):
    """Every analysis, in the order in which a newcomer would ask."""

    items: list[Declared]

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "name": "groups",
                        "title": {"en": "Customer groups", "zh": "客户分组"},
                        "question": {"en": "Who carries the revenue?", "zh": "收入由谁带来？"},
                        "one_row": {"en": "One group.", "zh": "每行一组。"},
                        "grain": "table", "needs": ["orders"], "uses": [],
                        "parameters": [
                            {
                                "name": "window_days", "kind": "integer", "unit": "days",
                                "meaning": {"en": "Length of the window.", "zh": "时间窗长度。"},
                                "default": 365, "required": False, "choices": [],
                                "minimum": 1, "maximum": 36500,
                            }
                        ],
                        "columns": [CUSTOMER_GROUP, CUSTOMERS],
                        "figures": [CUSTOMERS],
                    }
                ]
            }
        }
    )  # fmt: skip


class Figure(Column):
    """A named figure of an answer."""

    value: Any


class Note(Schema):
    """Something that the reader must know; `code` stays the same."""

    code: str
    text: Both


class Population(Schema):
    """Whom the answer is about."""

    customers: int | None = Field(description="How many, where the analysis says it.")
    grain: str
    one_row: Both
    rows: int = Field(description="Of the whole answer, over all pages.")
    complete: bool = Field(description="False: there are more rows than the server keeps.")


class Answer(Schema):
    """A page of an answer, with all that is said beside the table."""

    name: str
    parameters: dict[str, Any] = Field(description="As used, defaults included.")
    as_of: dt.date | None
    facts_version: int | None
    computed_at: dt.datetime
    currency: str
    exponent: int = Field(description="Minor units are 10 to this power of one unit.")
    zone: str
    population: Population
    columns: list[Column]
    rows: list[dict[str, Any]]
    figures: list[Figure]
    notes: list[Note]
    next_cursor: str | None

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "groups",
                "parameters": {"as_of": "1998-07-01", "window_days": 365},
                "as_of": "1998-07-01", "facts_version": 1,
                "computed_at": "2026-03-01T08:30:00Z", "currency": "USD", "exponent": 2,
                "zone": "UTC",
                "population": {
                    "customers": 2357, "grain": "table", "rows": 5, "complete": True,
                    "one_row": {"en": "One group.", "zh": "每行一组。"},
                },
                "columns": [CUSTOMER_GROUP, CUSTOMERS],
                "rows": [{"customer_group": "A", "customers": 612}],
                "figures": [{**CUSTOMERS, "value": 2357}],
                "notes": [], "next_cursor": None,
            }
        }
    )  # fmt: skip


class Working(Schema):
    """The answer is being worked out: ask again, at the same address."""

    state: str
    seconds: float = Field(description="Since it was begun.")
    again_in: int = Field(description="Seconds after which to ask again; also in `Retry-After`.")

    model_config = ConfigDict(
        json_schema_extra={"example": {"state": "working", "seconds": 10.2, "again_in": 2}}
    )


def later(seconds: float) -> HttpResponse:
    """202: it is being worked out, for so many seconds so far."""
    body = Working(state="working", seconds=round(seconds, 1), again_in=AGAIN_SECONDS)
    response = HttpResponse(body.model_dump_json(), status=202, content_type="application/json")
    response["Retry-After"] = str(AGAIN_SECONDS)
    return response
