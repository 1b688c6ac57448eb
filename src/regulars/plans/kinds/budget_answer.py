"""What a budget says: where money would do more, and what the KPIs reward."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from regulars import charts
from regulars.declare import Language
from regulars.plans.answer import Answer
from regulars.plans.kinds.budget import SIDES, BudgetPlan
from regulars.plans.ledger import Ledger
from regulars.plans.sheets import Cell, Sheet, letters
from regulars.plans.voice import Voice, fine
from regulars.plans.words import budget as words
from regulars.report.parts import Block, Headline, Section, Sentence, Table

CLOSE = 0.005
"""A budget this near to the best, as a share of it, is the best for all that can be known."""


def answer(plan: BudgetPlan, lang: Language) -> Answer:
    """The answer of `BudgetPlan.answer`."""
    voice = Voice(plan.header, lang)
    return Answer(
        header=plan.header,
        lang=lang,
        headline=Headline(title=_title(plan, voice), sentences=list(_said(plan, voice))),
        sections=list(_sections(plan, voice)),
        data=_data(plan),
        sheets=[_sheet(plan, voice)],
    )


def _title(plan: BudgetPlan, voice: Voice) -> Sentence:
    now, best = plan.present, plan.best
    values = {"now": voice.money(now.equity), "best": voice.money(best.equity)}
    if best.equity - now.equity <= CLOSE * abs(best.equity):
        return voice.say(words.AT_BEST, now=values["now"])
    more_a, more_r = best.acquisition >= now.acquisition, best.retention >= now.retention
    said = {
        (True, True): words.MORE_BOTH,
        (True, False): words.MORE_ACQUISITION,
        (False, True): words.MORE_RETENTION,
        (False, False): words.LESS_BOTH,
    }
    return voice.say(said[more_a, more_r], **values)


def _said(plan: BudgetPlan, voice: Voice) -> Iterator[Sentence]:
    now, best = plan.present, plan.best
    yield voice.say(
        words.SPLIT,
        a0=voice.money(now.acquisition),
        r0=voice.money(now.retention),
        a1=voice.money(best.acquisition),
        r1=voice.money(best.retention),
    )
    if plan.prospects is not None:
        gain = voice.money((best.equity - now.equity) * plan.prospects)
        yield voice.say(words.IN_ALL, n=voice.numbers.about(plan.prospects), gain=gain)
    if plan.kpis:
        yield voice.say(
            words.KPI,
            share=voice.share(plan.biased / len(plan.kpis)),
            n=plan.biased,
            all=len(plan.kpis),
        )
    returns = {side: plan.returned(side) for side in SIDES}
    if all(value is not None for value in returns.values()):
        yield voice.say(
            words.ROI, **{side: voice.percent(v or 0, signed=True) for side, v in returns.items()}
        )
    yield voice.say(words.SURE)


def _sections(plan: BudgetPlan, voice: Voice) -> Iterator[Section]:
    yield voice.section(_split(plan, voice))
    if plan.ledger:
        yield voice.section(_ledger(plan, voice), words.LEDGER.say(voice.lang))
    if plan.kpis:
        yield voice.section(_kpis(plan, voice), words.KPIS.say(voice.lang))


def _split(plan: BudgetPlan, voice: Voice) -> Block:
    lang = voice.lang
    now, best = plan.present, plan.best
    money = {
        words.ACQUISITION: (now.acquisition, best.acquisition),
        words.RETENTION: (now.retention, best.retention),
        words.EQUITY: (now.equity, best.equity),
    }
    rows = [
        {
            "label": label.say(lang),
            "values": [voice.minor(v) for v in values],
            "said": [str(voice.money(v)) for v in values],
        }
        for label, values in money.items()
    ]
    shares = {
        words.ACQUIRED: (now.acquired, best.acquired),
        words.RETAINED: (now.retained, best.retained),
    }
    cells = [[label.say(lang), *map(voice.price, values)] for label, values in money.items()]
    cells[2:2] = [[label.say(lang), *map(voice.percent, v)] for label, v in shares.items()]
    heads = [
        voice.head(words.WHAT, numeric=False),
        voice.money_head(words.NOW),
        voice.money_head(words.BEST),
    ]
    series = [words.NOW.say(lang), words.BEST.say(lang)]
    return Block(
        name="split",
        title=voice.say(words.BLOCK, now=voice.money(now.equity), best=voice.money(best.equity)),
        picture=voice.draw(
            "budget", voice.say(words.PICTURE), lambda c: charts.pairs(rows, c, series=series)
        ),
        tables=[Table(caption=voice.say(words.TABLE), heads=heads, rows=cells)],
    )


def _ledger(plan: BudgetPlan, voice: Voice) -> Block:
    lang = voice.lang
    small = fine(one.earned for one in plan.ledger)
    rows = [
        [
            one.name.say(lang),
            words.SIDES[one.side].say(lang),
            voice.total(one.spent, fine=small),
            voice.total(one.earned, fine=small),
            voice.percent((one.earned - one.spent) / one.spent, signed=True) if one.spent else "",
        ]
        for one in plan.ledger
    ]
    heads = [
        voice.head(words.ENTRY, numeric=False),
        voice.head(words.SIDE, numeric=False),
        voice.money_head(words.SPENT),
        voice.money_head(words.EARNED),
        voice.head(words.RETURNED),
    ]
    returns = {side: plan.returned(side) for side in SIDES}
    known = {side: value for side, value in returns.items() if value is not None}
    title = voice.say(words.LEDGER)
    if len(known) == len(SIDES):
        better = words.SIDES[max(known, key=lambda side: known[side])].say(lang)
        title = voice.say(words.LEDGER_TITLE, side=better[:1].upper() + better[1:])
    return Block(
        name="ledger",
        title=title,
        tables=[Table(caption=voice.say(words.LEDGER), heads=heads, rows=rows)],
    )


def _kpis(plan: BudgetPlan, voice: Voice) -> Block:
    lang = voice.lang
    rows = [[one.name.say(lang), words.SIDES[one.rewards].say(lang)] for one in plan.kpis]
    heads = [voice.head(words.KPI_NAME, numeric=False), voice.head(words.REWARDS, numeric=False)]
    return Block(
        name="kpis",
        title=voice.say(words.KPI_TITLE, n=plan.biased, all=len(plan.kpis)),
        tables=[Table(caption=voice.say(words.KPIS), heads=heads, rows=rows)],
    )


def _data(plan: BudgetPlan) -> dict[str, Any]:
    returns = {side: plan.returned(side) for side in SIDES}
    return {
        "present": asdict(plan.present),
        "optimum": asdict(plan.best),
        "gain": plan.best.equity - plan.present.equity,
        "prospects": plan.prospects,
        "kpi_bias": plan.biased / len(plan.kpis) if plan.kpis else None,
        "returned": {side: None if v is None else float(v) for side, v in returns.items()},
    }


def _sheet(plan: BudgetPlan, voice: Voice) -> Sheet:
    lang, response = voice.lang, plan.response
    ledger = Ledger(voice)
    m = ledger.given(words.MARGIN.say(lang), response.margin, "price")
    c_a = ledger.given(words.C_A.say(lang), response.acquisition_ceiling, "rate")
    k_a = ledger.given(words.K_A.say(lang), response.acquisition_rate)
    c_r = ledger.given(words.C_R.say(lang), response.retention_ceiling, "rate")
    k_r = ledger.given(words.K_R.say(lang), response.retention_rate)
    d = ledger.given(words.DISCOUNT.say(lang), response.discount, "rate")
    ledger.heads(label.say(lang) for label in (words.WHAT, words.NOW, words.BEST))
    splits = (plan.present, plan.best)
    top = ledger.row

    def ref(line: int, column: int) -> str:
        return f"{letters(column)}{top + line + 1}"

    def both(line: int, column: int) -> str:
        a, r = ref(2, column), ref(3, column)
        spent, kept = ref(0, column), ref(1, column)
        return {
            2: f"={c_a}*(1-EXP(-{k_a}*{spent}))",
            3: f"={c_r}*(1-EXP(-{k_r}*{kept}))",
            4: f"={a}*({m}+({m}*{r}-{kept})/(1+{d}-{r}))-{spent}",
        }[line]

    names = ("acquisition", "retention", "acquired", "retained", "equity")
    labels = (words.ACQUISITION, words.RETENTION, words.ACQUIRED, words.RETAINED, words.EQUITY)
    for line, (name, label) in enumerate(zip(names, labels, strict=True)):
        style: Any = "rate" if name in ("acquired", "retained") else "price"
        ledger.cells(
            label.say(lang),
            [
                Cell(getattr(one, name), style, given=True)
                if line < 2
                else Cell(getattr(one, name), style, both(line, column))
                for column, one in enumerate(splits, 1)
            ],
        )
    ledger.heads([words.SEARCHED.say(lang)])
    return ledger.sheet
