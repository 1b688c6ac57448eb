"""Why customers who bought in both periods spent more or less: bars from a common zero."""

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
from regulars.charts.numbers import known
from regulars.charts.palette import TIER_NAMES

ROW_HEIGHT = 27


def causes(rows: Sequence[Row], canvas: Canvas) -> Spec:
    """Frequency, basket, price and own discounts, for core customers and for the others.

    Parameters
    ----------
    rows : rows of the analysis ``causes``: ``tier, cause, customers, amount_minor``. An amount
        of None is written as "unknown", without a bar.
    """
    bars = _bars(rows, canvas)
    names = [b["row"] for b in bars]
    amounts = [0.0, *(b["amount"] for b in bars if b["amount"] is not None)]
    low, high = min(amounts), max(amounts)
    if low == high:
        high = 1.0
    value_room = widest(b["value"] for b in bars) + 8
    most = 96 if canvas.narrow else 170
    labels = {b["cause"]: wrap(b["label"], most) for b in bars}
    left = 12 + widest((line for lines in labels.values() for line in lines), bold=True)
    tier_room = widest(b["tier_name"] for b in bars) + 10 if not canvas.narrow else 0.0
    # Values stand outside the ends of the bars, so both sides of the zero keep room for them.
    margins = Margins(
        left=left + tier_room + (value_room if low < 0 else 0),
        right=value_room if high > 0 else 12,
        top=24 if canvas.narrow else 4,
        bottom=28,
    )
    height = ROW_HEIGHT * len(bars)
    domain = [low, high]
    y = band("row", names, inner=0.26)
    marks = fitting(
        low,
        high,
        canvas.width - margins.left - margins.right,
        lambda t: str(canvas.numbers.money(t, figures=2, signed=True)) if t else "0",
    )
    drawn = [b for b in bars if b["amount"] is not None]
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            *grid_x(canvas, marks, domain=domain, height=height),
            layer(
                drawn,
                {"type": "bar"},
                x=number("amount", domain),
                x2={"datum": 0},
                y=y,
                color=colour(),
                tooltip={"field": "said", "type": "nominal"},
            ),
            *_values(canvas, bars, domain, y),
            *_labels(canvas, bars, labels, y=y, margins=margins),
        ],
    )


def _bars(rows: Sequence[Row], canvas: Canvas) -> list[dict[str, Any]]:
    found = {(r["cause"], r["tier"]): r for r in rows}
    bars: list[dict[str, Any]] = []
    for cause in terms.CAUSE_ORDER:
        for tier in (t for t in TIER_NAMES if (cause, t) in found):
            amount = found[cause, tier]["amount_minor"]
            label = terms.named(terms.CAUSES, cause, canvas.lang)
            tier_name = terms.named(terms.TIERS, tier, canvas.lang)
            value = str(canvas.numbers.money(amount, signed=True))
            bars.append(
                {
                    "row": f"{cause} {tier}",
                    "opens": tier,
                    "cause": cause,
                    "tier": tier,
                    "label": label,
                    "tier_name": tier_name,
                    "amount": amount if known(amount) else None,
                    "value": value,
                    "said": f"{label} · {tier_name}: {value}",
                    "colour": canvas.palette.tier(tier),
                }
            )
    return bars


def _values(
    canvas: Canvas, bars: Sequence[dict[str, Any]], domain: Sequence[float], y: Spec
) -> list[Spec]:
    falls = [b for b in bars if b["amount"] is not None and b["amount"] < 0]
    rises = [{**b, "amount": b["amount"] or 0} for b in bars if b not in falls]
    x = number("amount", domain)
    text = {"field": "value"}
    return [
        layer(falls, words(canvas, align="right", dx=-6), x=x, y=y, text=text),
        layer(rises, words(canvas, dx=6), x=x, y=y, text=text),
    ]


def _labels(
    canvas: Canvas,
    bars: Sequence[dict[str, Any]],
    labels: dict[str, list[str]],
    *,
    y: Spec,
    margins: Margins,
) -> list[Spec]:
    firsts = [
        {"row": b["row"], "label": labels[b["cause"]], "up": len(labels[b["cause"]])}
        for i, b in enumerate(bars)
        if i == 0 or bars[i - 1]["cause"] != b["cause"]
    ]
    layers = [
        layer(
            [f for f in firsts if f["up"] == lines],
            words(canvas, fontWeight=600),
            x={"value": -margins.left},
            y=y,
            text={"field": "label"},
        )
        for lines in sorted({f["up"] for f in firsts})
    ]
    if canvas.narrow:
        return [*layers, *_tier_key(canvas, bars, margins)]
    after_cause = widest((line for lines in labels.values() for line in lines), bold=True) + 12
    return [
        *layers,
        layer(
            bars,
            words(canvas, fill=canvas.palette.muted),
            x={"value": after_cause - margins.left},
            y=y,
            text={"field": "tier_name"},
        ),
    ]


def _tier_key(canvas: Canvas, bars: Sequence[dict[str, Any]], margins: Margins) -> list[Spec]:
    """Where there is no room for a column of tiers, a key of two words above the plot."""
    entries: list[dict[str, Any]] = []
    at = -margins.left
    for tier in (t for t in TIER_NAMES if any(b["tier"] == t for b in bars)):
        name = terms.named(terms.TIERS, tier, canvas.lang)
        entries.append({"at": at, "name": name, "colour": canvas.palette.tier(tier)})
        at += widest([name]) + 34
    above = {"value": -LINE + 4}
    pixels = {"field": "at", "type": "quantitative", "scale": None, "axis": None}
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
