"""What points of retention are worth, said both ways (002-2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from regulars import charts
from regulars.declare import Language
from regulars.plans.answer import Answer
from regulars.plans.facts import Facts
from regulars.plans.header import Header, read_header
from regulars.plans.ledger import Ledger
from regulars.plans.section import Section
from regulars.plans.sheets import Sheet
from regulars.plans.voice import Voice
from regulars.plans.words import economics as words
from regulars.report.parts import Block, Headline, Sentence, Table
from regulars.strategy import RetentionEconomics, retention_economics

KIND = "economics"
OTHER_RATES = tuple(Decimal(tenths) / 10 for tenths in (4, 5, 6, 7, 8, 9))


@dataclass(frozen=True, kw_only=True)
class EconomicsPlan:
    """Rates and interest, and what more retention is worth."""

    header: Header
    retention: Decimal
    change: Decimal
    interest: Decimal
    acquisition_cost: Decimal | None
    retention_spend: Decimal | None
    found: RetentionEconomics

    def from_rate(self, retention: Decimal) -> RetentionEconomics | None:
        """The same points from another rate; None where it would leave 0 to 1."""
        after = retention + self.change
        if not 0 <= after <= 1 or after == 1 + self.interest:
            return None
        return retention_economics(retention=retention, change=self.change, interest=self.interest)

    def answer(self, lang: Language = "en") -> Answer:
        """The uplift, without and with the first margin."""
        voice = Voice(self.header, lang)
        return Answer(
            header=self.header,
            lang=lang,
            headline=Headline(title=_title(self, voice), sentences=list(_said(self, voice))),
            sections=[voice.section(_block(self, voice))],
            data=_data(self),
            sheets=[_sheet(self, voice)],
        )


def read(section: Section, facts: Facts | None = None) -> EconomicsPlan:
    """
    Raises
    ------
    PlanError : a key is missing, unknown or cannot be.
    """
    header = read_header(section, KIND)
    given: dict[str, Any] = {
        "retention": section.number("retention"),
        "change": section.number("change"),
        "interest": section.number("interest"),
        "acquisition_cost": section.number("acquisition_cost", None),
        "retention_spend": section.number("retention_spend", None),
    }
    section.end()
    if (given["acquisition_cost"] is None) != (given["retention_spend"] is None):
        lone = "retention_spend" if given["retention_spend"] is not None else "acquisition_cost"
        raise section.error(lone, "acquisition_cost and retention_spend are given together")
    with section.placed():
        return EconomicsPlan(header=header, found=retention_economics(**given), **given)


def _points(plan: EconomicsPlan, voice: Voice) -> str:
    return str(voice.plain(plan.found.points, 2))


def _title(plan: EconomicsPlan, voice: Voice) -> Sentence:
    later, whole = plan.found.later_uplift, plan.found.whole_uplift
    points = _points(plan, voice)
    if later is None:
        return voice.say(
            words.TITLE_FROM_NOTHING, points=points, whole=voice.percent(whole, signed=True)
        )
    return voice.say(
        words.TITLE,
        points=points,
        later=voice.percent(later, signed=True),
        whole=voice.percent(whole, signed=True),
    )


def _said(plan: EconomicsPlan, voice: Voice) -> Iterator[Sentence]:
    found = plan.found
    yield voice.say(
        words.FROM,
        before=voice.share(plan.retention),
        after=voice.share(plan.retention + plan.change),
        interest=voice.share(plan.interest),
    )
    yield voice.say(
        words.BOTH,
        l0=voice.plain(found.later_before, 2),
        l1=voice.plain(found.later_after, 2),
        w0=voice.plain(found.whole_before, 2),
        w1=voice.plain(found.whole_after, 2),
    )
    if found.cost_ratio is not None:
        yield voice.say(words.RATIO, ratio=voice.plain(found.cost_ratio, 1))


def _rates(plan: EconomicsPlan) -> list[tuple[Decimal, RetentionEconomics]]:
    rates = sorted({*OTHER_RATES, plan.retention})
    tried = [(rate, plan.from_rate(rate)) for rate in rates]
    return [(rate, found) for rate, found in tried if found is not None and found.later_before]


def _block(plan: EconomicsPlan, voice: Voice) -> Block:
    lang, rates = voice.lang, _rates(plan)
    if not rates:
        return Block(name="economics", title=_title(plan, voice))
    rows = []
    for rate, found in rates:
        both = (found.later_uplift or Decimal(0), found.whole_uplift)
        rows.append(
            {
                "label": words.FROM_RATE.fill(lang, rate=voice.share(rate)),
                "values": [float(value) for value in both],
                "said": [str(voice.percent(value, signed=True)) for value in both],
            }
        )
    cells = [
        [
            str(voice.share(rate)),
            voice.plain(found.later_before, 2),
            voice.plain(found.later_after, 2),
            voice.percent(found.later_uplift or Decimal(0), signed=True),
            voice.plain(found.whole_before, 2),
            voice.plain(found.whole_after, 2),
            voice.percent(found.whole_uplift, signed=True),
        ]
        for rate, found in rates
    ]
    sides = (words.BEFORE, words.AFTER, words.UPLIFT)
    heads = [
        voice.head(words.RATE, numeric=False),
        *(voice.head(words.LATER_HEAD, unit=side.say(lang)) for side in sides),
        *(voice.head(words.WHOLE_HEAD, unit=side.say(lang)) for side in sides),
    ]
    series = [words.LATER.say(lang), words.WHOLE.say(lang)]
    return Block(
        name="economics",
        title=_spread(rates, voice),
        picture=voice.draw(
            "economics", voice.say(words.PICTURE), lambda c: charts.pairs(rows, c, series=series)
        ),
        tables=[
            Table(
                caption=voice.say(words.TABLE, points=_points(plan, voice)),
                heads=heads,
                rows=cells,
            )
        ],
    )


def _spread(rates: list[tuple[Decimal, RetentionEconomics]], voice: Voice) -> Sentence:
    (low, at_low), (high, at_high) = rates[0], rates[-1]
    return voice.say(
        words.BLOCK,
        low=voice.share(low),
        less=voice.percent(at_low.whole_uplift, signed=True),
        high=voice.share(high),
        more=voice.percent(at_high.whole_uplift, signed=True),
    )


def _data(plan: EconomicsPlan) -> dict[str, Any]:
    found = plan.found
    return {
        "retention": float(plan.retention),
        "points": float(found.points),
        "interest": float(plan.interest),
        "later_before": float(found.later_before),
        "later_after": float(found.later_after),
        "later_uplift": None if found.later_uplift is None else float(found.later_uplift),
        "whole_before": float(found.whole_before),
        "whole_after": float(found.whole_after),
        "whole_uplift": float(found.whole_uplift),
        "cost_ratio": None if found.cost_ratio is None else float(found.cost_ratio),
        "from_other_rates": [
            {
                "retention": float(rate),
                "later_uplift": float(one.later_uplift or 0),
                "whole_uplift": float(one.whole_uplift),
            }
            for rate, one in _rates(plan)
        ],
    }


def _sheet(plan: EconomicsPlan, voice: Voice) -> Sheet:
    lang, found = voice.lang, plan.found
    ledger = Ledger(voice)
    r = ledger.given(words.RATE.say(lang), plan.retention, "rate")
    more = ledger.given(words.CHANGE.say(lang), plan.change, "rate")
    i = ledger.given(words.INTEREST.say(lang), plan.interest, "rate")
    after = f"({r}+{more})"
    rows = (
        (words.L_BEFORE, found.later_before, f"{r}/(1+{i}-{r})"),
        (words.L_AFTER, found.later_after, f"{after}/(1+{i}-{after})"),
        (words.W_BEFORE, found.whole_before, f"(1+{i})/(1+{i}-{r})"),
        (words.W_AFTER, found.whole_after, f"(1+{i})/(1+{i}-{after})"),
    )
    ledger.heads([words.UPLIFT.say(lang)])
    l0, l1, w0, w1 = (ledger.found(label.say(lang), v, f) for label, v, f in rows)
    if found.later_uplift is not None:
        ledger.found(words.L_UP.say(lang), found.later_uplift, f"{l1}/{l0}-1", "rate")
    ledger.found(words.W_UP.say(lang), found.whole_uplift, f"{w1}/{w0}-1", "rate")
    if plan.acquisition_cost is not None and plan.retention_spend is not None:
        cost = ledger.given(words.ACQUISITION.say(lang), plan.acquisition_cost, "price")
        spend = ledger.given(words.SPEND.say(lang), plan.retention_spend, "price")
        ledger.found(words.COSTS.say(lang), found.cost_ratio, f"{cost}/{spend}")
    return ledger.sheet
