"""From the attributes of a record, as JSON text, to one row an attribute.

Engines write JSON differently, so none of them reads it here: the distinct texts, of which there
are few, go through Python once, and customers are joined to them by the text.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from regulars.declare import Column, Text
from regulars.steps.step import Derived, Step

# What the records themselves declare: an attribute of such a name in the JSON is another thing.
DECLARED = ("kind", "industry", "region", "source", "household", "age_band")
BANDS = 5
# A number with more values than this is put into bands.
FEW = 10

TEXTS = Step(
    name="attribute_texts",
    one_row="one distinct text of attributes",
    key=("attributes",),
    sql="""
        select attributes, count(*) as records
        from customers
        where status = 'live' and attributes is not null
        group by attributes
    """,
)


def told(text: str) -> Iterator[tuple[str, Any]]:
    """The attributes of one text that have a plain value; damaged text has none."""
    try:
        read = json.loads(text)
    except ValueError:
        return
    if not isinstance(read, dict):
        return
    for name, value in read.items():
        if isinstance(value, str):
            value = value.strip()
        if value is None or value == "" or isinstance(value, dict | list):
            continue
        yield (f"attributes.{name}" if name in DECLARED else name), value


def bands(records: Mapping[float, int]) -> dict[float, str]:
    """Number → band: five of about as many records; equal numbers share one.

    Band = floor(5 · (records strictly lower) / n), named by the lowest and highest number in it.
    """
    whole, lower = sum(records.values()), 0
    places: dict[int, list[float]] = {}
    for value in sorted(records):
        places.setdefault(BANDS * lower // whole, []).append(value)
        lower += records[value]
    named: dict[float, str] = {}
    for held in places.values():
        low, high = f"{held[0]:.10g}", f"{held[-1]:.10g}"
        named |= dict.fromkeys(held, low if low == high else f"{low}–{high}")
    return named


def explode(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """One row a text and attribute, numbers with many values in bands."""
    rows: list[tuple[str, str, Any]] = []
    counted: dict[str, Counter[Any]] = {}
    for text, records in zip(arrays["attributes"], arrays["records"], strict=True):
        for name, value in told(str(text)):
            rows.append((str(text), name, value))
            counted.setdefault(name, Counter())[value] += int(records)
    named = {name: _names(found) for name, found in counted.items()}
    shown = [(text, name, named[name].get(value, _plain(value))) for text, name, value in rows]
    return {
        column: np.array([row[place] for row in shown], dtype=object)
        for place, column in enumerate(("attributes", "attribute", "value"))
    }


def _names(found: Mapping[Any, int]) -> dict[Any, str]:
    """Bands, where the values are numbers throughout and more than a few."""
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in found)
    return bands(found) if numbers and len(found) > FEW else {}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _text(name: str, en: str, zh: str) -> Column:
    return Column(name=name, type="VARCHAR", meaning=Text(en, zh))


VALUES = Derived(
    name="attribute_values",
    one_row="one attribute of one distinct text",
    key=("attributes", "attribute"),
    reads="attribute_texts",
    columns=(
        _text("attributes", "The text.", "属性原文。"),
        _text("attribute", "Name of the attribute.", "属性名称。"),
        _text("value", "Its value, or the band of it.", "属性取值或所属区间。"),
    ),
    apply=explode,
)
