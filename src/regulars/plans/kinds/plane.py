"""Profit and loyalty as two levers, segment by segment (001-1)."""

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
from regulars.plans.voice import Voice
from regulars.plans.words import plane as words
from regulars.report.parts import Block, Headline, Sentence, Table
from regulars.strategy import PLACES, Plane, plane

KIND = "plane"


@dataclass(frozen=True)
class Segment:
    """Customers alike: how many, what each contributes, P(here in the next period)."""

    title: Text
    customers: Decimal
    contribution: Decimal | None
    loyalty: Decimal | None


@dataclass(frozen=True, kw_only=True)
class PlanePlan:
    """Segments, and where they stand."""

    header: Header
    segments: dict[str, Segment]
    found: Plane
    by_median: bool

    def answer(self, lang: Language = "en") -> Answer:
        """Who pays, who stays, who does both."""
        voice = Voice(self.header, lang)
        return Answer(
            header=self.header,
            lang=lang,
            headline=Headline(title=_title(self, voice), sentences=list(_said(self, voice))),
            sections=[voice.section(_block(self, voice))],
            data=_data(self),
            sheets=[_sheet(self, voice)],
        )

    @property
    def places(self) -> list[str]:
        """One a segment; empty where unknown."""
        return [str(place) for place in self.found.places]

    def shares(self) -> dict[str, Decimal] | None:
        """Of all contribution, by place; None where all of it is 0 or less."""
        sums = dict.fromkeys(PLACES, Decimal(0))
        for segment, place in zip(self.segments.values(), self.places, strict=True):
            if place:
                sums[place] += segment.customers * (segment.contribution or 0)  # type: ignore[index]
        whole = sum(sums.values(), Decimal(0))
        return {place: value / whole for place, value in sums.items()} if whole > 0 else None


def read(section: Section, facts: Facts | None = None) -> PlanePlan:
    """
    Raises
    ------
    PlanError : a key is missing, unknown or cannot be.
    """
    header = read_header(section, KIND)
    segments = {}
    for name, one in section.entries("segments").items():
        segment = Segment(
            one.words("title", Text(name, name)),
            Decimal(one.whole("customers", 1, low=1)),
            one.number("contribution", None),
            one.number("loyalty", None),
        )
        one.end()
        if segment.loyalty is not None and not 0 <= segment.loyalty <= 1:
            raise one.error("loyalty", f"{segment.loyalty} is not between 0 and 1")
        segments[name] = segment
    cut = section.number("contribution_cut", None)
    loyalty_cut = section.number("loyalty_cut", Decimal("0.5"))
    if not 0 <= loyalty_cut <= 1:
        raise section.error("loyalty_cut", f"{loyalty_cut} is not between 0 and 1")
    section.end()
    with section.placed():
        found = plane(
            [_float(one.contribution) for one in segments.values()],
            [_float(one.loyalty) for one in segments.values()],
            contribution_cut=None if cut is None else float(cut),
            loyalty_cut=float(loyalty_cut),
        )
    return PlanePlan(header=header, segments=segments, found=found, by_median=cut is None)


def _float(value: Decimal | None) -> float:
    return float("nan") if value is None else float(value)


def _listed(plan: PlanePlan, place: str, voice: Voice) -> Sequence[str]:
    pairs = zip(plan.segments.values(), plan.places, strict=True)
    return [one.title.say(voice.lang) for one, where in pairs if where == place]


def _title(plan: PlanePlan, voice: Voice) -> Sentence:
    shares = plan.shares()
    if shares is None:
        return voice.say(words.TITLE_NONE)
    most = max(shares, key=lambda place: shares[place])
    return voice.say(
        words.TITLE,
        share=voice.share(shares[most]),
        place=words.PLACES[most].say(voice.lang),
    )


def _said(plan: PlanePlan, voice: Voice) -> Iterator[Sentence]:
    profit, thin = (_listed(plan, p, voice) for p in ("one_shot_profitable", "loyal_thin"))
    if profit and thin:
        yield voice.say(words.TWO, profit=voice.listed(profit), thin=voice.listed(thin))
    yield voice.say(
        words.CUTS,
        contribution=voice.money(plan.found.contribution_cut),
        loyalty=voice.share(plan.found.loyalty_cut),
    )
    if plan.by_median:
        yield voice.say(words.MEDIAN)
    if plan.found.unknown:
        yield voice.say(words.UNKNOWN, n=plan.found.unknown)


def _block(plan: PlanePlan, voice: Voice) -> Block:
    lang = voice.lang
    pairs = list(zip(plan.segments.values(), plan.places, strict=True))
    rows = [
        {
            "name": one.title.say(lang),
            "contribution_minor": voice.minor(one.contribution),
            "loyalty": float(one.loyalty),
            "place": place,
        }
        for one, place in pairs
        if place and one.contribution is not None and one.loyalty is not None
    ]
    heads = [
        voice.head(words.SEGMENT, numeric=False),
        voice.head(words.CUSTOMERS),
        voice.money_head(words.CONTRIBUTION),
        voice.head(words.LOYALTY),
        voice.head(words.PLACE, numeric=False),
        voice.head(words.ACTION, numeric=False),
    ]
    picture = voice.draw(
        "plane",
        voice.say(words.PICTURE),
        lambda canvas: charts.profit_loyalty(
            rows,
            canvas,
            contribution_cut=voice.minor(plan.found.contribution_cut),
            loyalty_cut=plan.found.loyalty_cut,
        ),
    )
    return Block(
        name="plane",
        title=voice.say(words.BLOCK, n=plan.found.counts["ideal"], all=len(plan.segments)),
        picture=picture if rows else None,
        tables=[
            Table(
                caption=voice.say(words.TABLE),
                heads=heads,
                rows=[_cells(one, place, voice) for one, place in pairs],
            )
        ],
    )


def _cells(one: Segment, place: str, voice: Voice) -> list[Any]:
    lang, unknown = voice.lang, voice.numbers.unknown()
    return [
        one.title.say(lang),
        voice.count(one.customers),
        unknown if one.contribution is None else voice.price(one.contribution),
        unknown if one.loyalty is None else voice.percent(one.loyalty),
        words.PLACES[place].say(lang),
        words.ACTIONS[place].say(lang),
    ]


def _data(plan: PlanePlan) -> dict[str, Any]:
    shares = plan.shares()
    return {
        "contribution_cut": plan.found.contribution_cut,
        "loyalty_cut": plan.found.loyalty_cut,
        "counts": dict(plan.found.counts),
        "unknown": plan.found.unknown,
        "contribution_shares": None
        if shares is None
        else {place: float(value) for place, value in shares.items()},
        "segments": [
            {"name": name, "place": place or None}
            for name, place in zip(plan.segments, plan.places, strict=True)
        ],
    }


def _sheet(plan: PlanePlan, voice: Voice) -> Sheet:
    lang = voice.lang
    ledger = Ledger(voice)
    cut_x = ledger.given(words.CUT_X.say(lang), plan.found.contribution_cut, "price")
    cut_y = ledger.given(words.CUT_Y.say(lang), plan.found.loyalty_cut, "rate")
    heads = (words.SEGMENT, words.CONTRIBUTION, words.LOYALTY, words.HIGH_X, words.HIGH_Y)
    ledger.heads(head.say(lang) for head in heads)
    for one in plan.segments.values():
        row = ledger.row + 1
        x, y = one.contribution, one.loyalty
        high_x = "" if x is None else int(float(x) >= plan.found.contribution_cut)
        high_y = "" if y is None else int(float(y) >= plan.found.loyalty_cut)
        ledger.cells(
            one.title.say(lang),
            [
                Cell(x, "price", given=True),
                Cell(y, "rate", given=True),
                Cell(high_x, "count", f'=IF(B{row}="","",IF(B{row}>={cut_x},1,0))'),
                Cell(high_y, "count", f'=IF(C{row}="","",IF(C{row}>={cut_y},1,0))'),
            ],
        )
    return ledger.sheet
