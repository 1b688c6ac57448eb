"""Pictures with a line: cohorts over their periods, concentration, groups over the months."""

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
from regulars.charts.numbers import known


def cohort_curves(rows: Sequence[Row], canvas: Canvas, *, period: str = "") -> Spec:
    """Share of customers active so many periods after their first order.

    Each cohort is a thin line, drawn as far as all of it has come; all cohorts together are the
    strong one, dashed where it rests on less than half of the customers. A period that is not
    over counts nobody whose own period is not, so it never reads as a fall. Period 0, the first
    order itself, is left out.

    Parameters
    ----------
    rows : rows of the analysis ``cohorts``: ``cohort, period, customers, active_share, complete``.
    period : the parameter of that analysis: ``week``, ``month``, ``quarter`` or ``year``.
    """
    points = [
        {
            "cohort": r["cohort"],
            "opens": f"{r['cohort']} {r['period']}",
            "period": r["period"],
            "share": r["active_share"],
            "customers": r["customers"],
            "complete": bool(r["complete"]),
        }
        for r in sorted(rows, key=lambda r: (r["cohort"], r["period"]))
        if r["period"] > 0 and known(r["active_share"])
    ]
    whole, tail = _firm_and_thin([p for p in points if p["cohort"] == "all"], rows)
    thin = [p for p in points if p["cohort"] != "all" and p["complete"]]
    points = [*whole, *tail, *thin]
    height = 240 if canvas.narrow else 300
    top = max((p["share"] for p in points), default=1.0) or 1.0
    first, last = 1, max((p["period"] for p in points), default=2)
    last = max(last, first + 1)
    x, y = number("period", [first, last]), number("share", [0, top])
    y_marks = {t: f"{t:.0%}" for t in ticks(0, top, 5)}
    x_marks = {t: f"{t:.0f}" for t in ticks(first, last, 8) if t >= 1 and t == int(t)} | {1: "1"}
    name = terms.ALL_COHORTS.say(canvas.lang)
    ends = [
        {**p, "label": [name, str(canvas.numbers.share(p["share"]))]} for p in [*whole, *tail][-1:]
    ]
    margins = Margins(
        left=widest(y_marks.values()) + 14, right=widest([name]) + 16, top=LINE + 14, bottom=50
    )
    context = canvas.palette.heat[4]
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            *grid_y(canvas, y_marks, domain=[0, top]),
            *_x_words(canvas, x_marks, domain=[first, last], height=height),
            layer(
                thin,
                {"type": "line", "strokeWidth": 1, "stroke": context},
                x=x,
                y=y,
                detail={"field": "cohort", "type": "nominal"},
            ),
            layer(
                [p for p in thin if _alone(p, thin)],
                {"type": "point", "size": 14, "filled": True, "fill": context, "opacity": 1},
                x=x,
                y=y,
            ),
            layer(
                whole,
                {"type": "line", "strokeWidth": 3, "stroke": canvas.palette.ink},
                x=x,
                y=y,
            ),
            layer(
                [*whole[-1:], *tail] if tail else [],
                {
                    "type": "line",
                    "strokeWidth": 2,
                    "strokeDash": [2, 4],
                    "stroke": canvas.palette.ink,
                },
                x=x,
                y=y,
            ),
            layer(
                whole,
                {
                    "type": "point",
                    "size": 30,
                    "filled": True,
                    "opacity": 1,
                    "fill": canvas.palette.ink,
                },
                x=x,
                y=y,
            ),
            layer(
                ends,
                words(canvas, dx=9, fontWeight=600),
                x=x,
                y=y,
                text={"field": "label"},
            ),
            layer(
                [{"word": terms.ONE_COHORT.say(canvas.lang)}] if thin else [],
                words(canvas, fill=canvas.palette.muted),
                x={"value": 0},
                y={"value": -LINE},
                text={"field": "word"},
            ),
            layer(
                [{"word": terms.after_first(period, canvas.lang)}],
                words(canvas, fill=canvas.palette.muted),
                x={"value": 0},
                y={"value": height + 36},
                text={"field": "word"},
            ),
        ],
    )


def _firm_and_thin(
    points: Sequence[dict[str, Any]], rows: Sequence[Row]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Points that rest on half of the customers or more, and the rest of at least 30 customers."""
    begun = max((r["customers"] or 0 for r in rows if r["cohort"] == "all"), default=0)
    firm = [p for p in points if 2 * (p["customers"] or 0) >= begun]
    thin = [p for p in points if p not in firm and (p["customers"] or 0) >= 30]
    return firm, thin


def concentration(rows: Sequence[Row], canvas: Canvas) -> Spec:
    """Share of revenue that the best customers bring, through the points that were asked for.

    Parameters
    ----------
    rows : rows of the analysis ``concentration``: ``question, customers_share, amount_share``.
    """
    asked = sorted(
        (
            {
                "question": r["question"],
                "opens": r["question"],
                "x": r["customers_share"],
                "y": r["amount_share"],
            }
            for r in rows
            if known(r["customers_share"]) and known(r["amount_share"])
        ),
        key=lambda p: (p["x"], p["y"]),
    )
    # Refunds can lift the top above the whole; the curve then ends where it ends.
    line = [{"x": 0.0, "y": 0.0}, *({"x": p["x"], "y": p["y"]} for p in asked), {"x": 1, "y": 1}]
    top = max(1.0, *(p["y"] for p in line))
    height = 260 if canvas.narrow else 320
    marks = {t: f"{t:.0%}" for t in (0, 0.25, 0.5, 0.75, 1)}
    x, y = number("x", [0, 1]), number("y", [0, top])
    labelled = [p | {"label": _concentration_label(p, canvas)} for p in asked if _is_named(p)]
    margins = Margins(left=widest(["100%"]) + 14, right=24, top=LINE + 12, bottom=50)
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            *grid_y(canvas, marks, domain=[0, top]),
            *_x_words(canvas, marks, domain=[0, 1], height=height),
            layer(
                [{"x": 0, "y": 0}, {"x": 1, "y": 1}],
                {
                    "type": "line",
                    "stroke": canvas.palette.muted,
                    "strokeDash": [3, 3],
                    "strokeWidth": 1,
                },
                x=x,
                y=y,
            ),
            layer(
                line if asked else [],
                {"type": "line", "stroke": canvas.palette.tiers[0], "strokeWidth": 3},
                x=x,
                y=y,
                order={"field": "x", "type": "quantitative"},
            ),
            layer(
                asked,
                {
                    "type": "point",
                    "filled": True,
                    "size": 50,
                    "opacity": 1,
                    "fill": canvas.palette.tiers[0],
                },
                x=x,
                y=y,
            ),
            *haloed(
                canvas,
                [p for p in labelled if p["x"] <= 0.55],
                words(canvas, dx=10, dy=10),
                x=x,
                y=y,
                text={"field": "label"},
            ),
            *haloed(
                canvas,
                [p for p in labelled if p["x"] > 0.55],
                words(canvas, align="right", dx=-6, dy=16),
                x=x,
                y=y,
                text={"field": "label"},
            ),
            _note(canvas, terms.SHARE_OF_REVENUE.say(canvas.lang), x=0, y=-LINE),
            _note(canvas, terms.SHARE_OF_CUSTOMERS.say(canvas.lang), x=0, y=height + 36),
            layer(
                [{"x": 0.5, "y": 0.42, "word": terms.EVEN.say(canvas.lang)}],
                words(canvas, fill=canvas.palette.muted, dx=6, dy=14),
                x=x,
                y=y,
                text={"field": "word"},
            ),
        ],
    )


def groups_trend(rows: Sequence[Row], canvas: Canvas) -> Spec:
    """Customers of each group at the end of each month, thresholds frozen.

    Parameters
    ----------
    rows : rows of the analysis ``groups_trend``: ``month, group, customers``.
    """
    months = sorted({str(r["month"])[:7] for r in rows})
    at = {month: i for i, month in enumerate(months)}
    points = [
        {
            "at": at[str(r["month"])[:7]],
            "group": r["group"],
            "customers": r["customers"],
            "colour": canvas.palette.group(r["group"]),
        }
        for r in sorted(rows, key=lambda r: (r["group"], str(r["month"])))
        if known(r["customers"])
    ]
    height = 250 if canvas.narrow else 320
    top = max((p["customers"] for p in points), default=1) or 1
    last = max(len(months) - 1, 1)
    x, y = number("at", [0, last]), number("customers", [0, top])
    y_marks = {t: str(canvas.numbers.about(t)) for t in ticks(0, top, 5)}
    x_marks = _month_marks(months, most=4 if canvas.narrow else 8)
    ends = _ends(points, canvas, last=last, height=height, top=top)
    margins = Margins(
        left=widest(y_marks.values()) + 14,
        right=max(18 + widest(e["label"] for e in ends), widest(x_marks.values()) / 2),
        top=LINE + 12,
        bottom=28,
    )
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            *grid_y(canvas, y_marks, domain=[0, top]),
            *_x_words(canvas, x_marks, domain=[0, last], height=height),
            layer(
                points,
                {"type": "line", "strokeWidth": 2.5},
                x=x,
                y=y,
                detail={"field": "group", "type": "nominal"},
                color=colour(),
            ),
            layer(
                [p for p in points if p["at"] in (0, last)],
                {"type": "point", "filled": True, "size": 36, "opacity": 1},
                x=x,
                y=y,
                color=colour(),
            ),
            layer(
                ends,
                words(canvas, dx=10),
                x=x,
                y={"field": "place", "type": "quantitative", "scale": None, "axis": None},
                text={"field": "label"},
            ),
            _note(canvas, terms.OF_CUSTOMERS.say(canvas.lang), x=0, y=-LINE),
        ],
    )


def _ends(
    points: Sequence[Mapping[str, Any]],
    canvas: Canvas,
    *,
    last: int,
    height: float,
    top: float,
) -> list[dict[str, Any]]:
    """The lines' names at their right ends, pushed apart until no two touch."""
    ends = [dict(p) for p in points if p["at"] == last]
    for end in ends:
        end["place"] = height * (1 - end["customers"] / top)
        end["label"] = end["group"] if canvas.narrow else canvas.group(end["group"])
    ends.sort(key=lambda e: e["place"])
    for upper, lower in pairwise(ends):
        lower["place"] = max(lower["place"], upper["place"] + LINE)
    over = ends[-1]["place"] - height if ends else 0
    if over > 0:
        limit = height
        for end in reversed(ends):
            end["place"] = min(end["place"], limit)
            limit = end["place"] - LINE
    return ends


def _month_marks(months: Sequence[str], *, most: int) -> dict[float, str]:
    step = max(1, -(-len(months) // most))
    return {float(i): month for i, month in enumerate(months) if i % step == 0}


def _x_words(
    canvas: Canvas, marks: Mapping[float, str], *, domain: Sequence[float], height: float
) -> list[Spec]:
    """Labels under the plot without vertical lines: a line chart is read along its height."""
    return grid_x(canvas, marks, domain=domain, height=height)[1:]


def _note(canvas: Canvas, word: str, *, x: float, y: float) -> Spec:
    return layer(
        [{"word": word}],
        words(canvas, fill=canvas.palette.muted),
        x={"value": x},
        y={"value": y},
        text={"field": "word"},
    )


def _alone(point: Mapping[str, Any], points: Sequence[Mapping[str, Any]]) -> bool:
    """A cohort with one period only would be a line of no length: it is drawn as a point."""
    return [p["cohort"] for p in points].count(point["cohort"]) == 1


def _is_named(point: Mapping[str, Any]) -> bool:
    return str(point["question"]) in ("top 20%", "customers for 80%")


def _concentration_label(point: Mapping[str, Any], canvas: Canvas) -> str:
    share = canvas.numbers.share
    return terms.BEST_BRING.fill(
        canvas.lang, customers=share(point["x"]), revenue=share(point["y"])
    )
