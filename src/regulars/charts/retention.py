"""A rate or a survival over periods: what was seen, how sure that is, and how a curve goes on."""

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
    frame,
    grid_x,
    grid_y,
    haloed,
    layer,
    number,
    ticks,
    widest,
    words,
)
from regulars.charts.numbers import known

SEEN = "seen"


def retention(rows: Sequence[Row], canvas: Canvas, *, across: str) -> Spec:
    """Seen values as a strong line, what lies beyond them dashed, a band of 95% about both.

    Parameters
    ----------
    rows : ``period, share, low, high`` and where it comes from, ``rate_from``; by period.
    across : what the periods are called.
    """
    points = [_point(row) for row in rows if known(row["share"])]
    seen = [p for p in points if p["seen"]]
    beyond = [p for p in points if not p["seen"]]
    height = 240 if canvas.narrow else 300
    top = max((p["high"] for p in points), default=1.0) or 1.0
    first = min((p["period"] for p in points), default=0)
    last = max([first + 1, *(p["period"] for p in points)])
    x, y = number("period", [first, last]), number("share", [0, top])
    y_marks = {t: f"{t:.0%}" for t in ticks(0, top, 5)}
    x_marks = {t: f"{t:.0f}" for t in ticks(first, last, 8) if t == int(t) and t >= first}
    x_marks |= {float(first): f"{first:.0f}"}
    ends = _ends(seen, beyond, canvas)
    right = widest((line for end in ends[-1:] for line in end["label"]), bold=True) + 16
    band = {"type": "area", "opacity": 0.16, "fill": canvas.palette.groups[4]}
    line = {"type": "line", "strokeWidth": 3, "stroke": canvas.palette.groups[4]}
    return frame(
        canvas,
        height=height,
        margins=Margins(
            left=widest(y_marks.values()) + 14, right=right, top=LINE + 14, bottom=50
        ),
        layers=[
            *grid_y(canvas, y_marks, domain=[0, top]),
            *grid_x(canvas, x_marks, domain=[first, last], height=height),
            *[
                layer(part, band, x=x, y=number("low", [0, top]), y2={"field": "high"})
                for part in (seen, beyond)
            ],
            layer(seen, line, x=x, y=y),
            layer(
                [*seen[-1:], *beyond] if beyond else [],
                {**line, "strokeWidth": 2, "strokeDash": [2, 4]},
                x=x,
                y=y,
            ),
            layer(
                seen,
                {"type": "point", "size": 40, "filled": True, "opacity": 1,
                 "fill": canvas.palette.groups[4]},
                x=x,
                y=y,
            ),
            *[
                text
                for end in ends
                for text in haloed(
                    canvas,
                    [end],
                    words(canvas, dx=end["dx"], dy=end["dy"], fontWeight=600),
                    x=x,
                    y=y,
                    text={"field": "label"},
                )
            ],
            layer(
                [{"word": across}],
                words(canvas, fill=canvas.palette.muted),
                x={"value": 0},
                y={"value": height + 36},
                text={"field": "word"},
            ),
        ],
    )  # fmt: skip


def _point(row: Row) -> dict[str, Any]:
    value = row["share"]
    low, high = row["low"], row["high"]
    return {
        "period": row["period"],
        "share": value,
        "low": low if known(low) else value,
        "high": high if known(high) else value,
        "seen": row["rate_from"] == SEEN,
    }


def _ends(
    seen: Sequence[dict[str, Any]], beyond: Sequence[dict[str, Any]], canvas: Canvas
) -> list[dict[str, Any]]:
    """The first and the last value in words; the last says where it is a curve's."""
    points = [*seen, *beyond]
    if not points:
        return []
    last = points[-1]
    label = [str(canvas.numbers.share(last["share"]))]
    if beyond:
        label.append(terms.BY_CURVE.say(canvas.lang))
    shift = -(len(label) - 1) * LINE / 2
    ends = [{**last, "label": label, "dx": 10, "dy": shift}]
    if len(points) > 1:
        said = [str(canvas.numbers.share(points[0]["share"]))]
        ends.insert(0, {**points[0], "label": said, "dx": 6, "dy": -LINE})
    return ends
