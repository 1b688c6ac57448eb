"""Pictures of audiences with their sentences and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.charts import NARROW, REFERENCES, WIDE, Canvas, audience_overlap, audience_sizes
from regulars.report.parts import Picture
from regulars_server.audiences.catalogue import Catalogue
from regulars_server.audiences.comparing import Overlap
from regulars_server.audiences.models import AudienceSize
from regulars_server.audiences.queries import one_a_day
from regulars_server.audiences.reading import numbers_of
from regulars_server.snapshots.queries import snapshots


def _canvases() -> tuple[Canvas, Canvas]:
    numbers = numbers_of()
    # Colours by name: the page's own are light or dark.
    wide, narrow = (
        Canvas(numbers=numbers, width=width, palette=REFERENCES) for width in (WIDE, NARROW)
    )
    return wide, narrow


def last(sizes: Sequence[AudienceSize]) -> dict[str, Any]:
    """What the list says of an audience: its size, and how it changed since the one before."""
    if not sizes:
        return {"state": "waits"}
    newest = sizes[-1]
    if newest.customers is None:
        return {"state": "lacks", "lacking": newest.lacking, "as_of": newest.as_of}
    numbers = numbers_of()
    before = sizes[0].customers if len(sizes) > 1 else None
    change = newest.customers - before if before is not None else None
    return {
        "state": "counted", "as_of": newest.as_of, "customers": numbers.count(newest.customers),
        "share": numbers.share(newest.customers / newest.base) if newest.base else "",
        "change": numbers.count(change, signed=True) if change is not None else None,
    }  # fmt: skip


def history(sizes: Sequence[AudienceSize]) -> dict[str, Any]:
    """The size at each snapshot: a picture, its table, and who came and left of late."""
    there = {one.id for one in snapshots()}
    rows = one_a_day(one for one in sizes if one.snapshot in there)
    counted = [one for one in rows if one.customers is not None]
    found: dict[str, Any] = {"sizes": [_row(one) for one in reversed(rows)], "change": ""}
    if counted:
        found["change"] = _change(counted[-1])
    if len(counted) > 1:
        drawn = [{"as_of": one.as_of, "customers": one.customers} for one in counted]
        wide, narrow = (audience_sizes(drawn, canvas) for canvas in _canvases())
        found["picture"] = Picture(
            name="sizes", wide=wide, narrow=narrow, words=_("Customers at each snapshot")
        )
    return found


def _row(one: AudienceSize) -> dict[str, Any]:
    numbers = numbers_of()
    return {
        "as_of": one.as_of, "lacking": one.lacking, "counted": one.customers is not None,
        "customers": numbers.count(one.customers), "unknown": numbers.count(one.unknown),
        "share": numbers.percent((one.customers or 0) / one.base) if one.base else "",
        "came": numbers.count(one.came), "left": numbers.count(one.left),
    }  # fmt: skip


def _change(one: AudienceSize) -> str:
    if one.came is None or one.left is None:
        return ""
    numbers = numbers_of()
    came = ngettext("%(n)s customer came", "%(n)s customers came", one.came)
    left = ngettext("%(n)s left", "%(n)s left", one.left)
    return _("Since the snapshot before, %(came)s and %(left)s.") % {
        "came": came % {"n": numbers.count(one.came)},
        "left": left % {"n": numbers.count(one.left)},
    }


def overlap(
    found: Overlap, parts: dict[str, str], first: str, second: str, of: Catalogue
) -> dict[str, Any]:
    """The parts of two audiences: sentences, a picture, and its table with what opens each part."""
    numbers = numbers_of()
    sizes = {"only_first": found.only_first, "both": found.both, "only_second": found.only_second}
    wide, narrow = (
        audience_overlap(sizes, canvas, first=first, second=second) for canvas in _canvases()
    )
    said = {
        "both": _("in both"), "only_first": _("only in “%(name)s”") % {"name": first},
        "only_second": _("only in “%(name)s”") % {"name": second}, "neither": _("in neither"),
    }  # fmt: skip
    rows = [
        {
            "label": said[name], "condition": parts[name],
            "customers": numbers.count(getattr(found, name)),
            "share": numbers.percent(getattr(found, name) / found.base) if found.base else "",
        }
        for name in ("both", "only_first", "only_second", "neither")
    ]  # fmt: skip
    return {
        "found": found, "parts": rows, "title": _title(found, first, second),
        "sentences": _sentences(found, first, second),
        "picture": Picture(name="overlap", wide=wide, narrow=narrow,
                           words=_("Two bars: where they stand one over the other, customers are"
                                   " in both")),
    }  # fmt: skip


def _title(found: Overlap, first: str, second: str) -> str:
    numbers = numbers_of()
    if not found.both:
        return _("Nobody is in both")
    return ngettext("%(n)s customer is in both", "%(n)s customers are in both", found.both) % {
        "n": numbers.count(found.both)
    }


def _sentences(found: Overlap, first: str, second: str) -> list[str]:
    numbers = numbers_of()
    said = []
    if found.first and found.second:
        said.append(
            _("That is %(a)s of “%(first)s” and %(b)s of “%(second)s”.")
            % {
                "a": numbers.share(found.both / found.first), "first": first,
                "b": numbers.share(found.both / found.second), "second": second,
            }
        )  # fmt: skip
    if found.expected and found.jaccard is not None:
        ratio = found.both / found.expected
        said.append(
            _(
                "If the two had nothing to do with each other, about %(n)s would be in both: it is"
                " %(ratio)s times that. Jaccard index: %(jaccard)s."
            )
            % {
                "n": numbers.about(round(found.expected)),
                "ratio": numbers.number(ratio, decimals=1 if ratio < 10 else 0),
                "jaccard": numbers.number(found.jaccard, decimals=2),
            }
        )
    return said
