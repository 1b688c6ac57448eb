"""What the report says of shops that are tiny, refunded or without order lines."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from regulars.declare import Language, Text
from regulars.report import build_report
from regulars.report.answers import Answers
from regulars.report.headline import headline, key_figures
from regulars.report.sections import change, concentration, groups, making
from regulars.result import Note, Result
from report import shops

NO_LINES = Note("no_lines", Text("No lines.", "无明细。"))


def asked(changed: dict[str, Result], lang: Language = "en") -> Answers:
    results = {**shops.shrinking(), **changed}
    return Answers(results=results, context=shops.shrinking_context(), lang=lang)


def causes(amounts: dict[str, int | None], *, customers: int = 3) -> Result:
    rows = [
        {"tier": "core", "cause": cause, "customers": customers, "amount_minor": amount}
        for cause, amount in amounts.items()
    ]
    return replace(shops.result("causes", rows, parameters=shops.PAIR), notes=(NO_LINES,))


REFUNDED = causes({"price": None, "frequency": 0, "basket": 0, "discounts": -900_000_000})


@pytest.mark.parametrize(
    ("lang", "said", "unsaid"),
    [("en", "refunded more", "discount"), ("zh", "退款增加", "折扣")],
)
def test_without_lines_refunds_are_not_called_discounts(
    lang: Language, said: str, unsaid: str
) -> None:
    bridge = shops.shrinking()["bridge"]
    figures = {**bridge.figures, "verdict": "not compared", "excess": None}
    answers = asked({"bridge": replace(bridge, figures=figures), "causes": REFUNDED}, lang)
    title = str(headline(answers).title)
    assert said in title
    assert unsaid not in title
    assert unsaid not in str(change.section(answers).blocks[1].title)


def test_a_change_of_nothing_has_no_cause() -> None:
    nothing = causes({"price": None, "frequency": 0, "basket": 0, "discounts": 0})
    title = str(change.section(asked({"causes": nothing})).blocks[1].title)
    assert title == "Why those who stayed spent more or less"


def test_a_core_of_nobody_is_not_described() -> None:
    bridge = shops.shrinking()["bridge"]
    nobody = replace(bridge, figures={**bridge.figures, "core_customers": 0})
    assert change.section(asked({"bridge": nobody})).blocks[0].lead == []


def test_shares_over_the_whole_are_explained_and_have_no_gini() -> None:
    one = shops.result(
        "concentration",
        [
            {
                "question": "top 20%",
                "customers": 1,
                "customers_share": 0.33,
                "amount_minor": 10_000,
                "amount_share": 2.5,
            }
        ],
        figures={
            "top_20_share": 2.5,
            "customers_for_80": 1,
            "customers_for_80_share": 0.33,
            "gini": 2.83,
        },
        parameters={"window_days": 365},
    )
    lead = [str(s) for s in concentration.section(asked({"concentration": one})).blocks[0].lead]
    assert lead == [
        "One customer, 33% of all, makes 80% of revenue.",
        (
            "Some customers were refunded more than they bought, so the others together bring more"
            " than the whole."
        ),
    ]


def test_unknown_figures_of_the_groups_give_their_own_reason() -> None:
    held, moved = (shops.shrinking()[name] for name in ("groups", "migration"))
    answers = asked(
        {
            "groups": replace(held, figures={**held.figures, "value_threshold_minor": None}),
            "migration": replace(moved, figures={**moved.figures, "e_stay_rate": None}),
        }
    )
    assert "nobody ordered in the window" in repr(groups.section(answers).blocks[0].lead[0])
    stay = next(k for k in key_figures(answers) if k.section == "migration")
    assert "nobody was in this group before" in repr(stay.value)
    assert "nobody was in this group before" in repr(making.section(answers).blocks[1])


def test_nobody_inactive_and_one_month_are_said_as_such() -> None:
    held = shops.shrinking()["groups"]
    rows = [{**row, "customers": 0} if row["group"] == "A" else row for row in held.rows]
    trend = shops.shrinking()["groups_trend"]
    month = [row for row in trend.rows if row["month"] == trend.rows[0]["month"]]
    results = {
        **shops.shrinking(),
        "groups": shops.result("groups", rows, figures=held.figures, parameters=held.parameters),
        "groups_trend": shops.result("groups_trend", month),
    }
    page = build_report(results, shops.shrinking_context(), lang="en")
    text = re.sub(r"<[^>]+>", "", page)
    assert "Every customer who ever ordered did so within the window too" in text
    assert "How the groups developed" in text
    assert "Group E went from" not in text


def test_no_unusual_term_is_not_called_usual() -> None:
    bridge = shops.shrinking()["bridge"]
    figures = {**bridge.figures, "verdict": "nothing beyond usual turnover"}
    answers = asked({"bridge": replace(bridge, figures=figures)})
    said = " ".join(str(s) for s in headline(answers).sentences)
    assert "cannot be told from customers coming and going" in said


def test_a_short_history_is_no_reason_for_unknown_prices() -> None:
    short = Note("short_lookback", Text("Short history.", "历史较短。"))
    answers = asked({"causes": replace(REFUNDED, notes=(short, NO_LINES))})
    assert answers.reasons("causes") == ["No lines."]
