"""002-6a, e, f, g: the figures that the definitions print; privacy; odd shops."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pandas as pd
import pytest

import regulars.workspace as workspaces
from analyses.shops import answer, orders_frame, write_files
from regulars.analyses import profiling
from regulars.engines import open_engine
from regulars.facts import ColumnMapping
from regulars.result import Result
from regulars.statistics.proportions import shift_parts, two_shares
from regulars.steps.attributes import bands, explode
from regulars.steps.profiles import born_by
from regulars.testing.profiled import profiled_shop
from regulars.testing.reference.people import p_value

NAMES = ("profile", "profile_value", "preference", "response_index")


def show(folder: Path, frames: dict[str, pd.DataFrame], name: str, **asked: object) -> Result:
    engine = open_engine("duckdb")
    try:
        return answer(engine, write_files(frames, folder), name, **asked)
    finally:
        engine.close()


def regions(told: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame({"customer_key": range(1, len(told) + 1), "region": told, "status": "live"})


def row(found: Result, **wanted: object) -> dict[str, object]:
    return next(r for r in found.rows if all(r[k] == v for k, v in wanted.items()))


def test_002_6a_shift_from_even_to_forty_sixty(tmp_path: Path) -> None:
    """50/50 → 40/60: PSI 0.0405; half as many again have no region, and are shown."""
    told: list[str | None] = ["a"] * 50 + ["b"] * 60 + [None] * 50
    before = [*range(1, 51), *range(51, 101), *range(111, 131)]
    after = [*range(1, 41), *range(51, 111), *range(111, 161)]
    bought = [(key, "2024-01-10", 100) for key in before]
    bought += [(key, "2024-02-10", 100) for key in after]
    found = show(
        tmp_path,
        {"orders": orders_frame(bought), "customers": regions(told)},
        "profile",
        before="2024-01-01..2024-02-01",
        after="2024-02-01..2024-03-03",
    )
    assert row(found, value="a")["share_after"] == pytest.approx(0.4)
    assert row(found, value="(all)")["psi"] == pytest.approx(0.0405, abs=5e-5)
    assert row(found, value="(all)")["shift"] == "stable"
    assert found.figures["psi_largest"] == pytest.approx(0.0405, abs=5e-5)
    assert row(found, value="(unknown)")["customers_after"] == 50
    assert found.figures["no_profile_share"] == pytest.approx(50 / 150)
    assert found.figures["no_profile_share_before"] == pytest.approx(20 / 120)
    assert "no_profile" in {note.code for note in found.notes}


def test_002_6f_information_value(tmp_path: Path) -> None:
    """Good 60/40, bad 30/70 → IV 0.3758."""
    told: list[str | None] = ["a"] * 60 + ["b"] * 40 + ["a"] * 30 + ["b"] * 70
    spent = [(key, "2024-01-10", 1000 if key <= 100 else 100) for key in range(1, 201)]
    facts = {"orders": orders_frame(spent), "customers": regions(told)}
    for asked in ({"good_percent": 50}, {"good_from_minor": 1000}):
        found = show(tmp_path, facts, "profile_value", as_of="2024-02-01", **asked)
        assert row(found, value="(all)")["iv"] == pytest.approx(0.3758, abs=5e-5)
        assert row(found, value="(all)")["strength"] == "strong"
        assert found.figures["good_customers"] == 100
        assert found.figures["good_from_minor"] == 1000
    assert row(found, value="a")["spend_per_customer_minor"] == 700  # (60·1000 + 30·100) / 90


def test_002_6g_tgi_of_thirty_to_twenty(tmp_path: Path) -> None:
    """30% of the group against 20% of everybody → 150, told apart only with enough customers."""
    told: list[str | None] = ["a"] * 100 + ["b"] * 100
    orders = orders_frame([(key, "2024-01-10", 100) for key in range(1, 201)])
    buyers = {*range(1, 31), *range(101, 111)}
    lines = pd.DataFrame(
        {
            "order_id": orders["order_id"],
            "line": 1,
            "product_id": ["tea" if key in buyers else "rice" for key in orders["customer_key"]],
            "amount_minor": 100,
            "status": "live",
        }
    )
    products = pd.DataFrame(
        {"product_id": ["tea", "rice"], "category_path": ["Tea > Green", "Rice"], "status": "live"}
    )
    facts = {
        "orders": orders, "customers": regions(told), "order_lines": lines, "products": products,
    }  # fmt: skip
    found = show(tmp_path, facts, "preference", as_of="2024-02-01")
    tea = row(found, value="a", category="Tea")
    assert (tea["index"], tea["buyers"], tea["customers"]) == (pytest.approx(150), 30, 100)
    assert tea["verdict"] == "more"
    assert row(found, value="b", category="Tea")["verdict"] == "less"
    kept = {*range(1, 4), *range(31, 38), 101, *range(111, 120)}
    few = {**facts, "orders": orders[orders["customer_key"].isin(kept)]}
    tiny = show(tmp_path, few, "preference", as_of="2024-02-01", smallest_group=1)
    cell = row(tiny, value="a", category="Tea")
    assert (cell["index"], cell["verdict"]) == (pytest.approx(150), "not told")


def test_002_6e_response_of_six_to_four(tmp_path: Path) -> None:
    """6% of the segment against 4% of everybody → 150."""
    told: list[str | None] = ["a"] * 100 + ["b"] * 100
    contacts = pd.DataFrame(
        {
            "contact_id": [f"t{i}" for i in range(400)],
            "customer_key": [*range(1, 201)] * 2,  # everybody twice: counted once
            "channel": "sms",
            "campaign": "c",
            "status": "live",
        }
    )
    answered = ["t0", "t1", "t2", "t3", "t4", "t5", "t200", "t100", "t101"]
    responses = pd.DataFrame(
        {
            "response_id": range(9),
            "customer_key": [1, 2, 3, 4, 5, 6, 1, 101, 102],
            "contact_id": answered,
            "status": "live",
        }
    )
    facts = {
        "orders": orders_frame([(1, "2024-01-10", 100)]),
        "customers": regions(told),
        "contacts": contacts,
        "responses": responses,
    }
    found = show(tmp_path, facts, "response_index", as_of="2024-02-01")
    cell = row(found, value="a", cut="channel", cut_value="sms")
    assert (cell["rate"], cell["rate_of_all"]) == (pytest.approx(0.06), pytest.approx(0.04))
    assert cell["index"] == pytest.approx(150)
    assert cell["index_low"] < 100 < cell["index_high"]
    assert {"no_campaign_kind", "no_visits"} <= {note.code for note in found.notes}


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    facts = {"orders": orders_frame([(1, "2024-01-10", 100)]), "customers": regions(["a"])}
    found = show(tmp_path, facts, "response_index", as_of="2024-02-01")
    assert {"no_responses", "no_visits"} <= {note.code for note in found.notes}
    assert "contacts, responses" in found.notes[0].say("en")
    assert found.figures["reached_customers"] is None
    for name in NAMES:
        alone = show(tmp_path, {"orders": facts["orders"]}, name, as_of="2024-02-01")
        assert {note.code for note in alone.notes} == {"not_imported"}
        assert len(alone) == 0


@pytest.mark.parametrize("name", NAMES)
def test_odd_shops_are_answered(tmp_path: Path, name: str) -> None:
    goods = {
        "order_lines": pd.DataFrame(
            {"order_id": ["o0"], "line": [1], "product_id": ["p"], "amount_minor": [1],
             "status": ["live"]}
        ),
        "products": pd.DataFrame(
            {"product_id": ["p"], "category_path": ["Tea"], "status": ["live"]}
        ),
    }  # fmt: skip
    empty = {"orders": orders_frame([]), "customers": regions(["a"]), **goods}
    assert [note.code for note in show(tmp_path, empty, name).notes] == ["no_orders"]
    one = {**empty, "orders": orders_frame([(1, "2024-01-10", 100)])}
    found = show(tmp_path, one, name, smallest_group=1)
    assert all(r.get("verdict", "not told") == "not told" for r in found.rows)
    refund = orders_frame([(1, "2024-01-11", -100)], kind="refund").assign(order_id="r")
    back = {**one, "orders": pd.concat([one["orders"], refund], ignore_index=True)}
    show(tmp_path, back, name, as_of="2024-03-01", smallest_group=1)
    later = show(tmp_path, back, name, as_of="2030-03-01", window_days=30)
    assert later.notes
    bare = {**one, "customers": regions([None])}
    unknown = show(tmp_path, bare, name, as_of="2024-01-11")
    assert "no_attributes" in {note.code for note in unknown.notes}
    assert unknown.figures["no_profile_share"] == 1.0


def test_no_id_that_strayed_among_the_attributes_is_shown(tmp_path: Path) -> None:
    """Each customer's card number stands in the JSON; none of them, and no name, comes out."""
    shop = profiled_shop()
    for name in NAMES:
        found = show(tmp_path, shop.facts, name, as_of=shop.truth["as_of"])
        said = json.dumps(found.to_json(), ensure_ascii=False)
        assert "card-" not in said
        assert "Somebody" not in said
        cards = [r for r in found.rows if r["attribute"] == "card"]
        assert {r["value"] for r in cards} <= {"(all)", "(other)", "(unknown)"}


def test_attributes_come_from_the_files_columns_by_the_mapping(tmp_path: Path) -> None:
    """From import to answer: columns without a field of ours become attributes."""
    workspace = workspaces.init(tmp_path / "客户", zone="Asia/Shanghai", currency="CNY")
    orders, known = tmp_path / "o.csv", tmp_path / "c.csv"
    orders.write_text(
        "order_id,customer_id,day,amount\n"
        + "".join(f"{i},c{i},2024-02-0{1 + i % 5},5\n" for i in range(20))
    )
    known.write_text(
        "customer_id,地区,偏好,birth_date\n"
        + "".join(f"c{i},华东,{'茶' if i % 2 else '咖啡'},1990-01-01\n" for i in range(20))
    )
    workspace.import_facts("orders", orders)
    mapping = ColumnMapping(
        table="customers",
        source="shop",
        columns={"customer_id": "customer_id", "region": "地区", "birth_date": "birth_date"},
        attributes=True,
    )
    workspace.import_facts("customers", known, mapping=mapping)
    found = workspace.show("profile_value", as_of="2024-03-01")
    shares = {(r["attribute"], r["value"]): r["customers"] for r in found.rows}
    assert shares["region", "华东"] == 20
    assert (shares["偏好", "茶"], shares["偏好", "咖啡"]) == (10, 10)
    assert shares["age_band", "25-34"] == 20


def test_bands_hold_about_as_many_records_and_equal_numbers_share_one() -> None:
    named = bands({float(n): 1 for n in range(100)})
    assert sorted(set(named.values())) == ["0–19", "20–39", "40–59", "60–79", "80–99"]
    assert set(bands({1.0: 90, 2.0: 5, 3.0: 5}).values()) == {"1", "2–3"}
    assert bands({-1.5: 1}) == {-1.5: "-1.5"}


def test_nothing_damaged_stops_the_attributes() -> None:
    import numpy as np

    texts = ["{", "[1]", "7", '{"a": {"b": 1}, "c": [2], "d": "", "e": null}', '{"f": true}']
    made = explode(
        {"attributes": np.array(texts, dtype=object), "records": np.ones(len(texts))}, {}
    )
    assert list(zip(made["attribute"], made["value"], strict=True)) == [("f", "true")]


@pytest.mark.parametrize("as_of", ["2023-02-28", "2023-03-01", "2024-02-29", "2024-12-31"])
def test_ages_are_whole_years(as_of: str) -> None:
    """Against the calendar: everybody born on or before the day of age n is n years old."""
    day = dt.date.fromisoformat(as_of)
    limits = born_by(day)
    for back in range(6200, 9600):
        born = day - dt.timedelta(days=back)
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        assert (born <= limits["born_18"]) == (age >= 18), born
        assert (born <= limits["born_25"]) == (age >= 25), born


@pytest.mark.parametrize(
    "table", [(30, 100, 10, 100), (3, 10, 1, 10), (0, 3, 5, 40), (5, 5, 1, 60), (1, 900, 9, 900)]
)
def test_two_shares_as_other_programs_have_it(table: tuple[int, int, int, int]) -> None:
    hits, trials, others, rest = table
    found = two_shares(hits, trials, others=others, other_trials=rest)
    expected = p_value([[hits, trials - hits], [others, rest - others]])
    assert found == pytest.approx(expected, rel=1e-9)


def test_shares_with_nobody_to_compare_have_no_p_value() -> None:
    assert two_shares(0, 5, others=0, other_trials=5) is None
    assert two_shares(5, 5, others=5, other_trials=5) is None
    assert two_shares(1, 5, others=0, other_trials=0) is None
    assert shift_parts([0, 0], [1, 1]) is None
    parts = shift_parts([2, 0], [1, 1])
    assert parts is not None
    assert all(part > 0 for part in parts)


def test_a_group_like_everybody_is_neither_more_nor_less() -> None:
    rows = [{"index": 100.0, "p": 1.0}, {"index": 90.0, "p": 1.0}]
    assert profiling.judge(rows, 1.0) == (2, 1)
    assert [row["verdict"] for row in rows] == ["not told", "less"]
