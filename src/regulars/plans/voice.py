"""How one plan speaks: its language and money, numbers in words and in tables, its pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property
from typing import Any

from regulars.charts import NARROW, REFERENCES, WIDE, Canvas, Figure, Numbers, Spec
from regulars.charts.numbers import MINUS, Shown
from regulars.declare import Language, Text
from regulars.plans.header import Header
from regulars.plans.words import page as labels
from regulars.report.parts import Block, Head, Picture, Section, Sentence

WIDE_ENOUGH = Context(prec=120)
"""Digits for what absurd inputs come to: such a table is ugly, but it is no error."""

FINE = Decimal(10_000)
"""A table whose largest amount is under this says its money to the minor unit."""


@dataclass(frozen=True)
class Voice:
    """Words and numbers of one plan in one language."""

    header: Header
    lang: Language

    @cached_property
    def numbers(self) -> Numbers:
        return Numbers(lang=self.lang, currency=self.header.currency, exponent=self.header.exponent)

    def say(self, text: Text, /, **values: Any) -> Sentence:
        return Sentence(text, self.lang, values)

    def listed(self, items: Iterable[str]) -> str:
        return ("、" if self.lang == "zh" else ", ").join(items)

    def head(self, label: Text, *, unit: str = "", numeric: bool = True, **values: Any) -> Head:
        return Head(label=label.fill(self.lang, **values), unit=unit, numeric=numeric)

    def money_head(self, label: Text, **values: Any) -> Head:
        return self.head(label, unit=self.numbers.currency_name, **values)

    def section(self, block: Block, label: str = "") -> Section:
        """A block under its name in the contents."""
        said = label or labels.LABELS[block.name].say(self.lang)
        return Section(name=block.name, label=said, blocks=[block])

    def draw(self, name: str, words: Sentence, chart: Callable[[Canvas], Spec]) -> Picture:
        """A picture on wide and on narrow paper, its colours left to the style sheet."""
        wide, narrow = (
            chart(Canvas(numbers=self.numbers, width=width, palette=REFERENCES))
            for width in (WIDE, NARROW)
        )
        return Picture(name=name, wide=wide, narrow=narrow, words=words)

    def minor(self, value: Decimal | float) -> float:
        """Money as pictures and words take it."""
        return float(value) * float(10**self.header.exponent)

    # In words.

    def money(self, value: Decimal | float | None, *, signed: bool = False) -> Shown:
        return self.numbers.money(None if value is None else self.minor(value), signed=signed)

    def share(self, value: Decimal | float | None, *, signed: bool = False) -> Shown:
        return self.numbers.share(None if value is None else float(value), signed=signed)

    # In tables.

    def price(self, value: Decimal | float, *, signed: bool = False) -> Figure:
        """Money per head, to the minor unit; at least two decimals, since it is an average."""
        return _figure(value, max(2, self.header.exponent), signed=signed)

    def total(self, value: Decimal | float, *, fine: bool = False, signed: bool = False) -> Figure:
        """Money in all, in whole units; `fine`, to the minor unit."""
        return _figure(value, self.header.exponent if fine else 0, signed=signed)

    def count(self, value: Decimal | float, *, signed: bool = False) -> Figure:
        """Customers; a share of one where a cohort is small."""
        exact = Decimal(value)
        whole = abs(exact) >= 100 or abs(exact - round(exact)) < Decimal("1e-9")
        return _figure(value, 0 if whole else 1, signed=signed)

    def percent(self, value: Decimal | float, *, decimals: int = 1, signed: bool = False) -> Figure:
        shown = _figure(Decimal(value) * 100, decimals, signed=signed)
        return Figure(f"{shown.text}%", f"{shown.exact}%")

    def factor(self, value: Decimal) -> Figure:
        """A discount factor: as many decimals as it has, from two to four."""
        shown = _figure(value, 4)
        return Figure(shown.text.removesuffix("00"), shown.exact)

    def plain(self, value: Decimal | float, decimals: int = 4) -> Figure:
        """A factor or a count of orders, without trailing zeros."""
        text = _figure(value, decimals).text
        return Figure(text.rstrip("0").rstrip(".") if "." in text else text, str(value))


def fine(values: Iterable[Decimal]) -> bool:
    """The amounts are so small that a table of them says the minor unit."""
    return max((abs(value) for value in values), default=Decimal(0)) < FINE


def _figure(value: Decimal | float, decimals: int, *, signed: bool = False) -> Figure:
    """Rounded half up, as finance does it; the exact number on hover."""
    exact = Decimal(value)
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, WIDE_ENOUGH)
    text = f"{rounded.copy_abs():,.{decimals}f}"
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    # A number of hundreds of digits is nobody's: then the power of ten says it.
    whole = f"{exact.normalize():,f}" if abs(exact.adjusted()) < 40 else f"{exact:.6E}"
    return Figure(sign + text, whole.replace("-", MINUS))
