"""Shares over versions of the facts: a line for each, its name at its end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from regulars.charts.canvas import (
    LINE,
    Canvas,
    Margins,
    Row,
    Spec,
    colour,
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
from regulars.charts.measure import shorten
from regulars.charts.numbers import known

MOST_LABELS = 8


def shares_over(rows: Sequence[Row], canvas: Canvas, *, across: str) -> Spec:
    """Lines of shares, one a series, over places that are named beneath.

    Parameters
    ----------
    rows : ``place`` (0, 1, …), ``label`` of the place, ``series`` and ``share`` (0–1); what is not
        known is a gap in its line.
    across : what the places are.
    """
    drawn = [dict(row) for row in rows if known(row["share"])]
    series = list(dict.fromkeys(row["series"] for row in drawn))
    colours = _colours(canvas, len(series))
    for row in drawn:
        row["colour"] = colours[series.index(row["series"])]
    last = max([1, *(int(row["place"]) for row in rows)])
    top = max([0.01, *(row["share"] for row in drawn)])
    height = 240 if canvas.narrow else 280
    room = 150 if canvas.narrow else 280
    ends = _ends(drawn, canvas, height=height, top=top, room=room)
    x, y = number("place", [0, last]), number("share", [0, top])
    y_marks = {t: f"{t:.1%}" if top < 0.05 else f"{t:.0%}" for t in ticks(0, top, 5)}
    x_marks = _places(rows)
    return frame(
        canvas,
        height=height,
        margins=Margins(
            left=widest(y_marks.values()) + 14,
            right=widest(end["name"] for end in ends) + 18,
            top=LINE,
            bottom=50,
        ),
        layers=[
            *grid_y(canvas, y_marks, domain=[0, top]),
            *grid_x(canvas, x_marks, domain=[0, last], height=height)[1:],
            *[layer_of for name in series for layer_of in _line(drawn, name, x=x, y=y)],
            *haloed(
                canvas,
                ends,
                words(canvas, dx=10),
                x=x,
                y={"field": "at", "type": "quantitative", "scale": None, "axis": None},
                text={"field": "name"},
            ),
            layer(
                [{"word": across}],
                words(canvas, fill=canvas.palette.muted),
                x={"value": 0},
                y={"value": height + 36},
                text={"field": "word"},
            ),
        ],
    )


def _line(drawn: Sequence[Row], name: str, *, x: Spec, y: Spec) -> list[Spec]:
    own = [row for row in drawn if row["series"] == name]
    return [
        layer(own, {"type": "line", "strokeWidth": 2.5, "stroke": own[0]["colour"]}, x=x, y=y),
        layer(
            own, {"type": "point", "size": 40, "filled": True, "opacity": 1}, x=x, y=y,
            color=colour(),
        ),
    ]  # fmt: skip


def _colours(canvas: Canvas, count: int) -> list[str]:
    """Colours that can be told apart; they mean nothing but which line it is."""
    palette = canvas.palette
    own = [palette.groups[4], palette.terms[1], palette.stages[1], palette.groups[2],
           palette.stages[5], palette.muted]  # fmt: skip
    return [own[n % len(own)] for n in range(count)]


def _places(rows: Sequence[Row]) -> dict[float, str]:
    labels = {int(row["place"]): str(row["label"]) for row in rows}
    step = max(1, -(-len(labels) // MOST_LABELS))
    return {float(at): label for at, label in sorted(labels.items()) if at % step == 0}


def _ends(
    drawn: Sequence[Row], canvas: Canvas, *, height: float, top: float, room: float
) -> list[dict[str, Any]]:
    """Each line's name and last share at its end, pushed apart until no two touch."""
    newest = {row["series"]: row for row in sorted(drawn, key=lambda row: int(row["place"]))}
    ends = [
        {
            **row,
            "at": height * (1 - row["share"] / top),
            "name": shorten(f"{canvas.numbers.share(row['share'])} {row['series']}", room),
        }
        for row in newest.values()
    ]
    ends.sort(key=lambda end: float(end["at"]))
    for upper, lower in pairwise(ends):
        lower["at"] = max(lower["at"], upper["at"] + LINE)
    limit = height
    for end in reversed(ends):
        end["at"] = min(end["at"], limit)
        limit = end["at"] - LINE
    return ends
