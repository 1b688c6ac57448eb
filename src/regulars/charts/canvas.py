"""The paper that pictures are drawn on: width, colours, language, and the frame of every spec.

Specs have a fixed frame (``autosize: none``): room for labels comes from `measure`, not from the
fonts of the machine that happens to draw, so nothing is cut where fonts are wider.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from regulars.charts import terms
from regulars.charts.measure import text_width
from regulars.charts.numbers import Numbers
from regulars.charts.palette import LIGHT, Palette
from regulars.declare import Language

Spec = dict[str, Any]
Row = Mapping[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDE = 720
NARROW = 350
FONT = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif'
TEXT_SIZE = 13
LINE = 17


@dataclass(frozen=True, kw_only=True)
class Canvas:
    """How to draw: ``numbers`` carries language and currency; ``width`` is the whole in px.

    ``swap_cd`` follows the parameter of the analyses on the plane: what C and D mean.
    """

    numbers: Numbers = field(default_factory=Numbers)
    width: int = WIDE
    palette: Palette = LIGHT
    swap_cd: bool = False

    @property
    def lang(self) -> Language:
        return self.numbers.lang

    def group(self, name: str) -> str:
        """The group's letter and meaning."""
        return terms.group(name, self.lang, swap_cd=self.swap_cd)

    @property
    def narrow(self) -> bool:
        return self.width < 520


@dataclass(frozen=True, kw_only=True)
class Margins:
    """Room around the plot, in px."""

    left: float = 0
    right: float = 0
    top: float = 0
    bottom: float = 0


def frame(canvas: Canvas, *, height: float, margins: Margins, layers: Iterable[Spec]) -> Spec:
    """A whole Vega-Lite spec: layers on a plot of ``height`` px inside the margins."""
    left, right = math.ceil(margins.left), math.ceil(margins.right)
    return {
        "$schema": SCHEMA,
        "width": canvas.width - left - right,
        "height": math.ceil(height),
        "padding": {
            "left": left,
            "right": right,
            "top": math.ceil(margins.top),
            "bottom": math.ceil(margins.bottom),
        },
        "autosize": {"type": "none"},
        "layer": list(layers),
        "config": {
            "aria": False,
            "background": None,
            "font": FONT,
            "view": {"stroke": None},
            "text": {"fontSize": TEXT_SIZE, "lineHeight": LINE, "fill": canvas.palette.ink},
        },
    }


def layer(rows: Sequence[Row], mark: Spec, **encoding: Any) -> Spec:
    """One layer with its own rows."""
    return {"data": {"values": [dict(r) for r in rows]}, "mark": mark, "encoding": encoding}


def number(name: str, domain: Sequence[float]) -> Spec:
    """A quantitative position on a fixed domain, without axis (grids are drawn by `grid_x/y`)."""
    return {
        "field": name,
        "type": "quantitative",
        "scale": {"domain": list(domain), "nice": False, "zero": False},
        "axis": None,
    }


def band(name: str, domain: Sequence[str], *, inner: float = 0.0) -> Spec:
    """A position in one of several equal bands, in the order given."""
    return {
        "field": name,
        "type": "nominal",
        "scale": {
            "type": "band",
            "domain": list(domain),
            "paddingInner": inner,
            "paddingOuter": inner / 2,
        },
        "axis": None,
        "sort": None,
    }


def colour(name: str = "colour") -> Spec:
    """A column that already holds colours."""
    return {"field": name, "type": "nominal", "scale": None}


def words(canvas: Canvas, *, align: str = "left", **mark: Any) -> Spec:
    """A text mark, in ink unless told otherwise."""
    return {
        "type": "text",
        "align": align,
        "baseline": "middle",
        "fontSize": TEXT_SIZE,
        "lineHeight": LINE,
        "fill": canvas.palette.ink,
        **mark,
    }


def haloed(canvas: Canvas, rows: Sequence[Row], mark: Spec, **encoding: Any) -> list[Spec]:
    """Text that crosses lines, readable by a rim in the colour of the paper."""
    rim = {**mark, "stroke": canvas.palette.paper, "strokeWidth": 5}
    return [layer(rows, rim, **encoding), layer(rows, mark, **encoding)]


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round values from ``low`` to ``high``, at most ``most`` of them."""
    span = high - low
    if span <= 0:
        return [low]
    step = 10 ** math.floor(math.log10(span / most))
    step = next(step * m for m in (1, 2, 5, 10, 20) if span / (step * m) <= most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    # As floats: a whole number of over nineteen digits is none to who draws.
    return [round(float(i * step), 10) for i in range(first, last + 1)]


def fitting(
    low: float, high: float, room: float, say: Callable[[float], str], *, most: int = 6
) -> dict[float, str]:
    """Round values with their labels, as many as find room side by side on ``room`` px."""
    for count in range(most, 0, -1):
        marks = {t: say(t) for t in ticks(low, high, count)}
        gaps = [(b - a) * room / (high - low or 1) for a, b in pairwise(marks)]
        if not gaps or min(gaps) >= widest(marks.values()) + 10:
            break
    return marks


def grid_x(
    canvas: Canvas, marks: Mapping[float, str], *, domain: Sequence[float], height: float
) -> list[Spec]:
    """Light vertical lines, the zero one strong, each with its label beneath the plot."""
    rows = [{"at": at, "label": label, "colour": _line(canvas, at)} for at, label in marks.items()]
    x = number("at", domain)
    return [
        layer(rows, {"type": "rule", "strokeWidth": 1}, x=x, color=colour()),
        layer(
            rows,
            words(canvas, align="center", fill=canvas.palette.muted),
            x=x,
            y={"value": height + 14},
            text={"field": "label"},
        ),
    ]


def grid_y(canvas: Canvas, marks: Mapping[float, str], *, domain: Sequence[float]) -> list[Spec]:
    """Light horizontal lines, the zero one strong, each with its label left of the plot."""
    rows = [{"at": at, "label": label, "colour": _line(canvas, at)} for at, label in marks.items()]
    y = number("at", domain)
    return [
        layer(rows, {"type": "rule", "strokeWidth": 1}, y=y, color=colour()),
        layer(
            rows,
            words(canvas, align="right", fill=canvas.palette.muted),
            x={"value": -8},
            y=y,
            text={"field": "label"},
        ),
    ]


def _line(canvas: Canvas, at: float) -> str:
    return canvas.palette.muted if at == 0 else canvas.palette.rule


def widest(labels: Iterable[str], *, size: float = TEXT_SIZE, bold: bool = False) -> float:
    """Room in px that the longest of the labels may take; bold letters are about 1/8 wider."""
    plain = max((text_width(label, size) for label in labels), default=0.0)
    return plain * 1.13 if bold else plain


def heat_step(share: float, *, low: float = 0.0, top: float = 1.0) -> int:
    """The step 0–6 of the heat scale between ``low`` and ``top``; finer where shares are small."""
    part = (share - low) / (top - low) if top > low else 0.0
    return sum(part >= edge for edge in (0.03, 0.1, 0.2, 0.35, 0.5, 0.7))
