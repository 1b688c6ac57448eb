"""The examples that the definitions print, row by row."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from reference.tables import orders
from regulars.testing import reference as ref
from regulars.testing.reference.concentration import concentration_of


def amounts(answer: ref.Answer, *names: str) -> dict[tuple[str, ...], int | None]:
    return {tuple(row[n] for n in names): row["amount_minor"] for row in answer.rows}


def test_000_1_causes_of_one_product() -> None:
    """q 10 → 9, price 2.00 → 2.20, 5 → 3 purchase days."""
    days1 = [f"2024-01-{d:02d}" for d in (1, 2, 3, 4, 5)]
    days2 = [f"2024-02-{d:02d}" for d in (1, 2, 3)]
    facts = orders([(1, d, 400) for d in days1] + [(1, d, 660) for d in days2])
    facts["order_lines"] = pd.DataFrame(
        {
            "order_id": facts["orders"]["order_id"],
            "product_id": "p",
            "quantity": [2] * 5 + [3] * 3,
            "amount_minor": facts["orders"]["amount_minor"],
            "status": "live",
        }
    )
    answer = ref.causes(facts, before="2024-01-01..2024-01-31", after="2024-01-31..2024-03-01")
    assert amounts(answer, "tier", "cause") == {
        ("core", "price"): 190,
        ("core", "frequency"): -1050,
        ("core", "basket"): 840,
        ("core", "discounts"): 0,
        ("rest", "price"): 0,
        ("rest", "frequency"): 0,
        ("rest", "basket"): 0,
        ("rest", "discounts"): 0,
    }


def test_000_1_without_lines_price_is_unknown() -> None:
    facts = orders(
        [(1, f"2024-01-0{d}", 400) for d in range(1, 6)]
        + [(1, f"2024-02-0{d}", 660) for d in range(1, 4)]
    )
    answer = ref.causes(facts, before="2024-01-01..2024-01-31", after="2024-01-31..2024-03-01")
    found = amounts(answer, "tier", "cause")
    assert found["core", "price"] is None
    assert found["core", "frequency"] == -1060  # −2 · ½(400 + 660)
    assert found["core", "basket"] == 1040  # 260 · 4
    assert found["core", "discounts"] == 0


def test_000_1_five_terms() -> None:
    """R₁ 1,000 → R₂ 850: lost −60, new +30, up +20, down −140; shrinkage is the largest."""
    facts = orders(
        [
            (9, "2023-12-20", 1),  # before period 1, too late for a pair to compare with
            (1, "2024-01-10", 60),
            (2, "2024-02-10", 20),
            (9, "2024-02-11", 10),
            (3, "2024-01-10", 100),
            (3, "2024-02-10", 120),
            (4, "2024-01-10", 840),
            (4, "2024-02-10", 700),
        ]
    )
    answer = ref.bridge(facts, before="2024-01-01..2024-02-01", after="2024-02-01..2024-03-03")
    terms: dict[str, int] = {}
    for row in answer.rows:
        terms[row["term"]] = terms.get(row["term"], 0) + row["amount_minor"]
    assert terms == {"lost": -60, "first_time": 20, "returned": 10, "up": 20, "down": -140}
    figures = answer.figures
    assert (figures["revenue_before_minor"], figures["revenue_after_minor"]) == (1000, 850)
    assert figures["change_minor"] == -150
    assert figures["core_customers"] == 1
    assert (figures["verdict_term"], figures["verdict_amount_minor"]) == ("down", -140)


def test_000_1_refunds_alone_keep_the_sum() -> None:
    facts = orders(
        [
            (1, "2024-01-10", 500),
            (1, "2024-02-10", 500),
            (2, "2024-02-05", -70),  # bought before all this, brings something back
            (3, "2024-01-05", -30),
            (4, "2024-01-08", 200),
            (4, "2024-02-08", -200),
        ]
    )
    answer = ref.bridge(facts, before="2024-01-01..2024-02-01", after="2024-02-01..2024-03-03")
    found = amounts(answer, "tier", "term")
    assert found["rest", "down"] == -70
    assert found["rest", "up"] == 30
    assert found["rest", "lost"] == -400
    assert sum(v or 0 for v in found.values()) == answer.figures["change_minor"] == -440
    causes = ref.causes(facts, before="2024-01-01..2024-02-01", after="2024-02-01..2024-03-03")
    assert amounts(causes, "tier", "cause")["rest", "discounts"] == -40


def test_002_6c_five_hundred_customers_nested() -> None:
    random = np.random.default_rng(5)
    start = dt.date(2024, 1, 1)
    facts = orders(
        (key, (start + dt.timedelta(days=int(d))).isoformat(), int(money))
        for key in range(1, 501)
        for d, money in zip(
            random.choice(360, random.integers(1, 9), replace=False),
            random.integers(1, 20, 9) * 100,
            strict=False,
        )
    )
    answer = ref.rfm(facts, as_of="2024-12-31", method="nested")
    counts = answer.frame.groupby("cell").size()
    assert len(counts) == 125
    assert set(counts) == {4}
    # recency quintiles do not cut across: nobody scored higher bought longer ago
    worst, best = (answer.frame.groupby("r_score")["recency_days"].agg(f) for f in ("max", "min"))
    assert all(best[score] >= worst[score + 1] for score in range(1, 5))


def test_002_6c_ties_share_a_score() -> None:
    facts = orders((key, "2024-06-01", 100 if key <= 6 else 900) for key in range(1, 11))
    frame = ref.rfm(facts, as_of="2024-07-01").frame
    assert set(frame["r_score"]) == {1}
    assert set(frame["f_score"]) == {1}
    assert frame["m_score"].tolist() == [1] * 6 + [4] * 4  # 6 of 10 are lower: 1 + floor(3.0)


def test_002_6c_last_tie_is_broken_by_the_keyed_hash() -> None:
    facts = orders((key, "2024-06-01", 100) for key in range(1, 6))
    frame = ref.rfm(facts, as_of="2024-07-01", method="nested", salt="regulars").frame
    # md5 of "regulars:1" … "regulars:5" in ascending order, by md5sum
    assert frame.sort_values("r_score")["customer_key"].tolist() == [1, 3, 2, 5, 4]


def test_004_15_five_customers() -> None:
    answer = concentration_of(np.array([50, 30, 10, 5, 5]))
    by_question = {row["question"]: row for row in answer.rows}
    assert by_question["top 20%"]["amount_share"] == 0.5
    assert by_question["customers for 80%"]["customers"] == 2
    assert by_question["customers for 80%"]["customers_share"] == 0.4
    assert by_question["customers for 50%"]["customers"] == 1
    assert by_question["top 1%"]["customers"] == 1
    assert answer.figures["gini"] == pytest.approx(0.46)


def test_002_1_groups_on_the_boundary_are_high() -> None:
    facts = orders(
        [
            (1, "2024-06-01", 100),  # B
            (2, "2024-06-01", 300),  # C
            (3, "2024-06-01", 100),
            (3, "2024-06-02", 100),  # D
            (4, "2024-06-01", 300),
            (4, "2024-06-02", 300),  # E
            (5, "2024-06-01", 200),  # exactly the median: high
            (6, "2023-01-01", 900),  # ordered before, not in the window
        ]
    )
    facts["customers"] = pd.DataFrame(
        {"customer_key": [1, 7], "first_seen": [dt.date(2024, 6, 1), dt.date(2024, 6, 3)]}
    )
    answer = ref.groups(facts, as_of="2024-07-01", window_days=100)
    assert [row["customers"] for row in answer.rows] == [2, 1, 2, 1, 1]
    assert answer.figures["value_threshold_minor"] == 200
    assert (answer.figures["never_ordered"], answer.figures["lapsed"]) == (1, 1)


def test_002_1_frequency_by_orders_and_swapped_names() -> None:
    facts = orders(
        [
            (1, "2024-06-01", 100),
            (1, "2024-06-01", 100),
            (2, "2024-06-01", 150),
            (3, "2024-06-01", 50),
        ]
    )
    asked = {"as_of": "2024-07-01", "window_days": 60}
    # by days customer 1 came once and spent 200 (C, as 2); by orders twice at 100 (E)
    by_days, by_orders = (
        ref.groups(facts, **asked),
        ref.groups(facts, **asked, frequency_unit="orders"),
    )
    assert [row["customers"] for row in by_days.rows] == [0, 1, 2, 0, 0]
    assert [row["customers"] for row in by_orders.rows] == [0, 1, 1, 0, 1]
    swapped = ref.groups(facts, **asked, swap_cd=True)
    assert [row["customers"] for row in swapped.rows] == [0, 1, 0, 2, 0]


def test_002_1_a_short_history_halves_the_default_window_only() -> None:
    facts = orders([(1, "2024-01-01", 100), (1, "2024-03-01", 100)])
    assert ref.groups(facts, as_of="2024-04-10").figures["window_days"] == 50
    assert ref.groups(facts, as_of="2024-04-10", window_days=90).figures["window_days"] == 90


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2024-01-01..2024-02-01", "2024-02-01..2024-03-01"),
        ("2024-01-01..2024-02-01", "2024-01-15..2024-02-15"),
    ],
)
def test_002_1_unequal_or_overlapping_periods_are_refused(before: str, after: str) -> None:
    facts = orders([(1, "2024-01-01", 100)])
    with pytest.raises(ValueError, match="equal length"):
        ref.migration(facts, before=before, after=after)


def test_cohorts_skip_and_return() -> None:
    """Ten customers, four active in period 1, six in period 2: retention may exceed 1."""
    first = [(key, "2024-01-01", 100) for key in range(1, 11)]
    second = [(key, "2024-02-05", 100) for key in range(1, 5)]
    third = [(key, "2024-03-05", 100) for key in range(3, 9)]
    answer = ref.cohorts(orders(first + second + third), as_of="2024-04-05", period="month")
    rows = [row for row in answer.rows if row["cohort"] == "2024-01"]
    assert [row["active"] for row in rows] == [10, 4, 6, 0]
    assert [row["retention"] for row in rows] == [0.4, 1.5, None, None]
    assert [row["repeat_rate"] for row in rows] == [0.4, 0.5, None, None]
    assert [row["complete"] for row in rows] == [True, True, True, False]
    assert [row["customers"] for row in rows] == [10, 10, 10, 0]
    assert rows[3]["active_share"] is None
    assert answer.figures["first_seen"] is True


def test_summary_by_day_and_by_week() -> None:
    facts = orders(
        [(1, "2024-01-01", 100), (1, "2024-01-03", 50), (1, "2024-01-16", 0), (2, "2024-01-31", 5)]
    )
    day = ref.summary(facts, as_of="2024-02-01").rows
    week = ref.summary(facts, as_of="2024-02-01", grain="week").rows
    assert [(r["x"], r["t_x"], r["T"]) for r in day] == [(2, 15, 31), (0, 0, 1)]
    # weeks end on 31, 24, 17, 10 and 3 January
    assert [(r["x"], r["t_x"], r["T"]) for r in week] == [(1, 2, 5), (0, 0, 1)]
    assert day[0]["mean_gap_days"] == week[0]["mean_gap_days"] == 7.5
    assert day[0]["median_gap_days"] == 7.5
    assert day[0]["spend_per_purchase_day_minor"] == 50.0
    assert day[1]["mean_gap_days"] is None
    assert day[1]["recency_days"] == 1


def test_an_empty_base_has_empty_answers() -> None:
    facts = orders([(1, "2024-05-01", 100)])
    for analysis in (ref.summary, ref.rfm, ref.segments, ref.groups_trend, ref.cohorts):
        assert analysis(facts, as_of="2024-05-01").rows == []
    assert [row["customers"] for row in ref.groups(facts, as_of="2024-05-01").rows] == [0] * 5
    answer = ref.bridge(facts, before="2023-01-01..2023-02-01", after="2023-02-01..2023-03-04")
    assert answer.frame["amount_minor"].eq(0).all()
