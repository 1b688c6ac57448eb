"""What a declaration says about itself: texts in two languages, columns, parameters.

Fact tables, analyses and snapshot columns are all declared with these few words, and help,
reference pages, reports and checks are generated from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["en", "zh"]

SqlType = Literal[
    "BIGINT", "INTEGER", "DOUBLE", "DECIMAL(18, 6)", "VARCHAR", "DATE", "TIMESTAMP", "BOOLEAN"
]

Unit = Literal[
    "minor",  # minor units of the workspace's currency (cents, 分)
    "days",
    "weeks",
    "orders",
    "customers",
    "share",  # 0..1
    "points",  # loyalty points
    "score",
    "ratio",
]


@dataclass(frozen=True)
class Text:
    """One sentence or term in both languages; ``{name}`` places are filled by `fill`."""

    en: str
    zh: str

    def say(self, lang: Language) -> str:
        return self.zh if lang == "zh" else self.en

    def fill(self, lang: Language, /, **values: Any) -> str:
        return self.say(lang).format(**values)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a fact table, an analysis or a snapshot; its name is public API.

    ``label`` heads it where people read it, ``words`` name its codes there; machines get the name
    and the codes. `regulars.words.named` gives both to a column that was declared without.
    """

    name: str
    type: SqlType
    meaning: Text
    unit: Unit | None = None
    key: bool = False
    required: bool = False
    personal: bool = False
    choices: tuple[str, ...] = ()
    label: Text | None = field(default=None, compare=False)
    words: Mapping[str, Text] = field(default_factory=dict, compare=False, repr=False)

    def heading(self, lang: Language) -> str:
        """Its label, or its name in plain words; the unit is not in it."""
        if self.label is not None:
            return self.label.say(lang)
        return self.name.removesuffix("_minor").replace("_", " ")

    def said(self, value: str, lang: Language) -> str:
        """A text of this column as people read it: a code in words, anything else as it is."""
        return self.words[value].say(lang) if value in self.words else value


ParameterKind = Literal["day", "period", "integer", "number", "text", "choice", "flag"]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of an analysis. A default of None means "worked out, and said in the notes".

    Attributes
    ----------
    section : of regulars.toml, where a value under the parameter's name is its default.
    free : any text passes. It can be somebody's id or name, so that no log keeps it.
    """

    name: str
    kind: ParameterKind
    meaning: Text
    default: Any = None
    unit: Unit | None = None
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    section: str | None = None
    free: bool = False
