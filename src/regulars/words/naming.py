"""A declared column with its heading and the words of its codes."""

from __future__ import annotations

from dataclasses import replace

from regulars.declare import Column, Language, Text
from regulars.words.codes import CODES
from regulars.words.headings import HEADINGS

BOUNDS = {"low": "下限", "high": "上限"}


def named(column: Column) -> Column:
    """The column with what it lacks: a heading by its name, words by its name and its codes."""
    label = column.label or heading(column.name)
    words = column.words or CODES.get(column.name, {})
    return replace(column, label=label, words=words)


def bracketed(heading: str, unit: str, lang: Language) -> str:
    """``revenue (EUR)``."""
    return f"{heading}（{unit}）" if lang == "zh" else f"{heading} ({unit})"


def heading(name: str) -> Text:
    """What a public name is called; in Chinese the name itself where it has no heading yet."""
    words = name.removesuffix("_minor")
    english = words.replace("_", " ")
    stem, _, bound = words.rpartition("_")
    if words not in HEADINGS and bound in BOUNDS and stem in HEADINGS:
        return Text(english, HEADINGS[stem] + BOUNDS[bound])
    return Text(english, HEADINGS.get(words, english))
