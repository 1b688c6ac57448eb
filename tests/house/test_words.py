"""Everything that people read has a name in both languages, in one place."""

from __future__ import annotations

import re

import pytest

from regulars.analyses import catalogue
from regulars.analyses.analysis import Analysis
from regulars.analyses.themes import THEMES
from regulars.declare import Column, Text
from regulars.words import choice_said, heading, named
from regulars.words.parameters import PARAMETERS

SAME = Text("m", "意")
# What a Chinese marketer calls by its letters too, and codes that are letters.
LETTERS = re.compile(r"RFM|PSI|IV|WOE|[A-E]|\d+")
# Models are called by their letters in Chinese, too.
MODELS = {"sbg", "bdw", "bg_nbd", "mbg_nbd", "pareto_nbd"}


@pytest.mark.parametrize("analysis", catalogue(), ids=lambda one: one.name)
def test_every_column_and_figure_has_a_chinese_heading(analysis: Analysis) -> None:
    lacking = [
        column.name
        for column in (*analysis.columns, *analysis.figures)
        if not re.search(r"[\u4e00-\u9fff]", column.heading("zh"))
        and not LETTERS.fullmatch(column.heading("zh"))
    ]
    assert lacking == [], "name them in src/regulars/words/headings.py"


@pytest.mark.parametrize("analysis", catalogue(), ids=lambda one: one.name)
def test_every_code_has_words(analysis: Analysis) -> None:
    lacking = [
        (column.name, code)
        for column in (*analysis.columns, *analysis.figures)
        for code in column.choices
        if code not in column.words and not LETTERS.fullmatch(code)
    ]
    assert lacking == [], "name them in src/regulars/words/codes.py"


def test_a_bound_is_called_after_what_it_bounds() -> None:
    assert heading("share_low") == Text("share low", "占比下限")
    assert heading("revenue_minor").zh == "销售额"


def test_a_name_without_a_heading_is_said_as_it_is() -> None:
    assert heading("never_heard_of").zh == "never heard of"


def test_what_was_declared_with_a_label_keeps_it() -> None:
    own = Text("valuable", "高价值客户数")
    column = named(Column(name="good", type="BIGINT", meaning=SAME, label=own))
    assert column.heading("zh") == "高价值客户数"
    assert column == Column(name="good", type="BIGINT", meaning=SAME)


def test_a_code_is_said_in_words_and_a_name_as_it_is() -> None:
    stage = named(Column(name="stage", type="VARCHAR", meaning=SAME))
    assert (stage.said("decline", "zh"), stage.said("decline", "en")) == ("衰退", "Lapsing")
    assert stage.said("else", "zh") == "else"


@pytest.mark.parametrize("analysis", catalogue(), ids=lambda one: one.name)
def test_every_parameter_and_choice_has_words(analysis: Analysis) -> None:
    lacking = [p.name for p in analysis.parameters if p.name not in PARAMETERS]
    lacking += [
        f"{p.name}={choice}"
        for p in analysis.parameters
        for choice in p.choices
        if choice_said(p, choice, "zh") == choice and choice not in MODELS
    ]
    assert lacking == [], "name them in src/regulars/words/parameters.py"


def test_no_words_are_of_a_parameter_that_there_is_not() -> None:
    assert set(PARAMETERS) <= {p.name for one in catalogue() for p in one.parameters}


def test_every_analysis_stands_under_one_theme() -> None:
    placed = [name for theme in THEMES for name in theme.analyses]
    assert sorted(placed) == sorted(one.name for one in catalogue())
    assert all(one.theme in THEMES for one in catalogue())
