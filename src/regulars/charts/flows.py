"""Who moved between the groups: bands from the groups before to the groups after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.charts import terms
from regulars.charts.canvas import (
    LINE,
    Canvas,
    Margins,
    Row,
    Spec,
    frame,
    layer,
    widest,
    words,
)
from regulars.charts.measure import wrap
from regulars.charts.numbers import known

ORIGINS = ("E", "D", "C", "B", "A", "arrived")
TARGETS = ("E", "D", "C", "B", "A")
BAR = 10.0
GAP = 14.0
STEPS = 16
LEAST = 0.6  # px: a thinner band is drawn as thin as this


@dataclass(frozen=True)
class Node:
    """A group on one side and its room, in which its bar stands midway."""

    name: str
    customers: int
    top: float
    height: float

    def bar(self, per_customer: float) -> tuple[float, float]:
        used = max(self.customers * per_customer, 2 * LEAST)
        start = self.top + (self.height - used) / 2
        return start, start + used


def migration_flow(rows: Sequence[Row], canvas: Canvas) -> Spec:
    """Groups before on the left, after on the right, bands as wide as customers moved are many.

    A band has the colour of the group it comes from; those who stayed are drawn under the others.

    Parameters
    ----------
    rows : rows of the analysis ``migration``: ``from_group, to_group, customers``.
    """
    moves = [r for r in rows if known(r["customers"]) and r["customers"] > 0]
    before = _sums(moves, "from_group", ORIGINS)
    after = _sums(moves, "to_group", TARGETS)
    left_labels, right_labels = (_labels(canvas, side) for side in (before, after))
    left = widest(line for lines in left_labels.values() for line in lines) + 10
    right = widest(line for lines in right_labels.values() for line in lines) + 10
    width = canvas.width - left - right
    # A group is never lower than its own words, whatever its customers.
    needs = [
        {name: len(lines) * (LINE - 1.0) for name, lines in side.items()}
        for side in (left_labels, right_labels)
    ]
    tallest = max(sum(need.values()) + GAP * len(need) for need in needs)
    height = max(380.0 if canvas.narrow else 420.0, tallest * 1.2)
    starts, ends = (
        _nodes(side, height=height, least=need)
        for side, need in zip((before, after), needs, strict=True)
    )
    per_customer = _scale(starts, ends)
    bands = _bands(moves, starts, ends, per_customer=per_customer, width=width, canvas=canvas)
    margins = Margins(left=left, right=right, top=LINE + 10, bottom=8)
    return frame(
        canvas,
        height=height,
        margins=margins,
        layers=[
            layer(
                bands,
                {"type": "area", "opacity": 0.55, "orient": "vertical"},
                x=_pixel("x"),
                y=_pixel("upper"),
                y2={"field": "lower"},
                detail={"field": "band", "type": "nominal"},
                color={"field": "colour", "type": "nominal", "scale": None},
            ),
            _bars(canvas, starts, x=0.0, per_customer=per_customer),
            _bars(canvas, ends, x=width - BAR, per_customer=per_customer),
            *_names(canvas, starts, left_labels, x=-10.0, align="right"),
            *_names(canvas, ends, right_labels, x=width + 10.0, align="left"),
            *_sides(canvas, width=width),
        ],
    )


def _sums(moves: Sequence[Row], side: str, order: Sequence[str]) -> dict[str, int]:
    sums = {name: sum(r["customers"] for r in moves if r[side] == name) for name in order}
    return {name: held for name, held in sums.items() if held}


def _labels(canvas: Canvas, side: Mapping[str, int]) -> dict[str, list[str]]:
    """The group's name, and its customers in the last line."""
    return {
        name: [*_called(canvas, name), str(canvas.numbers.about(customers))]
        for name, customers in side.items()
    }


def _called(canvas: Canvas, name: str) -> list[str]:
    """On narrow paper the letter stands above its meaning."""
    if not canvas.narrow:
        return [canvas.group(name)]
    meaning = terms.meaning(name, canvas.lang, swap_cd=canvas.swap_cd)
    return [name, *wrap(meaning, 78)] if len(name) == 1 else wrap(canvas.group(name), 78)


def _nodes(side: Mapping[str, int], *, height: float, least: Mapping[str, float]) -> list[Node]:
    """Heights by customers; a small group gets room for its name, taken from the large ones."""
    free = height - GAP * max(len(side) - 1, 0)
    small: set[str] = set()
    while True:
        rest = free - sum(least[name] for name in small)
        large = sum(n for name, n in side.items() if name not in small) or 1
        more = {
            name for name, n in side.items() if name not in small and rest * n / large < least[name]
        }
        if not more:
            break
        small |= more
    nodes, top = [], 0.0
    for name, customers in side.items():
        own = least[name] if name in small else rest * customers / large
        nodes.append(Node(name, customers, top, own))
        top += own + GAP
    return nodes


def _scale(starts: Sequence[Node], ends: Sequence[Node]) -> float:
    """px a customer: the same for every band, so that the tightest group still holds its own."""
    return min((node.height / node.customers for node in (*starts, *ends)), default=0.0)


def _bands(
    moves: Sequence[Row],
    starts: Sequence[Node],
    ends: Sequence[Node],
    *,
    per_customer: float,
    width: float,
    canvas: Canvas,
) -> list[dict[str, Any]]:
    found = {(r["from_group"], r["to_group"]): int(r["customers"]) for r in moves}
    # Each node's bands in the order of the nodes over there: bands cross as little as they can.
    left: dict[tuple[str, str], float] = {}
    right: dict[tuple[str, str], float] = {}
    for mine, others, places, turned in (
        (starts, ends, left, False),
        (ends, starts, right, True),
    ):
        for node in mine:
            at, _ = node.bar(per_customer)
            for other in others:
                pair = (other.name, node.name) if turned else (node.name, other.name)
                if pair in found:
                    places[pair] = at
                    at += found[pair] * per_customer
    points: list[dict[str, Any]] = []
    for pair in sorted(found, key=lambda p: (p[0] != p[1], -found[p])):
        thick = max(found[pair] * per_customer, LEAST)
        points += [
            {
                "band": f"{pair[0]}{pair[1]}",
                "opens": f"{pair[0]} {pair[1]}",
                "x": BAR + (width - 2 * BAR) * i / STEPS,
                "upper": y,
                "lower": y + thick,
                "colour": canvas.palette.group(pair[0]),
            }
            for i in range(STEPS + 1)
            for y in (_eased(left[pair], right[pair], i / STEPS),)
        ]
    return points


def _eased(start: float, end: float, part: float) -> float:
    """Level at both ends, steep in the middle."""
    return start + (end - start) * part * part * (3 - 2 * part)


def _pixel(name: str) -> Spec:
    return {"field": name, "type": "quantitative", "scale": None, "axis": None}


def _bars(canvas: Canvas, nodes: Sequence[Node], *, x: float, per_customer: float) -> Spec:
    boxes = [
        {
            "x": x,
            "x2": x + BAR,
            "top": top,
            "bottom": bottom,
            "colour": canvas.palette.group(node.name),
        }
        for node in nodes
        for top, bottom in (node.bar(per_customer),)
    ]
    return layer(
        boxes,
        {"type": "rect"},
        x=_pixel("x"),
        x2={"field": "x2"},
        y=_pixel("top"),
        y2={"field": "bottom"},
        color={"field": "colour", "type": "nominal", "scale": None},
    )


def _names(
    canvas: Canvas,
    nodes: Sequence[Node],
    labels: Mapping[str, Sequence[str]],
    *,
    x: float,
    align: str,
) -> list[Spec]:
    entries: dict[str, list[dict[str, Any]]] = {canvas.palette.ink: [], canvas.palette.muted: []}
    for node in nodes:
        lines = labels[node.name]
        for i, line in enumerate(lines):
            place = node.top + node.height / 2 + (i - (len(lines) - 1) / 2) * (LINE - 1)
            fill = canvas.palette.muted if i == len(lines) - 1 else canvas.palette.ink
            entries[fill].append({"place": place, "label": line})
    return [
        layer(
            some,
            words(canvas, align=align, fill=fill),
            x={"value": x},
            y=_pixel("place"),
            text={"field": "label"},
        )
        for fill, some in entries.items()
    ]


def _sides(canvas: Canvas, *, width: float) -> list[Spec]:
    return [
        layer(
            [{"word": word.say(canvas.lang)}],
            words(canvas, align=align, fill=canvas.palette.muted),
            x={"value": x},
            y={"value": -LINE},
            text={"field": "word"},
        )
        for word, align, x in (
            (terms.BEFORE, "left", 0.0),
            (terms.AFTER, "right", width),
        )
    ]
