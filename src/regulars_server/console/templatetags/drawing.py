"""Findings of the library in a template: a block with its picture, tables and notes.

``{% finding block %}``, ``{% picture of %}`` and ``{% drawn table %}`` take what
`regulars.report.parts` has; the same words stand in the report and in the console.
"""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from regulars.report import parts
from regulars_server.console.drawing import svg

register = template.Library()

# What would end a block of data within a page, as `json_script` has it.
HARMLESS = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.inclusion_tag("console/drawn/finding.html")
def finding(block: parts.Block, level: int = 2, live: bool = False) -> dict[str, Any]:
    """A finding: title, sentences, picture, tables, notes; ``level`` is that of its heading.

    ``live``: its picture is drawn by the browser alone, for what follows each key that is typed.
    """
    return {"block": block, "level": level, "live": live}


@register.inclusion_tag("console/drawn/picture.html")
def picture(of: parts.Picture, live: bool = False, only: str = "") -> dict[str, Any]:
    """A picture in two widths, of which the style sheet shows one; the browser then draws it anew,
    with tooltips, from the same specification.

    ``live``: the browser alone draws it, where keeping a drawing would not pay: one customer's, or
    one that follows each key that is typed. ``only``: "wide" or "narrow", for one of them.
    """
    return {
        "picture": of,
        "live": live,
        "drawings": [
            {
                "width": width,
                "svg": "" if live else mark_safe(svg(spec, css_class=width)),
                "spec": _data(spec),
            }
            for width, spec in (("wide", of.wide), ("narrow", of.narrow))
            if only in ("", width)
        ],
    }


@register.inclusion_tag("console/drawn/table.html")
def drawn(table: parts.Table) -> dict[str, Any]:
    """A table with its caption; the first cell of a row is its head."""
    rows = [
        [(cell, table.heads[number].numeric) for number, cell in enumerate(row)]
        for row in table.rows
    ]
    return {"table": table, "rows": rows}


@register.filter
def phrased(title: parts.Sentence) -> SafeString:
    """A title whose lines rather break after a phrase than within one; escaped by itself."""
    return mark_safe(parts.phrased(title))


def _data(spec: Any) -> SafeString:
    return mark_safe(json.dumps(spec, ensure_ascii=False).translate(HARMLESS))


@register.filter
def attribute(value: Any) -> SafeString:
    """The plain text of a sentence, for an attribute such as ``aria-label``."""
    return escape(str(value))
