"""Pictures of audiences: how large they were at each snapshot, and how two of them overlap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

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
    ticks,
    widest,
    words,
)
from regulars.declare import Text

BOTH = Text("both", "两者皆有")


def audience_sizes(rows: Sequence[Row], canvas: Canvas) -> Spec:
    """Customers of an audience by the day of the snapshot, from zero; each snapshot is a point.

    Parameters
    ----------
    rows : ``as_of`` (a day), ``customers``; by day.
    """
    points = [
        {"day": row["as_of"].toordinal(), "customers": row["customers"],
         "said": f"{row['as_of'].isoformat()}: {canvas.numbers.count(row['customers'])}"}
        for row in rows
    ]  # fmt: skip
    height = 200 if canvas.narrow else 240
    top = max((p["customers"] for p in points), default=1) or 1
    first = min((p["day"] for p in points), default=0)
    last = max([first + 1, *(p["day"] for p in points)])
    x, y = number("day", [first, last]), number("customers", [0, top])
    y_marks = {t: str(canvas.numbers.about(t)) for t in ticks(0, top, 4) if t == int(t)}
    left = widest(y_marks.values()) + 14
    ends = _ends(points, canvas)
    right = widest([e["label"] for e in ends[-1:]], bold=True) + 18
    room = canvas.width - left - right
    x_marks = fitting(first, last, room, lambda t: dt.date.fromordinal(int(t)).isoformat(), most=5)
    line = {"strokeWidth": 3, "stroke": canvas.palette.groups[4]}
    return frame(
        canvas,
        height=height,
        margins=Margins(left=left, right=right, top=LINE + 8, bottom=30),
        layers=[
            *grid_y(canvas, y_marks, domain=[0, top]),
            *grid_x(canvas, x_marks, domain=[first, last], height=height),
            layer(points, {"type": "line", **line}, x=x, y=y),
            layer(
                points,
                {"type": "point", "filled": True, "size": 50, "opacity": 1,
                 "fill": canvas.palette.groups[4]},
                x=x, y=y, tooltip={"field": "said", "type": "nominal"},
            ),
            *[
                text
                for end in ends
                for text in haloed(
                    canvas, [end], words(canvas, dx=end["dx"], dy=end["dy"], fontWeight=600),
                    x=x, y=y, text={"field": "label"},
                )
            ],
        ],
    )  # fmt: skip


def _ends(points: Sequence[dict[str, Any]], canvas: Canvas) -> list[dict[str, Any]]:
    """The first and the last size, written at their points."""
    if not points:
        return []
    said = [{**p, "label": str(canvas.numbers.count(p["customers"]))} for p in points]
    last = {**said[-1], "dx": 10, "dy": 0}
    return [{**said[0], "dx": 2, "dy": -LINE + 2}, last] if len(said) > 1 else [last]


def audience_overlap(sizes: dict[str, int], canvas: Canvas, *, first: str, second: str) -> Spec:
    """Two bars on one line of customers: where one stands over the other, customers are in both.

    Parameters
    ----------
    sizes : ``only_first, both, only_second``.
    first, second : what the audiences are called.
    """
    only, both, other = (sizes[n] for n in ("only_first", "both", "only_second"))
    total = max(only + both + other, 1)
    bars = [
        {"row": 0, "from": 0, "to": only + both, "name": first, "colour": canvas.palette.groups[3],
         "said": f"{first}: {canvas.numbers.count(only + both)}"},
        {"row": 1, "from": only, "to": total, "name": second, "colour": canvas.palette.groups[1],
         "said": f"{second}: {canvas.numbers.count(both + other)}"},
    ]  # fmt: skip
    bar, gap = 30, 2 * LINE
    height = 2 * (bar + gap)
    domain = [0, total]
    x = number("from", domain)
    x_marks = fitting(0, total, canvas.width - 24, lambda t: str(canvas.numbers.about(t)))
    shared = [{"from": only, "to": only + both}] if both else []
    layers = [*grid_x(canvas, x_marks, domain=domain, height=height)]
    layers += [
        layer(
            shared, {"type": "rect", "fill": canvas.palette.ink, "opacity": 0.12},
            x=x, x2={"field": "to"}, y={"value": 0}, y2={"value": height},
        )
    ]  # fmt: skip
    for place, one in enumerate(bars):
        upper = place * (bar + gap) + gap
        layers += [
            layer(
                [one], {"type": "rect"}, x=x, x2={"field": "to"}, y={"value": upper},
                y2={"value": upper + bar}, color=colour(),
                tooltip={"field": "said", "type": "nominal"},
            ),
            *haloed(
                canvas, [one], words(canvas, fontWeight=600), x={"value": 0},
                y={"value": upper - LINE / 2 - 2}, text={"field": "said"},
            ),
        ]  # fmt: skip
    margins = Margins(left=12, right=12, top=4, bottom=28 if not both else 28 + LINE)
    if both:
        said = [{"from": only + both / 2,
                 "label": f"{BOTH.say(canvas.lang)}: {canvas.numbers.count(both)}"}]  # fmt: skip
        middle = (only + both / 2) / total
        align = "left" if middle < 0.25 else "right" if middle > 0.75 else "center"
        layers += haloed(
            canvas, said, words(canvas, align=align, fill=canvas.palette.ink), x=x,
            y={"value": height + 32}, text={"field": "label"},
        )  # fmt: skip
    return frame(canvas, height=height, margins=margins, layers=layers)
