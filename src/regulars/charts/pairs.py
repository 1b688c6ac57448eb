"""Two bars a line: what it is before, and after; or what is spent beside what would be best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
from regulars.charts.measure import wrap

BAR = 22


def pairs(rows: Sequence[Row], canvas: Canvas, *, series: Sequence[str]) -> Spec:
    """Bars from a common zero, in pairs.

    Parameters
    ----------
    rows : ``label, values, said``: one value a series (money, a share: all of one kind), and each
        value in words; the axis takes its words from the first and last mark it can place.
    series : what the bars of a pair are called; one for single bars.
    """
    bars = [
        {
            "row": f"{at}.{n}",
            "value": value,
            "said": said,
            "series": n,
            "colour": canvas.palette.tiers[1] if n == 0 and len(series) > 1
            else canvas.palette.tiers[0],
        }
        for at, row in enumerate(rows)
        for n, (value, said) in enumerate(zip(row["values"], row["said"], strict=True))
    ]  # fmt: skip
    labels = [wrap(row["label"], 100 if canvas.narrow else 200) for row in rows]
    values = [0.0, *(b["value"] for b in bars)]
    low, high = min(values), max(values)
    domain = [low, high if high > low else low + 1.0]
    room = widest(b["said"] for b in bars) + 10
    left = widest((line for label in labels for line in label), bold=True) + 12
    keyed = len(series) > 1
    margins = Margins(
        left=left + (room if low < 0 else 0),
        right=room,
        top=LINE + 10 if keyed else 4,
        bottom=8,
    )
    height = BAR * len(bars) + 10 * len(rows)
    # A gap after each pair: bands of their own, in which nothing is drawn.
    order = [name for at in range(len(rows)) for name in (*_of(bars, at), f"{at}.gap")]
    y = band("row", order, inner=0.12)
    zero = fitting(low, domain[1], canvas.width - margins.left - margins.right, _no_words, most=5)
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            *grid_x(canvas, zero, domain=domain, height=height)[:1],
            layer(
                bars,
                {"type": "bar"},
                x=number("value", domain),
                x2={"datum": 0},
                y=y,
                color=colour(),
            ),
            *_values(canvas, bars, domain, y),
            *_labels(canvas, labels, order, y, left=-margins.left),
            *(_key(canvas, series, left=-margins.left) if keyed else []),
        ],
    )


def _of(bars: Sequence[Row], at: int) -> list[str]:
    return [b["row"] for b in bars if b["row"].partition(".")[0] == str(at)]


def _no_words(_: float) -> str:
    return ""


def _values(canvas: Canvas, bars: Sequence[Row], domain: Sequence[float], y: Spec) -> list[Spec]:
    text, x = {"field": "said"}, number("value", domain)
    falls = [b for b in bars if b["value"] < 0]
    rises = [b for b in bars if b["value"] >= 0]
    return [
        layer(falls, words(canvas, align="right", dx=-6), x=x, y=y, text=text),
        layer(rises, words(canvas, dx=6), x=x, y=y, text=text),
    ]


def _labels(
    canvas: Canvas, labels: Sequence[list[str]], order: Sequence[str], y: Spec, *, left: float
) -> list[Spec]:
    layers = []
    for at, label in enumerate(labels):
        bars = [name for name in order if name.startswith(f"{at}.") and not name.endswith("gap")]
        row: dict[str, Any] = {"row": bars[0], "label": label}
        # The first line stands on the first bar; two bars of one line share it in the middle.
        shift = 0.0 if len(label) > 1 or len(bars) == 1 else BAR / 2
        mark = words(canvas, fontWeight=600, dy=shift)
        layers.append(layer([row], mark, x={"value": left}, y=y, text={"field": "label"}))
    return layers


def _key(canvas: Canvas, series: Sequence[str], *, left: float) -> list[Spec]:
    entries: list[dict[str, Any]] = []
    at = left
    for n, name in enumerate(series):
        entries.append({"at": at, "name": name, "colour": canvas.palette.tiers[1 - n]})
        at += widest([name]) + 34
    pixels = {"field": "at", "type": "quantitative", "scale": None, "axis": None}
    above = {"value": -LINE}
    return [
        layer(
            entries,
            {"type": "square", "size": 90, "opacity": 1, "xOffset": 5},
            x=pixels,
            y=above,
            color=colour(),
        ),
        layer(entries, words(canvas, dx=16), x=pixels, y=above, text={"field": "name"}),
    ]
