"""What a table comes to in sentences, pictures and further tables; words are the library's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils.translation import gettext as _

from regulars.declare import Language
from regulars.plans import table_text, write_workbook
from regulars.plans.kinds import table_change, table_value
from regulars.plans.kinds.table import TablePlan
from regulars.plans.kinds.table_parts import period_of
from regulars.plans.voice import Voice
from regulars.plans.words import terms
from regulars.report.parts import Block, Headline
from regulars.strategy import FIELDS, BreakEven, break_even
from regulars_server.strategies.sheet import PLAN, is_rate

TURNED = ("retention", "acquisition_cost", "aov", "direct_cost_rate")
"""Inputs that a break-even is looked for of."""

MOST_COMPARED = 3


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The opening: what a customer is worth; beside a plan, who wins and from when."""

    now: Headline
    change: Headline | None = None
    ahead: str = ""


def finding(plan: TablePlan, lang: Language) -> Finding:
    """The sentences of a table, quickly: no picture is drawn for them."""
    voice = Voice(plan.header, lang)
    now = Headline(
        title=table_value.worth(plan, plan.interval(), voice),
        sentences=list(table_value.statements(plan.table, voice)),
    )
    if PLAN not in plan.scenarios:
        return Finding(now=now)
    compared = plan.comparisons()
    change = table_change.headline(plan, compared, voice)
    return Finding(now=now, change=change, ahead=_ahead(plan, compared[PLAN], lang))


def _ahead(plan: TablePlan, change: Any, lang: Language) -> str:
    kind = period_of(plan.table)
    first = change.ahead_from
    if change.value_gain == 0:
        return ""
    if first is None:
        back = next(
            (at for at, gain in enumerate(change.differences["ltv"], 1) if gain < 0), 1
        )  # fmt: skip
        return _("It is behind from the %(nth)s on.") % {"nth": terms.nth(back, kind, lang)}
    if first == 1:
        return _("It is ahead from the %(nth)s on.") % {"nth": terms.nth(1, kind, lang)}
    values = {"nth": terms.nth(first, kind, lang), "before": terms.nth(first - 1, kind, lang)}
    said = _(
        "It costs more at first: up to the %(before)s it is not ahead, from the %(nth)s on it is."
    )
    return said % values


def blocks(plan: TablePlan, lang: Language) -> list[Block]:
    """Curves, differences and what moves the value, as the library's own answer has them."""
    answer = plan.answer(lang)
    own = {section.name: section.blocks[0] for section in answer.sections}
    if PLAN not in plan.scenarios:
        return [_without_tables(own["value"]), own["levers"]]
    compared = [section.blocks[0] for section in plan.comparison(lang).sections]
    other = replace(plan, table=plan.scenarios[PLAN].table, scenarios={}, errors={}).answer(lang)
    theirs = next(s.blocks[0] for s in other.sections if s.name == "levers")
    title = plan.scenarios[PLAN].title.say(lang)
    return [
        *compared,
        replace(own["levers"], name="levers-now", lead=[*own["levers"].lead]),
        replace(theirs, name="levers-plan", title=_named(title, theirs, lang)),
    ]


def _named(title: str, block: Block, lang: Language) -> Any:
    """The finding of the plan's own levers, said with its name."""
    from regulars.declare import Text

    return replace(
        block.title, text=Text("“{plan}”: {said}", "“{plan}”：{said}"),
        values={"plan": title, "said": block.title},
    )  # fmt: skip


def _without_tables(block: Block) -> Block:
    """The lines stand in the page already."""
    return replace(block, tables=[])


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One input, and where the value meets the target."""

    label: str
    now: str
    at: str
    said: str


def turns(plan: TablePlan, lang: Language) -> list[Turn]:
    """At what figure of each input alone a customer is worth nothing."""
    return [_turn(plan, break_even(plan.table, name), lang) for name in TURNED]


def needed(plan: TablePlan, lang: Language) -> list[Turn]:
    """How far each input that the plan changes may go before it is worth no more than now."""
    if PLAN not in plan.scenarios:
        return []
    after = plan.scenarios[PLAN].table
    moved = [n for n in FIELDS if after.inputs[n] != plan.table.inputs[n]]
    found = []
    for name in moved[:MOST_COMPARED]:
        values = after.inputs[name]
        period = _only_period(plan.table.inputs[name], values)
        one = break_even(after, name, target=plan.table.value, period=period)
        found.append(_turn(plan, one, lang))
    return found


def _only_period(before: Any, after: Any) -> int | None:
    """The first period in which a plan changes an input given period by period."""
    if not isinstance(after, tuple) or len(set(after)) == 1:
        return None
    pairs = enumerate(zip(before, after, strict=True), 1)
    return next((at for at, (one, other) in pairs if one != other), None)


def _turn(plan: TablePlan, found: BreakEven, lang: Language) -> Turn:
    label = terms.INPUTS[found.field].say(lang)
    if found.period is not None:
        nth = terms.nth(found.period, period_of(plan.table), lang)
        label = f"{label}，{nth}" if lang == "zh" else f"{label}, {nth}"
    reasons = {
        "always_over": _("whatever it is, the value stays over that"),
        "always_under": _("whatever it is, the value stays under that"),
        "no_effect": _("it moves nothing"),
        "found": "",
    }
    value = found.value
    now = (
        _("differs by period")
        if found.present is None
        else _said(plan, found.field, found.present, lang)
    )
    return Turn(
        label=label, now=now, at="" if value is None else _said(plan, found.field, value, lang),
        said=reasons[found.outcome],
    )  # fmt: skip


def _said(plan: TablePlan, name: str, value: Decimal, lang: Language) -> str:
    voice = Voice(plan.header, lang)
    if is_rate(name):
        return str(voice.percent(value))
    return str(voice.plain(value) if name == "orders" else voice.price(value))


def summary(plan: TablePlan) -> dict[str, Any]:
    """What a list shows of a saved table; JSON."""
    told: dict[str, Any] = {
        "value": str(plan.table.value), "currency": plan.header.currency,
        "exponent": plan.header.exponent, "periods": plan.table.periods,
        "customers": str(plan.table.customers), "illustrative": plan.header.illustrative,
    }  # fmt: skip
    if PLAN in plan.scenarios:
        change = plan.comparisons()[PLAN]
        told |= {
            "plan": plan.scenarios[PLAN].title.en, "gain": str(change.value_gain),
            "plan_value": str(plan.scenarios[PLAN].table.value),
            "total_gain": str(change.total_gain),
        }  # fmt: skip
    return told


def yaml_of(plan: TablePlan) -> bytes:
    """The file that ``regulars strategy table`` reads."""
    return table_text(plan).encode()


def workbook_of(plan: TablePlan, lang: Language) -> bytes:
    """A workbook whose lines are live formulas: the table, or both and their difference."""
    answer = plan.comparison(lang) if plan.scenarios else plan.answer(lang)
    with TemporaryDirectory() as folder:
        return write_workbook(answer, Path(folder) / "table.xlsx").read_bytes()
