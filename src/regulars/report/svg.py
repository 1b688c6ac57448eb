"""A Vega-Lite spec as an SVG that may stand in a page: drawn offline, cleaned, without identity.

Drawing is told that it may fetch nothing. What comes back passes an allow-list of elements and
attributes, so no script, style, link or name can enter the page through a label.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from regulars.charts import Spec
from regulars.errors import MissingExtra

# An address of this server. The drawer puts where it would fetch data from before each address.
ADDRESS = re.compile(r"(?:https://vega\.github\.io/vega-datasets/)?(/(?![/\\])[^\s\\]*)")
ELEMENTS = frozenset({"svg", "g", "path", "text", "tspan", "line", "rect", "circle"})
ATTRIBUTES = frozenset(
    {
        *("width", "height", "viewBox", "transform", "d", "x", "y", "x1", "x2", "y1", "y2"),
        *("dx", "dy", "r", "cx", "cy", "fill", "stroke", "stroke-width", "stroke-dasharray"),
        *("opacity", "text-anchor", "font-size", "font-weight"),
    }
)


def draw(spec: Spec, *, css_class: str) -> str:
    """The picture as markup for an HTML page.

    Raises
    ------
    MissingExtra : vl-convert is not installed.
    """
    try:
        import vl_convert
    except ImportError as error:
        raise MissingExtra(
            "a report with pictures needs vl-convert: pip install 'regulars[report]'"
        ) from error
    return clean(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]), css_class=css_class)


def clean(svg: str, *, css_class: str) -> str:
    """Only allowed elements and attributes; fonts are left to the page; hidden from readers.

    What the picture says stands in the label of its frame and in the table beneath it.
    """
    root = ET.fromstring(svg)
    _strip(root)
    root.set("class", css_class)
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    return ET.tostring(root, encoding="unicode")


def _opens(element: ET.Element) -> None:
    """A link as a group that says where it leads: the page's script follows it.

    A link proper would take the focus within what is hidden from readers; the same links stand
    in the table. Only addresses of the same server are taken.
    """
    leads = next((v for name, v in element.attrib.items() if _local(name) == "href"), "")
    element.tag = "g"
    element.attrib = {}
    found = ADDRESS.fullmatch(leads)
    if found:
        element.attrib = {"data-opens": found[1], "cursor": "pointer"}


def _strip(element: ET.Element) -> None:
    element.tag = _local(element.tag)
    element.attrib = {
        _local(name): value
        for name, value in element.attrib.items()
        if name in ATTRIBUTES and not _fetches(value)
    }
    _strip_children(element)


def _strip_children(element: ET.Element) -> None:
    for child in list(element):
        if _local(child.tag) == "a":
            _opens(child)
            _strip_children(child)
        elif _local(child.tag) not in ELEMENTS or _invisible(child):
            element.remove(child)
        else:
            _strip(child)


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]


def _fetches(value: str) -> bool:
    return "url(" in value or "//" in value


def _invisible(element: ET.Element) -> bool:
    """Vega draws frames without fill or stroke around each group; they only cost bytes."""
    if _local(element.tag) != "path":
        return False
    return not any(element.get(paint) for paint in ("fill", "stroke"))
