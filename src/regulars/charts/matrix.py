"""Heat maps with their numbers in the cells: migration, recency by frequency, cohort triangle."""

from __future__ import annotations

import math
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
    frame,
    heat_step,
    layer,
    widest,
    words,
)
from regulars.charts.measure import wrap
from regulars.charts.numbers import known

Cell = dict[str, Any]


def migration(rows: Sequence[Row], canvas: Canvas) -> Spec:
    """Which share of each group was found in which group one period later; rows sum to 100%.

    Parameters
    ----------
    rows : rows of the analysis ``migration``: ``from_group, to_group, customers, share``.
        Groups that held nobody before have no row here.
    """
    origins = [g for g in ("E", "D", "C", "B", "A", "arrived") if _held(rows, g)]
    targets = [g for g in ("E", "D", "C", "B", "A") if _any(rows, to_group=g)]
    cells = [
        {
            "row": r["from_group"],
            "column": r["to_group"],
            "opens": f"{r['from_group']} {r['to_group']}",
            "text": percent(r["share"]),
            "stays": r["from_group"] == r["to_group"],
            **shade(canvas, r["share"]),
        }
        for r in rows
        if r["from_group"] in origins
    ]
    totals = {
        g: sum(r["customers"] for r in rows if r["from_group"] == g and known(r["customers"]))
        for g in origins
    }
    labels = {g: canvas.group(g) for g in origins}
    counts = {g: terms.CUSTOMERS_SHORT.fill(canvas.lang, n=f"{totals[g]:,}") for g in origins}
    left_lines = {
        g: ([*wrap(labels[g], 96), counts[g]] if canvas.narrow else [labels[g], counts[g]])
        for g in origins
    }
    heads = {
        g: [g]
        if canvas.narrow
        else [g, *wrap(terms.meaning(g, canvas.lang, swap_cd=canvas.swap_cd), 96, size=12)]
        for g in targets
    }
    return grid_of(
        canvas,
        cells,
        rows={g: left_lines[g] for g in origins},
        columns=heads,
        height=62 if canvas.narrow else 46,
        above=terms.TO.say(canvas.lang),
        outlined="stays",
    )


def segments(rows: Sequence[Row], canvas: Canvas) -> Spec:
    """Recency by frequency, monetary scores added up: share of revenue, and customers beneath.

    Parameters
    ----------
    rows : rows of the analysis ``segments``: ``r_score, f_score, customers, spend_share``.
    """
    sums: dict[tuple[int, int], list[Any]] = {}
    for r in rows:
        entry = sums.setdefault((r["f_score"], r["r_score"]), [0, 0.0])
        entry[0] += r["customers"] or 0
        share = r["spend_share"]
        entry[1] = entry[1] + share if known(share) and entry[1] is not None else None
    top = max((s for _, s in sums.values() if known(s)), default=1.0) or 1.0
    cells = [
        {
            "row": str(f),
            "column": str(r),
            "text": [
                percent(share),
                f"{count:,}"
                if canvas.narrow
                else terms.CUSTOMERS_SHORT.fill(canvas.lang, n=f"{count:,}"),
            ],
            **shade(canvas, share, top=top),
        }
        for (f, r), (count, share) in sums.items()
    ]
    scores = ("5", "4", "3", "2", "1")
    return grid_of(
        canvas,
        cells,
        rows={s: [terms.FREQUENCY_SCORE.fill(canvas.lang, score=s)] for s in scores},
        columns={s: [terms.RECENCY_SCORE.fill(canvas.lang, score=s)] for s in reversed(scores)},
        height=50,
        above="",
    )


def cohort_triangle(rows: Sequence[Row], canvas: Canvas, *, period: str = "") -> Spec:
    """Share of each cohort active in each period after its first; periods not over are outlined.

    Parameters
    ----------
    rows : rows of the analysis ``cohorts``: ``cohort, period, customers, active_share,
        complete``. The row of all cohorts together comes first. Period 0, the first purchase
        itself, is left out.
    period : the parameter of that analysis: ``week``, ``month``, ``quarter`` or ``year``.
    """
    later = [r for r in rows if r["period"] > 0]
    cohorts = sorted({r["cohort"] for r in later if r["cohort"] != "all"})[-18:]
    shown = [*(["all"] if any(r["cohort"] == "all" for r in later) else []), *cohorts]
    periods = sorted({r["period"] for r in later if r["cohort"] in shown})
    left = {c: [terms.ALL_COHORTS.say(canvas.lang) if c == "all" else c] for c in shown}
    room = canvas.width - widest(line for lines in left.values() for line in lines) - 12
    periods = periods[: 24 if not canvas.narrow else 18]
    written = room / max(len(periods), 1) >= 34
    step = math.ceil(widest([str(p) for p in periods]) * 1.3 / (room / max(len(periods), 1)))
    seen = [r["active_share"] for r in later if r["complete"] and known(r["active_share"])]
    low, top = min(seen, default=0.0), max(seen, default=1.0)
    # A spread of a few points is noise: it must not run through the whole scale.
    low = max(0.0, min(low, top - 0.2))
    whole = max((r["customers"] or 0 for r in rows if r["cohort"] == "all"), default=0)
    cells = []
    for r in (r for r in later if r["cohort"] in shown and r["period"] in periods):
        cell = {"row": r["cohort"], "column": str(r["period"])}
        cell |= {"opens": f"{r['cohort']} {r['period']}"}
        share = r["active_share"]
        text = percent(share).rstrip("%") if written and known(share) else ""
        # "All" is never quite complete while customers arrive: there, half of them must have come.
        if r["complete"] or (r["cohort"] == "all" and 2 * (r["customers"] or 0) >= whole):
            cells.append({**cell, "text": text, **shade(canvas, share, low=low, top=top)})
        else:
            # No shade: only a part of the cohort has come so far, and it must not read as a fall.
            bare = {"fill": canvas.palette.paper, "ink": canvas.palette.muted}
            cells.append({**cell, "text": text, "incomplete": True, **bare})
    return grid_of(
        canvas,
        cells,
        rows=left,
        columns={str(p): [str(p) if (p - 1) % step == 0 else ""] for p in periods},
        height=28 if written else 24,
        above=terms.after_first(period, canvas.lang),
        dashed="incomplete",
    )


def grid_of(
    canvas: Canvas,
    cells: Sequence[Cell],
    *,
    rows: dict[str, list[str]],
    columns: dict[str, list[str]],
    height: float,
    above: str,
    outlined: str = "",
    dashed: str = "",
) -> Spec:
    """Cells with their texts, names of rows left, names of columns above."""
    palette = canvas.palette
    left = widest(line for lines in rows.values() for line in lines) + 12
    head_lines = max((len(lines) for lines in columns.values()), default=1)
    top = 8 + LINE * head_lines + (LINE + 4 if above else 0)
    whole = height * max(len(rows), 1)
    x, y = band("column", list(columns)), band("row", list(rows))
    box: Spec = {"type": "rect", "stroke": palette.paper, "strokeWidth": 2}
    boxes = [c for c in cells if not (dashed and c.get(dashed))]
    layers = [layer(boxes, box, x=x, y=y, color=colour("fill"))]
    if dashed:
        ring = {
            "type": "rect",
            "fill": palette.paper,
            "stroke": palette.muted,
            "strokeWidth": 1,
            "strokeDash": [2, 2],
        }
        inner = {**x, "scale": {**x["scale"], "paddingInner": 0.0}}
        layers.append(layer([c for c in cells if c.get(dashed)], ring, x=inner, y=y))
    if outlined:
        frame_mark = {"type": "rect", "fill": None, "stroke": palette.ink, "strokeWidth": 2}
        layers.append(layer([c for c in cells if c.get(outlined)], frame_mark, x=x, y=y))
    layers += _cell_texts(canvas, cells, x=x, y=y)
    layers += _names(canvas, rows, left=left, y=y)
    layers += _heads(canvas, columns, x=x, lines=head_lines)
    if above:
        note = words(canvas, fill=palette.muted)
        place = {"x": {"value": 0}, "y": {"value": -(LINE * head_lines + LINE)}}
        layers.append(layer([{"word": above}], note, **place, text={"field": "word"}))
    margins = Margins(left=left, right=2, top=top, bottom=2)
    return frame(canvas, height=whole, margins=margins, layers=layers)


def _cell_texts(canvas: Canvas, cells: Sequence[Cell], *, x: Spec, y: Spec) -> list[Spec]:
    pairs = [c for c in cells if isinstance(c["text"], list)]
    single = [c for c in cells if not isinstance(c["text"], list) and c["text"]]
    mark = words(canvas, align="center")
    mark.pop("fill")
    ink = colour("ink")
    layers = [layer(single, mark, x=x, y=y, color=ink, text={"field": "text"})]
    for i, (shift, size, weight) in enumerate(((-8, 14, 600), (9, 12, 400))):
        part = [{**c, "part": c["text"][i]} for c in pairs]
        own = {**mark, "dy": shift, "fontSize": size, "fontWeight": weight}
        layers.append(layer(part, own, x=x, y=y, color=ink, text={"field": "part"}))
    return [one for one in layers if one["data"]["values"]]


def _names(canvas: Canvas, rows: dict[str, list[str]], *, left: float, y: Spec) -> list[Spec]:
    """Names left of the rows; the last of several lines is a count and stands in grey."""
    layers = []
    for depth in sorted({len(lines) for lines in rows.values()}):
        some = {name: lines for name, lines in rows.items() if len(lines) == depth}
        for i in range(depth):
            fill = canvas.palette.muted if i and i == depth - 1 else canvas.palette.ink
            mark = words(canvas, dy=(i - (depth - 1) / 2) * LINE, fill=fill)
            entries = [{"row": name, "label": lines[i]} for name, lines in some.items()]
            layers.append(layer(entries, mark, x={"value": -left}, y=y, text={"field": "label"}))
    return layers


def _heads(canvas: Canvas, columns: dict[str, list[str]], *, x: Spec, lines: int) -> list[Spec]:
    layers = []
    for i in range(lines):
        entries = [
            {"column": name, "label": texts[i]} for name, texts in columns.items() if i < len(texts)
        ]
        bold = i == 0 and lines > 1
        mark = words(
            canvas,
            align="center",
            fill=canvas.palette.ink if i == 0 else canvas.palette.muted,
            fontWeight=600 if bold else 400,
            # Six bands of days side by side on a phone would touch at the usual size.
            fontSize=13 if i == 0 and not canvas.narrow else 12,
        )
        place = {"value": -(LINE * (lines - i)) + LINE / 2 - 4}
        layers.append(layer(entries, mark, x=x, y=place, text={"field": "label"}))
    return layers


def shade(canvas: Canvas, share: object, *, low: float = 0.0, top: float = 1.0) -> dict[str, str]:
    if not isinstance(share, int | float) or not known(share):
        return {"fill": canvas.palette.paper, "ink": canvas.palette.muted}
    step = heat_step(share, low=low, top=top)
    return {"fill": canvas.palette.heat[step], "ink": canvas.palette.heat_ink[step]}


def percent(share: object) -> str:
    """A share in a cell: whole per cents, "<1%" for what would round to a false 0."""
    if not isinstance(share, int | float) or not known(share):
        return terms.DASH
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{share:.0%}"


def _held(rows: Sequence[Row], group: str) -> bool:
    return any(r["from_group"] == group and r["customers"] != 0 for r in rows)


def _any(rows: Sequence[Row], **wanted: str) -> bool:
    return any(all(r[k] == v for k, v in wanted.items()) for r in rows)
