"""Forms of the server's own answers."""

from __future__ import annotations

from ninja import Schema
from pydantic import ConfigDict


class Me(Schema):
    """Who calls."""

    email: str
    name: str
    role: str
    permissions: list[str]

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "email": "wei@example.com",
                "name": "王伟",
                "role": "analyst",
                "permissions": ["home.read"],
            }
        }
    )
