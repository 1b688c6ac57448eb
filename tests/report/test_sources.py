"""Where customers come from, and who lapses to come back cheaper: both stand in the report."""

from __future__ import annotations

import re

import pytest

from regulars.declare import Language
from regulars.report import build_report
from report import modelled, shops


def text(page: str) -> str:
    (part,) = page.split('<section id="sources"')[1:]
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", "", part.split("</section>")[0]))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ("Customers from 小程序 bring most beyond their cost", "CN¥143", "96% have a known",
                "42% of ended subscriptions were kept, not 30%: 1,810", "That cost CN¥612k")),
        ("zh", ("来自小程序的客户扣除获客成本后价值最高", "143元", "96%来源已知",
                "真实留存率为42%，而非30%", "由此损失61.2万元")),
    ],
)  # fmt: skip
def test_the_best_source_and_the_leak_are_said(lang: Language, said: tuple[str, ...]) -> None:
    found = text(build_report(shops.shrinking(), shops.shrinking_context(), lang))
    for sentence in said:
        assert sentence in found, sentence


def test_without_a_margin_money_spent_is_not_called_value() -> None:
    answers = {**shops.shrinking(), "sources": modelled.sources(margin=None, costed=False)}
    found = text(build_report(answers, shops.shrinking_context()))
    assert "Customers from 门店 spend most: CN¥744 each" in found
    assert "Value less cost" not in found
    assert "Value of each" not in found


def test_where_no_source_is_known_it_says_so_and_nothing_of_subscriptions() -> None:
    found = text(build_report(shops.grocery(), shops.grocery_context(), "en"))
    assert "no source imported" in found
    assert "subscriptions" not in found


def test_the_leak_leads_to_its_section() -> None:
    page = build_report(shops.shrinking(), shops.shrinking_context(), "en")
    assert 'href="#sources"' in page
