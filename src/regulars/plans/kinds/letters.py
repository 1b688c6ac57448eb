"""How many renewal letters pay: each brings what it adds, and costs what it costs (001-5)."""

from __future__ import annotations

from collections.abc import Iterator
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
from regulars.plans.sheets import Cell, Sheet, letters
from regulars.plans.voice import Voice
from regulars.plans.words import letters as words
from regulars.report.parts import Block, Headline, Sentence, Table
from regulars.strategy import LetterSeries, letter_series

KIND = "letters"


@dataclass(frozen=True, kw_only=True)
class LettersPlan:
    """A series, its responses beyond what would have come anyway, and how those were measured."""

    header: Header
    series: LetterSeries
    response: tuple[Decimal, ...]
    margin: Decimal
    measured: Text

    def answer(self, lang: Language = "en") -> Answer:
        """After which letter to stop."""
        voice = Voice(self.header, lang)
        return Answer(
            header=self.header,
            lang=lang,
            headline=Headline(title=_title(self, voice), sentences=list(_said(self, voice))),
            sections=[voice.section(_block(self, voice))],
            data=_data(self),
            sheets=[_sheet(self, voice)],
        )


def read(section: Section, facts: Facts | None = None) -> LettersPlan:
    """
    Raises
    ------
    PlanError : a key is missing, unknown or cannot be; how the response was measured is wanted.
    """
    header = read_header(section, KIND)
    response = section.list_of_numbers("response")
    if not response:
        raise section.error("response", "at least one is wanted")
    cost, margin = section.numbers("cost"), section.number("margin")
    measured = section.words("measured")
    section.end()
    with section.placed():
        series = letter_series(response=response, cost=cost, margin=margin)
    return LettersPlan(
        header=header, series=series, response=response, margin=margin, measured=measured
    )


def _title(plan: LettersPlan, voice: Voice) -> Sentence:
    stop, all_ = plan.series.stop_after, len(plan.series.letters)
    if stop == 0:
        return voice.say(words.NONE)
    return voice.say(words.ALL if stop == all_ else words.STOP, n=stop)


def _said(plan: LettersPlan, voice: Voice) -> Iterator[Sentence]:
    whole = sum((x.sent * (x.worth - x.cost) for x in plan.series.letters), Decimal(0))
    yield voice.say(words.PROFIT, profit=voice.money(plan.series.profit), whole=voice.money(whole))
    for letter in plan.series.letters[plan.series.stop_after :][:1]:
        yield voice.say(
            words.NEXT,
            n=letter.number,
            worth=voice.money(letter.worth),
            cost=voice.money(letter.cost),
        )
    yield voice.say(words.INCREMENTAL, how=plan.measured.say(voice.lang))


def _block(plan: LettersPlan, voice: Voice) -> Block:
    lang = voice.lang
    rows = [
        {
            "label": words.NTH.fill(lang, n=x.number),
            "values": [voice.minor(x.cost), voice.minor(x.worth)],
            "said": [str(voice.money(x.cost)), str(voice.money(x.worth))],
        }
        for x in plan.series.letters
    ]
    cells = [
        [
            words.NTH.fill(lang, n=x.number),
            voice.percent(share),
            voice.price(x.worth),
            voice.price(x.cost),
            voice.percent(x.sent),
            (words.YES if x.pays else words.NO).say(lang),
        ]
        for x, share in zip(plan.series.letters, plan.response, strict=True)
    ]
    heads = [
        voice.head(words.LETTER, numeric=False),
        voice.head(words.RESPONSE),
        voice.money_head(words.WORTH),
        voice.money_head(words.COST),
        voice.head(words.SENT),
        voice.head(words.PAYS),
    ]
    series = [words.COST.say(lang), words.WORTH.say(lang)]
    return Block(
        name="letters",
        title=voice.say(words.TITLE, pay=plan.series.stop_after, n=len(rows)),
        picture=voice.draw(
            "letters", voice.say(words.PICTURE), lambda c: charts.pairs(rows, c, series=series)
        ),
        tables=[Table(caption=voice.say(words.TABLE), heads=heads, rows=cells)],
    )


def _data(plan: LettersPlan) -> dict[str, Any]:
    return {
        "stop_after": plan.series.stop_after,
        "profit": float(plan.series.profit),
        "letters": [
            {
                "number": x.number,
                "response": float(share),
                "worth": float(x.worth),
                "cost": float(x.cost),
                "sent": float(x.sent),
                "pays": x.pays,
            }
            for x, share in zip(plan.series.letters, plan.response, strict=True)
        ],
    }


def _sheet(plan: LettersPlan, voice: Voice) -> Sheet:
    lang = voice.lang
    ledger = Ledger(voice)
    margin = ledger.given(words.MARGIN.say(lang), plan.margin, "price")
    heads = (
        words.LETTER,
        words.RESPONSE,
        words.COST,
        words.WORTH,
        words.SENT,
        words.PAYS,
        words.NET,
    )
    ledger.heads(head.say(lang) for head in heads)
    first = ledger.row + 1
    for x, share in zip(plan.series.letters, plan.response, strict=True):
        row = ledger.row + 1
        before = row - 1
        once = row == first
        ledger.cells(
            words.NTH.fill(lang, n=x.number),
            [
                Cell(share, "rate", given=True),
                Cell(x.cost, "price", given=True),
                Cell(x.worth, "price", f"=B{row}*{margin}"),
                Cell(x.sent, "rate", "=1" if once else f"=E{before}*(1-B{before})"),
                Cell(
                    int(x.pays),
                    "count",
                    f"=IF(D{row}>=C{row},1,0)" if once else f"=IF(D{row}>=C{row},F{before},0)",
                ),
                Cell(
                    x.sent * (x.worth - x.cost) * x.pays, "price", f"=F{row}*E{row}*(D{row}-C{row})"
                ),
            ],
        )
    last = ledger.row
    stop, net = (f"SUM({letters(at)}{first}:{letters(at)}{last})" for at in (5, 6))
    ledger.found(words.STOP_AFTER.say(lang), plan.series.stop_after, stop, "count")
    ledger.found(words.PROFIT_LABEL.say(lang), plan.series.profit, net, "price")
    return ledger.sheet
