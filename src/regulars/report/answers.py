"""The answers that a report is written from, and why one is missing or unknown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.charts import NARROW, REFERENCES, WIDE, Canvas, Numbers, Spec, terms
from regulars.charts.numbers import known
from regulars.declare import Column, Language, Text
from regulars.report.context import ReportContext
from regulars.report.days import Period, as_day, as_period, say_day, say_period
from regulars.report.parts import Block, Head, Picture, Sentence, Target
from regulars.report.words import phrases
from regulars.result import Result

Row = Mapping[str, Any]

# Codes of notes that say how an answer was made; none of them is why a figure is unknown.
ON_HOW = (
    "window_halved",
    "unequal_periods",
    "nothing_precedes",
    "short_lookback",
    "core_by_before",
    "not_compared",
    "first_seen",
    "partly_lines",
    "model_chosen",
    "not_held_out",
    "alive_by_rule",
    "flat_spend",
    "beyond_history",
    "no_margin",
)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Results by the name of their analysis, with the language and money to say them in."""

    results: Mapping[str, Result]
    context: ReportContext
    lang: Language

    @property
    def numbers(self) -> Numbers:
        return Numbers(
            lang=self.lang, currency=self.context.currency, exponent=self.context.exponent
        )

    @property
    def swap_cd(self) -> bool:
        """Whether C and D have changed places, a setting of the plane of groups."""
        asked = (self.results.get(name) for name in ("groups", "migration", "groups_trend"))
        result = next((one for one in asked if one is not None), None)
        return bool(result.parameters.get("swap_cd")) if result is not None else False

    @property
    def left_over(self) -> str:
        """What the cause `discounts` holds: without order lines, only refunds of non-buyers."""
        result = self.results.get("causes")
        notes = result.notes if result is not None else ()
        return "refunds" if any(note.code == "no_lines" for note in notes) else "discounts"

    def group(self, name: str) -> str:
        return terms.group(name, self.lang, swap_cd=self.swap_cd)

    def draw(
        self,
        name: str,
        words: Sentence,
        chart: Callable[[Canvas], Spec],
        *,
        opens: Mapping[str, Target] | None = None,
    ) -> Picture:
        """A picture on wide and on narrow paper, with its colours left to the style sheet."""
        wide, narrow = (
            chart(
                Canvas(numbers=self.numbers, width=width, palette=REFERENCES, swap_cd=self.swap_cd)
            )
            for width in (WIDE, NARROW)
        )
        return Picture(name=name, wide=wide, narrow=narrow, words=words, opens=opens or {})

    def head(self, label: Text, *, unit: str = "", numeric: bool = True, **values: Any) -> Head:
        return Head(label=label.fill(self.lang, **values), unit=unit, numeric=numeric)

    def money_head(self, label: Text) -> Head:
        return self.head(label, unit=self.numbers.currency_name)

    def listed(self, items: Iterable[str]) -> str:
        """Several phrases in one sentence."""
        return ("；" if self.lang == "zh" else "; ").join(items)

    def unknown_block(self, name: str, subject: Text, analysis: str, *, reason: str = "") -> Block:
        """A block that says in words that there is no answer, and why."""
        return Block(
            name=name,
            title=self.say(phrases.UNKNOWN_SECTION, subject=subject.say(self.lang)),
            lead=[self.say(phrases.UNKNOWN_BECAUSE, reason=reason or self.why(analysis))],
        )

    def rows(self, name: str) -> list[dict[str, Any]]:
        result = self.results.get(name)
        return result.rows if result is not None else []

    def columns(self, name: str) -> tuple[Column, ...]:
        result = self.results.get(name)
        return result.columns if result is not None else ()

    def figure(self, name: str, figure: str) -> Any:
        """A figure of an analysis; None when either is missing, or it is not a finite number."""
        result = self.results.get(name)
        value = result.figures.get(figure) if result is not None else None
        return None if isinstance(value, float) and not known(value) else value

    def figures(self, name: str) -> Mapping[str, Any]:
        result = self.results.get(name)
        return result.figures if result is not None else {}

    def notes(self, *names: str, said: Sequence[str] = ()) -> list[str]:
        """Notes of these analyses, each once, without those whose code is ``said`` already."""
        found: dict[str, None] = {}
        for name in names:
            result = self.results.get(name)
            for note in result.notes if result is not None else ():
                if note.code not in said:
                    found[note.say(self.lang)] = None
        return list(found)

    def why(self, name: str) -> str:
        """Why something of this analysis is not known, in words."""
        if name not in self.results:
            failure = self.context.failures.get(name)
            return failure or phrases.NOT_ANALYSED.say(self.lang)
        return self.joined(self.reasons(name)) or phrases.NO_REASON.say(self.lang)

    def reasons(self, name: str) -> list[str]:
        """The notes of an analysis that give a reason, not those on how it was done."""
        return self.notes(name, said=ON_HOW)

    def joined(self, sentences: Iterable[str]) -> str:
        return ("" if self.lang == "zh" else " ").join(sentences)

    def say(self, text: Text, /, **values: Any) -> Sentence:
        return Sentence(text, self.lang, values)

    def periods(self, name: str = "bridge") -> tuple[Period | None, Period | None]:
        """The two periods that an analysis compared, as it says itself."""
        result = self.results.get(name)
        if result is None:
            return None, None
        return as_period(result.parameters.get("before")), as_period(result.parameters.get("after"))

    def as_of(self) -> str:
        """The as-of day in words; the last day that counts is the one before."""
        day = as_day(self.context.as_of) if self.context.as_of else None
        return say_day(day, self.lang) if day else phrases.UNSAID.say(self.lang)

    def compared(self, name: str) -> Sentence:
        """The line under a picture of two periods."""
        before, after = self.periods(name)
        if before and after:
            return self.say(
                phrases.SOURCE_PAIR,
                as_of=self.as_of(),
                before=say_period(before, self.lang),
                after=say_period(after, self.lang),
            )
        return self.say(phrases.SOURCE, as_of=self.as_of())

    def window(self, name: str) -> Sentence:
        """The line under a picture of one window."""
        figures = self.figures(name)
        window = as_period((figures.get("from_day"), figures.get("to_day")))
        if window:
            return self.say(
                phrases.SOURCE_WINDOW, as_of=self.as_of(), window=say_period(window, self.lang)
            )
        return self.say(phrases.SOURCE, as_of=self.as_of())

    def window_of(self, name: str) -> Sentence:
        """The line under a picture of the window that ends at the as-of day."""
        result = self.results.get(name)
        days = result.parameters.get("window_days") if result is not None else None
        end = as_day(result.parameters.get("as_of")) if result is not None else None
        if isinstance(days, int) and end:
            window = (end - dt.timedelta(days=days), end)
            return self.say(
                phrases.SOURCE_WINDOW, as_of=self.as_of(), window=say_period(window, self.lang)
            )
        return self.say(phrases.SOURCE, as_of=self.as_of())


def total(rows: Sequence[Row], column: str, **only: str) -> int | None:
    """Sum of a column over the rows that match; None when no row does or any value is unknown."""
    values = [r[column] for r in rows if all(r.get(k) == v for k, v in only.items())]
    if not values or not all(known(v) for v in values):
        return None
    return int(sum(values))
