"""Parameters of an analysis between an address, a form and the library.

An address has them as the library reads them: money in minor units, shares as parts of one, periods
as ``FROM..TO``. A form has them as people write them: money in units of the currency, shares in per
cent, a period as two days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from regulars.declare import Language, Parameter
from regulars.result import plain
from regulars.words import choice_said, parameter_label

FLAGS = ("yes", "no")
MOST_DIGITS = 30
LARGEST = 10**15
"""Larger numbers are no customers, days or money of anybody; engines overflow beyond."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A parameter as it can be set here.

    Attributes
    ----------
    default : what holds where nothing is given: the workspace's own, else the declared one.
    exponent : decimal places of the currency.
    """

    parameter: Parameter
    default: Any
    exponent: int

    @property
    def name(self) -> str:
        return self.parameter.name

    @property
    def label(self) -> Any:
        return parameter_label(self.name)

    @property
    def scale(self) -> Decimal:
        """What a number of the form is multiplied by for the library."""
        if self.parameter.unit == "minor":
            return Decimal(10) ** self.exponent
        return Decimal("0.01") if self.parameter.unit == "share" else Decimal(1)

    @property
    def numeric(self) -> bool:
        return self.parameter.kind in ("integer", "number")

    def shown(self, text: str) -> str:
        """A text of the address as the form has it; what cannot be read stays as it is."""
        if self.parameter.kind == "flag":
            return "yes" if text.lower() in ("true", "yes", "1", "on") else _negative(text)
        if not self.numeric:
            return text
        number = _decimal(text)
        return text if number is None else _written(number / self.scale)

    def stored(self, value: Any) -> str:
        """A cleaned value of the form as the address has it; empty where nothing was given."""
        if value in (None, ""):
            return ""
        if self.numeric:
            return _written(Decimal(value) * self.scale)
        return str(plain(value))

    @property
    def default_shown(self) -> str:
        """The default as the form has it; empty where it is worked out."""
        if self.default is None:
            return ""
        if self.parameter.kind == "flag":
            return "yes" if self.default else "no"
        return self.shown(str(plain(self.default)))

    def is_default(self, shown: str) -> bool:
        """Whether a text of the form means what holds anyway."""
        if shown == "":
            return True
        if not self.numeric:
            return shown == self.default_shown
        return _decimal(shown) == _decimal(self.default_shown)

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """The least and the largest number that the form takes."""
        least, most = self.parameter.minimum, self.parameter.maximum
        low = -LARGEST if least is None else least
        high = LARGEST if most is None else most
        return Decimal(repr(low)) / self.scale, Decimal(repr(high)) / self.scale

    def said(self, shown: str, lang: Language) -> str:
        """A value of the form as people read it."""
        if self.parameter.kind == "choice":
            return choice_said(self.parameter, shown, lang)
        number = _decimal(shown) if self.numeric else None
        return shown if number is None else f"{number:,f}"


def asked(analysis: Any, settings: Any) -> list[Asked]:
    """The parameters of an analysis, with the defaults of this workspace."""
    return [
        Asked(parameter=one, default=_default(one, settings), exponent=settings.exponent)
        for one in analysis.parameters
    ]


def _default(parameter: Parameter, settings: Any) -> Any:
    if parameter.section == "value":
        return settings.value.get(parameter.name, parameter.default)
    return parameter.default


def canonical(given: Mapping[str, str], parameters: list[Asked]) -> Iterator[tuple[str, str]]:
    """Of what a form was given, what differs from the defaults, as an address has it."""
    for one in parameters:
        shown = given.get(one.name, "")
        if not one.is_default(shown):
            yield one.name, one.stored(shown)


def _decimal(text: str) -> Decimal | None:
    try:
        found = Decimal(str(text).strip())
    except InvalidOperation:
        return None
    # Beyond, writing it out in digits would take megabytes, and reckoning overflows.
    return found if found.is_finite() and abs(found.adjusted()) <= MOST_DIGITS else None


def _written(number: Decimal) -> str:
    """Plain digits without an exponent and without zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _negative(text: str) -> str:
    return "no" if text.lower() in ("false", "no", "0", "off") else text
