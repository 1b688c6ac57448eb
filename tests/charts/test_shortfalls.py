"""The words over the first row's two points never stand in one another."""

from __future__ import annotations

import pytest

from regulars.charts import NARROW, WIDE, Canvas, Numbers
from regulars.charts.shortfalls import shortfalls


@pytest.mark.parametrize(
    ("made", "width", "between"), [(22, WIDE, True), (22, NARROW, False), (43, WIDE, False)]
)
def test_the_key_stands_between_the_points_where_there_is_room(
    made: float, width: int, between: bool
) -> None:
    canvas = Canvas(numbers=Numbers(lang="en", currency="USD", exponent=2), width=width)
    row = {"name": "591", "expected": 44.2, "made": made, "value": "$4,940"}
    spec = shortfalls([row, {**row, "name": "2", "expected": 81.0}], canvas)
    sides = {
        entry["data"]["values"][0]["word"]: entry["mark"]["align"]
        for entry in spec["layer"]
        if "word" in entry.get("data", {}).get("values", [{}])[0]
    }
    inward = {"made": "left", "expected": "right"}
    assert sides == (inward if between else {"made": "right", "expected": "left"})
