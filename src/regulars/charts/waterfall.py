"""From the revenue of one period to that of the next, term by term: a waterfall laid on its side.

Lying down, its terms can be read in both languages and at the width of a telephone. The axis is
the change: its zero is the revenue before, so small terms of a large revenue can be seen without
cutting an axis, and every bar has a true length.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

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
    haloed,
    layer,
    number,
    widest,
    words,
)
from regulars.charts.numbers import known

ROW_HEIGHT = 30


def bridge(rows: Sequence[Row], figures: Row, canvas: Canvas) -> Spec:
    """Waterfall of the change of revenue, the core customers' terms first, then the others'.

    Parameters
    ----------
    rows : rows of the analysis ``bridge``: ``tier, term, customers, amount_minor``. A term whose
        amount is None is written as "unknown", without a bar.
    figures : its figures; ``revenue_before_minor, revenue_after_minor, change_minor`` are drawn.
    """
    steps = _steps(rows, figures, canvas)
    bars = [s for s in steps if s["start"] is not None]
    ends = [0.0, *(v for s in bars for v in (s["start"], s["end"]))]
    domain = [min(ends), max(ends) if max(ends) > min(ends) else 1.0]
    left = 14 + max(
        12 + widest(s["label"] for s in steps if s["kind"] == "term"),
        widest((s["label"] for s in steps if s["kind"] != "term"), bold=True),
    )
    right = 12 + widest((s["value"] for s in steps), bold=True)
    height = ROW_HEIGHT * len(steps)
    y = band("row", [s["row"] for s in steps], inner=0.36)
    marks = fitting(
        domain[0],
        domain[1],
        canvas.width - left - right,
        lambda t: str(canvas.numbers.money(t, figures=2, signed=True)) if t else "0",
    )
    joints = [{"at": a["end"], "row": a["row"], "next": b["row"]} for a, b in pairwise(bars)]
    return frame(
        canvas,
        height=height,
        margins=Margins(left=left, right=right, top=4, bottom=28),
        layers=[
            *grid_x(canvas, marks, domain=domain, height=height),
            layer(
                joints,
                {"type": "rule", "stroke": canvas.palette.muted, "strokeWidth": 1},
                x=number("at", domain),
                y=y,
                y2={"field": "next"},
            ),
            layer(
                [b for b in bars if b["kind"] != "before"],
                {"type": "bar", "strokeWidth": 1},
                x=number("start", domain),
                x2={"field": "end"},
                y=y,
                color=colour(),
                stroke=colour(),
                tooltip={"field": "said", "type": "nominal"},
            ),
            *_values(canvas, steps, domain, y),
            *_row_labels(canvas, steps, y, left),
        ],
    )


def _steps(rows: Sequence[Row], figures: Row, canvas: Canvas) -> list[dict[str, Any]]:
    """One entry a line of the picture, with where its bar starts and ends on the change."""
    palette, numbers, lang = canvas.palette, canvas.numbers, canvas.lang
    before = numbers.money(figures.get("revenue_before_minor"))
    steps = [_step("before", "before", terms.BEFORE.say(lang), value=str(before), start=0, end=0)]
    running: float | None = 0
    for tier in ("core", "rest"):
        own = {r["term"]: r for r in rows if r["tier"] == tier}
        if not own:
            continue
        name = terms.named(terms.TIERS, tier, lang)
        steps.append(_step(tier, "head", name))
        for term in (t for t in terms.TERM_ORDER if t in own):
            amount = own[term]["amount_minor"]
            # After an unknown term nobody knows where the next one starts.
            end = running + amount if known(amount) and running is not None else None
            label = terms.named(terms.TERMS, term, lang)
            value = str(numbers.money(amount, signed=True))
            step = _step(f"{tier} {term}", "term", label, value=value)
            step |= {"said": f"{name} · {label}: {value}", "opens": f"{tier} {term}"}
            step |= {"start": running if end is not None else None, "end": end}
            step |= {"colour": palette.term("first_time" if term == "new" else term)}
            steps.append(step)
            running = end
    change = figures.get("change_minor")
    after = str(numbers.money(figures.get("revenue_after_minor")))
    last = _step("after", "after", terms.AFTER.say(lang), value=after)
    if known(change):
        last |= {"start": 0, "end": change, "colour": palette.muted}
        last |= {"said": f"{last['label']}: {after} ({numbers.money(change, signed=True)})"}
    return [*steps, last]


def _step(
    row: str, kind: str, label: str, *, value: str = "", start: Any = None, end: Any = None
) -> dict[str, Any]:
    return {"row": row, "kind": kind, "label": label, "value": value, "start": start, "end": end}


def _values(
    canvas: Canvas, steps: Sequence[dict[str, Any]], domain: Sequence[float], y: Spec
) -> list[Spec]:
    said = [
        {**s, "edge": max(s["start"] or 0, s["end"] or 0), "bold": s["kind"] != "term"}
        for s in steps
        if s["value"]
    ]
    layers: list[Spec] = []
    for bold in (False, True):
        mark = words(canvas, dx=6, fontWeight=600 if bold else 400)
        some = [s for s in said if s["bold"] == bold]
        x = number("edge", domain)
        layers += haloed(canvas, some, mark, x=x, y=y, text={"field": "value"})
    return layers


def _row_labels(
    canvas: Canvas, steps: Sequence[dict[str, Any]], y: Spec, left: float
) -> list[Spec]:
    layers = []
    for is_term, indent, weight in ((True, 12, 400), (False, 0, 600)):
        chosen = [s for s in steps if (s["kind"] == "term") == is_term]
        mark = words(canvas, fontWeight=weight)
        place = {"value": indent - left}
        layers.append(layer(chosen, mark, x=place, y=y, text={"field": "label"}))
    return layers
