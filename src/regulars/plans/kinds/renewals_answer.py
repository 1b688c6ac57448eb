"""What renewal by card changes: finding, curves, lines, contracts, conditions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from regulars import charts
from regulars.declare import Language
from regulars.plans.answer import Answer
from regulars.plans.kinds.renewals import Contract, RenewalsPlan
from regulars.plans.kinds.renewals_sheets import sheets
from regulars.plans.kinds.table_change import change_block, comparison_data
from regulars.plans.kinds.table_parts import lines_data
from regulars.plans.voice import Voice
from regulars.plans.words import renewals as words
from regulars.plans.words import terms
from regulars.report.parts import Block, Headline, Sentence, Table
from regulars.strategy import Comparison


def answer(plan: RenewalsPlan, lang: Language) -> Answer:
    """The answer of `RenewalsPlan.answer`."""
    voice, change = Voice(plan.header, lang), plan.change
    table = next(iter(plan.contracts.values())).plan.letters
    title = words.AFTER.say(lang)
    return Answer(
        header=plan.header,
        lang=lang,
        headline=Headline(
            title=_title(change, voice), sentences=list(_statements(plan, change, voice))
        ),
        sections=[
            voice.section(_curves(plan, change, voice)),
            voice.section(change_block("change-1", title, change, table, voice), title),
            voice.section(_contracts(plan, voice)),
            voice.section(_conditions(plan, voice)),
        ],
        data=_data(plan, change),
        sheets=sheets(plan, voice),
    )


def _title(change: Comparison, voice: Voice) -> Sentence:
    gain = change.value_gain
    if gain == 0:
        return voice.say(words.SAME)
    return voice.say(
        words.GAINS if gain > 0 else words.LOSES,
        value=voice.money(abs(gain)),
        total=voice.money(abs(change.total_gain)),
    )


def _statements(plan: RenewalsPlan, change: Comparison, voice: Voice) -> Iterator[Sentence]:
    before, after = change.before.lines["ltv"][-1], change.after.lines["ltv"][-1]
    people = sum(Decimal(one.magazine.customers) for one in plan.contracts.values())
    on_card = sum(Decimal(c.magazine.customers) * c.share for c in plan.contracts.values())
    yield voice.say(
        words.BEFORE_AFTER,
        before=voice.money(before),
        after=voice.money(after),
        share=voice.share(on_card / people),
    )
    raw, within = plan.gaps
    if len(plan.contracts) == 1:
        yield _even(next(iter(plan.contracts.values())), voice)
    elif raw:
        yield voice.say(words.GAPS, raw=_points(raw, voice), within=_points(within, voice))
    per_expiry = next(iter(plan.contracts.values())).magazine.charged_on == "expiring"
    other = plan.charged("renewed" if per_expiry else "expiring").change.before
    yield voice.say(
        words.SWITCH_EXPIRING if per_expiry else words.SWITCH_RENEWED,
        now=voice.money(before),
        other=voice.money(other.lines["ltv"][-1]),
    )
    yield voice.say(words.NO_EFFECT)


def _points(gap: Decimal, voice: Voice) -> str:
    return str(voice.plain(gap * 100, 1))


def _even(contract: Contract, voice: Voice) -> Sentence:
    found = contract.plan.break_even_retention
    if found.value is None:
        return voice.say(words.ALWAYS if found.outcome == "always_over" else words.NEVER)
    rate, now = voice.percent(found.value, decimals=2), voice.share(contract.magazine.retention)
    return voice.say(words.BREAK_EVEN, rate=rate, now=now)


def _curves(plan: RenewalsPlan, change: Comparison, voice: Voice) -> Block:
    lang = voice.lang
    sides = {"letters": change.before.lines["ltv"], "after": change.after.lines["ltv"]}
    names = {"letters": words.LETTERS.say(lang), "after": words.AFTER.say(lang)}
    if len(plan.contracts) == 1:
        sides["card"] = next(iter(plan.contracts.values())).plan.card.ltv
        names["card"] = words.CARD.say(lang)
    rows = [
        {"plan": name, "period": at, "value_minor": voice.minor(value)}
        for name, values in sides.items()
        for at, value in enumerate(values, 1)
    ]
    heads = [
        voice.head(terms.LINES["ltv"], numeric=False),
        *(
            voice.money_head(terms.NTH, nth=terms.ordinal(n), n=n, period=_year(lang))
            for n in range(1, len(sides["after"]) + 1)
        ),
    ]

    cells = [[names[n], *(voice.price(v) for v in values)] for n, values in sides.items()]
    return Block(
        name="value",
        title=voice.say(
            words.CURVES,
            before=voice.money(sides["letters"][-1]),
            after=voice.money(sides["after"][-1]),
        ),
        picture=voice.draw(
            "renewals",
            voice.say(words.PICTURE),
            lambda canvas: charts.lifetime_value(rows, canvas, names=names),
        ),
        source=voice.say(words.SOURCE),
        tables=[Table(caption=terms.LINES["ltv"].say(lang), heads=heads, rows=cells)],
    )


def _year(lang: Language) -> str:
    return terms.PERIODS["year"][0].say(lang)


def _contracts(plan: RenewalsPlan, voice: Voice) -> Block:
    lang = voice.lang
    rows, gains = [], {}
    for contract in plan.contracts.values():
        found = contract.plan
        even = found.break_even_retention.value
        gains[contract.title.say(lang)] = found.change.value_gain
        rows.append(
            [
                contract.title.say(lang),
                voice.count(Decimal(contract.magazine.customers)),
                voice.percent(Decimal(contract.magazine.retention)),
                voice.percent(Decimal(contract.card.retention)),
                voice.percent(contract.share),
                voice.price(found.letters.value),
                voice.price(found.card.value),
                voice.price(found.after.value),
                voice.total(found.change.total_gain, signed=True),
                voice.percent(even, decimals=2) if even is not None else words.NONE.say(lang),
            ]
        )
    best = max(gains, key=lambda name: gains[name])
    one = len(gains) == 1
    heads = [
        voice.head(words.CONTRACT, numeric=False),
        voice.head(words.READERS),
        voice.head(words.RATE_LETTERS),
        voice.head(words.RATE_CARD),
        voice.head(words.SHARE),
        voice.money_head(words.LETTERS),
        voice.money_head(words.CARD),
        voice.money_head(words.AFTER),
        voice.money_head(words.GAIN),
        voice.head(words.EVEN),
    ]
    return Block(
        name="contracts",
        title=voice.say(
            words.CONTRACTS_ONE if one else words.CONTRACTS_BEST,
            contract=best,
            value=voice.money(gains[best]),
        ),
        lead=[voice.say(words.STRATIFIED)],
        tables=[Table(caption=voice.say(words.BY_CONTRACT), heads=heads, rows=rows)],
    )


def _conditions(plan: RenewalsPlan, voice: Voice) -> Block:
    lang, found = voice.lang, plan.conditions
    retries = voice.listed(words.DAYS_AFTER.fill(lang, n=n) for n in found.retry_days)
    none = words.NONE.say(lang)
    refund = none if found.refund_days is None else words.WITHIN.fill(lang, n=found.refund_days)
    rows = [
        [words.CONSENT.say(lang), found.consent.say(lang)],
        [words.NOTICE.say(lang), words.DAYS_BEFORE.fill(lang, n=found.notice_days)],
        [words.CANCEL.say(lang), found.cancel.say(lang)],
        [words.RETRY.say(lang), retries or none],
        [words.REFUND.say(lang), refund],
    ]
    heads = [voice.head(words.CONDITION, numeric=False), voice.head(words.KEPT, numeric=False)]
    return Block(
        name="conditions",
        title=voice.say(words.CONDITIONS_TITLE, days=found.notice_days),
        tables=[Table(caption=voice.say(words.CONDITIONS), heads=heads, rows=rows)],
    )


def _data(plan: RenewalsPlan, change: Comparison) -> dict[str, Any]:
    first = next(iter(plan.contracts.values())).magazine
    contracts = []
    for name, contract in plan.contracts.items():
        found = contract.plan
        even = found.break_even_retention
        contracts.append(
            {
                "name": name,
                "customers": float(contract.magazine.customers),
                "share": float(contract.share),
                "letters": lines_data(found.letters.lines),
                "card": lines_data(found.card.lines),
                "after_ltv": [float(value) for value in found.after.ltv],
                "total_gain": float(found.change.total_gain),
                "break_even_retention": None if even.value is None else float(even.value),
            }
        )
    return {
        "charged_on": first.charged_on,
        "before": lines_data(change.before.lines),
        "after": comparison_data(change),
        "contracts": contracts,
        "conditions": {
            "consent": plan.conditions.consent.en,
            "notice_days": plan.conditions.notice_days,
            "cancel": plan.conditions.cancel.en,
            "retry_days": list(plan.conditions.retry_days),
            "refund_days": plan.conditions.refund_days,
        },
    }
