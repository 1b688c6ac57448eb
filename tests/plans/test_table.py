"""Published tables through a file, scenarios, errors of inputs, and what is said of them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.written import G1, plan
from regulars.errors import ParameterError
from regulars.plans import Answer, PlanError, example
from regulars.strategy import RetentionCurve, delta_interval


def cells(answer: Answer, *, section: int = 0, table: int = 0) -> dict[str, list[str]]:
    rows = answer.sections[section].blocks[0].tables[table].rows
    return {str(row[0]): [str(cell) for cell in row[1:]] for row in rows}


def said(answer: Answer) -> str:
    return "\n".join([str(answer.headline.title), *map(str, answer.headline.sentences)])


def test_hughes_251a_to_the_printed_digit() -> None:
    lines = cells(example("hughes-251a").answer("en"))
    assert lines == {
        "Customers": ["100,000", "60,000", "42,000"],
        "Orders per customer": ["1.8", "2.5", "3"],
        "Average order value": ["90.00", "95.00", "100.00"],
        "Revenue": ["16,200,000", "14,250,000", "12,600,000"],
        "Direct cost": ["11,340,000", "9,262,500", "8,190,000"],
        "Acquisition cost": ["5,500,000", "0", "0"],
        "Marketing cost": ["0", "1,200,000", "840,000"],
        "Gross profit": ["−640,000", "3,787,500", "3,570,000"],
        "Discount factor": ["1.00", "1.16", "1.35"],
        "Net present value": ["−640,000", "3,265,086", "2,644,444"],
        "Cumulative value": ["−640,000", "2,625,086", "5,269,531"],
        "Lifetime value per customer": ["−6.40", "26.25", "52.70"],
    }


def test_hughes_251a_with_exact_factors(tmp_path: Path) -> None:
    lines = cells(plan(tmp_path, G1).answer("en"))
    assert lines["Discount factor"] == ["1.00", "1.16", "1.3456"]
    assert lines["Net present value"][-1] == "2,653,092"
    assert lines["Cumulative value"][-1] == "5,278,178"
    assert lines["Lifetime value per customer"] == ["−6.40", "26.25", "52.78"]


def test_the_calculator_of_hughes_to_the_printed_digit() -> None:
    lines = cells(example("hughes-calculator").answer("en"))
    assert lines["Customers"] == ["202,000", "123,624", "89,133"]
    assert lines["Gross profit"] == ["−248,800", "4,216,306", "4,513,967"]
    assert lines["Discount factor"] == ["1.0076", "1.1043", "1.2103"]
    assert lines["Cumulative value"] == ["−246,933", "3,571,186", "7,300,811"]
    assert lines["Lifetime value per customer"] == ["−1.23", "17.86", "36.50"]


def test_machines_get_the_same_figures() -> None:
    data = example("hughes-251a").answer("zh").to_json()
    assert data["ltv"] == pytest.approx(52.695, abs=0.005)
    assert data["lines"]["cumulative"] == pytest.approx([-640_000, 2_625_086.21, 5_269_530.65])
    assert (data["first_profitable"], data["acquisition_result"]) == (2, -6.4)
    assert (data["currency"], data["illustrative"]) == ("USD", True)
    assert data["inputs"]["retention"] == [0.6, 0.7, 0.8]


def test_the_three_statements_in_both_languages() -> None:
    english, chinese = (said(example("hughes-251a").answer(lang)) for lang in ("en", "zh"))
    assert "after the first year each customer stands at −$6.40" in english
    assert "turns positive in the 2nd year" in english
    assert "One more point of retention is worth $1.37 per customer ($137k in all)" in english
    assert "acquiring 1% cheaper is worth $0.55 ($55k)" in english
    assert "首年结束时，每位客户的净值为−6.40美元" in chinese
    assert "第2年起，单客累计净值转为正" in chinese
    assert "留存率提高1个百分点，单客价值增加1.37美元" in chinese


def test_currency_and_language_stand_in_every_answer(tmp_path: Path) -> None:
    yen = plan(tmp_path, G1.replace("USD", "JPY"))
    assert "¥52.8" in said(yen.answer("en"))
    assert "52.8日元" in said(yen.answer("zh"))
    heads = yen.answer("zh").sections[0].blocks[0].tables[0].heads
    assert [head.unit for head in heads[1:]] == ["日元"] * 3


def test_what_never_pays_says_so(tmp_path: Path) -> None:
    text = said(plan(tmp_path, G1.replace("cost: 55", "cost: 5500")).answer("en"))
    assert "costs $5,390 more than they bring over 3 years" in text
    assert "does not turn positive within 3 years" in text


def test_what_pays_at_once_says_so(tmp_path: Path) -> None:
    text = said(plan(tmp_path, G1.replace("cost: 55", "cost: 5")).answer("en"))
    assert "Acquiring pays for itself" in text
    assert "turns positive" not in text


def test_a_month_is_called_a_month(tmp_path: Path) -> None:
    answer = plan(tmp_path, G1 + "period: month\n").answer("en")
    assert "over 3 months" in said(answer)
    assert "2nd month" in said(answer)
    assert answer.data["inputs"]["period_days"] == pytest.approx(365 / 12)


# Scenarios

SCENARIOS = """\
scenarios:
  keep:
    title: Keep more
    retention: [0.65, 0.70]
  same: {aov: [90, 95, 100]}
  cheap: {acquisition_cost: 50}
"""


def test_more_retention_raises_the_third_year_and_changes_no_line_of_the_first(
    tmp_path: Path,
) -> None:
    found = plan(tmp_path, G1 + SCENARIOS).comparisons()["keep"]
    assert found.value_gain > 0
    assert {line: values[0] for line, values in found.differences.items() if values[0]} == {}


def test_a_scenario_that_changes_nothing_differs_by_nothing(tmp_path: Path) -> None:
    found = plan(tmp_path, G1 + SCENARIOS).comparisons()["same"]
    assert found.changed_lines == ()
    only = plan(tmp_path, G1 + "scenarios:\n  same: {aov: [90, 95, 100]}\n")
    assert "changes nothing" in said(only.comparison("en"))


def test_the_order_of_scenarios_does_not_matter(tmp_path: Path) -> None:
    turned = """\
scenarios:
  cheap: {acquisition_cost: 50}
  same: {aov: [90, 95, 100]}
  keep: {retention: [0.65, 0.70], title: Keep more}
"""
    one, other = (plan(tmp_path, G1 + s).comparison("en") for s in (SCENARIOS, turned))
    assert one.to_json() == other.to_json()
    assert said(one) == said(other)
    assert [s["name"] for s in one.to_json()["scenarios"]] == ["cheap", "keep", "same"]


def test_the_best_plan_is_the_finding(tmp_path: Path) -> None:
    text = said(plan(tmp_path, G1 + SCENARIOS).comparison("en"))
    assert text.startswith("“cheap” is worth $5 more per customer: $500k in all")
    loses = said(plan(tmp_path, G1 + "scenarios:\n  b: {aov: 50}\n").comparison("en"))
    assert "No scenario earns more" in loses


def test_several_files_are_compared_and_mixed_currencies_refused(tmp_path: Path) -> None:
    now = plan(tmp_path, G1)
    then = plan(tmp_path, G1.replace("55", "50") + "title: Then\n")
    both = now.beside(then).beside(then)
    assert len(both.comparisons()) == 2
    assert "“Then” is worth $5 more" in said(both.comparison("en"))
    euros = plan(tmp_path, G1.replace("USD", "EUR"))
    with pytest.raises(PlanError, match="USD beside EUR"):
        now.beside(euros).comparison("en")
    with pytest.raises(ParameterError, match="no scenarios to compare"):
        now.comparison("en")


# Errors of inputs


def test_no_error_no_interval(tmp_path: Path) -> None:
    found = plan(tmp_path, G1)
    assert found.interval() is None
    assert "no interval can be" in said(found.answer("en"))


def test_errors_make_an_interval_that_grows(tmp_path: Path) -> None:
    found = plan(tmp_path, G1 + "errors: {retention: [0.02, 0.03]}\nlevel: 0.9\n")
    widths = [one.high - one.low for one in found.growth(found.table) if one]
    assert widths[0] == 0
    assert widths[0] < widths[1] < widths[2]
    again = delta_interval(found.table, {"retention": [0.02, 0.03]}, level=0.9)
    assert found.interval() == again
    assert "90% interval" in said(found.answer("en"))


def test_counts_give_rates_and_their_error() -> None:
    found = example("small-club")
    assert [f"{rate:.3f}" for rate in found.table.retention[:2]] == ["0.600", "0.704"]
    interval = found.interval()
    assert interval is not None
    assert interval.low < float(found.table.value) < interval.high
    assert "(CN¥54.23 to CN¥104)" in said(found.answer("en"))


def test_a_value_that_may_be_nothing_says_so(tmp_path: Path) -> None:
    text = G1.replace("cost: 55", "cost: 107") + "errors: {retention: 0.1}\n"
    assert "That includes 0" in said(plan(tmp_path, text).answer("en"))


def test_what_a_scenario_sets_has_no_error_of_measurement(tmp_path: Path) -> None:
    text = G1 + SCENARIOS + "errors: {retention: [0.02, 0.03]}\n"
    found = plan(tmp_path, text)
    assert found.interval(found.scenarios["keep"].table) is None
    assert found.interval(found.scenarios["cheap"].table) is not None


# Retention from facts: the one seam to a workspace

CURVE = RetentionCurve(np.array([0.5, 0.625]), np.diag([0.0004, 0.0009]), 1)


def test_facts_are_asked_as_the_file_says_and_give_rates_with_errors(tmp_path: Path) -> None:
    asked: list[Any] = []

    def source(what: Any) -> RetentionCurve:
        asked.append(what)
        return CURVE

    text = G1.replace(
        "[0.60, 0.70]", "{from: orders, period: year, by: [store], exact: true, n: 3}"
    )
    found = plan(tmp_path, text, retention=source)
    assert asked == [
        {"from": "orders", "period": "year", "by": ["store"], "exact": True, "n": Decimal(3)}
    ]
    assert [float(rate) for rate in found.table.retention[:2]] == [0.5, 0.625]
    assert (found.retention.origin, found.retention.curve) == ("orders", CURVE)
    assert found.table.returning
    assert found.interval() == delta_interval(found.table, {"retention": CURVE.covariance})
    text = said(found.answer("en"))
    assert "measured for 1 of 2 steps; the rest is a model's" in text


class Telling(RetentionCurve):
    """A curve that knows its period, and how it was obtained."""

    period_days = 91.25

    def words(self, lang: str) -> tuple[str, ...]:
        return (f"Of {{45}} customers <{lang}>.",)


def test_a_curve_that_says_how_it_was_obtained_is_listened_to(tmp_path: Path) -> None:
    curve = Telling(CURVE.rates, CURVE.covariance, 2)
    text = G1.replace("[0.60, 0.70]", "{from: orders}")
    found = plan(tmp_path, text, retention=lambda _: curve)
    assert found.table.period_days == Decimal("91.25")
    assert "3 quarters" in said(found.answer("en"))
    assert "Of {45} customers <en>." in said(found.answer("en"))
    own = plan(tmp_path, text + "period: year\n", retention=lambda _: curve)
    assert own.table.period_days == 365


def test_measured_rates_say_how_long_the_table_is_where_nothing_else_does(tmp_path: Path) -> None:
    text = "kind: table\ncurrency: USD\ncustomers: 10\naov: 5\nretention: {from: subscriptions}\n"
    assert plan(tmp_path, text, retention=lambda _: CURVE).table.periods == 3
    shorter = plan(tmp_path, text + "periods: 2\n", retention=lambda _: CURVE)
    assert shorter.table.periods == 2
    assert shorter.interval() is not None
    with pytest.raises(PlanError, match=r"retention\): 2 values for 9 periods"):
        plan(tmp_path, text + "periods: 9\n", retention=lambda _: CURVE)


def test_what_the_facts_cannot_answer_is_said_at_its_place(tmp_path: Path) -> None:
    def refuses(_: Any) -> RetentionCurve:
        raise ParameterError("nobody ordered twice")

    text = G1.replace("[0.60, 0.70]", "{from: orders}")
    with pytest.raises(PlanError, match=r"line 4.*nobody ordered twice"):
        plan(tmp_path, text, retention=refuses)
    empty = RetentionCurve(np.zeros(0), np.zeros((0, 0)), 0)
    with pytest.raises(PlanError, match="no period of orders is complete"):
        plan(tmp_path, text, retention=lambda _: empty)


# Properties

RATE = st.decimals(min_value=0, max_value=1, places=3)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rates=st.tuples(RATE, RATE), raised=st.tuples(RATE, RATE))
def test_raising_retention_in_the_file_never_lowers_undiscounted_revenue(
    tmp_path: Path, rates: tuple[Decimal, Decimal], raised: tuple[Decimal, Decimal]
) -> None:
    higher = [max(pair) for pair in zip(rates, raised, strict=True)]
    text = G1.replace("[0.60, 0.70]", f"[{rates[0]}, {rates[1]}]")
    text += f"scenarios:\n  more: {{retention: [{higher[0]}, {higher[1]}]}}\n"
    (change,) = plan(tmp_path, text).comparisons().values()
    assert min(change.differences["revenue"]) >= 0


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cost=st.decimals(min_value=0, max_value=10**6, places=2))
def test_a_number_in_a_file_is_the_number_that_was_written(tmp_path: Path, cost: Decimal) -> None:
    found = plan(tmp_path, G1.replace("cost: 55", f"cost: {cost}"))
    assert found.table.acquisition_cost == cost
