"""Readers who lapse to rejoin at a discount: the true renewal rate, and the leak (001-5)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from regulars import charts
from regulars.declare import Language
from regulars.plans.answer import Answer
from regulars.plans.facts import Facts
from regulars.plans.header import Header, read_header
from regulars.plans.kinds.measured import leak_of
from regulars.plans.ledger import Ledger
from regulars.plans.section import Section
from regulars.plans.sheets import Sheet
from regulars.plans.voice import Voice
from regulars.plans.words import leak as words
from regulars.report.parts import Block, Headline, Sentence, Table
from regulars.strategy import Leak, leak

KIND = "leak"


@dataclass(frozen=True, kw_only=True)
class LeakPlan:
    """Counts and prices, and what they come to."""

    header: Header
    expired: int
    renewed: int
    rejoined: int
    renewal_price: Decimal
    promotion_price: Decimal
    acquisition_cost: Decimal
    found: Leak

    @property
    def given_away(self) -> Decimal:
        """Price not charged to those who rejoined; money."""
        return self.rejoined * (self.renewal_price - self.promotion_price)

    @property
    def paid_again(self) -> Decimal:
        """Acquisition paid for them; money."""
        return self.rejoined * self.acquisition_cost

    def answer(self, lang: Language = "en") -> Answer:
        """What is hidden, and what it costs."""
        voice = Voice(self.header, lang)
        return Answer(
            header=self.header,
            lang=lang,
            headline=_headline(self, voice),
            sections=[voice.section(_block(self, voice))],
            data=_data(self),
            sheets=[_sheet(self, voice)],
        )


def read(section: Section, facts: Facts | None = None) -> LeakPlan:
    """
    Raises
    ------
    PlanError : a key is missing, unknown or cannot be.
    """
    header = read_header(section, KIND)
    given: dict[str, Any] = (
        leak_of(section, facts, currency=header.currency)
        if section.has("data")
        else {name: section.whole(name) for name in ("expired", "renewed", "rejoined")}
        | {name: section.number(name) for name in ("renewal_price", "promotion_price")}
    )
    given["acquisition_cost"] = section.number("acquisition_cost")
    section.end()
    with section.placed():
        return LeakPlan(header=header, found=leak(**given), **given)


def _headline(plan: LeakPlan, voice: Voice) -> Headline:
    if not plan.rejoined:
        return Headline(title=voice.say(words.NONE), sentences=[])
    return Headline(
        title=voice.say(
            words.TITLE, n=voice.numbers.about(plan.rejoined), cost=voice.money(plan.found.cost)
        ),
        sentences=[
            voice.say(
                words.TRUE,
                true=voice.share(plan.found.true),
                reported=voice.share(plan.found.reported),
            ),
            voice.say(
                words.PARTS,
                given=voice.money(plan.given_away),
                each=voice.money(plan.renewal_price - plan.promotion_price),
                paid=voice.money(plan.paid_again),
            ),
            voice.say(words.NOT_ALL),
        ],
    )


def _block(plan: LeakPlan, voice: Voice) -> Block:
    lang = voice.lang
    shares = {words.REPORTED: plan.found.reported, words.REAL: plan.found.true}
    rows = [
        {"label": label.say(lang), "values": [float(v)], "said": [str(voice.share(v))]}
        for label, v in shares.items()
    ]
    cells: list[list[Any]] = [
        [words.EXPIRED.say(lang), voice.count(plan.expired)],
        [words.RENEWED.say(lang), voice.count(plan.renewed)],
        [words.REJOINED.say(lang), voice.count(plan.rejoined)],
        *([label.say(lang), voice.percent(v)] for label, v in shares.items()),
        [words.GIVEN.say(lang), voice.money(plan.given_away)],
        [words.PAID.say(lang), voice.money(plan.paid_again)],
        [words.COST.say(lang), voice.money(plan.found.cost)],
    ]
    heads = [voice.head(words.WHAT, numeric=False), voice.head(words.VALUE)]
    return Block(
        name="leak",
        title=_rates(plan, voice),
        picture=voice.draw(
            "leak", voice.say(words.PICTURE), lambda c: charts.pairs(rows, c, series=[""])
        ),
        tables=[Table(caption=voice.say(words.TABLE), heads=heads, rows=cells, totalled=True)],
    )


def _rates(plan: LeakPlan, voice: Voice) -> Sentence:
    return voice.say(
        words.BLOCK,
        reported=voice.share(plan.found.reported),
        true=voice.share(plan.found.true),
    )


def _data(plan: LeakPlan) -> dict[str, Any]:
    return {
        "expired": plan.expired,
        "renewed": plan.renewed,
        "rejoined": plan.rejoined,
        "reported": float(plan.found.reported),
        "true": float(plan.found.true),
        "given_away": float(plan.given_away),
        "paid_again": float(plan.paid_again),
        "cost": float(plan.found.cost),
    }


def _sheet(plan: LeakPlan, voice: Voice) -> Sheet:
    lang = voice.lang
    ledger = Ledger(voice)
    expired = ledger.given(words.EXPIRED.say(lang), plan.expired, "count")
    renewed = ledger.given(words.RENEWED.say(lang), plan.renewed, "count")
    back = ledger.given(words.REJOINED.say(lang), plan.rejoined, "count")
    full = ledger.given(words.RENEWAL_PRICE.say(lang), plan.renewal_price, "price")
    cheap = ledger.given(words.PROMOTION_PRICE.say(lang), plan.promotion_price, "price")
    cost = ledger.given(words.ACQUISITION.say(lang), plan.acquisition_cost, "price")
    ledger.heads([words.TABLE.say(lang)])
    found = plan.found
    ledger.found(words.REPORTED.say(lang), found.reported, f"{renewed}/{expired}", "rate")
    ledger.found(words.REAL.say(lang), found.true, f"({renewed}+{back})/{expired}", "rate")
    away = ledger.found(words.GIVEN.say(lang), plan.given_away, f"{back}*({full}-{cheap})", "price")
    again = ledger.found(words.PAID.say(lang), plan.paid_again, f"{back}*{cost}", "price")
    ledger.found(words.COST.say(lang), found.cost, f"{away}+{again}", "price")
    return ledger.sheet
