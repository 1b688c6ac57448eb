"""The analyses as they are declared, for whoever wants to know what can be asked."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import regulars
from regulars.result import plain
from regulars_server.errors import NotFound

if TYPE_CHECKING:
    from regulars.declare import Column, Parameter, Text


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Every analysis by its name, in the order in which a newcomer would ask."""
    return {one.name: _analysis(one) for one in regulars.catalogue()}


def declared(name: str) -> dict[str, Any]:
    """One of them; `NotFound` where there is none of this name."""
    if name not in catalogue():
        raise NotFound
    return catalogue()[name]


def _analysis(one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": both(one.title),
        "question": both(one.question),
        "one_row": both(one.rows),
        "grain": one.grain,
        "needs": list(one.inputs),
        "uses": list(one.helps),
        "parameters": [_parameter(parameter) for parameter in one.parameters],
        "columns": [_column(column) for column in one.columns],
        "figures": [_column(column) for column in one.figures],
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    return {
        "name": one.name, "kind": one.kind, "meaning": both(one.meaning), "unit": one.unit,
        "default": plain(one.default), "required": one.required, "choices": list(one.choices),
        "minimum": one.minimum, "maximum": one.maximum,
    }  # fmt: skip


def _column(one: Column) -> dict[str, Any]:
    return {
        "name": one.name, "type": one.type, "unit": one.unit, "meaning": both(one.meaning),
        "personal": one.personal,
    }  # fmt: skip


def both(text: Text) -> dict[str, str]:
    """A text in both languages."""
    return {"en": text.en, "zh": text.zh}
