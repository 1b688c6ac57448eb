"""Pictures of audiences: every point and part is there, texts stay inside, names are only text."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from regulars import charts
from regulars.charts import NARROW, WIDE, Canvas, Numbers
from regulars.declare import Language

vl_convert = pytest.importorskip("vl_convert")


def canvas(lang: Language, width: int) -> Canvas:
    return Canvas(numbers=Numbers(lang=lang, currency="CNY"), width=width)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_sizes_begin_at_zero_and_show_every_snapshot(lang: Language, width: int) -> None:
    rows = [{"as_of": dt.date(2026, n, 1), "customers": n * 100} for n in range(1, 8)]
    spec = charts.audience_sizes(rows, canvas(lang, width))
    points = _values(spec, "said")
    assert [p["customers"] for p in points] == [row["customers"] for row in rows]
    assert _domains(spec, "customers") == {(0, 700)}
    assert "<svg" in vl_convert.vegalite_to_svg(json.dumps(spec))


@pytest.mark.parametrize("customers", [0, 1])
def test_an_empty_audience_is_drawn_as_empty(customers: int) -> None:
    rows = [{"as_of": dt.date(2026, n, 1), "customers": customers} for n in (1, 2)]
    spec = charts.audience_sizes(rows, canvas("en", WIDE))
    assert "<svg" in vl_convert.vegalite_to_svg(json.dumps(spec))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("sizes", [(300, 200, 50), (0, 10, 90), (10, 0, 5), (0, 0, 0), (0, 5, 0)])
def test_bars_stand_one_over_the_other_where_customers_are_in_both(
    lang: Language, width: int, sizes: tuple[int, int, int]
) -> None:
    only, both, other = sizes
    given = {"only_first": only, "both": both, "only_second": other}
    spec = charts.audience_overlap(given, canvas(lang, width), first="<b>Best</b>", second="高价值")
    bars = _values(spec, "name")
    ends = {b["name"]: (b["from"], b["to"]) for b in bars}
    assert ends["<b>Best</b>"] == (0, only + both)
    assert ends["高价值"] == (only, max(only + both + other, 1))
    drawn = vl_convert.vegalite_to_svg(json.dumps(spec))
    assert "<b>" not in drawn


def _values(spec: dict[str, Any], having: str) -> list[dict[str, Any]]:
    """Each row once that has this field, of all layers."""
    rows = [row for one in spec["layer"] for row in one["data"]["values"] if having in row]
    return list({json.dumps(row, sort_keys=True, default=str): row for row in rows
                 if "label" not in row}.values())  # fmt: skip


def _domains(spec: dict[str, Any], name: str) -> set[tuple[float, ...]]:
    return {
        tuple(one["encoding"]["y"]["scale"]["domain"])
        for one in spec["layer"]
        if one["encoding"].get("y", {}).get("field") == name
    }
