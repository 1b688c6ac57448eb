"""The worked strategies on their shipped inputs: published figures, and what is said of them."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plans.written import plan
from regulars.plans import EXAMPLES, KINDS, Answer, example, example_text


def said(answer: Answer) -> str:
    return "\n".join([str(answer.headline.title), *map(str, answer.headline.sentences)])


def data(name: str) -> dict[str, Any]:
    found: dict[str, Any] = example(name).answer("en").to_json()
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_labelled_and_speaks_both_languages(name: str) -> None:
    assert "illustrative: true" in example_text(name)
    assert "Illustrative" in example_text(name)
    found = example(name)
    assert found.header.kind == EXAMPLES[name]
    english, chinese = found.answer("en"), found.answer("zh")
    assert english.data == chinese.data
    assert not re.search(r"[\u4e00-\u9fff]", said(english))
    # No typed blank between Chinese and figures, no half-width punctuation after Chinese.
    assert not re.search(r"[\u4e00-\u9fff] [\dA-Za-z]|[\d%] [\u4e00-\u9fff]", said(chinese))
    assert not re.search(r"[\u4e00-\u9fff][,;:!?]", said(chinese))
    assert re.search(r"[\u4e00-\u9fff]", str(chinese.headline.title))
    for answer in (english, chinese):
        assert answer.to_json()["illustrative"] is True
        for section in answer.sections:
            for block in section.blocks:
                for table in block.tables:
                    assert {len(row) for row in table.rows} == {len(table.heads)}
                if block.picture:
                    assert block.tables, "the numbers of a picture stand in a table"


def test_every_kind_has_an_example() -> None:
    assert set(EXAMPLES.values()) == set(KINDS)


def test_the_magazine() -> None:
    found = data("magazine")
    assert found["before"]["ltv"] == pytest.approx([0.20, 9.30, 11.66], abs=0.005)
    (contract,) = found["contracts"]
    assert contract["card"]["ltv"] == pytest.approx([-1.80, 23.21, 38.31], abs=0.005)
    assert contract["after_ltv"] == pytest.approx([-0.80, 16.26, 24.98], abs=0.005)
    assert found["after"]["total_gain"] == pytest.approx(1_332_458, abs=0.5)
    assert contract["break_even_retention"] == pytest.approx(0.2994, abs=0.00005)
    assert found["conditions"]["notice_days"] == 30
    text = said(example("magazine").answer("en"))
    assert "$13.32 more per reader: $1.33M in all" in text
    assert "at 29.94% retention" in text
    assert "$5.58 instead of $11.66" in text


def test_the_switch_from_per_renewal_to_per_expiry() -> None:
    expiring = example("magazine").charged("expiring")
    assert expiring.answer("en").to_json()["before"]["ltv"][-1] == pytest.approx(5.58, abs=0.005)
    assert "$11.66 instead of $5.58" in said(expiring.answer("en"))
    back = expiring.charged("renewed")
    assert back.answer("en").to_json() == data("magazine")


def test_contracts_are_not_averaged_and_the_raw_gap_is_no_effect() -> None:
    found = example("magazine-contracts")
    raw, within = found.gaps
    assert (float(raw), float(within)) == pytest.approx((0.1027, 0.045), abs=0.0001)
    text = said(found.answer("en"))
    assert "10.3 points more" in text
    assert "only 4.5 points" in text
    gains = sum(one["total_gain"] for one in found.answer("en").to_json()["contracts"])
    assert found.change.total_gain == pytest.approx(Decimal(gains))


def test_the_letters() -> None:
    found = data("renewal-letters")
    assert [one["worth"] for one in found["letters"]] == pytest.approx(
        [4.224, 2.112, 0.704, 0.2816]
    )
    assert found["stop_after"] == 3
    assert "Stop after letter 3" in found["finding"]


@pytest.mark.parametrize(("cost", "finding"), [("9", "Send none"), ("0.1", "All 4 letters pay")])
def test_letters_that_all_pay_or_none(cost: str, finding: str, tmp_path: Path) -> None:
    text = example_text("renewal-letters").replace("0.50", cost)
    assert said(plan(tmp_path, text).answer("en")).startswith(finding)


def test_the_leak() -> None:
    found = data("lapse-and-rejoin")
    assert (found["reported"], found["true"], found["cost"]) == (0.30, 0.42, 4920)
    assert (found["given_away"], found["paid_again"]) == (1200, 3720)


def test_five_points_both_ways() -> None:
    found = data("five-points")
    assert found["later_uplift"] == pytest.approx(0.275)
    assert found["whole_uplift"] == pytest.approx(0.20)
    assert found["cost_ratio"] == 5
    other = {one["retention"]: one["later_uplift"] for one in found["from_other_rates"]}
    assert other[0.6] == pytest.approx(0.204, abs=0.0005)
    assert "5 points of retention" in found["finding"]
    assert "+27.5%" in found["finding"]


def test_the_budget() -> None:
    found = data("acquisition-or-retention")
    best, now = found["optimum"], found["present"]
    assert now["equity"] == pytest.approx(28.96, abs=0.005)
    assert now["retained"] == pytest.approx(0.181, abs=0.0005)
    assert (best["acquisition"], best["retention"]) == pytest.approx((41.0, 46.5), abs=0.25)
    assert (best["acquired"], best["retained"]) == pytest.approx((0.3485, 0.6570), abs=0.001)
    assert best["equity"] == pytest.approx(95.49, abs=0.005)
    assert found["kpi_bias"] == 0.75
    assert found["returned"]["acquisition"] == pytest.approx(0.10)


@pytest.mark.parametrize(
    ("acquisition", "retention", "begins"),
    [
        ("20", "45", "More on both"),
        ("41", "46.5", "The present split is the best"),
        ("60", "90", "Less on both"),
        ("6", "90", "More on acquisition"),
    ],
)
def test_the_budget_says_which_way(
    acquisition: str, retention: str, begins: str, tmp_path: Path
) -> None:
    text = example_text("acquisition-or-retention")
    text = text.replace("spend: 60", f"spend: {acquisition}").replace(
        "spend: 5}", f"spend: {retention}}}"
    )
    answer = plan(tmp_path, text).answer("en")
    assert said(answer).startswith(begins)
    if acquisition == "20":
        assert answer.to_json()["present"]["equity"] == pytest.approx(78.98, abs=0.005)


def test_the_sources() -> None:
    found = data("direct-response")["sources"]
    assert [one["name"] for one in found] == ["insert", "community", "campus"]
    net = {one["name"]: one["net_per_buyer"] for one in found}
    assert net == {"insert": 6, "community": 6, "campus": -5}


def test_a_source_that_brought_nobody_is_unknown_and_not_nothing(tmp_path: Path) -> None:
    text = example_text("direct-response").replace("buyers: 20,", "buyers: 0,")
    answer = plan(tmp_path, text).answer("en")
    campus = answer.sections[0].blocks[0].tables[0].rows[-1]
    assert [str(cell) for cell in campus][-3:] == ["unknown", "unknown", "−900.00"]


def test_the_plane() -> None:
    found = data("two-levers")
    places = {one["name"]: one["place"] for one in found["segments"]}
    assert places == {
        "house": "one_shot_profitable",
        "utility": "loyal_thin",
        "club": "ideal",
        "passers-by": "marginal",
    }
    assert sum(found["contribution_shares"].values()) == pytest.approx(1)


def test_a_segment_of_which_something_is_not_known_has_no_place(tmp_path: Path) -> None:
    text = example_text("two-levers").replace("loyalty: 0.02", "loyalty: ~")
    answer = plan(tmp_path, text).answer("en")
    assert answer.to_json()["unknown"] == 1
    assert "1 have no place" in said(answer)


def test_the_cut_on_the_boundary_counts_as_high(tmp_path: Path) -> None:
    text = example_text("two-levers").replace("contribution: 400", "contribution: 50")
    places = plan(tmp_path, text).answer("en").to_json()["segments"]
    assert places[2] == {"name": "club", "place": "ideal"}


def test_the_hours() -> None:
    found = data("scarce-hours")
    assert [(one["name"], one["per_hour"], one["chosen"]) for one in found["leads"]] == [
        ("second", 150, True),
        ("first", 100, True),
        ("third", 62.5, False),
    ]
    assert found["left"] == 0
    assert found["service"][0]["tier"] == "Key accounts"


def test_leads_that_are_not_worth_an_hour(tmp_path: Path) -> None:
    text = re.sub(r"chance: [\d.]+", "chance: 0", example_text("scarce-hours"))
    answer = plan(tmp_path, text).answer("en")
    assert said(answer).startswith("No lead is worth an hour")
