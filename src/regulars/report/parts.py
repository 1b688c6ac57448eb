"""What a report is made of: sentences, tables, pictures, blocks and sections."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Protocol

from regulars.charts import Spec
from regulars.declare import Language, Text


class Sayable(Protocol):
    """Anything with a plain text and an escaped HTML form."""

    def __str__(self) -> str: ...

    def __html__(self) -> str: ...


@dataclass(frozen=True)
class Sentence:
    """A catalogue sentence with its numbers; numbers keep their exact value on hover."""

    text: Text
    lang: Language
    values: dict[str, Any]

    def __str__(self) -> str:
        plain = {name: str(value) for name, value in self.values.items()}
        return self.text.fill(self.lang, **plain)

    def __html__(self) -> str:
        safe = {name: html_of(value) for name, value in self.values.items()}
        return escape(self.text.say(self.lang)).format(**safe)


def phrased(value: Any) -> str:
    """HTML of a title whose lines rather break after a phrase than within one.

    Browsers may break a line between any two 汉字; a phrase is kept whole while it fits.
    """
    phrases, depth = [""], 0
    for token in re.split(r"(<[^>]*>)", html_of(value)):
        if token.startswith("<"):
            depth += -1 if token.startswith("</") else 1
            phrases[-1] += token
            continue
        first, *rest = re.split(r"(?<=[：，；])|(?<=; )", token) if depth == 0 else [token]
        phrases[-1] += first
        phrases += rest
    return "".join(f'<span class="phrase">{phrase}</span>' for phrase in phrases if phrase)


def html_of(value: Any) -> str:
    """The HTML form of a value that has one; anything else escaped."""
    own = getattr(value, "__html__", None)
    return str(own()) if own is not None else escape(str(value))


@dataclass(frozen=True)
class Stack:
    """Several numbers in one cell, those after the first beneath it and smaller."""

    upper: Any
    lower: tuple[Any, ...]

    def __str__(self) -> str:
        return " ".join(str(value) for value in (self.upper, *self.lower))

    def __html__(self) -> str:
        beneath = "".join(f'<br><span class="lower">{html_of(v)}</span>' for v in self.lower)
        return html_of(self.upper) + beneath


@dataclass(frozen=True, kw_only=True)
class Target:
    """Which customers stand behind a number, as data; a page that can open them makes it a link.

    Attributes
    ----------
    analysis : that lists customers, asked as the analysis that the number is of was asked.
    where : columns of its rows, and the value that each must have; of codes see `either`; what is
        not known is the empty text.
    asked : parameters of it that differ from those of the number's own analysis.
    condition : the same customers as a condition over the columns of a snapshot of that day, where
        these can say it; empty where not.
    """

    analysis: str = ""
    where: tuple[tuple[str, str], ...] = ()
    asked: tuple[tuple[str, str], ...] = ()
    condition: str = ""


EITHER = "|"


def either(*codes: str) -> str:
    """One of several codes, as a `Target` says it."""
    return EITHER.join(codes)


@dataclass(frozen=True)
class Opening:
    """A value in a cell, and the customers behind it; it reads as the value alone."""

    value: Any
    target: Target

    def __str__(self) -> str:
        return str(self.value)

    def __html__(self) -> str:
        return html_of(self.value)


@dataclass(frozen=True, kw_only=True)
class Head:
    """Head of a column; ``unit`` stands beneath it, numbers align right."""

    label: str
    unit: str = ""
    numeric: bool = True


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of cells; the first cell of a row is its head. Long tables are folded away.

    ``totalled`` says that the last row sums the others.
    """

    caption: Sentence | str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Any]]
    folded: bool = False
    totalled: bool = False

    @property
    def long(self) -> bool:
        return self.folded or len(self.rows) > 14


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture in two widths, and its content in words for those who do not see it.

    Attributes
    ----------
    opens : the customers behind its marks, by the column ``opens`` of a mark's row.
    """

    name: str
    wide: Spec
    narrow: Spec
    words: Sentence | str
    opens: Mapping[str, Target] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A finding: the title states it, sentences say how sure, then picture, tables, notes.

    ``commands`` are notes for somebody at a terminal; a page that has links leaves them out.
    """

    name: str
    title: Sentence
    lead: Sequence[Sentence] = ()
    picture: Picture | None = None
    source: Sentence | None = None
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    commands: Sequence[str] = ()

    @property
    def said(self) -> list[str]:
        """All notes, those for a terminal first."""
        return [*self.commands, *self.notes]


@dataclass(frozen=True, kw_only=True)
class Section:
    """Blocks under one name in the contents; the first block's title heads the section."""

    name: str
    label: str
    blocks: Sequence[Block]


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The first thing read: what changed, why, and how sure that is."""

    title: Sentence
    sentences: Sequence[Sentence]


@dataclass(frozen=True, kw_only=True)
class KeyFigure:
    """One of the few figures under the headline; a click goes to its section."""

    label: str
    value: Any
    beside: Sentence | None
    section: str
    target: Target | None = None


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to look at: its money, how sure it is, its section, and who the customers are."""

    sentence: Sentence
    money: Any
    sure: Sentence
    section: str
    who: Sentence
    command: str
    target: Target
