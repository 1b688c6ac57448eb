"""The figures that the specification demands of the models of goods, behaviour and sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analyses.shops import answer, orders_frame, write_files
from regulars.engines import open_engine
from regulars.result import Result
from regulars.statistics.letters import letter_series
from regulars.testing import reference as ref
from regulars.testing.compare import assert_same_answer, assert_same_figures

DAY = dt.date(2024, 6, 30)
AS_OF = dt.date(2024, 7, 1)
NAMES = (
    "goods", "baskets", "next_due", "engagement", "conversion", "interest", "sources", "rejoin",
)  # fmt: skip


def show(frames: dict[str, pd.DataFrame], folder: Path, name: str, **parameters: Any) -> Result:
    engine = open_engine("duckdb")
    try:
        return answer(engine, write_files(frames, folder), name, **parameters)
    finally:
        engine.close()


def bought(rows: list[tuple[int, str, list[tuple[str, int]]]]) -> dict[str, pd.DataFrame]:
    """Orders and lines from (customer_key, day, [(product, amount_minor)])."""
    orders = orders_frame([(key, day, sum(a for _, a in goods)) for key, day, goods in rows])
    lines = pd.DataFrame(
        [
            {"order_id": f"o{i}", "line": n, "product_id": product, "quantity": 1,
             "amount_minor": amount, "status": "live"}
            for i, (_, _, goods) in enumerate(rows)
            for n, (product, amount) in enumerate(goods, start=1)
        ]
    )  # fmt: skip
    return {"orders": orders, "order_lines": lines}


def by(result: Result, column: str) -> dict[Any, dict[str, Any]]:
    return {row[column]: row for row in result.rows}


# ---- goods ------------------------------------------------------------------------------------


def goods_shop() -> dict[str, pd.DataFrame]:
    day, later = "2024-06-01", "2024-06-20"
    return bought(
        [
            (1, day, [("bread", 7000), ("tea", 1000)]),
            (2, day, [("bread", 900)]),
            (2, later, [("bread", 100), ("pan", 1000)]),
            (3, day, [("bread", 0)]),
            (4, day, [("tea", 0)]),
        ]
    )


def test_class_a_ends_at_eighty_per_cent_of_revenue(tmp_path: Path) -> None:
    rows = by(show(goods_shop(), tmp_path, "goods"), "good")
    assert [rows["bread"][c] for c in ("revenue_minor", "revenue_share")] == [8000, 0.8]
    assert rows["bread"]["abc_class"] == "A"
    assert {rows["tea"]["abc_class"], rows["pan"]["abc_class"]} == {"B"}


def test_penetration_and_repeat_rate_count_customers_and_days(tmp_path: Path) -> None:
    rows = by(show(goods_shop(), tmp_path, "goods", min_customers=1), "good")
    assert rows["bread"]["penetration"] == 3 / 4
    assert rows["bread"]["repeat_rate"] == 1 / 3
    assert rows["bread"]["traffic"]
    assert rows["bread"]["repeats"]
    assert not rows["pan"]["repeats"]


def test_margin_needs_the_cost_of_every_line(tmp_path: Path) -> None:
    frames = goods_shop()
    frames["products"] = pd.DataFrame(
        {"product_id": ["bread", "tea"], "unit_cost": [1.125, 2.0], "status": "live"}
    )
    found = show(frames, tmp_path, "goods")
    rows = by(found, "good")
    # 1.125 is 112.5 minor units, a line costs 113: halves go up
    assert rows["bread"]["margin_minor"] == 8000 - 4 * 113
    assert rows["tea"]["margin_minor"] == 1000 - 2 * 200
    assert rows["pan"]["margin_minor"] is None
    assert rows["pan"]["margin_unknown"] == "no unit cost"
    assert found.figures["margin_total_minor"] == 7548 + 600


def test_a_currency_without_minor_units_takes_unit_costs_as_they_are(tmp_path: Path) -> None:
    from regulars.analyses import find
    from regulars.analyses.run import Session, run

    frames = goods_shop()
    frames["products"] = pd.DataFrame(
        {"product_id": ["tea"], "unit_cost": [20.0], "status": "live"}
    )
    engine = open_engine("duckdb")
    try:
        session = Session(engine, write_files(frames, tmp_path), minor_per_major=1)
        found = run(find("goods"), {}, session)
    finally:
        engine.close()
    assert by(found, "good")["tea"]["margin_minor"] == 1000 - 2 * 20


# ---- baskets ----------------------------------------------------------------------------------


def test_support_confidence_and_lift_of_the_specification(tmp_path: Path) -> None:
    goods = [["A", "B"]] * 200 + [["A"]] * 300 + [["B"]] * 600 + [["C"]] * 8900
    rows = [(i + 1, "2024-06-01", [(g, 100) for g in held]) for i, held in enumerate(goods)]
    found = show(bought(rows), tmp_path, "baskets")
    row = by(found, "good")["A"]
    assert row["other_good"] == "B"
    assert [row[c] for c in ("support", "confidence", "lift")] == [0.02, 0.40, 5.0]
    back = by(found, "good")["B"]
    assert [back[c] for c in ("support", "confidence", "lift")] == [0.02, 0.25, 5.0]
    assert found.figures["baskets"] == 10_000


def test_a_pair_at_the_least_support_stands_and_one_below_does_not(tmp_path: Path) -> None:
    rows = [(i, "2024-06-01", [("A", 1), ("B", 1)]) for i in range(1, 3)]
    rows += [(i, "2024-06-01", [("C", 1)]) for i in range(3, 11)]
    asked = {"min_orders": 1}
    at = show(bought(rows), tmp_path, "baskets", min_support=0.2, **asked)
    below = show(bought(rows), tmp_path, "baskets", min_support=0.21, **asked)
    assert (len(at), len(below)) == (2, 0)
    assert [note.code for note in below.notes] == ["no_pairs"]


def test_goods_bought_independently_have_a_lift_near_one(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    rows = []
    for i in range(4000):
        held = [(f"p{g}", 100) for g in range(4) if random.random() < 0.3] or [("alone", 100)]
        rows.append((i + 1, "2024-06-01", held))
    found = show(bought(rows), tmp_path, "baskets")
    lifts = [row["lift"] for row in found.rows]
    assert len(lifts) == 12
    assert max(abs(lift - 1) for lift in lifts) < 0.1


# ---- next due ---------------------------------------------------------------------------------


def days_after(first: dt.date, gaps: list[int]) -> list[str]:
    steps = np.concatenate([[0], np.cumsum(gaps)])
    return [(first + dt.timedelta(days=int(s))).isoformat() for s in steps]


def test_gaps_of_28_30_and_32_days_make_the_next_due_after_30(tmp_path: Path) -> None:
    days = days_after(dt.date(2024, 3, 10), [28, 30, 32])
    found = show(bought([(1, day, [("tea", 100)]) for day in days]), tmp_path, "next_due",
                 as_of="2024-06-30")  # fmt: skip
    (row,) = found.rows
    assert row["last_day"] == dt.date(2024, 6, 8)
    assert row["due_day"] == dt.date(2024, 7, 8)
    assert (row["gap_days"], row["basis"], row["days_left"]) == (30.0, "customer", 8)
    assert found.figures == {"customers_due": 1, "goods_due": 1, "overdue": 0}


def test_one_gap_falls_back_on_the_good_where_it_has_enough(tmp_path: Path) -> None:
    rows = [
        (key, day, [("tea", 100)])
        for key in range(1, 31)
        for day in days_after(dt.date(2024, 6, 1), [20])
    ]
    asked = {"as_of": "2024-07-05", "within_days": 10}
    found = show(bought(rows), tmp_path, "next_due", **asked)
    assert {row["basis"] for row in found.rows} == {"good"}
    assert {row["due_day"] for row in found.rows} == {dt.date(2024, 7, 11)}
    assert len(found) == 30
    fewer = show(bought(rows[:-2]), tmp_path, "next_due", **asked)
    assert len(fewer) == 0


# ---- engagement -------------------------------------------------------------------------------


def touches(table: str, rows: list[tuple[int, dt.date]], **more: Any) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_key", "day"])
    frame[f"{table}_id"] = [f"{table}{i}" for i in range(len(frame))]
    return frame.assign(status="live", **more)


def test_weight_08_at_age_30_with_half_life_30_is_040(tmp_path: Path) -> None:
    frames = {
        "orders": orders_frame([(1, "2024-06-30", 100), (2, "2024-06-30", 100)]),
        "responses": touches("response", [(1, AS_OF - dt.timedelta(days=30))], kind="clicked"),
    }
    rows = by(show(frames, tmp_path, "engagement"), "activity")
    assert rows["0.1 to 0.5"]["customers"] == 1
    assert rows["0"]["customers"] == 1
    # halved once, weight 1.0 meets the band's edge of 0.5 and a hair less misses it
    at = show(frames, tmp_path, "engagement", response_weight=1.0)
    below = show(frames, tmp_path, "engagement", response_weight=0.9999)
    assert by(at, "activity")["0.5 to 1"]["customers"] == 1
    assert by(below, "activity")["0.1 to 0.5"]["customers"] == 1


def test_a_very_old_touch_weighs_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    frames = {
        "orders": orders_frame([(1, "2024-06-30", 100)]),
        "responses": touches("response", [(1, dt.date(2001, 1, 1))], kind="clicked"),
    }
    found = show(frames, tmp_path, "engagement", half_life_days=0.1)
    assert found.figures["active"] == 0


def test_the_funnel_counts_who_took_every_known_step(tmp_path: Path) -> None:
    near = AS_OF - dt.timedelta(days=5)
    frames = {
        "orders": orders_frame([(1, "2024-06-30", 100), (4, "2024-06-30", 100)]),
        "contacts": touches("contact", [(k, near) for k in (1, 2, 3)], direction="out"),
        "responses": touches("response", [(k, near) for k in (1, 2, 4)], kind="clicked"),
    }
    found = show(frames, tmp_path, "engagement")
    funnel = [found.figures[n] for n in ("contacted", "responded", "visited", "ordered")]
    assert funnel == [3, 2, None, 1]
    assert [(n.code, n.values["table"]) for n in found.notes] == [("not_imported", "visits")]


def test_undated_contacts_are_said_and_hold_nobody_back(tmp_path: Path) -> None:
    near = AS_OF - dt.timedelta(days=5)
    contacts = touches("contact", [(1, near), (2, near)], direction="out").assign(day=None)
    frames = {
        "orders": orders_frame([(1, "2024-06-30", 100)]),
        "contacts": contacts,
        "responses": touches("response", [(1, near)], kind="redeemed"),
    }
    found = show(frames, tmp_path, "engagement")
    assert [found.figures[n] for n in ("contacted", "responded", "ordered")] == [None, 1, 1]
    undated = next(note for note in found.notes if note.code == "undated")
    assert undated.values == {"table": "contacts", "touches": 2, "undated": 2}


# ---- conversion -------------------------------------------------------------------------------


def visits(rows: list[tuple[int, dt.date]], channel: str = "web") -> pd.DataFrame:
    return touches("visit", rows, channel=channel)


def test_visits_from_8_to_3_with_orders_flat_warn(tmp_path: Path) -> None:
    early, late = AS_OF - dt.timedelta(days=40), AS_OF - dt.timedelta(days=10)
    seen = [(1, early)] * 8 + [(1, late)] * 3 + [(2, early)] * 8 + [(2, late)] * 3
    frames = {
        "orders": orders_frame(
            [(1, str(early), 100), (1, str(late), 100), (2, str(early), 100), (3, str(DAY), 1)]
        ),
        "visits": visits(seen),
    }
    found = show(frames, tmp_path, "conversion", as_of=AS_OF)
    told = {n: found.figures[n] for n in ("warned", "both_down", "mirror", "steady")}
    assert told == {"warned": 1, "both_down": 1, "mirror": 0, "steady": 0}


@pytest.mark.parametrize(
    ("days", "said"),
    [((56, 1), set()), ((20, 1), {"visits_start_late"}), ((56, 30), {"visits_end_early"}),
     ((49, 7), set()), ((49, 8), {"visits_end_early"})],
)  # fmt: skip
def test_visits_on_record_for_part_of_the_windows_are_said(
    tmp_path: Path, days: tuple[int, int], said: set[str]
) -> None:
    """Days before the as-of day of the first and the last visit; the windows are 28 days each."""
    frames = {
        "orders": orders_frame([(1, "2024-01-01", 100), (1, "2024-06-29", 100)]),
        "visits": visits([(1, AS_OF - dt.timedelta(days=d)) for d in days]),
    }
    notes = show(frames, tmp_path, "conversion", as_of=AS_OF).notes
    assert {n.code for n in notes if n.code.startswith(("visits_start", "visits_end"))} == said


def test_a_visit_converts_on_its_day_and_on_the_last_day_that_counts(tmp_path: Path) -> None:
    day = dt.date(2024, 6, 1)
    frames = {
        "orders": orders_frame(
            [(1, "2024-06-01", 100), (2, "2024-06-08", 100), (3, "2024-06-09", 100),
             (4, "2024-05-31", 100)]
        ),
        "visits": visits([(k, day) for k in (1, 2, 3, 4)]),
    }  # fmt: skip
    found = show(frames, tmp_path, "conversion", as_of=AS_OF)
    row = by(found, "channel")["web"]
    assert (row["visits"], row["converted"], row["median_lead_days"]) == (4, 2, 3.5)


def test_visits_that_had_no_time_yet_are_left_out(tmp_path: Path) -> None:
    frames = {
        "orders": orders_frame([(1, "2024-06-20", 100)]),
        "visits": visits([(1, AS_OF - dt.timedelta(days=d)) for d in (1, 7, 8, 9)]),
    }
    found = show(frames, tmp_path, "conversion", as_of=AS_OF)
    assert found.figures["visits"] == 2


# ---- interest ---------------------------------------------------------------------------------


def test_viewed_four_times_and_carted_once_ranks_first(tmp_path: Path) -> None:
    near = AS_OF - dt.timedelta(days=20)
    signs = pd.DataFrame(
        [(1, "lamp", "view", 4), (1, "lamp", "cart", 1), (2, "lamp", "view", 5),
         (3, "lamp", "view", 9), (1, "rug", "view", 1)],
        columns=["customer_key", "product_id", "kind", "times"],
    )  # fmt: skip
    signs = signs.assign(interest_id=[f"i{i}" for i in range(5)], day=near, status="live")
    frames = bought([(3, "2024-06-20", [("lamp", 100)]), (1, "2024-06-20", [("cup", 100)])])
    found = show({**frames, "product_interest": signs}, tmp_path, "interest", as_of=AS_OF)
    rows = [(row["customer_key"], row["product_id"], row["score"]) for row in found.rows]
    assert rows == [(1, "lamp", 7.0), (2, "lamp", 5.0)]
    assert found.figures == {"customers": 2, "products": 1, "carts_left": 1}


def test_a_look_after_the_purchase_is_a_new_interest(tmp_path: Path) -> None:
    signs = pd.DataFrame(
        {"interest_id": ["a", "b"], "customer_key": 1, "product_id": "lamp", "kind": "cart",
         "day": [dt.date(2024, 6, 20), dt.date(2024, 6, 21)], "status": "live"}
    )  # fmt: skip
    frames = bought([(1, "2024-06-20", [("lamp", 100)])])
    found = show({**frames, "product_interest": signs}, tmp_path, "interest", as_of=AS_OF)
    (row,) = found.rows
    assert (row["carts"], row["last_bought"]) == (1, dt.date(2024, 6, 20))


# ---- sources ----------------------------------------------------------------------------------


def sources_shop() -> dict[str, pd.DataFrame]:
    orders = pd.concat(
        [orders_frame([(k, "2024-01-10", 2600) for k in range(1, 101)]),
         orders_frame([(k, "2024-01-10", 4000) for k in range(101, 121)])],
        ignore_index=True,
    )  # fmt: skip
    orders["order_id"] = [f"o{i}" for i in range(120)]
    orders["source_code"] = ["insert"] * 100 + ["campus"] * 20
    costs = pd.DataFrame(
        {"campaign": ["insert", "campus"], "day": dt.date(2024, 1, 2),
         "amount_minor": [200_000, 90_000], "status": "live"}
    )  # fmt: skip
    return {"orders": orders, "costs": costs}


def test_the_insert_earns_6_a_buyer_and_the_campus_loses_5(tmp_path: Path) -> None:
    found = show(sources_shop(), tmp_path, "sources", as_of=AS_OF, margin=1.0)
    told = [(row["source"], row["customers"], row["net_per_customer_minor"]) for row in found.rows]
    assert told == [("insert", 100, 600.0), ("campus", 20, -500.0)]
    assert [row["payback_days"] for row in found.rows] == [0, None]


def test_without_costs_sources_are_ranked_by_value_and_this_is_said(tmp_path: Path) -> None:
    frames = {"orders": sources_shop()["orders"]}
    found = show(frames, tmp_path, "sources", as_of=AS_OF)
    assert [row["source"] for row in found.rows] == ["campus", "insert"]
    assert {"no_costs", "no_margin"} <= {note.code for note in found.notes}
    assert found.figures["cost_total_minor"] is None


# ---- rejoin -----------------------------------------------------------------------------------


def terms(rows: list[tuple[int, dt.date, dt.date | None, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_key", "started", "ended", "price_minor"])
    frame["subscription_id"] = [f"s{i}" for i in range(len(frame))]
    return frame.assign(status="live")


def test_the_discount_trap_of_the_specification(tmp_path: Path) -> None:
    start, end = dt.date(2023, 1, 1), dt.date(2023, 12, 31)
    rows: list[tuple[int, dt.date, dt.date | None, int]] = [
        (key, start, end, 30) for key in range(1, 1001)
    ]
    rows += [(key, end, None, 30) for key in range(1, 301)]
    rows += [(key, end + dt.timedelta(days=90), None, 20) for key in range(301, 421)]
    found = show({"subscriptions": terms(rows)}, tmp_path, "rejoin",
                 as_of=dt.date(2024, 12, 1), acquisition_cost_minor=31)  # fmt: skip
    figures = found.figures
    assert (figures["reported_retention"], figures["true_retention"]) == (0.30, 0.42)
    assert figures["leak_minor"] == 120 * (30 - 20) + 120 * 31 == 4920


@pytest.mark.parametrize(("wait", "outcome"), [
    (7, "renewed"), (8, "rejoined below price"), (180, "rejoined below price"), (181, "gone"),
])  # fmt: skip
def test_the_edges_of_renewing_and_rejoining(tmp_path: Path, wait: int, outcome: str) -> None:
    start, end = dt.date(2023, 1, 1), dt.date(2023, 6, 30)
    rows = [(1, start, end, 30), (1, end + dt.timedelta(days=wait), None, 20)]
    found = show({"subscriptions": terms(rows)}, tmp_path, "rejoin", as_of=AS_OF)
    assert {row["outcome"]: row["terms"] for row in found.rows}[outcome] == 1


def planned(rows: list[tuple[str, dt.date, dt.date | None]]) -> pd.DataFrame:
    """Terms of one customer by plan, each a little cheaper than the one before."""
    held = [(1, start, end, 100 - place) for place, (_, start, end) in enumerate(rows)]
    return terms(held).assign(plan=[plan for plan, _, _ in rows])


def test_a_plan_that_runs_beside_another_does_not_renew_it(tmp_path: Path) -> None:
    paper, online = dt.date(2023, 1, 1), dt.date(2023, 3, 1)
    rows = planned([("paper", paper, dt.date(2023, 6, 30)), ("online", online, None)])
    found = show({"subscriptions": rows}, tmp_path, "rejoin", as_of=dt.date(2024, 12, 1))
    assert outcomes(found) == {"gone": 1}


def test_each_of_two_plans_is_followed_by_its_own(tmp_path: Path) -> None:
    first, second = dt.date(2023, 1, 1), dt.date(2023, 7, 1)
    rows = planned([("a", first, second), ("b", first, second), ("b", second, None),
                    ("a", second + dt.timedelta(days=30), None)])  # fmt: skip
    found = show({"subscriptions": rows}, tmp_path, "rejoin", as_of=dt.date(2024, 12, 1))
    assert outcomes(found) == {"renewed": 1, "rejoined below price": 1}


def test_one_new_term_stands_for_one_that_ended(tmp_path: Path) -> None:
    start = dt.date(2023, 1, 1)
    rows = planned([("a", start, dt.date(2023, 6, 1)), ("b", start, dt.date(2023, 7, 1)),
                    ("both", dt.date(2023, 8, 1), None)])  # fmt: skip
    found = show({"subscriptions": rows}, tmp_path, "rejoin", as_of=dt.date(2024, 12, 1))
    assert found.figures["pseudo_new"] == 1
    assert outcomes(found) == {"rejoined below price": 1, "gone": 1}


def test_an_early_renewal_of_the_same_plan_is_one(tmp_path: Path) -> None:
    rows = planned([("a", dt.date(2023, 1, 1), dt.date(2023, 6, 30)),
                    ("a", dt.date(2023, 5, 1), None)])  # fmt: skip
    found = show({"subscriptions": rows}, tmp_path, "rejoin", as_of=dt.date(2024, 12, 1))
    assert outcomes(found) == {"renewed": 1}


def test_without_any_price_nobody_is_said_to_have_come_back_cheaper(tmp_path: Path) -> None:
    start, end = dt.date(2023, 1, 1), dt.date(2023, 6, 30)
    rows = terms([(1, start, end, 0), (1, end + dt.timedelta(days=30), None, 0)])
    rows["price_minor"] = pd.array([None, None], dtype="Int64")
    found = show({"subscriptions": rows}, tmp_path, "rejoin", as_of=dt.date(2024, 12, 1))
    assert [found.figures[n] for n in ("pseudo_new", "true_retention", "leak_minor")] == [None] * 3
    assert found.figures["reported_retention"] == 0
    assert {row["outcome"] for row in found.rows if row["terms"] is None} == {
        "rejoined below price", "rejoined at full price",
    }  # fmt: skip
    (note,) = [note for note in found.notes if note.code == "no_prices"]
    assert note.values == {"terms": 1}


def outcomes(found: Result) -> dict[str, int]:
    return {row["outcome"]: row["terms"] for row in found.rows if row["terms"]}


def test_a_merged_identity_is_one_subscriber(tmp_path: Path) -> None:
    start, end = dt.date(2023, 1, 1), dt.date(2023, 6, 30)
    rows = [(1, start, end, 30), (2, end + dt.timedelta(days=30), None, 20)]
    identities = pd.DataFrame(
        {"source": "s", "external_id": ["a", "b"], "customer_key": [1, 2],
         "merged_into": pd.array([None, 1], dtype="Int64"), "status": "live"}
    )  # fmt: skip
    apart = show({"subscriptions": terms(rows)}, tmp_path, "rejoin", as_of=AS_OF)
    joined = show({"subscriptions": terms(rows), "identities": identities}, tmp_path, "rejoin",
                  as_of=AS_OF)  # fmt: skip
    assert (apart.figures["pseudo_new"], joined.figures["pseudo_new"]) == (0, 1)


def test_the_letter_series_stops_after_the_third_letter() -> None:
    series = letter_series([0.12, 0.06, 0.02, 0.008], cost=0.5, margin=35.2)
    assert [round(v, 2) for v in series.value] == [4.22, 2.11, 0.70, 0.28]
    assert series.letters == 3


def test_a_letter_that_just_pays_is_sent_and_all_are_where_all_pay() -> None:
    assert letter_series([0.5, 0.25], cost=[1.0, 1.0], margin=4).letters == 2
    assert letter_series([0.2, 0.9], cost=1.0, margin=4).letters == 0
    with pytest.raises(ValueError, match="2 costs for 1"):
        letter_series([0.5], cost=[1.0, 2.0], margin=4)
    with pytest.raises(ValueError, match=r"0\.\.1"):
        letter_series([1.5], cost=1.0, margin=4)


# ---- odd shops --------------------------------------------------------------------------------


def odd_shops() -> Iterator[tuple[str, dict[str, pd.DataFrame]]]:
    none = bought([(1, "2024-06-01", [("a", 1)])])
    yield "empty", {name: frame.iloc[:0] for name, frame in none.items()}
    yield "one customer", none
    refund = bought([(1, "2024-06-01", [("a", 5)]), (1, "2024-06-02", [("a", -5)])])
    refund["orders"].loc[1, "kind"] = "refund"
    yield "all given back", refund
    free = bought([(k, "2024-06-01", [("a", 0), ("b", 0)]) for k in range(1, 41)])
    yield "nothing paid", free
    unnamed = bought([(1, "2024-06-01", [("a", 100)])])
    unnamed["order_lines"]["product_id"] = None
    yield "no product named", unnamed


ODD = dict(odd_shops())
KEYS = {
    "goods": ["good"],
    "baskets": ["good", "other_good"],
    "next_due": ["customer_key", "good"],
    "engagement": ["activity"],
    "conversion": ["channel"],
    "interest": ["customer_key", "product_id"],
    "sources": ["source"],
}


@pytest.mark.parametrize("shop", ODD)
@pytest.mark.parametrize("name", NAMES)
def test_odd_shops_are_answered_in_words(tmp_path: Path, name: str, shop: str) -> None:
    frames = ODD[shop]
    around = {
        "subscriptions": terms([]),
        "visits": visits([]),
        "product_interest": pd.DataFrame(
            columns=["interest_id", "customer_key", "product_id", "kind", "times", "day", "status"]
        ),
    }
    frames = {**frames, **around}
    found = show(frames, tmp_path, name, as_of=AS_OF)
    for note in found.notes:
        assert note.say("en")
        assert note.say("zh")
    if shop != "empty" and name in KEYS:
        expected = getattr(ref, name)(frames, as_of=AS_OF)
        assert_same_answer(found, expected, keys=KEYS[name])
        assert_same_figures(found, expected)


@pytest.mark.parametrize(("name", "table"), [
    ("goods", "order_lines"), ("baskets", "order_lines"), ("next_due", "order_lines"),
    ("conversion", "visits"), ("interest", "order_lines"), ("rejoin", "subscriptions"),
])  # fmt: skip
def test_a_missing_table_is_named(tmp_path: Path, name: str, table: str) -> None:
    found = show({"orders": orders_frame([(1, "2024-06-01", 1)])}, tmp_path, name)
    assert len(found) == 0
    assert table in {note.values.get("table") for note in found.notes}
    assert all(value is None for value in found.figures.values())


@pytest.mark.parametrize("name", ["goods", "baskets", "next_due"])
def test_a_category_without_products_is_unknown_in_words(tmp_path: Path, name: str) -> None:
    found = show(goods_shop(), tmp_path, name, level="category")
    assert [note.code for note in found.notes] == ["no_products"]
    assert len(found) == 0
    assert all(value is None for value in found.figures.values())


def test_engagement_without_any_touch_is_unknown_in_words(tmp_path: Path) -> None:
    found = show({"orders": orders_frame([(1, "2024-06-01", 1)])}, tmp_path, "engagement")
    assert [note.code for note in found.notes] == ["no_touches"]
    assert len(found) == 0
    assert all(value is None for value in found.figures.values())


def test_sources_without_any_source_are_unknown_in_words(tmp_path: Path) -> None:
    found = show({"orders": orders_frame([(1, "2024-06-01", 1)])}, tmp_path, "sources")
    assert [note.code for note in found.notes] == ["no_source"]
    assert len(found) == 0
