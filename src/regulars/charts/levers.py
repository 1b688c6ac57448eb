"""Profit and loyalty as two levers: where each segment stands, and the cuts between."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from regulars.charts import terms
from regulars.charts.canvas import (
    LINE,
    Canvas,
    Margins,
    Row,
    Spec,
    colour,
    fitting,
    frame,
    grid_x,
    grid_y,
    haloed,
    layer,
    number,
    widest,
    words,
)
from regulars.charts.measure import shorten

SPREAD = 40
"""Where the largest contribution is over so many times the smallest, steps are by factors."""


def profit_loyalty(
    rows: Sequence[Row], canvas: Canvas, *, contribution_cut: float, loyalty_cut: float
) -> Spec:
    """Loyalty against contribution, and the two cuts.

    Parameters
    ----------
    rows : ``name, contribution_minor, loyalty, place``; what is not known is left out.
    contribution_cut, loyalty_cut : minor units, a share.
    """
    xs = [r["contribution_minor"] for r in rows] + [contribution_cut]
    factors = min(xs) > 0 and max(xs) / min(xs) > SPREAD
    across = math.log10 if factors else float
    low, high = across(min(xs)), across(max(xs))
    pad = (high - low or 1.0) * 0.08
    domain = [low - pad, high + pad]
    shades = {
        "ideal": canvas.palette.groups[4],
        "loyal_thin": canvas.palette.groups[3],
        "one_shot_profitable": canvas.palette.groups[2],
        "marginal": canvas.palette.groups[0],
    }
    most = 110.0 if canvas.narrow else 220.0
    points = [
        {
            "x": across(r["contribution_minor"]),
            "y": r["loyalty"],
            "label": shorten(r["name"], most),
            "colour": shades[r["place"]],
            "right": across(r["contribution_minor"]) < (low + high) / 2,
        }
        for r in rows
    ]
    height = 280 if canvas.narrow else 340
    y_marks = {t / 4: f"{t * 25}%" for t in range(5)}
    margins = Margins(left=widest(y_marks.values()) + 14, right=18, top=LINE + 14, bottom=50)
    width = canvas.width - margins.left - margins.right
    marks = (
        {math.log10(10**p * 1.0): str(canvas.numbers.money(10**p)) for p in _powers(domain)}
        if factors
        else fitting(domain[0], domain[1], width, lambda t: str(canvas.numbers.money(t)), most=5)
    )
    x, y = number("x", domain), number("y", [0, 1])
    cut = {"strokeDash": [6, 4], "stroke": canvas.palette.ink, "strokeWidth": 1.5}
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            *grid_y(canvas, y_marks, domain=[0, 1]),
            *grid_x(canvas, _fit(marks, domain, width), domain=domain, height=height),
            layer([{"x": across(contribution_cut)}], {"type": "rule", **cut}, x=x),
            layer([{"y": loyalty_cut}], {"type": "rule", **cut}, y=y),
            layer(
                points,
                {"type": "point", "size": 110, "filled": True, "opacity": 1},
                x=x,
                y=y,
                color=colour(),
            ),
            *_names(canvas, points, x, y),
            *_axes(canvas, width, height, left=-margins.left),
        ],
    )


def _names(canvas: Canvas, points: Sequence[dict[str, Any]], x: Spec, y: Spec) -> list[Spec]:
    layers: list[Spec] = []
    for right in (True, False):
        mark = words(canvas, align="left" if right else "right", dx=10 if right else -10)
        some = [p for p in points if p["right"] is right]
        layers += haloed(canvas, some, mark, x=x, y=y, text={"field": "label"})
    return layers


def _axes(canvas: Canvas, width: float, height: float, *, left: float) -> list[Spec]:
    muted = {"fill": canvas.palette.muted}
    return [
        layer(
            [{"label": terms.LOYALTY_AXIS.say(canvas.lang)}],
            words(canvas, **muted),
            x={"value": left},
            y={"value": -LINE},
            text={"field": "label"},
        ),
        layer(
            [{"label": terms.CONTRIBUTION_AXIS.say(canvas.lang)}],
            words(canvas, align="right", **muted),
            x={"value": width},
            y={"value": height + 36},
            text={"field": "label"},
        ),
    ]


def _powers(domain: Sequence[float]) -> range:
    return range(math.ceil(domain[0]), math.floor(domain[1]) + 1)


def _fit(marks: dict[float, str], domain: Sequence[float], width: float) -> dict[float, str]:
    """As many labels as have room, evenly."""
    step, span = 1, domain[1] - domain[0]
    while len(marks) // step > 1 and widest(marks.values()) + 10 > width / span * step * _gap(
        marks
    ):
        step += 1
    return dict(list(marks.items())[::step])


def _gap(marks: dict[float, str]) -> float:
    return min((b - a for a, b in pairwise(sorted(marks))), default=1.0)
