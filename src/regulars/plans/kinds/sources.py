"""Where customers come from, ranked by what is left of them (001-10)."""

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
from regulars.plans.kinds.measured import sources_of
from regulars.plans.ledger import Ledger
from regulars.plans.section import Section
from regulars.plans.sheets import Cell, Sheet
from regulars.plans.voice import Voice, fine
from regulars.plans.words import sources as words
from regulars.report.parts import Block, Headline, Sentence, Table
from regulars.strategy import InputError, RankedSource, Source, rank_sources

KIND = "sources"


@dataclass(frozen=True, kw_only=True)
class SourcesPlan:
    """Sources as given and as ranked."""

    header: Header
    given: Sequence[Source]
    titles: dict[str, Text]
    ranked: Sequence[RankedSource]
    young: Sequence[str] = ()

    def answer(self, lang: Language = "en") -> Answer:
        """Which source leaves most."""
        voice = Voice(self.header, lang)
        return Answer(
            header=self.header,
            lang=lang,
            headline=Headline(title=_title(self, voice), sentences=list(_said(self, voice))),
            sections=[voice.section(_block(self, voice))],
            data=_data(self),
            sheets=[_sheet(self, voice)],
        )

    def of(self, name: str) -> Source:
        """The source as it was given."""
        return next(one for one in self.given if one.name == name)


def read(section: Section, facts: Facts | None = None) -> SourcesPlan:
    """
    Raises
    ------
    PlanError : a key is missing, unknown or cannot be.
    """
    header = read_header(section, KIND)
    young: list[str] = []
    if section.has("data"):
        given, young = sources_of(section, facts, currency=header.currency)
        titles = {one.name: Text(one.name, one.name) for one in given}
    else:
        given, titles = _given(section)
    section.end()
    try:
        ranked = rank_sources(given)
    except InputError as error:
        raise section.error("costs", str(error).partition(": ")[2]) from None
    return SourcesPlan(header=header, given=given, titles=titles, ranked=ranked, young=young)


def _given(section: Section) -> tuple[list[Source], dict[str, Text]]:
    given, titles = [], {}
    for name, one in section.entries("sources").items():
        titles[name] = one.words("title", Text(name, name))
        source = Source(
            name,
            one.number("cost"),
            one.whole("buyers"),
            one.number("ltv"),
            one.whole("contacts", None),
        )
        one.end()
        try:
            rank_sources([source])
        except InputError as error:
            raise one.error(error.field, str(error).rpartition(": ")[2]) from None
        given.append(source)
    return given, titles


def _title(plan: SourcesPlan, voice: Voice) -> Sentence:
    best = plan.ranked[0]
    if best.net_per_buyer is None:
        return voice.say(words.NOBODY)
    return voice.say(
        words.TITLE if best.net_per_buyer >= 0 else words.ALL_LOSE,
        name=plan.titles[best.name].say(voice.lang),
        net=voice.money(best.net_per_buyer, signed=True),
    )


def _said(plan: SourcesPlan, voice: Voice) -> Iterator[Sentence]:
    losing = [one for one in plan.ranked if one.net < 0]
    if losing:
        names = voice.listed(plan.titles[one.name].say(voice.lang) for one in losing)
        yield voice.say(words.LOSING, names=names)
    cost = sum((Decimal(one.cost) for one in plan.given), Decimal(0))
    net = sum((one.net for one in plan.ranked), Decimal(0))
    yield voice.say(words.IN_ALL, net=voice.money(net, signed=True), cost=voice.money(cost))
    if plan.young:
        yield voice.say(words.YOUNG, names=voice.listed(plan.young))
    yield voice.say(words.AVERAGE)


def _block(plan: SourcesPlan, voice: Voice) -> Block:
    lang = voice.lang
    rows = [
        {
            "label": plan.titles[one.name].say(lang),
            "values": [voice.minor(one.net_per_buyer)],
            "said": [str(voice.money(one.net_per_buyer, signed=True))],
        }
        for one in plan.ranked
        if one.net_per_buyer is not None
    ]
    small = fine(Decimal(one.cost) for one in plan.given)
    cells = []
    for one in plan.ranked:
        source = plan.of(one.name)
        unknown = voice.numbers.unknown(words.UNKNOWN.say(lang))
        cells.append(
            [
                plan.titles[one.name].say(lang),
                voice.total(Decimal(source.cost), fine=small),
                voice.count(one.buyers),
                unknown if one.conversion is None else voice.percent(one.conversion),
                voice.price(Decimal(source.ltv)),
                unknown if one.cost_per_buyer is None else voice.price(one.cost_per_buyer),
                unknown
                if one.net_per_buyer is None
                else voice.price(one.net_per_buyer, signed=True),
                voice.total(one.net, fine=small, signed=True),
            ]
        )
    heads = [
        voice.head(words.SOURCE, numeric=False),
        voice.money_head(words.COST),
        voice.head(words.BUYERS),
        voice.head(words.CONVERSION),
        voice.money_head(words.LTV),
        voice.money_head(words.EACH),
        voice.money_head(words.NET_EACH),
        voice.money_head(words.NET),
    ]
    good = sum(one.net >= 0 and one.buyers > 0 for one in plan.ranked)
    picture = voice.draw(
        "sources", voice.say(words.PICTURE), lambda c: charts.pairs(rows, c, series=[""])
    )
    return Block(
        name="sources",
        title=voice.say(words.BLOCK, n=good, all=len(plan.ranked)),
        picture=picture if rows else None,
        tables=[Table(caption=voice.say(words.TABLE), heads=heads, rows=cells)],
    )


def _data(plan: SourcesPlan) -> dict[str, Any]:
    def plain(value: Decimal | None) -> float | None:
        return None if value is None else float(value)

    return {
        "sources": [
            {
                "name": one.name,
                "buyers": one.buyers,
                "conversion": plain(one.conversion),
                "cost_per_buyer": plain(one.cost_per_buyer),
                "net_per_buyer": plain(one.net_per_buyer),
                "net": float(one.net),
            }
            for one in plan.ranked
        ]
    }


def _sheet(plan: SourcesPlan, voice: Voice) -> Sheet:
    lang = voice.lang
    ledger = Ledger(voice)
    heads = (
        words.SOURCE,
        words.COST,
        words.BUYERS,
        words.LTV,
        words.EACH,
        words.NET_EACH,
        words.NET,
    )
    ledger.heads(head.say(lang) for head in heads)
    for one in plan.ranked:
        source, row = plan.of(one.name), ledger.row + 1
        ledger.cells(
            plan.titles[one.name].say(lang),
            [
                Cell(Decimal(source.cost), "price", given=True),
                Cell(one.buyers, "count", given=True),
                Cell(Decimal(source.ltv), "price", given=True),
                Cell(one.cost_per_buyer, "price", f'=IF(C{row}=0,"",B{row}/C{row})'),
                Cell(one.net_per_buyer, "price", f'=IF(C{row}=0,"",D{row}-E{row})'),
                Cell(one.net, "price", f"=C{row}*D{row}-B{row}"),
            ],
        )
    return ledger.sheet
