"""Pictures of the backtest: the cut marked, what is not whole left out, a ring outside the bar."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from charts.test_pictures import data, texts
from regulars import charts
from regulars.charts import NARROW, WIDE, Canvas, Numbers, Spec
from regulars.charts.measure import text_width
from regulars.declare import Language

vl_convert = pytest.importorskip("vl_convert")

GOLDEN = Path(__file__).parents[1] / "reference" / "golden" / "cdnow"


def tracking() -> list[dict[str, Any]]:
    """CDNOW's months, the golden answer; intervals of 5% stand in for those that it leaves out."""
    (call,) = json.loads((GOLDEN / "value_tracking.json").read_text(encoding="utf-8"))
    for row in call["rows"]:
        after = row["phase"] == "after"
        row["complete"] = row["from_day"][-2:] == row["to_day"][-2:]
        row["expected_low"] = 0.95 * row["expected_orders"] if after else None
        row["expected_high"] = 1.05 * row["expected_orders"] if after else None
    rows: list[dict[str, Any]] = call["rows"]
    return rows


def calibration() -> list[dict[str, Any]]:
    (call,) = json.loads((GOLDEN / "value_calibration.json").read_text(encoding="utf-8"))
    for row in call["rows"]:
        for what, unit in (("orders", ""), ("spend", "_minor")):
            wanted, came = row[f"predicted_{what}{unit}"], row[f"actual_{what}{unit}"]
            row[f"predicted_{what}_low{unit}"] = 0.8 * wanted
            row[f"predicted_{what}_high{unit}"] = 1.2 * wanted
            row[f"{what}_covered"] = 0.8 * wanted <= came <= 1.2 * wanted
    rows: list[dict[str, Any]] = call["rows"]
    return rows


PICTURES = {
    "tracking": lambda c: charts.value_tracking(tracking(), c),
    "orders": lambda c: charts.value_calibration(calibration(), c),
    "spend": lambda c: charts.value_calibration(calibration(), c, what="spend"),
}


def canvas(lang: Language, width: int = WIDE) -> Canvas:
    return Canvas(numbers=Numbers(lang=lang, currency="CNY"), width=width)


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_text_stays_inside_even_in_a_wide_font(picture: str, lang: Language, width: int) -> None:
    svg = vl_convert.vegalite_to_svg(PICTURES[picture](canvas(lang, width)), allowed_base_urls=[])
    assert ET.fromstring(svg).get("width") == str(width)
    height = float(ET.fromstring(svg).get("height") or 0)
    for text, x, y, anchor, size in texts(svg):
        room = text_width(text, size) * 0.97
        start = x - {"start": 0.0, "middle": room / 2, "end": room}[anchor]
        assert start >= -1, (text, start)
        assert start + room <= width + 1, (text, start + room)
        assert 0 < y <= height, (text, y)


def words_of(spec: Spec) -> set[str]:
    return {row["word"] for row in data(spec) if "word" in row}


def test_the_cut_is_marked_by_its_day() -> None:
    said = words_of(charts.value_tracking(tracking(), canvas("en")))
    assert {"cut: 1997-10-01", "fitted to ←", "→ foretold"} <= said
    assert "切分日：1997-10-01" in words_of(charts.value_tracking(tracking(), canvas("zh")))


def test_without_a_month_before_the_cut_none_is_marked() -> None:
    rows = [row for row in tracking() if row["phase"] == "after"]
    assert not any("cut" in word for word in words_of(charts.value_tracking(rows, canvas("en"))))


def test_a_month_that_is_not_whole_is_left_out() -> None:
    rows = tracking()
    rows[-1] |= {"complete": False, "actual_orders": 1}
    drawn = [row for row in data(charts.value_tracking(rows, canvas("en"))) if "actual" in row]
    assert drawn
    assert 1 not in {row["actual"] for row in drawn}


def test_what_lies_outside_its_interval_is_a_ring() -> None:
    one = canvas("en")
    spec = charts.value_calibration(calibration(), one)
    discs = {
        layer["mark"]["fill"]: {row["row"] for row in layer["data"]["values"]}
        for layer in spec["layer"]
        if layer["mark"].get("type") == "point"
    }
    outside = {str(row["tenth"]) for row in calibration() if not row["orders_covered"]}
    assert discs[one.palette.paper] == outside
    assert discs[one.palette.ink] == {str(i) for i in range(1, 11)} - outside


def test_a_tenth_of_whom_nothing_was_expected_has_no_point() -> None:
    rows = calibration()
    rows[-1] |= {"predicted_orders": 0.0, "predicted_orders_low": 0.0, "predicted_orders_high": 0.0}
    spec = charts.value_calibration(rows, canvas("en"))
    drawn = {
        row["row"]
        for layer in spec["layer"]
        if layer["mark"].get("type") == "point"
        for row in layer["data"]["values"]
    }
    assert drawn == {str(i) for i in range(1, 10)}


def test_unknown_spend_and_no_rows_still_draw() -> None:
    blank = [
        {name: None if "spend" in name else value for name, value in row.items()}
        for row in calibration()
    ]
    for spec in (
        charts.value_calibration(blank, canvas("zh"), what="spend"),
        charts.value_calibration([], canvas("zh")),
        charts.value_tracking([], canvas("zh")),
    ):
        vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
        json.dumps(spec, allow_nan=False)
