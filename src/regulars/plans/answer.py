"""What a plan comes to: blocks for people, data for machines, sheets for finance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from regulars.declare import Language
from regulars.plans.header import Header
from regulars.plans.sheets import Sheet
from regulars.report.parts import Headline, Section


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One plan's answer in one language.

    Parameters
    ----------
    header : of the plan.
    lang : of the words.
    headline : the finding, and in sentences how sure it is and what it is worth.
    sections : what it rests on: pictures with their numbers, inputs, conditions.
    data : the same for machines; names do not change with the language.
    sheets : the same as a workbook, calculated by formulas from its inputs.
    """

    header: Header
    lang: Language
    headline: Headline
    sections: Sequence[Section]
    data: Mapping[str, Any]
    sheets: Sequence[Sheet]

    def to_json(self) -> dict[str, Any]:
        """As one object: what was asked, the finding in words, and the figures."""
        return {
            "kind": self.header.kind,
            "title": self.header.title.say(self.lang),
            "illustrative": self.header.illustrative,
            "currency": self.header.currency,
            "finding": str(self.headline.title),
            "statements": [str(sentence) for sentence in self.headline.sentences],
            **self.data,
        }


class Plan(Protocol):
    """A scenario as it was read."""

    @property
    def header(self) -> Header: ...

    def answer(self, lang: Language = "en") -> Answer:
        """What it comes to, in that language."""
        ...
