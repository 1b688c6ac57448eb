"""001-7 and 003-3: the figures that the definitions print, odd shops, and tiers set by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import regulars.workspace as workspaces
from analyses.shops import answer, orders_frame, write_files
from regulars.engines import open_engine
from regulars.result import Result
from regulars.testing.profiled import profiled_shop

START = dt.date(2024, 1, 1)


def show(folder: Path, frames: dict[str, pd.DataFrame], name: str, **asked: object) -> Result:
    engine = open_engine("duckdb")
    try:
        return answer(engine, write_files(frames, folder), name, **asked)
    finally:
        engine.close()


def kinds(keys: range, kind: str | None) -> pd.DataFrame:
    return pd.DataFrame({"customer_key": list(keys), "kind": kind, "status": "live"})


def businesses(mine: tuple[int, int, int], count: int = 20) -> dict[str, pd.DataFrame]:
    """Businesses in all places of each criterion; number 1 holds ``mine``: AOV, frequency, profit.

    Profit is made free of revenue by unit costs: the first order bears what is not gained.
    """
    places = [[place, *(p for p in range(1, count + 1) if p != place)] for place in mine]
    orders, lines = [], []
    for key, (aov, frequency, profit) in enumerate(zip(*places, strict=True), start=1):
        amount = 100_000 + 1_000 * aov
        for day in range(frequency):
            order = f"o{key}-{day}"
            orders.append((order, key, START + dt.timedelta(days=day), amount))
            gained = 100 * profit if day == 0 else 0
            lines.append((order, 1, amount, (amount - gained) / 100))
    frame = pd.DataFrame(orders, columns=["order_id", "customer_key", "day", "amount_minor"])
    line = pd.DataFrame(lines, columns=["order_id", "line", "amount_minor", "unit_cost"])
    return {
        "orders": frame.assign(kind="sale", status="live"),
        "order_lines": line.assign(quantity=1, product_id="p", status="live"),
        "customers": kinds(range(1, count + 1), "business"),
    }


@pytest.mark.parametrize(
    ("places", "tier"), [((17, 18, 8), "key"), ((17, 10, 8), "smb"), ((16, 15, 16), "key")]
)
def test_two_of_three_criteria_at_the_80th_percentile_make_a_key_account(
    tmp_path: Path, places: tuple[int, int, int], tier: str
) -> None:
    """Of 20 businesses places 17, 18, 8 are the percentiles 85, 90, 40; place 16 is P80 itself."""
    found = show(tmp_path, businesses(places), "tier_customers", as_of="2024-03-01")
    first = next(row for row in found.rows if row["customer_key"] == 1)
    assert first["tier"] == first["tier_by_rule"] == tier
    assert first["gain_minor"] == 100 * places[2]
    assert not first["vip_individual"]
    summed = show(tmp_path, businesses(places), "tiers", as_of="2024-03-01")
    assert summed.figures["third_criterion"] == "profit"
    assert summed.figures["cost_cover"] == 1.0


def test_without_costs_the_third_criterion_is_revenue_and_says_so(tmp_path: Path) -> None:
    frames = businesses((17, 18, 8))
    del frames["order_lines"]
    found = show(tmp_path, frames, "tiers", as_of="2024-03-01")
    assert found.figures["third_criterion"] == "revenue"
    assert "by_revenue" in {note.code for note in found.notes}
    assert all(row["profit_minor"] is None for row in found.rows)


def test_a_person_at_the_99th_percentile_stays_a_consumer_and_is_flagged(tmp_path: Path) -> None:
    orders = orders_frame([(key, "2024-02-01", 100 * key) for key in range(1, 101)])
    frames = {"orders": orders, "customers": kinds(range(1, 101), "person")}
    found = show(tmp_path, frames, "tier_customers", as_of="2024-03-01")
    assert {row["tier"] for row in found.rows} == {"consumer"}
    assert {r["customer_key"] for r in found.rows if r["vip_individual"]} == {99, 100}


def test_where_nobody_is_marked_tiers_are_unknown(tmp_path: Path) -> None:
    orders = orders_frame([(1, "2024-02-01", 100), (2, "2024-02-02", 100)])
    frames = {"orders": orders, "customers": kinds(range(1, 3), None)}
    found = show(tmp_path, frames, "tiers", as_of="2024-03-01")
    assert (len(found), [note.code for note in found.notes]) == (0, ["no_marks"])
    assert all(value is None for value in found.figures.values())
    listed = show(tmp_path, frames, "tier_customers", as_of="2024-03-01")
    assert {row["tier"] for row in listed.rows} == {None}
    assert not any(row["vip_individual"] for row in listed.rows)
    assert [note.code for note in listed.notes] == ["no_marks"]
    none = show(tmp_path, {"orders": orders}, "tiers", as_of="2024-03-01")
    assert [note.code for note in none.notes] == ["not_imported"]


def test_a_tier_set_by_hand_comes_from_the_file_and_ends_on_its_day(tmp_path: Path) -> None:
    """From import to answer: a second file speaks of the tier only, and leaves the kind alone."""
    workspace = workspaces.init(tmp_path / "客户", zone="Asia/Shanghai", currency="CNY")
    orders, known, hand = (tmp_path / name for name in ("o.csv", "c.csv", "h.csv"))
    orders.write_text("order_id,customer_id,day,amount\n1,a,2024-02-01,5\n2,b,2024-02-02,9\n")
    known.write_text("customer_id,kind\na,企业\nb,个人\n")
    hand.write_text(
        "customer_id,tier_override,tier_override_reason,tier_override_until\n"
        "a,中小企业,集团指定,2024-06-01\nb,key,,2024-06-01\n"
    )
    workspace.import_facts("orders", orders)
    workspace.import_facts("customers", known)
    workspace.import_facts("customers", hand)

    def tiers(as_of: str) -> dict[str, Any]:
        found = workspace.show("tier_customers", as_of=as_of)
        return {row["external_id"]: (row["tier"], row["override_reason"]) for row in found.rows}

    assert tiers("2024-05-31") == {"a": ("smb", "集团指定"), "b": ("consumer", None)}
    assert tiers("2024-06-01")["a"] == ("key", None)  # the only business is its own P80
    told = workspace.show("tiers", as_of="2024-05-31")
    assert (told.figures["set_by_hand"], told.figures["overrides_not_counted"]) == (1, 1)
    assert "overrides_not_counted" in {note.code for note in told.notes}


def test_the_four_counts_sum_to_the_active_and_tickets_part_q2_from_q4(tmp_path: Path) -> None:
    """003-3, on a shop of refunds, ties, free orders and several orders a day."""
    shop = profiled_shop()
    for unit in ("orders", "days"):
        asked = {"as_of": shop.truth["as_of"], "window_days": 730, "frequency_unit": unit}
        found = show(tmp_path, shop.facts, "matrix", **asked)
        rows = {row["quadrant"]: row for row in found.rows}
        cut = found.figures["ticket_threshold_minor"]
        assert cut > 0
        assert sum(r["customers"] for r in found.rows) == found.figures["active_customers"]
        assert rows["Q4"]["customers"] > 0
        assert rows["Q4"]["ticket_low_minor"] > cut
        assert rows["Q2"]["ticket_high_minor"] < cut
        assert [r["risk_review"] for r in found.rows] == [False, False, False, True]


def test_a_card_on_the_median_counts_as_high(tmp_path: Path) -> None:
    spent = [(1, 100), (2, 300), (3, 500)]
    orders = orders_frame([(key, f"2024-02-0{d}", money) for key, money in spent for d in (1, 2)])
    found = show(tmp_path, {"orders": orders}, "matrix", as_of="2024-03-01")
    assert [row["customers"] for row in found.rows] == [2, 1, 0, 0]
    assert found.figures["amount_threshold_minor"] == 600
    assert {"no_limit", "actions"} <= {note.code for note in found.notes}


@pytest.mark.parametrize("name", ["matrix", "tiers"])
def test_odd_shops_are_answered(tmp_path: Path, name: str) -> None:
    empty = {"orders": orders_frame([]), "customers": kinds(range(1, 3), "person")}
    found = show(tmp_path, empty, name)
    assert (len(found), [note.code for note in found.notes]) == (0, ["no_orders"])
    lone = {
        "orders": orders_frame([(1, "2024-02-01", 100)]),
        "customers": kinds(range(1, 2), "business"),
    }
    found = show(tmp_path, lone, name)
    assert sum(row["customers"] for row in found.rows) == 1
    refund = orders_frame([(2, "2024-02-05", -50)], kind="refund").assign(order_id="r")
    back = {**lone, "orders": pd.concat([lone["orders"], refund], ignore_index=True)}
    found = show(tmp_path, back, name, as_of="2024-03-01")
    assert sum(row["customers"] for row in found.rows) == 1
    later = show(tmp_path, back, name, as_of="2026-03-01", window_days=30)
    assert all(
        row["revenue_minor" if name == "tiers" else "amount_minor"] == 0 for row in later.rows
    )


def test_goods_given_back_take_their_cost_with_them(tmp_path: Path) -> None:
    """Sold 10 at a cost of 6 each and 4 given back, quantity 4 on the refund: 6 times 4 gained."""
    start = str(START)
    orders = orders_frame([(1, start, 10_000), (1, start, -4_000)])
    orders["kind"] = ["sale", "refund"]
    lines = pd.DataFrame({"order_id": ["o0", "o1"], "amount_minor": [10_000, -4_000]}).assign(
        line=1, quantity=[10, 4], unit_cost=6, product_id="p", status="live"
    )
    frames = {"orders": orders, "order_lines": lines, "customers": kinds(range(1, 2), "business")}
    found = show(tmp_path, frames, "tier_customers", as_of="2024-03-01")
    assert [row["gain_minor"] for row in found.rows] == [6 * 400]


@pytest.mark.parametrize(("given_back", "gained"), [("o0", 1_000), (None, 1_000), ("o1", 4_000)])
def test_a_refund_without_lines_is_taken_off_profit(
    tmp_path: Path, given_back: str | None, gained: int
) -> None:
    """100.00 at a cost of 60.00, an order of no known cost, and 30.00 given back: of which?"""
    orders = orders_frame(
        [(1, str(START), 10_000), (1, str(START), 1_000), (1, str(START), -3_000)]
    )
    orders["kind"] = ["sale", "sale", "refund"]
    orders["refunds_order_id"] = [None, None, given_back]
    lines = pd.DataFrame({"order_id": ["o0"], "amount_minor": [10_000]}).assign(
        line=1, quantity=1, unit_cost=60, product_id="p", status="live"
    )
    frames = {"orders": orders, "order_lines": lines, "customers": kinds(range(1, 2), "business")}
    asked = {"as_of": str(START + dt.timedelta(days=60)), "window_days": 365}
    found = show(tmp_path, frames, "tier_customers", **asked)
    assert [row["gain_minor"] for row in found.rows] == [gained]
    told = show(tmp_path, frames, "tiers", **asked).figures
    covered = 7_000 if gained == 1_000 else 10_000
    assert told["cost_cover"] == min(1.0, covered / 8_000)


def test_unit_costs_never_cover_more_than_the_spend(tmp_path: Path) -> None:
    orders = orders_frame([(1, str(START), 10_000), (1, str(START), -5_000)])
    orders["kind"] = ["sale", "refund"]
    lines = pd.DataFrame({"order_id": ["o0"], "amount_minor": [10_000]}).assign(
        line=1, quantity=1, unit_cost=60, product_id="p", status="live"
    )
    frames = {"orders": orders, "order_lines": lines, "customers": kinds(range(1, 2), "business")}
    assert show(tmp_path, frames, "tiers", as_of="2024-03-01").figures["cost_cover"] == 1.0
