"""What a declaration says about itself: texts in two languages, columns, parameters.

Fact tables, analyses and snapshot columns are all declared with these few words, and help,
reference pages, reports and checks are generated from them.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    """A column of a fact table, an analysis or a snapshot; its name is public API."""

    name: str
    type: SqlType
    meaning: Text
    unit: Unit | None = None
    key: bool = False
    required: bool = False
    personal: bool = False
    choices: tuple[str, ...] = ()


ParameterKind = Literal["day", "period", "integer", "number", "text", "choice", "flag"]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of an analysis. A default of None means "worked out, and said in the notes"."""

    name: str
    kind: ParameterKind
    meaning: Text
    default: Any = None
    unit: Unit | None = None
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
