"""Life stages: how many stand in each beside what steady buying would show, and month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from regulars.charts import terms
from regulars.charts.canvas import (
    LINE,
    Canvas,
    Margins,
    Row,
    Spec,
    band,
    colour,
    fitting,
    frame,
    grid_x,
    layer,
    number,
    widest,
    words,
)
from regulars.charts.numbers import known

ROW_HEIGHT = 34
DASH = "\N{EN DASH}"
THIN = 0.004  # a band of fewer is there, and has no name of its own in the picture


def life_stages(rows: Sequence[Row], canvas: Canvas) -> Spec:
    """A bar a stage, and a stroke where it would end if everybody bought steadily.

    Parameters
    ----------
    rows : rows of the analysis ``lifecycle``: ``stage, customers, steady_customers``.
    """
    lines = [_line(r, canvas) for r in _ordered(rows) if r["customers"] or r["steady_customers"]]
    ends = [v for line in lines for v in (line["customers"], line["steady"]) if known(v)]
    top = max(ends, default=1.0) or 1.0
    domain = [0.0, top]
    left = widest(line["label"] for line in lines) + 12
    heads = (terms.NOW.say(canvas.lang), terms.STEADY.say(canvas.lang))
    now, if_steady = (
        widest([head, *(line[name] for line in lines)]) + 14
        for head, name in zip(heads, ("value", "beside"), strict=True)
    )
    right = now + if_steady
    margins = Margins(left=left, right=right, top=28, bottom=26)
    height = ROW_HEIGHT * max(len(lines), 1)
    y = band("row", [line["row"] for line in lines], inner=0.35)
    marks = fitting(
        0.0, top, canvas.width - left - right, lambda t: str(canvas.numbers.about(t)), most=5
    )
    steady = [line for line in lines if known(line["steady"])]
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            *grid_x(canvas, marks, domain=domain, height=height),
            layer(
                lines, {"type": "bar"}, x=number("customers", domain), x2={"datum": 0}, y=y,
                color=colour(),
            ),
            *_strokes(canvas, steady, y=y, domain=domain),
            layer(
                lines, words(canvas), x={"value": -left}, y=y, text={"field": "label"}
            ),
            *_counts(
                canvas, lines, heads=heads, y=y,
                places=(canvas.width - left - if_steady, canvas.width - left),
            ),
        ],
    )  # fmt: skip


def _ordered(rows: Sequence[Row]) -> list[Row]:
    place = {name: i for i, name in enumerate(terms.STAGE_ORDER)}
    return sorted(rows, key=lambda r: place.get(r["stage"], 99))


def _line(row: Row, canvas: Canvas) -> dict[str, Any]:
    customers, steady = row["customers"] or 0, row["steady_customers"]
    return {
        "row": row["stage"],
        "opens": row["stage"],
        "label": terms.named(terms.STAGES, row["stage"], canvas.lang),
        "customers": customers,
        "steady": steady,
        "value": str(canvas.numbers.about(customers)),
        "beside": str(canvas.numbers.about(round(steady))) if known(steady) else DASH,
        "colour": canvas.palette.stage(row["stage"]),
    }


def _strokes(
    canvas: Canvas, lines: Sequence[Row], *, y: Spec, domain: Sequence[float]
) -> list[Spec]:
    """A dark stroke with a light rim, so that it is seen on a bar and beside it."""
    x = number("steady", domain)
    tick: Spec = {"type": "tick", "orient": "vertical", "opacity": 1, "size": 30}
    return [
        layer(lines, {**tick, "thickness": 6, "color": canvas.palette.paper}, x=x, y=y),
        layer(lines, {**tick, "thickness": 2, "color": canvas.palette.ink}, x=x, y=y),
    ]


def _counts(
    canvas: Canvas,
    lines: Sequence[Row],
    *,
    heads: Sequence[str],
    y: Spec,
    places: Sequence[float],
) -> list[Spec]:
    """Two columns of numbers: those of the bars and those of the strokes."""
    muted = canvas.palette.muted
    layers: list[Spec] = []
    for head, name, place, fill in zip(
        heads, ("value", "beside"), places, (canvas.palette.ink, muted), strict=True
    ):
        right = {"value": place}
        mark = words(canvas, align="right", fill=fill)
        layers.append(layer(lines, mark, x=right, y=y, text={"field": name}))
        above = words(canvas, align="right", fill=muted)
        layers.append(
            layer([{"word": head}], above, x=right, y={"value": -14}, text={"field": "word"})
        )
    return layers


def life_months(rows: Sequence[Row], canvas: Canvas) -> Spec:
    """One column a month: the share of customers in each stage, one upon the other.

    Parameters
    ----------
    rows : rows of the analysis ``lifecycle_trend``: ``month, stage, share``.
    """
    months = sorted({str(r["month"]) for r in rows})
    boxes = [box for month in months for box in _column(month, rows, canvas)]
    height = 260 if canvas.narrow else 320
    ends = _ends([b for b in boxes if months and b["month"] == months[-1]], height=height)
    right = widest(end["label"] for end in ends) + 12
    margins = Margins(left=38, right=right, top=LINE + 12, bottom=28)
    x = band("month", months, inner=0.12)
    room = (canvas.width - 38 - right) / max(len(months), 1)
    step = max(1, -(-int(widest(months) + 12) // max(int(room), 1)))
    shown = [{"month": m, "label": m} for i, m in enumerate(months) if i % step == 0]
    y = number("low", [0.0, 1.0])
    halves = [{"at": at, "label": f"{at:.0%}"} for at in (0.0, 0.5, 1.0)]
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            layer(
                boxes, {"type": "bar", "stroke": canvas.palette.paper, "strokeWidth": 1},
                x=x, y=y, y2={"field": "high"}, color=colour(),
            ),
            layer(
                halves, words(canvas, align="right", fill=canvas.palette.muted),
                x={"value": -6}, y=number("at", [0.0, 1.0]), text={"field": "label"},
            ),
            layer(
                shown, words(canvas, align="center", fill=canvas.palette.muted),
                x=x, y={"value": height + 14}, text={"field": "label"},
            ),
            layer(
                ends, words(canvas), x={"value": canvas.width - 38 - right + 6},
                y={"field": "place", "type": "quantitative", "scale": None, "axis": None},
                text={"field": "label"},
            ),
            layer(
                [{"word": terms.STAGE_SHARES.say(canvas.lang)}],
                words(canvas, fill=canvas.palette.muted),
                x={"value": -38}, y={"value": -LINE}, text={"field": "word"},
            ),
        ],
    )  # fmt: skip


def _column(month: str, rows: Sequence[Row], canvas: Canvas) -> list[dict[str, Any]]:
    """The boxes of one month from the foot upwards."""
    boxes: list[dict[str, Any]] = []
    low = 0.0
    for row in _ordered([r for r in rows if str(r["month"]) == month and known(r["share"])]):
        if row["share"] <= 0:
            continue
        stage = terms.named(terms.STAGES, row["stage"], canvas.lang)
        boxes.append(
            {
                "month": month,
                "opens": f"{month} {row['stage']}",
                "low": low,
                "high": low + row["share"],
                "share": row["share"],
                "label": f"{stage} {canvas.numbers.share(row['share'])}",
                "colour": canvas.palette.stage(row["stage"]),
            }
        )
        low += row["share"]
    return boxes


def _ends(boxes: Sequence[Mapping[str, Any]], *, height: float) -> list[dict[str, Any]]:
    """Names right of the last column, pushed apart until no two touch."""
    ends: list[dict[str, Any]] = [
        {**box, "place": height * (1 - (box["low"] + box["high"]) / 2)}
        for box in boxes
        if box["share"] >= THIN
    ]
    ends.sort(key=lambda end: float(end["place"]))
    for upper, lower in pairwise(ends):
        lower["place"] = max(lower["place"], upper["place"] + LINE)
    limit = height - LINE / 2
    for end in reversed(ends):
        end["place"] = min(end["place"], limit)
        limit = end["place"] - LINE
    return ends
