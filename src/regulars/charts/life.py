"""One customer's life: P(alive) over time, purchases as ticks, the stages as bands beneath."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from regulars.charts import terms
from regulars.charts.canvas import (
    LINE,
    Canvas,
    Margins,
    Row,
    Spec,
    colour,
    frame,
    grid_y,
    layer,
    number,
    widest,
    words,
)
from regulars.charts.measure import text_width

HEIGHT, TICKS, BAND, GAP = 150, 12, 22, 12
MONTHS_OF_MARKS = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240)


def life(
    points: Sequence[Row],
    purchases: Sequence[dt.date],
    spells: Sequence[Row],
    canvas: Canvas,
    *,
    start: dt.date,
    end: dt.date,
) -> Spec:
    """How likely a customer still was one on each day, when they bought, in which stage they stood.

    Parameters
    ----------
    points : ``day, p_alive``, in the order of the days; none where there is no model.
    purchases : days of purchase.
    spells : ``since, until, stage``, each until the first day of the next; none where unknown.
    start, end : the days that are drawn; the last is not included.
    """
    first, last = start.toordinal(), max(end.toordinal(), start.toordinal() + 1)
    domain = [first, last]
    x = number("at", domain)
    marks = {t: f"{t:.0%}" for t in (0, 0.5, 1)} if points else {}
    curve = HEIGHT if points else 0
    margins = Margins(left=max(widest(marks.values()) + 14, 8), right=14, top=LINE, bottom=30)
    room = canvas.width - margins.left - margins.right
    below = curve + TICKS + GAP
    height = below + (BAND if spells else 0)
    share = {**number("share", [0, 1]), "scale": {"domain": [0, 1], "range": [curve, 0]}}
    line = [{"at": p["day"].toordinal(), "share": p["p_alive"]} for p in points]
    bought = [{"at": day.toordinal(), "day": day.isoformat()} for day in purchases]
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            *(_grid(canvas, marks, curve)),
            layer(
                line,
                {"type": "line", "strokeWidth": 2, "stroke": canvas.palette.ink,
                 "interpolate": "linear"},
                x=x, y=share,
            ),
            layer(
                bought,
                {"type": "rule", "strokeWidth": 1.5, "stroke": canvas.palette.muted},
                x=x, y={"value": curve + 4}, y2={"value": curve + 4 + TICKS},
                tooltip={"field": "day", "type": "nominal"},
            ),
            *_bands(canvas, spells, domain=domain, top=below, room=room),
            *_days(canvas, start, end, domain=domain, room=room, height=height),
        ],
    )  # fmt: skip


def _grid(canvas: Canvas, marks: Mapping[float, str], curve: int) -> list[Spec]:
    drawn = grid_y(canvas, marks, domain=[0, 1]) if marks else []
    for one in drawn:
        one["encoding"]["y"]["scale"] = {"domain": [0, 1], "range": [curve, 0]}
    return drawn


def _bands(
    canvas: Canvas, spells: Sequence[Row], *, domain: Sequence[int], top: int, room: float
) -> list[Spec]:
    rows: list[dict[str, Any]] = []
    for spell in spells:
        since = max(spell["since"].toordinal(), domain[0])
        until = min(spell["until"].toordinal(), domain[1])
        if until <= since:
            continue
        name = terms.named(terms.STAGES, spell["stage"], canvas.lang)
        width = (until - since) / (domain[1] - domain[0]) * room
        rows.append({
            "at": since, "until": until, "middle": (since + until) / 2,
            "colour": canvas.palette.stage(spell["stage"]),
            "name": name if text_width(name, 12) + 8 <= width else "",
            "tooltip": f"{name}: {spell['since'].isoformat()}",
        })  # fmt: skip
    return [
        layer(
            rows,
            {"type": "rect", "stroke": canvas.palette.paper, "strokeWidth": 1},
            x=number("at", domain), x2={"field": "until"},
            y={"value": top}, y2={"value": top + BAND}, color=colour(),
            tooltip={"field": "tooltip", "type": "nominal"},
        ),
        layer(
            rows,
            {**words(canvas, align="center"), "fontSize": 12, "fill": canvas.palette.paper},
            x=number("middle", domain), y={"value": top + BAND / 2},
            text={"field": "name"},
        ),
    ]  # fmt: skip


def _days(
    canvas: Canvas, start: dt.date, end: dt.date, *, domain: Sequence[int], room: float, height: int
) -> list[Spec]:
    """First days of months or years, as many as find room."""
    rows: list[dict[str, Any]] = []
    for step in MONTHS_OF_MARKS:
        rows = _marks(start, end, step, canvas)
        needed = sum(text_width(row["label"], 13) + 16 for row in rows)
        if needed <= room or step == MONTHS_OF_MARKS[-1]:
            break
    return [
        layer(
            rows,
            words(canvas, align="center", fill=canvas.palette.muted),
            x=number("at", domain), y={"value": height + 16}, text={"field": "label"},
        )
    ]  # fmt: skip


def _marks(start: dt.date, end: dt.date, step: int, canvas: Canvas) -> list[dict[str, Any]]:
    month = start.year * 12 + start.month  # the month after that of the start
    month += -month % step
    rows = []
    while (day := dt.date(month // 12, month % 12 + 1, 1)) < end:
        yearly = step >= 12
        label = str(day.year) if yearly else f"{day.year}-{day.month:02d}"
        rows.append({"at": day.toordinal(), "label": label})
        month += step
    return rows
