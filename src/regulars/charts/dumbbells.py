"""Groups A–E: what share of the customers each is, against the share of revenue it brings."""

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
    frame,
    grid_x,
    haloed,
    layer,
    number,
    ticks,
    widest,
    words,
)
from regulars.charts.measure import wrap
from regulars.charts.numbers import known

ROW_HEIGHT = 46


def groups(rows: Sequence[Row], canvas: Canvas) -> Spec:
    """Two points a group: a ring for its share of customers, a disc for that of revenue.

    Parameters
    ----------
    rows : rows of the analysis ``groups``: ``group, customer_share, revenue_share`` (shares 0–1).
    """
    lines = [_line(row, canvas) for row in sorted(rows, key=lambda r: r["group"], reverse=True)]
    names = [line["row"] for line in lines]
    points = [p for line in lines for p in _points(line, canvas)]
    top = max((p["share"] for p in points), default=1.0) or 1.0
    domain = [0.0, top]
    room = widest(["<0.1%", "0.99%"]) + 14
    left = widest(part for line in lines for part in line["label"]) + 12
    margins = Margins(left=left + room, right=room, top=30, bottom=26)
    height = ROW_HEIGHT * len(lines)
    y = band("row", names)
    x = number("share", domain)
    marks = {t: f"{t:.0%}" for t in ticks(0, top, 4 if canvas.narrow else 6)}
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            *grid_x(canvas, marks, domain=domain, height=height),
            *_dumbbells(lines, points, x=x, y=y, domain=domain),
            *[
                text
                for side, align, shift in (("left", "right", -12), ("right", "left", 12))
                for text in haloed(
                    canvas,
                    [p for p in points if p["side"] == side],
                    words(canvas, align=align, dx=shift),
                    x=x,
                    y=y,
                    text={"field": "value"},
                )
            ],
            *_names(canvas, lines, y=y, left=-margins.left),
            *_key(canvas, points, names, x=x, y=y),
        ],
    )


def _line(row: Row, canvas: Canvas) -> dict[str, Any]:
    name = row["group"]
    label = canvas.group(name)
    return {
        "row": name,
        "opens": name,
        "label": wrap(label, 92) if canvas.narrow else [label],
        "customers": row["customer_share"],
        "revenue": row["revenue_share"],
        "colour": canvas.palette.group(name),
    }


def _points(line: dict[str, Any], canvas: Canvas) -> list[dict[str, Any]]:
    pair = [(kind, line[kind]) for kind in ("customers", "revenue") if known(line[kind])]
    lower = min(pair, key=lambda p: p[1])[0] if pair else ""
    return [
        {
            "row": line["row"],
            "opens": line["row"],
            "kind": kind,
            "share": share,
            "value": "<0.1%" if 0 < share < 0.001 else str(canvas.numbers.share(share)),
            "side": "left" if kind == lower and len(pair) > 1 else "right",
            "colour": line["colour"],
            "fill": line["colour"] if kind == "revenue" else canvas.palette.paper,
        }
        for kind, share in pair
    ]


def _dumbbells(
    lines: Sequence[dict[str, Any]],
    points: Sequence[dict[str, Any]],
    *,
    x: Spec,
    y: Spec,
    domain: Sequence[float],
) -> list[Spec]:
    joined = [line for line in lines if known(line["customers"]) and known(line["revenue"])]
    drawn = {"field": "colour", "type": "nominal", "scale": None}
    return [
        layer(
            joined,
            {"type": "rule", "strokeWidth": 4},
            x=number("customers", domain),
            x2={"field": "revenue"},
            y=y,
            color=drawn,
        ),
        layer(
            points,
            {"type": "point", "size": 150, "strokeWidth": 3, "opacity": 1, "filled": False},
            x=x,
            y=y,
            stroke=drawn,
            fill={"field": "fill", "type": "nominal", "scale": None},
        ),
    ]


def _names(canvas: Canvas, lines: Sequence[dict[str, Any]], *, y: Spec, left: float) -> list[Spec]:
    depths = sorted({len(line["label"]) for line in lines})
    return [
        layer(
            [line for line in lines if len(line["label"]) == depth],
            words(canvas, dy=-(depth - 1) * LINE / 2),
            x={"value": left},
            y=y,
            text={"field": "label"},
        )
        for depth in depths
    ]


def _key(
    canvas: Canvas, points: Sequence[dict[str, Any]], names: Sequence[str], *, x: Spec, y: Spec
) -> list[Spec]:
    """The two words of the key above the first row's own points, pulled apart where they meet."""
    first = [p for p in points if names and p["row"] == names[0]]
    said = {"customers": terms.OF_CUSTOMERS, "revenue": terms.OF_REVENUE}
    layers: list[Spec] = []
    for point in first:
        outward = "right" if point["side"] == "left" else "left"
        shift = 7 if outward == "right" else -7
        entry = {**point, "word": said[point["kind"]].say(canvas.lang)}
        mark = words(canvas, align=outward, dx=shift, dy=-23, fill=canvas.palette.muted)
        layers += haloed(canvas, [entry], mark, x=x, y=y, text={"field": "word"})
    return layers
