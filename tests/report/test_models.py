"""Ten models: one finding each or what is missing, and no trace of what this version lacks."""

from __future__ import annotations

import re

import pytest

from regulars.declare import Language
from regulars.report import build_report
from report import shops

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def section(page: str) -> str:
    return page.split('<section id="models"')[1].split("</section>")[0]


def test_each_model_says_its_finding_or_what_is_missing() -> None:
    page = build_report(shops.grocery(), shops.grocery_context(), "en")
    text = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", section(page)))
    assert "8 of 10 models of profile" in text
    for said in (
        "its largest shift, in income, is PSI 0.031",
        "410 of 2,470 customers ( 17% ) have been lively of late",
        "10,900 of 68,500 goods ( 16% ) make up class A",
        "of 184 groups tested none differs beyond chance",
        "the valuable from the others best is income (IV 0.22 , medium)",
        "150-174K (income) and RESTAURANT, TGI 396",
        "unknown: no visits imported.",
        "unknown: no product_interest imported.",
        "6 pairs of goods are bought together more often than chance; the strongest 18.1 times",
        "Customers for whom something is due: 2,130",
    ):
        assert said in text, said
    assert "Unknown" not in text.split("The ten models")[1].split("Shift of the mix")[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_other_shop_knows_other_models(lang: Language) -> None:
    page = build_report(shops.shrinking(), shops.shrinking_context(), lang)
    text = section(page)
    assert {"en": "customers visit much less", "zh": "访问大减而下单如常"}[lang] in text
    assert {"en": "unknown: no order_lines", "zh": "未知：尚未导入 order_lines"}[lang] in text
    assert "成都" in text


def test_a_pair_stands_once_in_the_direction_of_the_larger_confidence() -> None:
    page = build_report(shops.grocery(), shops.grocery_context(), "en")
    assert page.count('<th scope="row">pasta 3</th>') == 1
    assert '<th scope="row">sauce 3</th>' not in page


def test_what_is_due_soonest_comes_first() -> None:
    text = section(build_report(shops.grocery(), shops.grocery_context(), "en"))
    days = re.findall(r"<td>(\d+ January 2018)</td>", text)
    assert days == ["7 January 2018", "8 January 2018", "9 January 2018"]


def test_models_that_were_never_asked_leave_no_trace() -> None:
    answers = shops.grocery()
    asked = {name: answers[name] for name in ("groups", "goods")}
    page = build_report(asked, shops.grocery_context(), "en")
    assert "1 of 1 models" in re.sub("<[^>]*>", "", page).replace("\n", " ")
    assert "PB ·" not in page
    none = build_report({"groups": answers["groups"]}, shops.grocery_context(), "en")
    assert 'id="models"' not in none


def test_an_empty_workspace_says_of_each_model_that_it_is_unknown() -> None:
    text = section(build_report(shops.empty(), shops.empty_context(), "en"))
    assert text.count("unknown: no live order in the facts.") == 11
