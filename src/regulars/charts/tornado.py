"""Which input moves the value: a bar from its value with the input lower to that with it higher."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
    layer,
    number,
    widest,
    words,
)
from regulars.charts.measure import wrap

ROW_HEIGHT = 38


def tornado(rows: Sequence[Row], canvas: Canvas, *, base: float) -> Spec:
    """The widest on top; pale is the input lower, deep the input higher.

    Parameters
    ----------
    rows : ``label, low_minor, high_minor``: value with the input lower, and higher; money.
    base : value as it stands, minor units.
    """
    order = [str(at) for at in range(len(rows))]
    labels = [wrap(row["label"], 110 if canvas.narrow else 220) for row in rows]
    sides = [
        {"row": str(at), "from": base, "to": row[f"{side}_minor"], "side": side}
        for at, row in enumerate(rows)
        for side in ("low", "high")
    ]
    ends = [base, *(s["to"] for s in sides)]
    low, high = min(ends), max(ends)
    if low == high:
        high = low + 1.0
    domain = [low, high]
    said = {"low": str(canvas.numbers.money(low)), "high": str(canvas.numbers.money(high))}
    room = widest(str(canvas.numbers.money(s["to"] - base, signed=True)) for s in sides) + 12
    margins = Margins(
        left=widest((line for label in labels for line in label), bold=True) + 14 + room,
        right=room,
        top=LINE + 12,
        bottom=28,
    )
    width = canvas.width - margins.left - margins.right
    height = ROW_HEIGHT * len(rows)
    marks = fitting(low, high, width, lambda t: str(canvas.numbers.money(t)), most=4) or {
        low: said["low"]
    }
    y = band("row", order, inner=0.42)
    fills = {"low": canvas.palette.tiers[1], "high": canvas.palette.tiers[0]}
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            *grid_x(canvas, marks, domain=domain, height=height),
            *[
                layer(
                    [s for s in sides if s["side"] == side],
                    {"type": "bar", "fill": fills[side]},
                    x=number("from", domain),
                    x2={"field": "to"},
                    y=y,
                )
                for side in ("low", "high")
            ],
            layer(
                [{"at": base}],
                {"type": "rule", "strokeWidth": 2, "stroke": canvas.palette.ink},
                x=number("at", domain),
            ),
            *_ends(canvas, sides, base, domain, y),
            *[
                layer(
                    [{"row": str(at), "label": label}],
                    words(canvas, fontWeight=600, dy=-(len(label) - 1) * LINE / 2),
                    x={"value": -margins.left},
                    y=y,
                    text={"field": "label"},
                )
                for at, label in enumerate(labels)
            ],
            *_key(canvas, fills, left=-margins.left),
        ],
    )


def _ends(
    canvas: Canvas, sides: Sequence[dict[str, Any]], base: float, domain: Sequence[float], y: Spec
) -> list[Spec]:
    """The change that each side makes, outside its end."""
    said = [
        {**s, "said": str(canvas.numbers.money(s["to"] - base, signed=True))}
        for s in sides
        if s["to"] != base
    ]
    x, text = number("to", domain), {"field": "said"}
    return [
        layer(
            [s for s in said if s["to"] < base],
            words(canvas, align="right", dx=-6),
            x=x,
            y=y,
            text=text,
        ),
        layer([s for s in said if s["to"] > base], words(canvas, dx=6), x=x, y=y, text=text),
    ]


def _key(canvas: Canvas, fills: dict[str, str], *, left: float) -> list[Spec]:
    entries: list[dict[str, Any]] = []
    at = left
    for side, name in (("low", terms.INPUT_LOWER), ("high", terms.INPUT_HIGHER)):
        said = name.say(canvas.lang)
        entries.append({"at": at, "name": said, "colour": fills[side]})
        at += widest([said]) + 34
    pixels = {"field": "at", "type": "quantitative", "scale": None, "axis": None}
    paint = {"field": "colour", "type": "nominal", "scale": None}
    above = {"value": -LINE}
    return [
        layer(
            entries,
            {"type": "square", "size": 90, "opacity": 1, "xOffset": 5},
            x=pixels,
            y=above,
            color=paint,
        ),
        layer(entries, words(canvas, dx=16), x=pixels, y=above, text={"field": "name"}),
    ]
