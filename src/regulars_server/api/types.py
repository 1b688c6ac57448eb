"""Inputs that many operations have, with the limits of what the database can hold."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Path, Query

BIGGEST = 2**63 - 1
Id = Annotated[int, Path(ge=1, le=BIGGEST, example=7)]
CustomerKey = Annotated[
    int, Path(ge=1, le=BIGGEST, example=7, description="Of any of the customer's records.")
]
# In a body, and in an answer.
Key = Annotated[int, Field(ge=1, le=BIGGEST)]
Version = Annotated[
    int,
    Field(ge=1, le=2**31 - 1, description="The version that the change was decided on."),
]
Rows = Annotated[int, Query(ge=1, le=200, description="Rows of a page.", example=50)]
