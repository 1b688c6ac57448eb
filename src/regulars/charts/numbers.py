"""Numbers as a person reads them: two or three figures in words, exact in tables, never a false 0.

A number that is not known is a dash with its reason; a function here is never handed a zero in
place of an unknown, and never makes one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html import escape

from regulars.declare import Language, Text

MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
NARROW_SPACE = "\N{NO-BREAK SPACE}"

UNKNOWN = Text("unknown", "未知")
NOT_GIVEN = Text("no answer was given", "没有给出答案")

# A symbol only where it names one currency to the reader of that language; else the ISO code.
SYMBOLS_EN = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "KRW": "₩", "INR": "₹",
    "HKD": "HK$", "TWD": "NT$", "SGD": "S$", "AUD": "A$", "CAD": "C$", "BRL": "R$",
}  # fmt: skip
NAMES_ZH = {
    "USD": "美元", "EUR": "欧元", "GBP": "英镑", "JPY": "日元", "CNY": "元", "KRW": "韩元",
    "INR": "卢比", "HKD": "港元", "TWD": "新台币", "SGD": "新加坡元", "AUD": "澳元", "CAD": "加元",
    "BRL": "雷亚尔",
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A number as shown, with the exact one on hover; ``str()`` gives the text alone."""

    text: str
    exact: str = ""

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> str:
        """Escaped HTML, taken as it is by any template engine that knows the convention."""
        if not self.exact or self.exact == self.text:
            return f'<span class="n">{escape(self.text)}</span>'
        return f'<span class="n" title="{escape(self.exact)}">{escape(self.text)}</span>'


@dataclass(frozen=True)
class Unknown:
    """A dash that gives its reason on hover and to screen readers; as plain text, the word."""

    reason: str
    word: str

    def __str__(self) -> str:
        return self.word

    def __html__(self) -> str:
        said = escape(f"{self.word}: {self.reason}" if self.reason else self.word)
        return (
            f'<span class="unknown" title="{said}"><span aria-hidden="true">{EN_DASH}</span>'
            f'<span class="unseen">{said}</span></span>'
        )


Shown = Figure | Unknown


def known(value: object) -> bool:
    """True when there is a number: neither None nor NaN nor an infinity."""
    return isinstance(value, int | float) and math.isfinite(value)


def _significant(value: float, figures: int) -> float:
    """Rounded as readers do it: halves away from zero."""
    if value == 0:
        return 0.0
    exact = Decimal(repr(value))
    step = Decimal(1).scaleb(exact.adjusted() - figures + 1)
    return float((exact / step).quantize(Decimal(1), ROUND_HALF_UP) * step)


def _plain(value: float, figures: int) -> str:
    """``value`` to so many significant figures, grouped, without trailing zeros."""
    rounded = _significant(value, figures)
    if rounded == 0:
        return "0"
    decimals = max(0, figures - 1 - math.floor(math.log10(abs(rounded))))
    text = f"{rounded:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(text: str, value: float, *, plus: bool) -> str:
    if value < 0:
        return MINUS + text
    return "+" + text if plus and value > 0 else text


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How one workspace's numbers are written in one language.

    Parameters
    ----------
    lang : ``"en"`` or ``"zh"``.
    currency : ISO 4217 code of the reporting currency.
    exponent : decimal places of that currency (2 for cents, 0 for yen).
    """

    lang: Language = "en"
    currency: str = "USD"
    exponent: int = 2

    @property
    def currency_name(self) -> str:
        """As the head of a column says it: the code, or the Chinese name of the currency."""
        if self.lang == "zh":
            return NAMES_ZH.get(self.currency, self.currency)
        return self.currency

    def unknown(self, reason: str = "") -> Unknown:
        return Unknown(reason or NOT_GIVEN.say(self.lang), UNKNOWN.say(self.lang))

    # In words: rounded.

    def about(self, value: float | None, *, figures: int = 3, reason: str = "") -> Shown:
        """A count in words: ``2,470``, ``1.47 million``; ``147万``."""
        if value is None or not known(value):
            return self.unknown(reason)
        text = _signed(self._scaled(abs(value), figures, money=False), value, plus=False)
        return Figure(text, self._exact_count(value))

    def money(
        self, minor: float | None, *, figures: int = 3, signed: bool = False, reason: str = ""
    ) -> Shown:
        """Money in words, from minor units: ``$4.65M``, ``+$468k``; ``46.8万元``."""
        if minor is None or not known(minor):
            return self.unknown(reason)
        major = abs(minor) / 10**self.exponent
        if 0 < major < 100 and self.exponent:
            # A price is said to the cent: $29.15, not $29.1.
            said = f"{major:.{self.exponent}f}".removesuffix("." + "0" * self.exponent)
        else:
            said = self._scaled(major, figures, money=True)
        text = self._with_currency(said, self.lang)
        exact = self._with_currency(self._major(abs(minor)), self.lang)
        return Figure(_signed(text, minor, plus=signed), _signed(exact, minor, plus=signed))

    def money_range(self, low: float | None, high: float | None, *, reason: str = "") -> Shown:
        """``$80k–$200k``: an interval of money in words."""
        if low is None or high is None or not (known(low) and known(high)):
            return self.unknown(reason)
        a, b = self.money(low), self.money(high)
        joint = {"en": " to ", "zh": "至"}[self.lang] if low < 0 else EN_DASH
        return Figure(f"{a}{joint}{b}")

    def share(self, value: float | None, *, signed: bool = False, reason: str = "") -> Shown:
        """A share in words, two figures: ``38%``, ``5.9%``, ``0.84%``; never a rounded 0 or 100."""
        if value is None or not known(value):
            return self.unknown(reason)
        percent = abs(value) * 100
        exact = f"{percent:.2f}%"
        if 0 < percent < 0.01:
            text = "<0.01%"
        elif 99.5 <= percent < 100:
            text = f"{math.floor(percent * 10) / 10:.1f}%"
        else:
            text = f"{_plain(percent, 2 if percent < 99.5 else 3)}%"
        return Figure(_signed(text, value, plus=signed), _signed(exact, value, plus=signed))

    # In tables: exact.

    def count(self, value: float | None, *, signed: bool = False, reason: str = "") -> Shown:
        """``2,469``."""
        if value is None or not known(value):
            return self.unknown(reason)
        return Figure(_signed(self._exact_count(abs(value)), value, plus=signed))

    def amount(self, minor: float | None, *, signed: bool = False, reason: str = "") -> Shown:
        """Money without its currency, exact: ``468,123.45``; the column's head names it."""
        if minor is None or not known(minor):
            return self.unknown(reason)
        return Figure(_signed(self._major(abs(minor)), minor, plus=signed))

    def amount_range(self, low: float | None, high: float | None, *, reason: str = "") -> Shown:
        """``−1,200 to +300``: an interval of money in a table, in whole units of the currency.

        Its ends are estimates: cents would be false digits.
        """
        if low is None or high is None or not (known(low) and known(high)):
            return self.unknown(reason)
        ends = (_signed(f"{abs(v) / 10**self.exponent:,.0f}", v, plus=True) for v in (low, high))
        return Figure({"en": " to ", "zh": "至"}[self.lang].join(ends))

    def estimate(self, minor: float | None, *, reason: str = "") -> Shown:
        """``468,123``: estimated money in a table, in whole units; its cents are false digits."""
        if minor is None or not known(minor):
            return self.unknown(reason)
        major = minor / 10**self.exponent
        if 0 < abs(major) < 0.5:
            return Figure("<1" if major > 0 else f">{MINUS}1", f"{major:,.4f}")
        return Figure(_signed(f"{abs(major):,.0f}", round(major), plus=False), f"{major:,.2f}")

    def estimate_range(self, low: float | None, high: float | None, *, reason: str = "") -> Shown:
        """``827,343–880,659``: the interval of an estimate in a table."""
        if low is None or high is None or not (known(low) and known(high)):
            return self.unknown(reason)
        return Figure(f"{self.estimate(low)}{EN_DASH}{self.estimate(high)}")

    def percent(self, value: float | None, *, decimals: int = 1, reason: str = "") -> Shown:
        """``38.4%`` with so many decimals, as columns want it."""
        if value is None or not known(value):
            return self.unknown(reason)
        return Figure(
            _signed(f"{abs(value) * 100:.{decimals}f}%", value, plus=False),
            _signed(f"{abs(value) * 100:.4f}%", value, plus=False),
        )

    def percent_range(self, low: float | None, high: float | None, *, reason: str = "") -> Shown:
        """``35.1–41.8``: an interval of shares in a table, under its share."""
        if low is None or high is None or not (known(low) and known(high)):
            return self.unknown(reason)
        return Figure(f"{low * 100:.1f}{EN_DASH}{high * 100:.1f}")

    def share_range(self, low: float | None, high: float | None, *, reason: str = "") -> Shown:
        """``75–81%``."""
        if low is None or high is None or not (known(low) and known(high)):
            return self.unknown(reason)
        return Figure(f"{_plain(low * 100, 2)}{EN_DASH}{_plain(high * 100, 2)}%")

    def share_interval(
        self, value: float | None, low: float | None, high: float | None, *, reason: str = ""
    ) -> Shown:
        """In words: ``78% (75–81%)``."""
        if value is None or not known(value):
            return self.unknown(reason)
        text = str(self.share(value))
        if low is None or high is None or not (known(low) and known(high)):
            return Figure(text)
        ends = self.share_range(low, high)
        return Figure(f"{text} ({ends})" if self.lang == "en" else f"{text}（{ends}）")

    def number(self, value: float | None, *, decimals: int = 2, reason: str = "") -> Shown:
        """A plain number, such as a Gini coefficient or a test statistic."""
        if value is None or not known(value):
            return self.unknown(reason)
        return Figure(_signed(f"{abs(value):,.{decimals}f}", value, plus=False))

    def least(self, value: float | None, *, decimals: int = 2, reason: str = "") -> Shown:
        """A plain number of which a small one is ``<0.01`` and never a rounded 0."""
        if value is None or not known(value) or not 0 < abs(value) < 0.5 * 10**-decimals:
            return self.number(value, decimals=decimals, reason=reason)
        sign = ">" + MINUS if value < 0 else "<"
        return Figure(f"{sign}{10**-decimals:.{decimals}f}", f"{value:.2g}")

    def probability(self, value: float | None, *, reason: str = "") -> Shown:
        """A p-value: ``0.032``, and ``< 0.001`` below that."""
        if value is None or not known(value):
            return self.unknown(reason)
        return Figure("< 0.001" if value < 0.001 else f"{value:.3f}", f"{value:.2g}")

    # Pieces.

    def _scaled(self, value: float, figures: int, *, money: bool) -> str:
        steps: tuple[tuple[float, str], ...]
        if self.lang == "zh":
            steps = ((1e8, "亿"), (1e4, "万"))
        elif money:
            steps = ((1e9, "bn"), (1e6, "M"), (1e3, "k"))
        else:
            steps = ((1e9, " billion"), (1e6, " million"))
        # Rounding may lift a value over a step: 999,900 is 1M and not 1,000k.
        rounded = _significant(value, figures)
        for size, name in steps:
            # Thousands are shortened from ten on: $6,530 reads better than $6.53k.
            if rounded >= (10_000 if size == 1e3 else size):
                return _plain(value / size, figures) + name
        return _plain(value, figures)

    def _with_currency(self, text: str, lang: Language) -> str:
        if lang == "zh":
            name = NAMES_ZH.get(self.currency)
            return f"{text}{name}" if name else f"{text}{NARROW_SPACE}{self.currency}"
        symbol = SYMBOLS_EN.get(self.currency)
        return f"{symbol}{text}" if symbol else f"{self.currency}{NARROW_SPACE}{text}"

    def _major(self, minor: float) -> str:
        if isinstance(minor, int):
            whole, part = divmod(minor, 10**self.exponent)
            return f"{whole:,}.{part:0{self.exponent}d}" if self.exponent else f"{whole:,}"
        return f"{minor / 10**self.exponent:,.{self.exponent}f}"

    def _exact_count(self, value: float) -> str:
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
