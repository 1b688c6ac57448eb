"""What pages say of a condition: sentences first, then the profile against the base."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from regulars.charts import Numbers
from regulars.conditions import Condition, columns_of
from regulars.declare import Column
from regulars_server.audiences.catalogue import Catalogue
from regulars_server.audiences.measuring import Measured, measure
from regulars_server.audiences.reading import in_words, numbers_of
from regulars_server.console.language import library_language
from regulars_server.snapshots.queries import KEY, NAMING

# Beyond this, a share differs by more than chance does in one of a thousand comparisons.
BEYOND_CHANCE = 3.3
NOTABLE = 1.1
MOST_MEMBER_COLUMNS = 7
USUAL = ("stage", "life_stage", "customer_group", "tier", "clv_365d_minor",
         "expected_spend_365d_minor", "spend_minor", "last_day", "purchase_days")  # fmt: skip
CONTRIBUTORS = {
    "key": gettext_lazy("Customer"),
    "summary": gettext_lazy("Purchases so far"),
    "rfm": gettext_lazy("Recency, frequency and spend in the window"),
    "groups": gettext_lazy("Groups A to E"),
    "value": gettext_lazy("What is expected"),
    "lifecycle": gettext_lazy("Life stage"),
    "decline": gettext_lazy("Decline"),
    "tiers": gettext_lazy("Tiers"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One code of a profile: its share here and in the base, and which way it differs."""

    label: str
    customers: Any
    share: Any
    base_share: Any
    ratio: str
    differs: str  # "over", "under" or ""
    width: float
    mark: float


@dataclass(frozen=True, kw_only=True)
class Part:
    """A distribution against the base."""

    label: str
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said of a condition."""

    measured: Measured
    title: str
    words: str
    sentences: Sequence[str]
    parts: Sequence[Part]


def answer(of: Catalogue, condition: Condition) -> Answer:
    """Count it and say it."""
    measured, numbers = measure(of, condition), numbers_of()
    parts, most = _profile(of, measured, numbers)
    sentences = [*_money(of, measured, numbers), *most, *_unknown(of, measured, numbers)]
    return Answer(
        measured=measured,
        title=_title(of, measured, numbers),
        words=in_words(condition, of.fields),
        sentences=sentences,
        parts=parts if measured.customers else [],
    )


def _title(of: Catalogue, measured: Measured, numbers: Numbers) -> str:
    if not measured.customers:
        return _("No customer")
    share = numbers.share(measured.customers / of.rows)
    if measured.customers == of.rows:
        said = ngettext("%(n)s customer: the whole base", "%(n)s customers: the whole base",
                        measured.customers)  # fmt: skip
        return said % {"n": numbers.count(measured.customers)}
    said = ngettext(
        "%(n)s customer, %(share)s of the base", "%(n)s customers, %(share)s of the base",
        measured.customers,
    )  # fmt: skip
    return said % {"n": numbers.count(measured.customers), "share": share}


def _money(of: Catalogue, measured: Measured, numbers: Numbers) -> list[str]:
    if not measured.customers:
        return [_("Loosen a rule: nobody in this snapshot meets all of this.")]
    found = []
    if measured.revenue is not None and of.revenue and of.totals[of.revenue] > 0:
        found.append(
            _("They spent %(money)s so far, %(share)s of all revenue.")
            % {
                "money": numbers.money(measured.revenue),
                "share": numbers.share(measured.revenue / of.totals[of.revenue]),
            }
        )
    if measured.value is not None and of.value and of.totals[of.value] > 0:
        said = {
            "money": numbers.money(measured.value),
            "share": numbers.share(measured.value / of.totals[of.value]),
        }
        if of.value.startswith("clv"):
            found.append(
                _("Over the next 365 days they are worth %(money)s, %(share)s of all.") % said
            )
        else:
            found.append(
                _("They are expected to spend %(money)s in the next 365 days, %(share)s of all.")
                % said
            )
    return found


def _unknown(of: Catalogue, measured: Measured, numbers: Numbers) -> list[str]:
    if not measured.unknown:
        return []
    said = ngettext(
        "%(n)s more customer is neither in nor out, as it cannot be told.",
        "%(n)s more customers are neither in nor out, as it cannot be told.",
        measured.unknown,
    ) % {"n": numbers.count(measured.unknown)}
    listed = [
        _("%(column)s (%(n)s)") % {"column": label(of, name), "n": numbers.count(n)}
        for name, n in sorted(measured.lacking.items(), key=lambda one: -one[1])
    ]
    if listed:
        comma = "、" if library_language() == "zh" else ", "
        said += _(" Unknown are: %(columns)s.") % {"columns": comma.join(listed)}
    return [said]


def _profile(of: Catalogue, measured: Measured, numbers: Numbers) -> tuple[list[Part], list[str]]:
    """The distributions, and a sentence on what stands out most."""
    parts: list[Part] = []
    said: list[str] = []
    for name, counts in measured.parts.items():
        lines, best, best_ratio = [], "", 1.0
        for code, customers in counts.items():
            base = of.base[name][code]
            line, ratio = _line(_code(of, name, code), customers, base, measured, of, numbers)
            lines.append(line)
            if line.differs == "over" and ratio > best_ratio and code:
                best_ratio = ratio
                best = _("“%(code)s” (%(part)s) is %(ratio)s times as frequent as in the base.") % {
                    "code": line.label, "part": label(of, name), "ratio": line.ratio,
                }  # fmt: skip
        parts.append(Part(label=label(of, name), lines=lines))
        said += [best] if best else []
    return parts, said[:1]


def _line(
    said: str, customers: int, base: int, measured: Measured, of: Catalogue, numbers: Numbers
) -> tuple[Line, float]:
    share = customers / measured.customers if measured.customers else 0.0
    usual = base / of.rows if of.rows else 0.0
    ratio = share / usual if usual else 0.0
    differs = ""
    if _beyond_chance(customers, measured.customers, base, of.rows):
        over = ratio >= NOTABLE
        differs = "over" if over else "under" if ratio <= 1 / NOTABLE else ""
    line = Line(
        label=said,
        customers=numbers.count(customers),
        share=numbers.percent(share),
        base_share=numbers.percent(usual),
        ratio=f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}",
        differs=differs,
        width=round(100 * share, 2),
        mark=round(99 * usual, 2),
    )
    return line, ratio


def _beyond_chance(part: int, chosen: int, base: int, rows: int) -> bool:
    """Whether a part of the chosen differs from what drawing as many at random would give."""
    if not 0 < chosen < rows or rows < 2:
        return False
    p = base / rows
    spread = math.sqrt(chosen * p * (1 - p) * (rows - chosen) / (rows - 1))
    return spread > 0 and abs(part - chosen * p) > BEYOND_CHANCE * spread


def label(of: Catalogue, name: str) -> str:
    """What a column is called."""
    one = of.fields.get(name)
    return one.column.heading(library_language()) if one and one.column else name


def _code(of: Catalogue, name: str, code: str) -> str:
    if not code:
        return _("unknown")
    one = of.fields[name]
    return one.column.said(code, library_language()) if one.column else code


def contributor(of: Catalogue, name: str) -> str:
    """Whose a column is, in words."""
    own = of.contributors.get(name, "")
    return str(CONTRIBUTORS.get(own, own))


def member_columns(of: Catalogue, condition: Condition) -> list[str]:
    """The columns that a list of members shows: those asked for, then what one wants to know."""
    usual = [name for name in USUAL if name in of.fields and of.told[name].unknown < of.rows]
    named = [name for name in columns_of(condition) if name != KEY]
    return list(dict.fromkeys([*named, *usual]))[:MOST_MEMBER_COLUMNS]


def head(of: Catalogue, name: str) -> dict[str, Any]:
    """A column's head: what it is called, its unit, whether it is a number."""
    column, numbers = of.fields[name].column, numbers_of()
    unit = {"minor": numbers.currency_name, "days": _("days")}.get(of.fields[name].unit or "", "")
    kind = of.fields[name].kind.value
    return {"label": label(of, name), "unit": unit, "numeric": kind == "number",
            "meaning": column.meaning.say(library_language()) if column else ""}  # fmt: skip


def cell(of: Catalogue, name: str, value: Any, numbers: Numbers) -> Any:
    """A value as a table shows it; a dash where it is unknown, with its reason."""
    column = of.fields[name].column
    if value is None:
        return numbers.unknown(why_unknown(of, name))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return column.said(value, library_language()) if column else value
    return _number(column, value, numbers)


def _number(column: Column | None, value: float, numbers: Numbers) -> Any:
    unit = column.unit if column is not None else None
    if unit == "minor":
        return numbers.amount(value) if isinstance(value, int) else numbers.estimate(value)
    if unit == "share":
        return numbers.percent(value)
    return numbers.count(value) if isinstance(value, int) else numbers.least(value, decimals=1)


def why_unknown(of: Catalogue, name: str) -> str:
    """Why a column can be unknown."""
    for column in of.snapshot.manifest["columns"]:
        if column["name"] == name and column["null_means"]:
            return str(column["null_means"][library_language()])
    return ""


def columns_by_contributor(of: Catalogue, *, naming: bool = False) -> list[dict[str, Any]]:
    """All columns that can be chosen, under whose they are."""
    found: dict[str, list[dict[str, str]]] = {}
    for name in of.fields:
        if name != KEY:
            found.setdefault(contributor(of, name), []).append(
                {"name": name, "label": label(of, name)}
            )
    if naming and of.snapshot.has_outside_ids:
        found.setdefault(str(CONTRIBUTORS["key"]), []).append(
            {"name": NAMING, "label": _("Id of the shop")}
        )
    return [{"title": title, "columns": columns} for title, columns in found.items()]
