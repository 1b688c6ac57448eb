"""Specs are pure and draw without a warning; every text stays inside its picture."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from regulars import charts
from regulars.charts import NARROW, WIDE, Canvas, Numbers, Spec
from regulars.charts.measure import shorten, text_width, wrap
from regulars.declare import Language
from regulars.report.write import ANALYSES
from report import shops

vl_convert = pytest.importorskip("vl_convert")

Rows = list[dict[str, Any]]
PICTURES: dict[str, Callable[[dict[str, Any], Canvas], Spec]] = {
    "bridge": lambda a, c: charts.bridge(a["bridge"].rows, a["bridge"].figures, c),
    "causes": lambda a, c: charts.causes(a["causes"].rows, c),
    "groups": lambda a, c: charts.groups(a["groups"].rows, c),
    "migration": lambda a, c: charts.migration(a["migration"].rows, c),
    "groups_trend": lambda a, c: charts.groups_trend(a["groups_trend"].rows, c),
    "cohort_curves": lambda a, c: charts.cohort_curves(a["cohorts"].rows, c, period="month"),
    "cohort_triangle": lambda a, c: charts.cohort_triangle(a["cohorts"].rows, c, period="month"),
    "concentration": lambda a, c: charts.concentration(a["concentration"].rows, c),
    "retention": lambda a, c: charts.retention(_rates(a), c, across="quarters"),
    "migration_flow": lambda a, c: charts.migration_flow(a["migration"].rows, c),
    "life_stages": lambda a, c: charts.life_stages(a["lifecycle"].rows, c),
    "life_months": lambda a, c: charts.life_months(a["lifecycle_trend"].rows, c),
    "value_distribution": lambda a, c: charts.value_distribution(a["value_distribution"].rows, c),
    "value_active": lambda a, c: charts.value_matrix(a["value_matrix"].rows, c),
    "value_worth": lambda a, c: charts.value_matrix(a["value_matrix"].rows, c, measure="spend"),
    "value_totals": lambda a, c: charts.value_totals(a["value_totals"].rows[1:], c, names={}),
    "segments": lambda a, c: charts.segments(a["segments"].rows, c),
}


def _rates(answers: dict[str, Any]) -> Rows:
    return [
        {
            "period": row["period"] + 1,
            "share": row["retention"],
            "low": row["retention_low"],
            "high": row["retention_high"],
            "rate_from": row["rate_from"],
        }
        for row in answers["retention"].rows
    ]


SHOPS = {"grocery": shops.grocery(), "shrinking": shops.shrinking()}
CASES = [
    (picture, shop, lang, width)
    for picture in PICTURES
    for shop in SHOPS
    for lang in ("en", "zh")
    # Long numbers where room is short, long names where it is not.
    for width in (WIDE if shop == "grocery" else NARROW,)
]


def canvas(shop: str, lang: Language, width: int) -> Canvas:
    currency = "USD" if shop == "grocery" else "CNY"
    return Canvas(numbers=Numbers(lang=lang, currency=currency), width=width)


def texts(svg: str) -> Iterator[tuple[str, float, float, str, float]]:
    """Every line of text with its place from the left and the top, anchor and size."""
    root = ET.fromstring(svg)

    def walk(element: Any, x: float, y: float) -> Iterator[tuple[str, float, float, str, float]]:
        shift = re.search(r"translate\(([-\d.e]+),([-\d.e]+)\)", element.get("transform") or "")
        if shift:
            x, y = x + float(shift[1]), y + float(shift[2])
        if element.tag.endswith("text"):
            size = float(element.get("font-size").removesuffix("px"))
            anchor = element.get("text-anchor") or "start"
            spans = [child.text for child in element if child.text] or [element.text or ""]
            for span in spans:
                yield span, x, y, anchor, size
        for child in element:
            yield from walk(child, x, y)

    yield from walk(root, 0.0, 0.0)


@pytest.mark.parametrize(("picture", "shop", "lang", "width"), CASES)
def test_text_stays_inside_even_in_a_wide_font(
    picture: str, shop: str, lang: Language, width: int
) -> None:
    spec = PICTURES[picture](SHOPS[shop], canvas(shop, lang, width))
    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    assert ET.fromstring(svg).get("width") == str(width)
    height = float(ET.fromstring(svg).get("height") or 0)
    for text, x, y, anchor, size in texts(svg):
        room = text_width(text, size) * 0.97
        start = x - {"start": 0.0, "middle": room / 2, "end": room}[anchor]
        assert start >= -1, (text, start)
        assert start + room <= width + 1, (text, start + room)
        assert 0 < y <= height, (text, y)


@pytest.mark.parametrize("picture", PICTURES)
def test_specs_are_plain_json_without_addresses(picture: str) -> None:
    spec = PICTURES[picture](SHOPS["shrinking"], canvas("shrinking", "zh", WIDE))
    text = json.dumps(spec, ensure_ascii=False, allow_nan=False)
    assert "http" not in text.replace(spec["$schema"], "")
    assert '"url"' not in text
    assert spec == PICTURES[picture](SHOPS["shrinking"], canvas("shrinking", "zh", WIDE))


def data(spec: Spec) -> Rows:
    return [row for layer in spec["layer"] for row in layer["data"]["values"]]


def test_an_unknown_cause_has_no_bar_and_says_so() -> None:
    spec = charts.causes(shops.shrinking()["causes"].rows, canvas("shrinking", "en", WIDE))
    (bars,) = [one for one in spec["layer"] if one["mark"].get("type") == "bar"]
    assert {row["cause"] for row in bars["data"]["values"]} == {"frequency", "basket", "discounts"}
    prices = [row for row in data(spec) if row.get("cause") == "price"]
    assert {row["value"] for row in prices} == {"unknown"}


def test_after_an_unknown_term_no_bar_is_placed_by_guess() -> None:
    answers = shops.grocery()["bridge"]
    rows = answers.rows
    for row in rows:
        if row["tier"] == "core" and row["term"] == "down":
            row["amount_minor"] = None
    spec = charts.bridge(rows, answers.figures, canvas("grocery", "en", WIDE))
    (bars,) = [one for one in spec["layer"] if one["mark"].get("type") == "bar"]
    assert [row["row"] for row in bars["data"]["values"]] == ["core lost", "after"]


def test_the_waterfall_ends_where_the_change_does() -> None:
    answers = shops.grocery()["bridge"]
    spec = charts.bridge(answers.rows, answers.figures, canvas("grocery", "en", WIDE))
    (bars,) = [one for one in spec["layer"] if one["mark"].get("type") == "bar"]
    rows = bars["data"]["values"]
    assert rows[-2]["end"] == rows[-1]["end"] == answers.figures["change_minor"]


def test_a_period_that_is_not_over_is_never_drawn_as_a_fall() -> None:
    rows = shops.grocery()["cohorts"].rows
    for row in rows:
        if not row["complete"] and row["cohort"] != "all":
            row["active_share"] = 0.01
    spec = charts.cohort_curves(rows, canvas("grocery", "en", WIDE))
    drawn = [row["share"] for row in data(spec) if "share" in row]
    assert min(drawn) > 0.5
    triangle = charts.cohort_triangle(rows, canvas("grocery", "en", WIDE))
    paper = canvas("grocery", "en", WIDE).palette.paper
    marked = [row for row in data(triangle) if row.get("incomplete") and row["row"] != "all"]
    assert marked
    assert {row["fill"] for row in marked} == {paper}


def test_groups_that_held_nobody_have_no_row_and_unknown_shares_a_dash() -> None:
    rows = shops.migration_rows(dict.fromkeys("ABCD", (0, 0, 0, 0, 0)) | {"E": (1, 0, 0, 0, 3)})
    for row in rows:
        row["share"] = None if row["to_group"] == "D" else row["share"]
    spec = charts.migration(rows, canvas("grocery", "en", WIDE))
    cells = {row["column"]: row["text"] for row in data(spec) if "text" in row}
    assert {row["row"] for row in data(spec) if "text" in row} == {"E"}
    assert cells == {"A": "25%", "B": "0%", "C": "0%", "D": "–", "E": "75%"}


def test_groups_keep_their_colours() -> None:
    one = canvas("grocery", "en", WIDE)
    rows = data(charts.groups(shops.grocery()["groups"].rows, one))
    trend = data(charts.groups_trend(shops.grocery()["groups_trend"].rows, one))
    for group in "ABCDE":
        assert {r["colour"] for r in rows if r.get("row") == group} == {one.palette.group(group)}
        assert {r["colour"] for r in trend if r.get("group") == group} == {one.palette.group(group)}


def test_c_and_d_can_change_places() -> None:
    usual, swapped = Canvas(), Canvas(swap_cd=True)
    assert usual.group("C") == "C · seldom, large"
    assert swapped.group("C") == "C · often, small"
    assert swapped.group("E") == usual.group("E")


@pytest.mark.parametrize("picture", PICTURES)
def test_pictures_of_nothing_draw(picture: str) -> None:
    answers = {name: shops.result(name, []) for name in ANALYSES}
    vl_convert.vegalite_to_svg(PICTURES[picture](answers, Canvas()), allowed_base_urls=[])


def test_lines_break_at_blanks_and_between_hanzi() -> None:
    assert wrap("How often they bought", 90) == ["How often", "they bought"]
    assert wrap("时间窗内未下单，此前下过", 60) == ["时间窗内", "未下单，", "此前下过"]
    assert wrap("", 60) == [""]
    assert text_width("中文", 10) == 20
    assert shorten("a rather long name", 60).endswith("…")


def test_bands_of_the_flow_are_as_wide_as_customers_are_many() -> None:
    rows = SHOPS["shrinking"]["migration"].rows
    bands: dict[str, set[float]] = {}
    for point in data(charts.migration_flow(rows, Canvas())):
        if "band" in point:
            bands.setdefault(point["band"], set()).add(round(point["lower"] - point["upper"], 6))
    counts = {r["from_group"] + r["to_group"]: r["customers"] for r in rows if r["customers"]}
    assert set(bands) == set(counts)
    wide = {name: max(widths) for name, widths in bands.items()}
    largest = max(counts, key=lambda name: counts[name])
    for name, customers in counts.items():
        fair = wide[largest] * customers / counts[largest]
        assert wide[name] == pytest.approx(max(fair, 0.6), rel=1e-3)


def test_bands_neither_leave_their_groups_nor_overlap_there() -> None:
    rows = SHOPS["shrinking"]["migration"].rows
    points = [p for p in data(charts.migration_flow(rows, Canvas())) if "band" in p]
    for x in (min(p["x"] for p in points), max(p["x"] for p in points)):
        edges = sorted((p["upper"], p["lower"]) for p in points if p["x"] == x)
        for (_, lower), (upper, _) in pairwise(edges):
            # A band drawn wider than it is, to be seen at all, may touch its neighbour.
            assert upper >= lower - 0.6


def test_the_months_of_life_stages_add_up_to_one() -> None:
    boxes = [
        p
        for p in data(charts.life_months(SHOPS["grocery"]["lifecycle_trend"].rows, Canvas()))
        if "low" in p and "place" not in p
    ]
    for month in {box["month"] for box in boxes}:
        own = [box for box in boxes if box["month"] == month]
        assert min(box["low"] for box in own) == 0
        assert max(box["high"] for box in own) == pytest.approx(1)
        assert sum(box["high"] - box["low"] for box in own) == pytest.approx(1)


def test_stages_keep_their_colours() -> None:
    now = data(charts.life_stages(SHOPS["shrinking"]["lifecycle"].rows, Canvas()))
    bars = {p["row"]: p["colour"] for p in now if "colour" in p and "row" in p}
    assert len(bars) == 7
    assert bars == {name: charts.LIGHT.stage(name) for name in bars}


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("states", [1, 2, 30])
def test_shares_over_versions_keep_their_names_within_the_picture(width: int, states: int) -> None:
    rows = [
        {"place": at, "label": str(at + 3), "series": name, "share": share}
        for at in range(states)
        for name, share in (("Orders without a customer", 0.02 + at / 100), ("零金额订单", None),
                            ("Customers whose refunds reach their orders", 0.021), ("Days", 0.02))
    ]  # fmt: skip
    spec = charts.shares_over(rows, Canvas(width=width), across="facts version")
    drawn = list(texts(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])))
    for text, x, _y, anchor, size in drawn:
        room = text_width(text, size) * 0.97
        start = x - {"start": 0.0, "middle": room / 2, "end": room}[anchor]
        assert start >= -1, (text, start)
        assert start + room <= width + 1, (text, start + room)
    assert any("Orders" in text for text, *_place in drawn)
    assert not any("零金额" in text for text, *_place in drawn)
    assert charts.shares_over([], Canvas(width=width), across="x")["layer"]
