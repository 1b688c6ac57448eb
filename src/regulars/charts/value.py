"""Who brings the value, where it stands by frequency and recency, and totals by segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from regulars.charts import terms
from regulars.charts.canvas import (
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
from regulars.charts.matrix import Cell, grid_of, percent, shade
from regulars.charts.numbers import known

ROW_HEIGHT = 27
SEGMENT_HEIGHT = 34
Measure = Literal["alive", "spend"]


def value_distribution(rows: Sequence[Row], canvas: Canvas) -> Spec:
    """The share of the coming year's spend expected from each tenth of the customers.

    Parameters
    ----------
    rows : rows of the analysis ``value_distribution``: ``tenth, spend_share,
        expected_spend_365d_minor``. Customers whose value is unknown have no bar.
    """
    bars = [_bar(row, canvas) for row in rows if known(row["tenth"]) and known(row["spend_share"])]
    names = [bar["row"] for bar in bars]
    top = max((bar["share"] for bar in bars), default=1.0) or 1.0
    domain = [0.0, top]
    margins = Margins(
        left=widest(names, bold=True) + 12,
        right=widest(bar["value"] for bar in bars) + 10,
        top=24,
        bottom=4,
    )
    x, y = number("share", domain), band("row", names, inner=0.26)
    note = words(canvas, fill=canvas.palette.muted)
    at = {"x": {"value": -margins.left}, "y": {"value": -12}}
    return frame(
        canvas,
        height=ROW_HEIGHT * len(bars),
        margins=margins,
        layers=[
            layer([{"word": terms.TENTHS.say(canvas.lang)}], note, **at, text={"field": "word"}),
            layer(bars, {"type": "bar"}, x=x, x2={"datum": 0}, y=y, color=colour()),
            layer(bars, words(canvas, dx=6), x=x, y=y, text={"field": "value"}),
            *[
                layer(
                    [bar for bar in bars if (bar["tenth"] == 1) == first],
                    words(canvas, fontWeight=600 if first else 400),
                    x={"value": -margins.left},
                    y=y,
                    text={"field": "row"},
                )
                for first in (True, False)
            ],
        ],
    )


def _bar(row: Row, canvas: Canvas) -> dict[str, Any]:
    share = canvas.numbers.share(row["spend_share"])
    money = canvas.numbers.money(row["expected_spend_365d_minor"])
    text = terms.SHARE_AND_MONEY.fill(canvas.lang, share=share, money=money)
    first = row["tenth"] == 1
    return {
        "tenth": row["tenth"],
        "opens": str(row["tenth"]),
        "row": terms.tenth(row["tenth"], canvas.lang),
        "share": row["spend_share"],
        "value": text,
        "colour": canvas.palette.tiers[0 if first else 1],
    }


def value_matrix(rows: Sequence[Row], canvas: Canvas, *, measure: Measure = "alive") -> Spec:
    """Purchase days against the time since the last one: P(alive), or the expected spend.

    Those who bought most often and most lately stand top right, as in the cells of R and F.

    Parameters
    ----------
    rows : rows of the analysis ``value_matrix``: the ends of both bands, ``customers, p_alive,
        expected_spend_per_customer_minor``.
    measure : "alive" or "spend", the mean expected spend of a customer in the next 365 days.
    """
    often = sorted({_often(r) for r in rows}, key=lambda ends: -ends[0])
    silent = sorted({_silent(r) for r in rows}, key=lambda ends: -ends[0])
    column = "p_alive" if measure == "alive" else "expected_spend_per_customer_minor"
    top = (
        1.0 if measure == "alive" else max((r[column] for r in rows if known(r[column])), default=1)
    )
    cells: list[Cell] = [
        {
            "row": str(_often(r)),
            "column": str(_silent(r)),
            "text": [
                percent(r[column]) if measure == "alive" else _spend(r[column], canvas),
                f"{r['customers']:,}"
                if canvas.narrow
                else terms.CUSTOMERS_SHORT.fill(canvas.lang, n=f"{r['customers']:,}"),
            ],
            **shade(canvas, r[column], top=top or 1.0),
        }
        for r in rows
    ]
    lang = canvas.lang
    return grid_of(
        canvas,
        cells,
        rows={
            str(ends): [
                terms.span(ends)
                if canvas.narrow
                else (terms.BOUGHT_ON_ONE if ends == (1, 1) else terms.BOUGHT_ON).fill(
                    lang, days=terms.span(ends)
                )
            ]
            for ends in often
        },
        columns={str(ends): [terms.span(ends)] for ends in silent},
        height=50,
        above=(terms.SILENT_FOR_NARROW if canvas.narrow else terms.SILENT_FOR).say(lang),
    )


def _often(row: Row) -> tuple[int, int | None]:
    return row["purchase_days_from"], row["purchase_days_to"]


def _silent(row: Row) -> tuple[int, int | None]:
    return row["recency_days_from"], row["recency_days_to"]


def _spend(minor: float | None, canvas: Canvas) -> str:
    """In units of the currency, which the words about the picture name: room is short."""
    if minor is None or not known(minor):
        return terms.DASH
    numbers = canvas.numbers
    if 0 < minor < 1:
        return f"<{numbers.amount(1)}"
    major = minor / 10**numbers.exponent
    if major < 1:
        return f"{major:.{numbers.exponent}f}"
    if canvas.narrow and canvas.lang == "en" and 10_000 <= major < 1_000_000:
        return f"{major / 1000:.0f}k"
    return str(numbers.about(major, figures=2 if canvas.narrow or major < 10 else 3))


def value_totals(rows: Sequence[Row], canvas: Canvas, *, names: Mapping[str, str]) -> Spec:
    """Expected spend of the next 365 days by segment, with the interval of the sum.

    Parameters
    ----------
    rows : rows of the analysis ``value_totals`` without that of the whole base: ``segment,
        expected_spend_365d_minor`` and its ends.
    names : what each segment is called.
    """
    dots = [_dot(row, canvas, names) for row in rows if known(row["expected_spend_365d_minor"])]
    order = [dot["row"] for dot in dots]
    high = max((dot["high"] for dot in dots), default=1.0) or 1.0
    domain = [0.0, high]
    margins = Margins(
        left=widest(order) + 14, right=widest(dot["label"] for dot in dots) + 14, top=4, bottom=28
    )
    height = SEGMENT_HEIGHT * len(dots)
    room = canvas.width - margins.left - margins.right
    marks = fitting(
        0, high, room, lambda t: str(canvas.numbers.money(t, figures=2)) if t else "0", most=5
    )
    y = band("row", order)
    drawn = canvas.palette.tiers[0]
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            *grid_x(canvas, marks, domain=domain, height=height),
            layer(
                dots,
                {"type": "rule", "strokeWidth": 3, "stroke": canvas.palette.tiers[1]},
                x=number("low", domain),
                x2={"field": "high"},
                y=y,
            ),
            layer(
                dots,
                {"type": "point", "filled": True, "size": 80, "opacity": 1, "fill": drawn},
                x=number("value", domain),
                y=y,
            ),
            layer(
                dots,
                words(canvas, dx=10),
                x=number("high", domain),
                y=y,
                text={"field": "label"},
            ),
            layer(dots, words(canvas), x={"value": -margins.left}, y=y, text={"field": "row"}),
        ],
    )


def _dot(row: Row, canvas: Canvas, names: Mapping[str, str]) -> dict[str, Any]:
    value, low, high = (row[f"expected_spend_365d{end}_minor"] for end in ("", "_low", "_high"))
    return {
        "row": names.get(row["segment"], row["segment"]),
        "value": value,
        "low": value if low is None else low,
        "high": value if high is None else high,
        "label": str(canvas.numbers.money(value)),
    }
