"""What to look at: ranked by money, honest about chance, never added up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from regulars.declare import Language
from regulars.report import build_report
from regulars.report.answers import Answers
from regulars.report.attention import attention
from regulars.result import Result
from report import shops
from report.answered import result

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def answers_of(results: dict[str, Result], lang: Language = "en") -> Answers:
    return Answers(results=results, context=shops.grocery_context(), lang=lang)


def money_of(results: dict[str, Result]) -> list[str]:
    return [item.money.exact for item in attention(answers_of(results))]


def test_most_money_comes_first_and_six_are_enough() -> None:
    for results in (shops.grocery(), shops.shrinking()):
        amounts = [float(m.strip("$").replace(",", "")) for m in money_of(results)]
        assert amounts == sorted(amounts, reverse=True)
        assert 3 <= len(amounts) <= 6


def test_items_say_whether_the_money_is_beyond_usual_turnover() -> None:
    compared = {i.section + str(i.sentence): i for i in attention(answers_of(shops.shrinking()))}
    down = next(i for name, i in compared.items() if "core customers bought less" in name)
    assert "$1.81M worse than usual turnover" in str(down.sure)
    assert "95% interval $1.37M–$2.25M" in str(down.sure)
    lost = next(i for name, i in compared.items() if "outside the core did not" in name)
    assert "Not beyond usual turnover" in str(lost.sure)
    alone = [i for i in attention(answers_of(shops.grocery())) if i.section == "bridge"]
    assert alone
    assert all("Not compared with usual turnover" in str(i.sure) for i in alone)


def test_one_customer_is_said_as_one() -> None:
    held = shops.grocery()["bridge"]
    rows = [row | {"customers": 1} if row["term"] == "lost" else row for row in held.rows]
    one = result("bridge", rows, figures=held.figures, parameters=held.parameters)
    said = [str(i.sentence) for i in attention(answers_of({"bridge": one}))]
    assert "One core customer did not order again" in said
    assert not any(sentence.startswith("1 ") for sentence in said)


def test_a_list_that_chance_explains_says_so() -> None:
    held = shops.grocery()["decline"]
    none = replace(held, figures={**held.figures, "named_excess": 0})
    (item,) = attention(answers_of({"decline": none}))
    assert str(item.sure) == "Not sure: as many quickened just as strikingly."
    assert item.command == "regulars show decline --format csv -o decline.csv"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_warns_against_adding_up_and_lists_the_customers(lang: Language) -> None:
    page = build_report(shops.shrinking(), shops.shrinking_context(), lang)
    section = page.split('<section id="attention"')[1].split("</section>")[0]
    assert {"en": "must not be added up", "zh": "金额不可相加"}[lang] in section
    assert section.count("<li>") == section.count("<code>regulars show ") == 6
    assert page.index('id="attention"') < page.index('<section id="groups"')


def test_nothing_known_is_nothing_to_look_at() -> None:
    page = build_report(shops.empty(), shops.empty_context(), "en")
    assert 'id="attention"' not in page
