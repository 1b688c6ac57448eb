"""Every sentence exists in both languages, with the same places for numbers."""

from __future__ import annotations

import importlib
import pkgutil
import re
import string
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from regulars.charts import terms
from regulars.declare import Text
from regulars.report import words

MODULES = [
    terms,
    *(
        importlib.import_module(f"{words.__name__}.{found.name}")
        for found in pkgutil.iter_modules(words.__path__)
    ),
]


def texts(value: Any, where: str) -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield where, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from texts(part, f"{where}.{key}")
    elif isinstance(value, tuple):
        for i, part in enumerate(value):
            yield from texts(part, f"{where}.{i}")


CATALOGUE = dict(
    found
    for module in MODULES
    for name, value in vars(module).items()
    if name.isupper()
    for found in texts(value, f"{module.__name__}.{name}")
)


def places(sentence: str) -> set[str]:
    parsed = list(string.Formatter().parse(sentence))
    assert not any(spec or conversion for _, _, spec, conversion in parsed)
    return {name for _, name, _, _ in parsed if name is not None}


def test_the_catalogue_is_found() -> None:
    assert len(CATALOGUE) > 150


@pytest.mark.parametrize("where", CATALOGUE)
def test_both_languages_have_the_same_places(where: str) -> None:
    text = CATALOGUE[where]
    assert text.en.strip()
    assert text.zh.strip()
    assert places(text.en) == places(text.zh)


SAME_IN_BOTH = {"R", "F", "M", "PSI", "IV", "TGI"}


@pytest.mark.parametrize("where", CATALOGUE)
def test_chinese_is_chinese(where: str) -> None:
    text = CATALOGUE[where]
    bare = re.sub(r"\{[^}]*\}", "", text.zh)
    letters = re.sub(r"[\W\d_]", "", bare)
    if letters and letters not in SAME_IN_BOTH:
        assert re.search(r"[\u4e00-\u9fff]", bare), text.zh
    # The page sets the gap between 汉字 and digits; a typed blank would double it.
    assert not re.search(r"[\u4e00-\u9fff] |[ ][\u4e00-\u9fff]", bare), text.zh
    assert not re.search(r"[\u4e00-\u9fff][,;:?!()]", bare), f"full-width marks: {text.zh}"
