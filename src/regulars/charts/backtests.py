"""How a backtest went: orders month by month, and tenths of the customers against what came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from regulars.charts import terms
from regulars.charts.canvas import (
    LINE,
    Canvas,
    Margins,
    Row,
    Spec,
    band,
    fitting,
    frame,
    grid_x,
    grid_y,
    layer,
    number,
    ticks,
    widest,
    words,
)
from regulars.charts.numbers import known

ROW_HEIGHT = 34
MOST_TIMES = 4.0
"""Where a tenth brought more than so many times what was expected, its point stands at the edge."""


def value_tracking(rows: Sequence[Row], canvas: Canvas) -> Spec:
    """Repeat orders that came each month, and those expected with their interval; the cut marked.

    A month that is not whole is left out, so that it never reads as a fall.

    Parameters
    ----------
    rows : rows of the analysis ``value_tracking``: ``phase, from_day, complete, actual_orders,
        expected_orders, expected_low, expected_high``.
    """
    points = [_month(i, row) for i, row in enumerate(r for r in rows if r["complete"])]
    after = [p for p in points if p["phase"] == "after"]
    height = 240 if canvas.narrow else 300
    top = max((p[n] or 0 for p in points for n in ("actual", "expected", "high")), default=1) or 1
    last = max(len(points) - 1, 1)
    x, y = number("at", [0, last]), number("actual", [0, top])
    expected = {**y, "field": "expected"}
    y_marks = {t: str(canvas.numbers.about(t)) for t in ticks(0, top, 5)}
    ends = _ends(points, canvas, height=height, top=top)
    margins = Margins(
        left=widest(y_marks.values()) + 14,
        right=widest(e["label"] for e in ends) + 16,
        top=3 * LINE + 12,
        bottom=28,
    )
    room = canvas.width - margins.left - margins.right
    marks = _months(points, room)
    pale, line = canvas.palette.heat[1], canvas.palette.heat[4]
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            layer(
                after,
                {"type": "area", "fill": pale, "opacity": 1},
                x=x,
                y={**y, "field": "low"},
                y2={"field": "high"},
            ),
            *grid_y(canvas, y_marks, domain=[0, top]),
            *grid_x(canvas, marks, domain=[0, last], height=height)[1:],
            layer(
                points,
                {"type": "line", "stroke": line, "strokeWidth": 2, "strokeDash": [5, 3]},
                x=x,
                y=expected,
            ),
            layer(
                points,
                {"type": "line", "stroke": canvas.palette.ink, "strokeWidth": 2.5},
                x=x,
                y=y,
            ),
            layer(
                points,
                {"type": "point", "filled": True, "fill": canvas.palette.ink, "size": 24},
                x=x,
                y=y,
            ),
            *_cut(points, after, canvas, last=last, room=room),
            layer(
                ends,
                words(canvas, dx=9),
                x=x,
                y={"field": "place", "type": "quantitative", "scale": None, "axis": None},
                text={"field": "label"},
            ),
            layer(
                [{"word": terms.REPEATS_A_MONTH.say(canvas.lang)}],
                words(canvas, fill=canvas.palette.muted),
                x={"value": 0},
                y={"value": -3 * LINE + 4},
                text={"field": "word"},
            ),
        ],
    )


def _month(place: int, row: Row) -> dict[str, Any]:
    return {
        "at": place,
        "phase": row["phase"],
        "day": _iso(row["from_day"]),
        "actual": row["actual_orders"],
        "expected": row["expected_orders"],
        "low": row["expected_low"],
        "high": row["expected_high"],
    }


def _iso(day: dt.date | str) -> str:
    return str(day)[:10]


def _months(points: Sequence[Mapping[str, Any]], room: float) -> dict[float, str]:
    """As many months as find room, by the month that they begin in."""
    most = max(int(room / (widest(["2026-12"]) + 18)), 1)
    step = max(1, -(-len(points) // most))
    return {float(p["at"]): p["day"][:7] for p in points if p["at"] % step == 0}


def _ends(
    points: Sequence[Mapping[str, Any]], canvas: Canvas, *, height: float, top: float
) -> list[dict[str, Any]]:
    """What the two lines are, at their right ends and never one upon the other."""
    if not points:
        return []
    names = {"actual": terms.CAME, "expected": terms.EXPECTED}
    ends = [
        {
            "at": points[-1]["at"],
            "label": name.say(canvas.lang),
            "place": height * (1 - points[-1][field] / top),
        }
        for field, name in names.items()
    ]
    upper, lower = sorted(ends, key=lambda e: e["place"])
    lower["place"] = max(lower["place"], upper["place"] + LINE)
    return [upper, lower]


def _cut(
    points: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    canvas: Canvas,
    *,
    last: float,
    room: float,
) -> list[Spec]:
    """A line between the months that the fit saw and those that it foretold."""
    if not after or len(after) == len(points):
        return []
    at = after[0]["at"] - 0.5
    x = number("at", [0, last])
    left, right = terms.FITTED_TO.say(canvas.lang), terms.FORETOLD.say(canvas.lang)
    day = terms.CUT_AT.fill(canvas.lang, day=after[0]["day"])
    sides = [("right", f"{left} ←", -6), ("left", f"→ {right}", 6)]
    # The day stands over the middle of the line, or beside it where the picture ends.
    place = at / last * room
    half = widest([day]) / 2
    align = "right" if place + half > room else "left" if place < half else "center"
    rule = {"type": "rule", "stroke": canvas.palette.muted, "strokeDash": [2, 3]}
    return [
        layer([{"at": at}], rule, x=x),
        *(
            layer(
                [{"at": at, "word": word}],
                words(canvas, align=align, dx=shift, fill=canvas.palette.muted),
                x=x,
                y={"value": -6},
                text={"field": "word"},
            )
            for align, word, shift in sides
            if place > widest([word]) + 8 or align == "left"
        ),
        layer(
            [{"at": at, "word": day}],
            words(canvas, align=align, fill=canvas.palette.muted),
            x=x,
            y={"value": -6 - LINE},
            text={"field": "word"},
        ),
    ]


def value_calibration(
    rows: Sequence[Row], canvas: Canvas, *, what: Literal["orders", "spend"] = "orders"
) -> Spec:
    """Tenths of the customers, the highest expected on top: what came in % of what was expected.

    The bar is the 95% interval of the expectation, the line at 100% the expectation itself, the
    disc what came; filled where it lies in the bar, a ring where it does not. Both figures stand
    beside.

    Parameters
    ----------
    rows : rows of the analysis ``value_calibration``.
    what : "orders" or "spend", per customer.
    """
    lines = [_tenth(row, canvas, what) for row in rows]
    drawn = [line for line in lines if line["came"] is not None]
    top = max((max(line["high"], line["came"]) for line in drawn), default=1.5)
    domain = [0.0, min(max(top, 1.5) * 1.04, MOST_TIMES)]
    for line in drawn:
        line |= {n: min(line[n], domain[1]) for n in ("low", "high", "came")}
    heads = [terms.TENTH_OF, terms.EXPECTED, terms.CAME]
    tenth, wanted, came = (head.say(canvas.lang) for head in heads)
    wide = {
        "tenth": widest([tenth, "10"], bold=True) + 10,
        "expected": widest([wanted, *(line["expected_label"] for line in lines)], bold=True) + 12,
        "came": widest([came, *(line["came_label"] for line in lines)], bold=True) + 12,
    }
    margins = Margins(
        left=wide["tenth"] + wide["expected"], right=wide["came"], top=LINE + 12, bottom=50
    )
    height = ROW_HEIGHT * max(len(lines), 1)
    y, x = band("row", [line["row"] for line in lines], inner=0.2), number("came", domain)
    room = canvas.width - margins.left - margins.right
    marks = fitting(0.0, domain[1], room, lambda share: f"{share:.0%}", most=5)
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            *grid_x(canvas, marks, domain=domain, height=height),
            layer(
                drawn,
                {"type": "bar", "fill": canvas.palette.heat[2], "height": ROW_HEIGHT * 0.4},
                x={**x, "field": "low"},
                x2={"field": "high"},
                y=y,
            ),
            layer(
                [{"came": 1.0}],
                {"type": "rule", "stroke": canvas.palette.heat[4], "strokeWidth": 2},
                x=x,
            ),
            *_discs(drawn, canvas, x=x, y=y),
            *_columns(lines, canvas, (tenth, wanted, came), wide, y=y, room=room),
            layer(
                [{"word": terms.OF_WHAT_WAS_EXPECTED.say(canvas.lang)}],
                words(canvas, fill=canvas.palette.muted),
                x={"value": 0 if not canvas.narrow else -margins.left},
                y={"value": height + 36},
                text={"field": "word"},
            ),
        ],
    )


def _tenth(row: Row, canvas: Canvas, what: str) -> dict[str, Any]:
    unit = "" if what == "orders" else "_minor"
    wanted, came = row[f"predicted_{what}{unit}"], row[f"actual_{what}{unit}"]
    low, high = (row[f"predicted_{what}_{end}{unit}"] for end in ("low", "high"))
    numbers = canvas.numbers
    say = numbers.number if what == "orders" else numbers.money
    there = known(wanted) and wanted > 0
    return {
        "row": str(row["tenth"]),
        "expected_label": str(say(wanted)),
        "came_label": str(say(came)),
        "inside": bool(row[f"{what}_covered"]),
        # Refunds can leave less than nothing: the point stands at the edge, the figure beside it.
        "came": max(came / wanted, 0.0) if there else None,
        "low": low / wanted if there else None,
        "high": high / wanted if there else None,
    }


def _discs(drawn: Sequence[dict[str, Any]], canvas: Canvas, *, x: Spec, y: Spec) -> list[Spec]:
    ink, paper = canvas.palette.ink, canvas.palette.paper
    return [
        layer(
            [line for line in drawn if line["inside"] == inside],
            {
                "type": "point",
                "shape": "circle",
                "filled": True,
                "size": 80,
                "opacity": 1,
                "fill": ink if inside else paper,
                "stroke": ink,
                "strokeWidth": 2,
            },
            x=x,
            y=y,
        )
        for inside in (True, False)
    ]


def _columns(
    lines: Sequence[dict[str, Any]],
    canvas: Canvas,
    heads: tuple[str, str, str],
    wide: Mapping[str, float],
    *,
    y: Spec,
    room: float,
) -> list[Spec]:
    """The tenth and what was expected on the left, what came on the right; heads above."""
    places = (-wide["expected"] - 10, -10.0, room + wide["came"])
    found = []
    for head, place, name in zip(
        heads, places, ("row", "expected_label", "came_label"), strict=True
    ):
        bold = {"fontWeight": 600} if name == "came_label" else {}
        mark = words(canvas, align="right", **bold)
        found.append(layer(lines, mark, x={"value": place}, y=y, text={"field": name}))
        found.append(
            layer(
                [{"word": head}],
                words(canvas, align="right", fill=canvas.palette.muted),
                x={"value": place},
                y={"value": -LINE + 4},
                text={"field": "word"},
            )
        )
    return found
