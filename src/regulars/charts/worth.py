"""Lifetime value as it adds up, period by period: a line a plan, a band where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from regulars.charts.measure import shorten, wrap
from regulars.charts.numbers import known

MOST_LABEL = {True: 96.0, False: 190.0}


def lifetime_value(rows: Sequence[Row], canvas: Canvas, *, names: Mapping[str, str]) -> Spec:
    """Value per customer acquired, up to and with each period.

    Parameters
    ----------
    rows : ``plan, period, value_minor`` and, where the inputs have errors, ``low_minor,
        high_minor``; periods from 1. The first plan is the one that the others are held against.
    names : what each plan is called.
    """
    order = list(dict.fromkeys(r["plan"] for r in rows))
    points = [_point(row, order, canvas) for row in rows]
    ends = _ends(points, order, names, canvas)
    height = 240 if canvas.narrow else 300
    values = [0.0, *(v for p in points for v in (p["low"], p["value"], p["high"]))]
    low, high = min(values), max(values)
    domain = [low, high if high > low else low + 1.0]
    last = max((p["period"] for p in points), default=1)
    reach = [0.6, last + 0.15] if last == 1 else [1, last]
    y_marks = {
        t: str(canvas.numbers.money(t)) if t else "0" for t in ticks(domain[0], domain[1], 5)
    }
    x_marks = {t: f"{t:.0f}" for t in ticks(1, last, 8) if t >= 1 and t == int(t)} | {1: "1"}
    margins = Margins(
        left=widest(y_marks.values()) + 14,
        right=widest((line for e in ends for line in e["label"]), bold=True) + 16,
        top=LINE,
        bottom=LINE + 14,
    )
    x, y = number("period", reach), number("value", domain)
    banded = [p for p in points if p["high"] > p["low"]]
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            *grid_y(canvas, y_marks, domain=domain),
            *grid_x(canvas, x_marks, domain=reach, height=height),
            *[
                layer(
                    [p for p in points if p["plan"] == plan],
                    {"type": "area", "opacity": 0.16, "fill": _colour(plan, order, canvas)},
                    x=x,
                    y=number("low", domain),
                    y2={"field": "high"},
                )
                for plan in order
                if any(p["plan"] == plan for p in banded)
            ],
            *[
                layer(
                    [p for p in points if p["plan"] == plan],
                    {
                        "type": "line",
                        "strokeWidth": 3,
                        "stroke": _colour(plan, order, canvas),
                        **({"strokeDash": [6, 4]} if plan == order[0] and len(order) > 1 else {}),
                    },
                    x=x,
                    y=y,
                )
                for plan in order
            ],
            layer(
                points,
                {"type": "point", "size": 40, "filled": True, "opacity": 1},
                x=x,
                y=y,
                color=colour(),
            ),
            *[
                text
                for end in ends
                for text in haloed(
                    canvas,
                    [end],
                    words(
                        canvas,
                        dx=10,
                        dy=end["shift"] - (len(end["label"]) - 1) * LINE / 2,
                        fontWeight=600,
                        fill=end["colour"],
                    ),
                    x=x,
                    y=y,
                    text={"field": "label"},
                )
            ],
        ],
    )


def _point(row: Row, order: Sequence[str], canvas: Canvas) -> dict[str, Any]:
    value = row["value_minor"]
    low, high = row.get("low_minor"), row.get("high_minor")
    return {
        "plan": row["plan"],
        "period": row["period"],
        "value": value,
        "low": low if known(low) else value,
        "high": high if known(high) else value,
        "colour": _colour(row["plan"], order, canvas),
    }


def _colour(plan: str, order: Sequence[str], canvas: Canvas) -> str:
    palette = canvas.palette
    shades = (palette.groups[4], palette.groups[2], palette.terms[4], palette.terms[1])
    at = order.index(plan)
    if at == 0 and len(order) > 1:
        return palette.muted
    return shades[(at - 1) % len(shades)] if at else shades[0]


def _ends(
    points: Sequence[dict[str, Any]],
    order: Sequence[str],
    names: Mapping[str, str],
    canvas: Canvas,
) -> list[dict[str, Any]]:
    """The last point of each plan with its label, pushed apart so that none covers another."""
    room = MOST_LABEL[canvas.narrow]
    found = []
    for plan in order:
        end = [p for p in points if p["plan"] == plan][-1]
        value = str(canvas.numbers.money(end["value"]))
        name = [] if len(order) == 1 else wrap(names.get(plan, plan), room)[:2]
        label = [*(shorten(line, room) for line in name), value]
        found.append({**end, "label": label, "shift": 0.0})
    values = [0.0, *(v for p in points for v in (p["low"], p["value"], p["high"]))]
    scale = (240 if canvas.narrow else 300) / ((max(values) - min(values)) or 1.0)
    top = max(values) * scale + LINE
    floor = float("-inf")
    for end in sorted(found, key=lambda end: end["value"]):
        end["tall"], end["at"] = len(end["label"]) * LINE + 2, end["value"] * scale
        end["foot"] = max(end["at"] - end["tall"] / 2, floor)
        floor = end["foot"] + end["tall"]
    # What was pushed over the top comes down again, and takes with it what stands beneath.
    for end in sorted(found, key=lambda end: -end["value"]):
        end["foot"] = min(end["foot"], top - end["tall"])
        end["shift"] = end["at"] - (end["foot"] + end["tall"] / 2)
        top = end["foot"]
    return found
