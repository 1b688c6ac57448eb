"""One answer by itself: the report's sentence and picture, a plain picture, or neither."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import regulars
from regulars.declare import Language
from regulars.report import ReportContext
from regulars.report.answers import Answers
from regulars.report.single import OWN, blocks
from regulars.report.svg import draw
from regulars.result import Note, Result
from report import shops
from report.answered import result

vl_convert = pytest.importorskip("vl_convert")

SHOPS = {
    "grocery": (shops.grocery(), shops.grocery_context()),
    "shrinking": (shops.shrinking(), shops.shrinking_context()),
    "empty": (shops.empty(), shops.empty_context()),
}
CASES = [(shop, name) for shop, (results, _) in SHOPS.items() for name in results]


def alone(one: Result, context: ReportContext, lang: Language = "en") -> list[Any]:
    return blocks(Answers(results={one.name: one}, context=context, lang=lang), one.name)


def test_only_analyses_that_there_are_have_words_of_their_own() -> None:
    assert set(OWN) <= {one.name for one in regulars.catalogue()}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("shop", "name"), CASES)
def test_each_answer_of_the_report_can_be_said_without_the_others(
    shop: str, name: str, lang: Language
) -> None:
    results, context = SHOPS[shop]
    for block in alone(results[name], context, lang):
        assert str(block.title)
        assert not block.tables
        assert not block.notes
        if block.picture:
            assert block.picture.wide["layer"]
            assert str(block.picture.words)


def test_what_the_report_draws_is_drawn_alone() -> None:
    results, context = SHOPS["grocery"]
    drawn = {n for n, one in results.items() if any(b.picture for b in alone(one, context))}
    assert {
        "groups", "migration", "groups_trend", "bridge", "causes", "decline", "segments", "cohorts",
        "retention", "lifecycle", "lifecycle_trend", "value_distribution", "value_matrix",
        "value_totals", "value_tracking", "value_calibration", "concentration", "matrix",
    } <= drawn  # fmt: skip
    assert "quality" not in drawn


ROWS = [
    {"quadrant": name, "customers": n, "amount_minor": 100 * n}
    for name, n in (("small_seldom", 40), ("large_often", 9), ("large_seldom", 5))
]


def test_one_code_with_one_number_gets_bars() -> None:
    _, context = SHOPS["grocery"]
    (block,) = blocks(
        Answers(results={"new": _as_new(result("matrix", ROWS))}, context=context, lang="en"), "new"
    )
    assert block.picture is not None
    svg = draw(block.picture.wide, css_class="wide")
    assert "40" in svg
    assert "40" in str(block.picture.words)


def _as_new(one: Result) -> Result:
    return replace(one, name="new")


@pytest.mark.parametrize(
    "rows",
    [
        [],
        ROWS[:1],  # one bar compares nothing
        [*ROWS, ROWS[0]],  # the code is no key
        [{**row, "quadrant": f"q{n}"} for n, row in enumerate(ROWS * 20)],  # too many
        [{**row, "customers": 0} for row in ROWS],
        [{**row, "customers": None} for row in ROWS],
    ],
)
def test_what_bars_cannot_say_is_not_drawn(rows: list[dict[str, Any]]) -> None:
    _, context = SHOPS["grocery"]
    one = _as_new(result("matrix", rows))
    assert blocks(Answers(results={"new": one}, context=context, lang="en"), "new") == []


def test_a_cut_is_several_answers_and_is_not_drawn_as_one() -> None:
    results, context = SHOPS["grocery"]
    groups = results["groups"]
    cut = replace(groups, parameters={**groups.parameters, "by": "store"})
    assert alone(cut, context) == []


def test_braces_in_a_note_are_no_places_to_fill() -> None:
    """Notes of an answer that was kept come back as finished sentences."""
    from regulars.declare import Text

    results, context = SHOPS["grocery"]
    note = Note("odd", Text("{{x}}", "{{x}}"))
    answers = Answers(
        results={"groups": replace(results["groups"], notes=(note,))}, context=context, lang="en"
    )
    assert answers.notes("groups") == ["{x}"]
