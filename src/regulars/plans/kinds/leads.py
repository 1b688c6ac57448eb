"""Scarce hours to where they pay, and the service that each tier gets (002-4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from regulars import charts
from regulars.declare import Language, Text
from regulars.plans.answer import Answer
from regulars.plans.facts import Facts
from regulars.plans.header import Header, read_header
from regulars.plans.ledger import Ledger
from regulars.plans.section import Section
from regulars.plans.sheets import Cell, Sheet
from regulars.plans.voice import Voice, fine
from regulars.plans.words import leads as words
from regulars.report.parts import Block, Headline, Sentence, Table
from regulars.strategy import InputError, Lead, RankedLead, rank_leads

KIND = "leads"


@dataclass(frozen=True)
class Service:
    """What a tier of customers is promised."""

    tier: Text
    answer_hours: Decimal
    channel: Text
    priority: int


@dataclass(frozen=True, kw_only=True)
class LeadsPlan:
    """Leads as given and as ranked, and service levels where they are given."""

    header: Header
    hours: Decimal
    given: dict[str, Lead]
    titles: dict[str, Text]
    ranked: Sequence[RankedLead]
    service: Sequence[Service]

    def answer(self, lang: Language = "en") -> Answer:
        """Whom to work on."""
        voice = Voice(self.header, lang)
        sections = [voice.section(_block(self, voice))]
        if self.service:
            sections.append(voice.section(_service(self, voice), words.SERVICE.say(lang)))
        return Answer(
            header=self.header,
            lang=lang,
            headline=Headline(title=_title(self, voice), sentences=list(_said(self, voice))),
            sections=sections,
            data=_data(self),
            sheets=[_sheet(self, voice)],
        )

    @property
    def left(self) -> Decimal:
        """Hours that nothing fits into."""
        return self.hours - sum((one.hours for one in self.ranked if one.chosen), Decimal(0))


def read(section: Section, facts: Facts | None = None) -> LeadsPlan:
    """
    Raises
    ------
    PlanError : a key is missing, unknown or cannot be.
    """
    header = read_header(section, KIND)
    hours = section.number("hours")
    given, titles = {}, {}
    for name, one in section.entries("leads").items():
        titles[name] = one.words("title", Text(name, name))
        given[name] = Lead(
            name,
            one.number("chance"),
            one.number("value"),
            one.number("hours"),
            one.number("cost", Decimal(0)),
        )
        one.end()
        try:
            rank_leads([given[name]], hours=1)
        except InputError as error:
            raise one.error(error.field, str(error).rpartition(": ")[2]) from None
    service = [_level(one) for one in section.rows("service")] if section.has("service") else []
    section.end()
    with section.placed():
        ranked = rank_leads(given.values(), hours=hours)
    return LeadsPlan(
        header=header, hours=hours, given=given, titles=titles, ranked=ranked, service=service
    )


def _level(section: Section) -> Service:
    found = Service(
        section.words("tier"),
        section.number("answer_hours"),
        section.words("channel"),
        section.whole("priority", low=1),
    )
    if found.answer_hours <= 0:
        raise section.error("answer_hours", f"{found.answer_hours} is not over 0")
    section.end()
    return found


def _names(plan: LeadsPlan, leads: Sequence[RankedLead], voice: Voice) -> str:
    return voice.listed(plan.titles[one.name].say(voice.lang) for one in leads)


def _title(plan: LeadsPlan, voice: Voice) -> Sentence:
    chosen = [one for one in plan.ranked if one.chosen]
    if not chosen:
        return voice.say(words.NONE)
    return voice.say(
        words.TITLE,
        hours=voice.plain(plan.hours - plan.left, 1),
        n=len(chosen),
        all=len(plan.ranked),
        value=voice.money(sum((one.expected for one in chosen), Decimal(0))),
    )


def _said(plan: LeadsPlan, voice: Voice) -> Iterator[Sentence]:
    first = plan.ranked[0]
    if first.chosen:
        name = plan.titles[first.name].say(voice.lang)
        yield voice.say(words.FIRST, name=name, each=voice.money(first.per_hour))
    later = [one for one in plan.ranked if not one.chosen and one.per_hour > 0]
    if later:
        yield voice.say(words.NOT_CHOSEN, names=_names(plan, later, voice))
    worthless = [one for one in plan.ranked if one.per_hour <= 0]
    if worthless:
        yield voice.say(words.NOT_WORTH, names=_names(plan, worthless, voice))
    if plan.left:
        yield voice.say(words.LEFT, left=voice.plain(plan.left, 1))
    yield voice.say(words.CHANCES)


def _block(plan: LeadsPlan, voice: Voice) -> Block:
    lang = voice.lang
    rows = [
        {
            "label": plan.titles[one.name].say(lang),
            "values": [voice.minor(one.per_hour)],
            "said": [str(voice.money(one.per_hour))],
        }
        for one in plan.ranked
    ]
    small = fine(one.expected for one in plan.ranked)
    cells = []
    for one in plan.ranked:
        lead = plan.given[one.name]
        cells.append(
            [
                plan.titles[one.name].say(lang),
                voice.percent(Decimal(lead.chance)),
                voice.total(Decimal(lead.value), fine=small),
                voice.plain(one.hours, 2),
                voice.total(one.expected, fine=small),
                voice.price(one.per_hour),
                (words.YES if one.chosen else words.NO).say(lang),
            ]
        )
    heads = [
        voice.head(words.LEAD, numeric=False),
        voice.head(words.CHANCE),
        voice.money_head(words.VALUE),
        voice.head(words.HOURS),
        voice.money_head(words.EXPECTED),
        voice.money_head(words.PER_HOUR),
        voice.head(words.CHOSEN),
    ]
    return Block(
        name="leads",
        title=_spread(plan, voice),
        picture=voice.draw(
            "leads", voice.say(words.PICTURE), lambda c: charts.pairs(rows, c, series=[""])
        ),
        tables=[Table(caption=voice.say(words.TABLE), heads=heads, rows=cells)],
    )


def _spread(plan: LeadsPlan, voice: Voice) -> Sentence:
    first, last = plan.ranked[0], plan.ranked[-1]
    if last.per_hour <= 0 or first is last:
        return voice.say(words.BLOCK_ONE)
    return voice.say(
        words.BLOCK,
        first=plan.titles[first.name].say(voice.lang),
        last=plan.titles[last.name].say(voice.lang),
        times=voice.plain(first.per_hour / last.per_hour, 1),
    )


def _service(plan: LeadsPlan, voice: Voice) -> Block:
    lang = voice.lang
    levels = sorted(plan.service, key=lambda one: one.priority)
    rows = [
        [
            one.tier.say(lang),
            voice.plain(one.answer_hours, 1),
            one.channel.say(lang),
            str(one.priority),
        ]
        for one in levels
    ]
    heads = [
        voice.head(words.LEVEL, numeric=False),
        voice.head(words.ANSWER),
        voice.head(words.CHANNEL, numeric=False),
        voice.head(words.PRIORITY),
    ]
    return Block(
        name="service",
        title=voice.say(words.SERVICE_TITLE, tier=levels[0].tier.say(lang)),
        tables=[Table(caption=voice.say(words.SERVICE), heads=heads, rows=rows)],
    )


def _data(plan: LeadsPlan) -> dict[str, Any]:
    return {
        "hours": float(plan.hours),
        "left": float(plan.left),
        "leads": [
            {
                "name": one.name,
                "expected": float(one.expected),
                "per_hour": float(one.per_hour),
                "hours": float(one.hours),
                "chosen": one.chosen,
            }
            for one in plan.ranked
        ],
        "service": [
            {
                "tier": one.tier.en,
                "answer_hours": float(one.answer_hours),
                "channel": one.channel.en,
                "priority": one.priority,
            }
            for one in plan.service
        ],
    }


def _sheet(plan: LeadsPlan, voice: Voice) -> Sheet:
    lang = voice.lang
    ledger = Ledger(voice)
    hours = ledger.given(words.AVAILABLE.say(lang), plan.hours)
    labels = (words.LEAD, words.CHANCE, words.VALUE, words.HOURS, words.COST, words.EXPECTED,
              words.PER_HOUR, words.CHOSEN)  # fmt: skip
    ledger.heads(label.say(lang) for label in labels)
    top = ledger.row + 1
    for one in plan.ranked:
        lead, row = plan.given[one.name], ledger.row + 1
        # What the chosen ones above have used, the best hour first.
        used = "0" if row == top else f"SUMPRODUCT($D${top}:D{row - 1},$H${top}:H{row - 1})"
        ledger.cells(
            plan.titles[one.name].say(lang),
            [
                Cell(Decimal(lead.chance), "rate", given=True),
                Cell(Decimal(lead.value), "price", given=True),
                Cell(one.hours, "number", given=True),
                Cell(Decimal(lead.cost), "price", given=True),
                Cell(one.expected, "price", f"=B{row}*C{row}-E{row}"),
                Cell(one.per_hour, "price", f"=F{row}/D{row}"),
                Cell(int(one.chosen), "count", f"=IF(AND(G{row}>0,D{row}<={hours}-{used}),1,0)"),
            ],
        )
    ledger.heads([words.RESORT.say(lang)])
    return ledger.sheet
