"""Pictures of plans: every text inside its picture, no label upon another, long names and short."""

from __future__ import annotations

from itertools import combinations
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from charts.test_pictures import texts
from regulars import charts
from regulars.charts import NARROW, WIDE, Canvas, Numbers, Spec
from regulars.charts.measure import text_width
from regulars.plans import EXAMPLES, example

vl_convert = pytest.importorskip("vl_convert")


def inside(spec: Spec, width: int) -> None:
    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    height = float(ET.fromstring(svg).get("height") or 0)
    assert ET.fromstring(svg).get("width") == str(width)
    for text, x, y, anchor, size in texts(svg):
        room = text_width(text, size) * 0.97
        start = x - {"start": 0.0, "middle": room / 2, "end": room}[anchor]
        assert start >= -1, (text, start)
        assert start + room <= width + 1, (text, start + room)
        assert 0 < y <= height, (text, y)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_text_stays_inside_even_in_a_wide_font(name: str, lang: Any) -> None:
    plan = example(name)
    answers = [plan.answer(lang)]
    if getattr(plan, "scenarios", None):
        answers.append(plan.comparison(lang))
    for answer in answers:
        for section in answer.sections:
            for block in section.blocks:
                if block.picture is not None:
                    inside(block.picture.wide, WIDE)
                    inside(block.picture.narrow, NARROW)


def canvas(width: int = WIDE, lang: Any = "en") -> Canvas:
    return Canvas(numbers=Numbers(lang=lang, currency="CNY"), width=width)


LONG = "A scenario with a name that goes on and on, as titles of committees do"


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("values", [[100, 101, 102, 103], [-9e9, 0, 1, 9e9], [5, 5, 5, 5]])
def test_labels_of_lines_that_end_together_are_pushed_apart(
    width: int, values: list[float]
) -> None:
    rows = [
        {"plan": str(n), "period": period, "value_minor": value * period}
        for n, value in enumerate(values)
        for period in (1, 2)
    ]
    spec = charts.lifetime_value(rows, canvas(width), names={str(n): LONG for n in range(4)})
    inside(spec, width)
    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    plot = {(t, round(x), round(y)) for t, x, y, _, _ in texts(svg) if x > width / 2 and "¥" in t}
    for (_, _, one), (_, _, other) in combinations(plot, 2):
        assert abs(one - other) >= 12 or one == other


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_one_period_and_values_of_nothing_can_be_drawn(width: int) -> None:
    one = [{"plan": "a", "period": 1, "value_minor": 0.0}]
    inside(charts.lifetime_value(one, canvas(width), names={}), width)
    pair = [{"label": LONG, "values": [0.0, 0.0], "said": ["0", "0"]}]
    inside(charts.pairs(pair, canvas(width), series=["now", "then"]), width)
    flat = [{"label": LONG, "low_minor": 5.0, "high_minor": 5.0}]
    inside(charts.tornado(flat, canvas(width), base=5.0), width)
    where = [{"name": LONG, "contribution_minor": -5.0, "loyalty": 1.0, "place": "loyal_thin"}]
    inside(
        charts.profit_loyalty(where, canvas(width), contribution_cut=-5.0, loyalty_cut=0.0), width
    )


def test_a_band_is_drawn_only_where_there_is_one() -> None:
    sure = [{"plan": "a", "period": n, "value_minor": n, "low_minor": n, "high_minor": n}
            for n in (1, 2)]  # fmt: skip
    unsure = [{**row, "high_minor": row["value_minor"] + 1} for row in sure]
    marks = [
        {one["mark"]["type"] for one in charts.lifetime_value(rows, canvas(), names={})["layer"]}
        for rows in (sure, unsure)
    ]
    assert "area" not in marks[0]
    assert "area" in marks[1]


def test_bars_stand_on_zero() -> None:
    rows = [{"label": "a", "values": [90.0, 100.0], "said": ["90", "100"]}]
    spec = charts.pairs(rows, canvas(), series=["now", "then"])
    bars = next(one for one in spec["layer"] if one["mark"]["type"] == "bar")
    assert bars["encoding"]["x"]["scale"]["domain"][0] == 0
