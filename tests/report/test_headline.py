"""The headline's words for each verdict, letter by letter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from regulars.declare import Language
from regulars.report.answers import Answers
from regulars.report.headline import headline
from regulars.result import Result
from report import shops


def said(answers: dict[str, Result], context: Any, lang: Language) -> tuple[str, list[str]]:
    made = headline(Answers(results=answers, context=context, lang=lang))
    return str(made.title), [str(s) for s in made.sentences]


def with_figures(answers: dict[str, Result], **figures: Any) -> dict[str, Result]:
    bridge = answers["bridge"]
    return answers | {"bridge": replace(bridge, figures={**bridge.figures, **figures})}


def test_a_rise_comes_first_and_not_compared_is_said_plainly() -> None:
    title, sentences = said(shops.grocery(), shops.grocery_context(), "en")
    assert title == "Revenue rose 9.2% (+$202k): customers who stayed bought more often (+$198k)"
    assert sentences == [
        "From $2.18M (1 January to 1 July 2017) to $2.38M (2 July to 30 December 2017).",
        (
            "How sure: not compared. There is no earlier pair of periods to hold this against, so "
            "nobody can say from these data whether it is unusual."
        ),
    ]


def test_a_rise_in_chinese() -> None:
    title, sentences = said(shops.grocery(), shops.grocery_context(), "zh")
    assert title == "销售额增长9.2%（+20.2万美元）：留存客户买得更勤（+19.8万美元）"
    assert sentences[0] == (
        "由218万美元（2017年1月1日至7月1日）变为238万美元（2017年7月2日至12月30日）。"
    )
    assert sentences[1].startswith("把握程度：未作比较。")


def test_a_fall_is_put_down_to_the_cause_that_the_comparison_names() -> None:
    title, sentences = said(shops.shrinking(), shops.shrinking_context(), "en")
    assert title == "Revenue fell 14% (−CN¥4.86M): core customers bought less (−CN¥5.12M)"
    assert sentences == [
        "From CN¥33.7M (1 January to 30 June 2025) to CN¥28.9M (1 July to 28 December 2025).",
        "Behind it, among those who stayed: they bought less often (−CN¥2.42M).",
        (
            "How sure: this is CN¥1.81M worse than usual turnover, as the pair of periods before "
            "shows it (95% interval over all terms together: CN¥1.37M–CN¥2.25M)."
        ),
    ]


def test_a_named_fall_in_chinese() -> None:
    title, sentences = said(shops.shrinking(), shops.shrinking_context(), "zh")
    assert title == "销售额下降14%（−486万元）：核心客户消费下降（−512万元）"
    assert sentences[1] == "留存的这部分客户主要是购买频次下降（−242万元）。"
    assert sentences[2] == (
        "把握程度：与之前一对时期的正常波动相比，多损失181万元"
        "（各分项联合的95%区间：137万元–225万元）。"
    )


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Revenue fell 14% (−CN¥4.86M): nothing beyond usual turnover"),
        ("zh", "销售额下降14%（−486万元）：均在正常波动范围之内"),
    ],
)
def test_usual_turnover_names_no_cause(lang: Language, words: str) -> None:
    answers = with_figures(
        shops.shrinking(),
        verdict="nothing beyond usual turnover",
        verdict_tier=None,
        verdict_term=None,
    )
    title, sentences = said(answers, shops.shrinking_context(), lang)
    assert title == words
    assert len(sentences) == 2


def test_a_fall_that_is_not_compared_names_its_largest_part() -> None:
    answers = with_figures(shops.shrinking(), verdict="not compared")
    title, sentences = said(answers, shops.shrinking_context(), "en")
    assert title == "Revenue fell 14% (−CN¥4.86M): 22,100 customers did not order again (−CN¥4.3M)"
    assert sentences[-1].startswith("How sure: not compared.")


def test_a_rise_with_something_beyond_usual_says_both() -> None:
    answers = with_figures(
        shops.grocery(),
        verdict="compared",
        verdict_tier="rest",
        verdict_term="lost",
        excess=[
            {
                "tier": "rest",
                "term": "lost",
                "amount_minor": -2_011_475,
                "usual_minor": -900_000,
                "excess_minor": -1_111_475,
                "low_minor": -1_500_000,
                "high_minor": -700_000,
            }
        ],
    )
    title, sentences = said(answers, shops.grocery_context(), "en")
    assert title.startswith("Revenue rose 9.2% (+$202k): ")
    assert sentences[1:] == [
        (
            "One thing to watch all the same: customers outside the core did not order again "
            "(−$20.1k)."
        ),
        (
            "How sure: this is $11.1k worse than usual turnover, as the pair of periods before "
            "shows it (95% interval over all terms together: $7,000–$15k)."
        ),
    ]


def test_without_causes_those_who_stayed_are_one_part() -> None:
    answers = shops.grocery()
    del answers["causes"]
    title, _ = said(answers, shops.grocery_context(), "en")
    assert title == "Revenue rose 9.2% (+$202k): customers who stayed spent more (+$194k)"


def test_steady_revenue_names_no_cause() -> None:
    answers = with_figures(shops.grocery(), change_share=0.001, change_minor=21_000)
    title, _ = said(answers, shops.grocery_context(), "en")
    assert title == "Revenue held steady (+$210)"


def test_an_unknown_change_is_said_with_its_reason() -> None:
    title, sentences = said(shops.empty(), shops.empty_context(), "en")
    assert title == "What changed cannot be told yet"
    assert sentences == [
        "Revenue of two periods could not be compared. Why: Unknown: no live order in the facts."
    ]


def test_those_who_bring_less_than_usual_are_named_by_the_shortfall() -> None:
    row = {"tier": "rest", "term": "returned", "amount_minor": 51_020_600}
    row |= {"usual_minor": 81_020_600, "excess_minor": -30_000_000}
    row |= {"low_minor": -41_000_000, "high_minor": -19_000_000}
    answers = with_figures(
        shops.shrinking(), verdict_tier="rest", verdict_term="returned", excess=[row]
    )
    title, sentences = said(answers, shops.shrinking_context(), "en")
    assert title == (
        "Revenue fell 14% (−CN¥4.86M): customers who came back brought less than usual (−CN¥300k)"
    )
    assert "CN¥300k worse than usual turnover" in sentences[-1]
    assert "CN¥190k–CN¥410k" in sentences[-1]
