"""Forms of the overview in the API."""

from __future__ import annotations

import datetime as dt

from ninja import Field, Schema
from pydantic import ConfigDict


class OverviewFigure(Schema):
    """A figure as it is said, rounded, with its exact value."""

    label: str
    value: str
    exact: str | None
    beside: str | None


class OverviewCustomers(Schema):
    """The customers behind something: rows of an analysis, or a condition over a snapshot."""

    analysis: str = Field(description="Ask `GET /analyses/{analysis}` with `parameters`.")
    parameters: dict[str, str]
    where: dict[str, str] = Field(
        description="Columns of its rows, and the value of each; of codes several, as `up|down`."
    )
    condition: str = Field(description="The same over the columns of a snapshot, if it can be.")


class OverviewItem(Schema):
    """Something to look at: what, its money, how sure it is, and who."""

    text: str
    money: str
    sure: str
    customers: OverviewCustomers


class Overview(Schema):
    """What moved and what to look at, in the language of `Accept-Language`."""

    title: str
    sentences: list[str]
    as_of: dt.date | None
    facts_version: int | None
    figures: list[OverviewFigure]
    attention: list[OverviewItem] = Field(description="Most money first; items overlap.")

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "title": "Revenue rose 6% (+$46.8k)",
                "sentences": ["From $780k to $827k."],
                "as_of": "1998-07-01", "facts_version": 1,
                "figures": [
                    {"label": "Revenue", "value": "$827k", "exact": "$826,912.40",
                     "beside": "+6% on the period before"}
                ],
                "attention": [
                    {
                        "text": "41 core customers did not order again", "money": "$12.1k",
                        "sure": "Not beyond usual turnover.",
                        "customers": {
                            "analysis": "bridge_customers",
                            "parameters": {"as_of": "1998-07-01"},
                            "where": {"tier": "core", "term": "lost"}, "condition": "",
                        },
                    }
                ],
            }
        }
    )  # fmt: skip
