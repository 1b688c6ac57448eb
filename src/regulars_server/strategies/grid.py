"""The table of cells and the lines beneath it, as a template draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from regulars.charts.numbers import NAMES_ZH
from regulars.declare import Language
from regulars.plans.kinds.table import LENGTHS, TablePlan
from regulars.plans.kinds.table_parts import line_figure, period_of
from regulars.plans.voice import Voice, fine
from regulars.plans.words import terms
from regulars_server.strategies import wording
from regulars_server.strategies.cells import Fault
from regulars_server.strategies.sheet import (
    GROUPS,
    ONCE,
    PLAN,
    SIDES,
    WANTED,
    Sheet,
    Side,
    is_rate,
)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell: the name of its field, and what stands in it."""

    name: str
    value: str
    label: str
    changed: bool = False
    wrong: bool = False
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """One input: a head, and its cells by side; `said` is what is wrong with them."""

    name: str
    label: str
    unit: str
    sides: Sequence[tuple[Side, Sequence[Cell | None]]]
    said: Sequence[str]
    hints: Sequence[str]
    wrong: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Inputs under one head."""

    label: str
    rows: Sequence[Row]


def sides(sheet: Sheet) -> list[tuple[Side, str]]:
    """The scenarios that are shown, and what they are called."""
    found: list[tuple[Side, str]] = [("now", _("As things are"))]
    if sheet.planned:
        found.append(("plan", sheet.plan_title or _("The plan")))
    return found


def periods(sheet: Sheet, lang: Language) -> list[str]:
    """What the columns are called: ``1st year``."""
    kind = sheet.period if sheet.period in LENGTHS else _kind(sheet.period_days)
    return [terms.nth(n, kind, lang) for n in range(1, sheet.periods + 1)]


def _kind(days: str) -> str:
    try:
        return terms.period_kind(float(days))
    except ValueError:
        return "period"


def groups(
    sheet: Sheet, lang: Language, faults: Sequence[Fault] = (), hints: Sequence[Fault] = ()
) -> list[Group]:
    """Every input in its place; what is wrong, and what only has to be known."""
    return [
        Group(
            label=str(wording.GROUPS[group]),
            rows=[_row(sheet, name, lang, faults, hints) for name in names],
        )
        for group, names in GROUPS.items()
    ]


def _row(
    sheet: Sheet, name: str, lang: Language, faults: Sequence[Fault], hints: Sequence[Fault]
) -> Row:
    heads = periods(sheet, lang)
    wrong = {fault.cell for fault in faults}
    label = terms.INPUTS[name].say(lang)
    found: list[tuple[Side, Sequence[Cell | None]]] = []
    for side, called in sides(sheet):
        cells: list[Cell | None] = []
        for at, head in enumerate(heads, 1):
            if at not in sheet.columns(name):
                cells.append(None)
                continue
            place = f"{side}.{name}.{at}"
            text = sheet.cell(side, name, at)
            last = name == "retention" and at == sheet.periods
            cells.append(
                Cell(
                    name=place, value=text, label=f"{label}, {called}, {head}",
                    changed=side == PLAN and text != sheet.cell("now", name, at),
                    wrong=place in wrong, optional=name not in WANTED or last,
                )
            )  # fmt: skip
        found.append((side, cells))
    return Row(
        name=name, label=label, unit=_unit(sheet, name, lang), sides=found,
        said=said_of(name, faults, sheet, lang), hints=said_of(name, hints, sheet, lang),
        wrong=[c.name for _side, cells in found for c in cells if c is not None and c.wrong],
    )  # fmt: skip


def said_of(name: str, faults: Sequence[Fault], sheet: Sheet, lang: Language) -> list[str]:
    """What is wrong in a row, each once with its places; where it is all of them, without."""
    heads, called = periods(sheet, lang), dict(sides(sheet))
    places: dict[tuple[str, str], list[int]] = {}
    for fault in faults:
        side, _dot, rest = fault.cell.partition(".")
        if rest.partition(".")[0] == name and side in called:
            at = int(fault.cell.rpartition(".")[2])
            places.setdefault((side, wording.fault(fault)), []).append(at)
    joint, colon = ("，", "：") if lang == "zh" else (", ", ": ")
    found = []
    for (side, said), wrong in places.items():
        where = [called[side]] if len(called) > 1 else []  # type: ignore[index]
        if name not in ONCE and len(wrong) < len(sheet.columns(name)) - (name == "retention"):
            where += [heads[at - 1] for at in wrong if at <= len(heads)]
        found.append(joint.join(where) + colon + said if where else said)
    return found


def hidden(sheet: Sheet) -> list[tuple[str, str]]:
    """Cells that do not count now, and are kept for whoever makes the table longer again."""
    shown = {
        f"{side}.{name}.{at}"
        for side, _called in sides(sheet)
        for names in GROUPS.values()
        for name in names
        for at in sheet.columns(name)
    }
    return [(name, text) for name, text in sheet.cells.items() if name not in shown]


def _unit(sheet: Sheet, name: str, lang: Language) -> str:
    if is_rate(name):
        return "%"
    if name in ("customers", "orders", "risk_factor", "discount_factors", "payment_delay_days"):
        return ""
    return NAMES_ZH.get(sheet.currency, sheet.currency) if lang == "zh" else sheet.currency


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the table: its figures by side."""

    name: str
    label: str
    unit: str
    sides: Sequence[tuple[Side, Sequence[Any]]]


STRONG = ("revenue", "gross_profit", "ltv")


def lines(plan: TablePlan, lang: Language) -> list[Line]:
    """Every line that says something, as the printed table has it."""
    voice = Voice(plan.header, lang)
    tables = {"now": plan.table}
    if PLAN in plan.scenarios:
        tables["plan"] = plan.scenarios[PLAN].table
    small = fine(plan.table["revenue"])
    found = []
    for name in plan.table.lines:
        if name in ("orders", "aov") or not any(_speaks(name, t[name]) for t in tables.values()):
            continue
        found.append(
            Line(
                name=name, label=terms.LINES[name].say(lang),
                unit="" if name in (*terms.COUNTED, "discount") else voice.numbers.currency_name,
                sides=[
                    (side, [line_figure(name, v, voice, small=small) for v in tables[side][name]])
                    for side in SIDES
                    if side in tables
                ],
            )
        )  # fmt: skip
    return found


def _speaks(name: str, values: Sequence[Any]) -> bool:
    """A line of nothing needs no row; customers kept stand in their sum."""
    if name == "kept":
        return False
    return name not in ("referred", "renewal", "referral_incentive") or any(values)


def called(plan: TablePlan, lang: Language) -> str:
    """What the table's periods are called: ``year``."""
    return terms.PERIODS[period_of(plan.table)][0].say(lang)
