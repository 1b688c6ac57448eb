"""What customers are worth: words with their interval, who won, and what is not known."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from regulars.declare import Language, Text
from regulars.report.answers import Answers
from regulars.report.parts import Section, html_of
from regulars.report.sections import value
from regulars.result import Note, Result
from report import shops, valued

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def section(*results: Result, lang: Language = "en") -> Section:
    found = {result.name: result for result in results}
    return value.section(Answers(results=found, context=shops.grocery_context(), lang=lang))


def lead(made: Section, block: int = 0) -> str:
    return " ".join(str(sentence) for sentence in made.blocks[block].lead)


def titles(made: Section) -> dict[str, str]:
    return {block.name: str(block.title) for block in made.blocks}


def table(made: Section, block: str) -> list[list[str]]:
    (found,) = (b for b in made.blocks if b.name == block)
    return [[re.sub("<[^>]*>", "", html_of(cell)) for cell in row] for row in found.tables[0].rows]


def test_the_first_words_are_the_finding_its_interval_and_who_is_active() -> None:
    made = section(*valued.valued())
    assert titles(made)["value"] == (
        "The top tenth of customers is expected to bring 41% of the coming year's spend"
    )
    said = lead(made)
    assert "All 2,470 customers who ever bought" in said
    assert "$4.46M in the 365 days from 1 January 2018 ($4.28M–$4.64M, 95% interval)" in said
    assert "About 2,050 of them (83%) are expected to be still active." in said
    assert "23,500 purchase days are expected of all together (22,500–24,400" in said
    assert "BG/NBD was taken." in said
    assert "One-time buyers stay active." in said


def test_a_lifetime_value_comes_with_its_margin_and_what_lies_beyond_the_history() -> None:
    said = lead(section(*valued.valued(margin=0.3)))
    assert "Over 10 years, at a margin of 30%, they are worth $5.35M ($5.14M–$5.57M)" in said
    assert "61% lies further ahead than the history is long" in said


def test_without_a_margin_no_lifetime_value_is_shown() -> None:
    made = section(*valued.valued(margin=None))
    assert "at a margin of" not in lead(made)
    (totals,) = (block for block in made.blocks if block.name == "value-totals")
    assert "Lifetime value" not in [head.label for head in totals.tables[0].heads]


def test_every_picture_says_its_day_and_whom_it_shows() -> None:
    for block in section(*valued.valued()).blocks:
        assert block.picture is not None
        assert "1 January 2018" in str(block.source)
        assert "2,469" in str(block.source)


def test_years_are_listed_with_their_intervals_and_the_whole_last() -> None:
    rows = table(section(*valued.valued()), "value-totals")
    assert [row[0] for row in rows] == ["2016", "2017", "Total"]
    assert rows[0][4:6] == ["3,121,837", "2,996,963–3,246,710"]


def test_customers_of_unknown_value_have_a_row_that_says_why() -> None:
    made = section(*valued.valued(unknown=3))
    assert "For 3 customers the expected spend is unknown" in lead(made)
    last = table(made, "value")[-1]
    assert last[0] == "unknown: no repeat spend"
    assert last[1:3] == ["3", "2"]
    assert all("unknown: no repeat spend" in cell for cell in last[4:])


@pytest.mark.parametrize(
    ("rule_won", "title"),
    [
        (False, "Tested on the past: the model's orders were 5.2% off, the best plain rule's 11%"),
        (
            True,
            (
                "Tested on the past, a plain rule came nearer: its orders were 3.1% off,"
                " the model's 5.2%"
            ),
        ),
    ],
)
def test_the_backtest_says_who_won(rule_won: bool, title: str) -> None:
    made = section(*valued.valued(rule_won=rule_won))
    assert titles(made)["value-backtest"] == title
    assert titles(made)["value-calibration"].startswith("9 of 10 tenths")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_fit_nothing_is_drawn_and_the_reason_is_said(lang: Language) -> None:
    made = section(*valued.not_fitted(), lang=lang)
    (block,) = made.blocks
    assert block.picture is None
    reason = {"en": "Nothing could be fitted: too few.", "zh": "无法拟合：太少。"}[lang]
    assert reason in lead(made)


def test_without_a_backtest_value_is_still_told() -> None:
    kept = [r for r in valued.valued() if not r.name.startswith(("value_back", "value_tr"))]
    unknown = next(r for r in valued.not_fitted() if r.name == "value_backtest")
    made = section(*kept, unknown)
    assert "not known yet" in titles(made)["value-backtest"]
    assert made.blocks[0].picture is not None


def test_where_no_spend_is_known_the_title_says_so_and_the_chances_remain() -> None:
    results = {result.name: result for result in valued.valued()}
    spendless = {"top_tenth_share": None}
    spendless |= {f"expected_spend_365d{end}_minor": None for end in ("", "_low", "_high")}
    for name in ("value_totals", "value_distribution"):
        figures = {**results[name].figures, **spendless}
        results[name] = replace(results[name], figures=figures)
    made = section(*results.values())
    assert "What an order is worth is not known" in titles(made)["value"]
    assert "still active" in lead(made)


def test_many_defeats_are_counted_above_the_picture_and_named_beneath_it() -> None:
    results = {result.name: result for result in valued.valued()}
    lost = tuple(
        Note(f"rule_won_{i}", Text(f"A rule did better at {i}.", f"规则在{i}上更准。"))
        for i in range(4)
    )
    for some, named in ((lost[:2], True), (lost, False)):
        results["value_backtest"] = replace(results["value_backtest"], notes=some)
        made = section(*results.values())
        (block,) = (b for b in made.blocks if b.name == "value-backtest")
        above = " ".join(str(sentence) for sentence in block.lead)
        assert ("better at 1" in above) is named
        assert any("better at 1" in note for note in block.notes) is not named
        assert ("At 4 measures a plain rule did better" in above) is not named
