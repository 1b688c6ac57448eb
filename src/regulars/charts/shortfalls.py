"""Who buys less than he used to: purchases expected and made, one row a customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.charts import terms
from regulars.charts.canvas import (
    Canvas,
    Margins,
    Row,
    Spec,
    band,
    fitting,
    frame,
    grid_x,
    haloed,
    layer,
    number,
    widest,
    words,
)
from regulars.charts.measure import shorten

ROW_HEIGHT = 26


def shortfalls(rows: Sequence[Row], canvas: Canvas) -> Spec:
    """A ring for the purchases expected of a steady buyer, a disc for those made.

    Parameters
    ----------
    rows : ``name, expected, made`` and ``value`` (what is at stake, as written), in the order in
        which they are drawn, the first on top.
    """
    lines = [
        {**row, "row": str(place), "label": shorten(str(row["name"]), 96 if canvas.narrow else 150)}
        for place, row in enumerate(rows)
    ]
    top = max([1.0, *(float(line["expected"]) for line in lines)])
    domain = [0.0, top]
    left = widest(line["label"] for line in lines) + 18
    right = widest(line["value"] for line in lines) + 20
    margins = Margins(left=left, right=right, top=30, bottom=26)
    height = ROW_HEIGHT * len(lines)
    y = band("row", [line["row"] for line in lines])
    marks = fitting(0.0, top, canvas.width - left - right, lambda t: f"{t:,.0f}")
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            *grid_x(canvas, marks, domain=domain, height=height),
            layer(
                lines,
                {"type": "rule", "strokeWidth": 3, "stroke": canvas.palette.rule},
                x=number("made", domain),
                x2={"field": "expected"},
                y=y,
            ),
            _points(lines, "expected", canvas, y=y, domain=domain, filled=False),
            _points(lines, "made", canvas, y=y, domain=domain, filled=True),
            layer(
                lines,
                words(canvas),
                x={"value": -margins.left},
                y=y,
                text={"field": "label"},
            ),
            layer(
                lines,
                words(canvas, align="right", fill=canvas.palette.muted),
                x={"value": canvas.width - margins.left},
                y=y,
                text={"field": "value"},
            ),
            *_key(canvas, lines[:1], y=y, domain=domain, width=canvas.width - left - right),
        ],
    )


def _points(
    lines: Sequence[dict[str, Any]],
    field: str,
    canvas: Canvas,
    *,
    y: Spec,
    domain: Sequence[float],
    filled: bool,
) -> Spec:
    ink = canvas.palette.term("down")
    mark = {
        "type": "point",
        "size": 90,
        "strokeWidth": 2.5,
        "opacity": 1,
        "stroke": ink,
        "fill": ink if filled else canvas.palette.paper,
    }
    return layer(lines, mark, x=number(field, domain), y=y)


def _key(
    canvas: Canvas,
    first: Sequence[dict[str, Any]],
    *,
    y: Spec,
    domain: Sequence[float],
    width: float,
) -> list[Spec]:
    """The words of the key over the first row's own points: between them, or outside where the
    points are too near to one another for both."""
    layers: list[Spec] = []
    apart = sum(abs(float(line["expected"]) - float(line["made"])) for line in first)
    said = [word.say(canvas.lang) for word in (terms.EXPECTED, terms.MADE)]
    fits = apart / domain[1] * width >= sum(widest([word]) for word in said)
    inner, outer = ("right", "left") if fits else ("left", "right")
    for field, word, align in (
        ("expected", terms.EXPECTED, inner),
        ("made", terms.MADE, outer),
    ):
        shift = (7 if fits else -3) * (1 if align == "right" else -1)
        entry = [{**line, "word": word.say(canvas.lang)} for line in first]
        mark = words(canvas, align=align, dx=shift, dy=-22, fill=canvas.palette.muted)
        layers += haloed(canvas, entry, mark, x=number(field, domain), y=y, text={"field": "word"})
    return layers
