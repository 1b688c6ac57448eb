"""Life stages on every engine: against a literal replay, and against one another."""

from __future__ import annotations

import datetime as dt
import importlib.util
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analyses.conftest import ENGINES, OpenShop
from analyses.shops import answer, load_tables, orders_frame, write_files
from regulars.engines import open_engine
from regulars.errors import ParameterError
from regulars.result import Result
from regulars.stages.rules import STAGES
from regulars.testing import reference as ref
from regulars.testing.awkward import awkward_shop
from regulars.testing.compare import assert_same_answer, assert_same_figures
from regulars.testing.generate import Shop
from regulars.testing.life import with_life_tables

REFERENCES = {
    "lifecycle": (ref.lifecycle, ["stage"]),
    "lifecycle_customers": (ref.lifecycle_customers, ["customer_key"]),
    "lifecycle_history": (ref.lifecycle_history, ["customer_key", "day"]),
    "lifecycle_trend": (ref.lifecycle_trend, ["month", "stage"]),
}
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("lifecycle", {}),
    ("lifecycle", {"scheme": "calibrated", "window_days": 200}),
    ("lifecycle_customers", {}),
    ("lifecycle_history", {}),
    ("lifecycle_history", {"scheme": "calibrated", "window_days": 500}),
    ("lifecycle_trend", {}),
]


@cache
def shop() -> Shop:
    """Every third customer is a business."""
    made = with_life_tables(awkward_shop(customers=120))
    people = made.facts["customers"]
    people["kind"] = ["business" if key % 3 == 0 else "person" for key in people["customer_key"]]
    return made


@cache
def expected(name: str, asked: tuple[tuple[str, Any], ...]) -> ref.Answer:
    return REFERENCES[name][0](shop().facts, as_of=shop().truth["as_of"], **dict(asked))


@pytest.fixture(scope="module", params=ENGINES)
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> OpenShop:
    files = write_files(shop().facts, tmp_path_factory.mktemp("life"))
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        if importlib.util.find_spec("adbc_driver_postgresql") is None:
            pytest.skip("needs the PostgreSQL driver: pip install regulars[postgres]")
        return OpenShop(shop(), load_tables(files, url, "life"), url)
    if request.param == "spark":
        request.getfixturevalue("spark_session_available")
        return OpenShop(shop(), files, "spark:local[2]")
    if request.param == "clickhouse":
        request.getfixturevalue("clickhouse_available")
    return OpenShop(shop(), files, request.param)


def ask(opened: OpenShop, name: str, **asked: Any) -> Result:
    engine = opened.engine()
    try:
        return answer(engine, opened.facts, name, **asked)
    finally:
        engine.close()


@pytest.mark.parametrize(("name", "asked"), ASKED)
def test_every_engine_gives_the_literal_answer(
    opened: OpenShop, name: str, asked: dict[str, Any]
) -> None:
    found = ask(opened, name, as_of=shop().truth["as_of"], **asked)
    right = expected(name, tuple(asked.items()))
    names = list(right.frame.columns)
    rows = [{column: row[column] for column in names} for row in found.rows]
    assert_same_answer(rows, right, keys=REFERENCES[name][1])
    assert_same_figures(found, right, names=list(right.figures))


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> OpenShop:
    return OpenShop(shop(), write_files(shop().facts, tmp_path_factory.mktemp("d")), "duckdb")


def test_everything_said_is_the_same_on_every_engine(opened: OpenShop, on_duckdb: OpenShop) -> None:
    found, right = (ask(o, "lifecycle", as_of=shop().truth["as_of"]) for o in (opened, on_duckdb))
    assert_same_answer(found, right, keys=["stage"])
    assert_same_figures(found, right, names=list(right.figures))
    assert [n.say() for n in found.notes] == [n.say() for n in right.notes]
    everybody = sum(row["steady_customers"] for row in found.rows)
    assert everybody == pytest.approx(found.figures["customers_total"], abs=1e-6)


# ---- what the specification says, and odd shops, on the embedded engine --------------------

FIRST = dt.date(2024, 1, 1)


def ask_orders(tmp_path: Path, orders: pd.DataFrame, name: str, **asked: Any) -> Result:
    facts = write_files({"orders": orders}, tmp_path)
    engine = open_engine("duckdb")
    try:
        return answer(engine, facts, name, **asked)
    finally:
        engine.close()


def on(*days: int, customer: int = 1) -> list[tuple[int, str, int]]:
    return [(customer, str(FIRST + dt.timedelta(days=d)), 1000) for d in days]


@pytest.mark.parametrize(
    ("day", "stage"),
    [(89, "mature"), (150, "mature"), (155, "decline"), (210, "decline"), (215, "lost"),
     (230, "lost"), (231, "returned")],
)  # fmt: skip
def test_stages_of_the_specification(tmp_path: Path, day: int, stage: str) -> None:
    orders = orders_frame(on(0, 30, 60, 90, 230))
    orders.loc[len(orders)] = orders.loc[0].to_dict() | {
        "customer_key": 2, "order_id": "x", "day": FIRST
    }  # fmt: skip
    if day == 89:  # three orders by then, two gaps
        orders = orders.drop(index=3)
    found = ask_orders(
        tmp_path, orders, "lifecycle_customers", as_of=FIRST + dt.timedelta(days=day)
    )
    assert found.rows[0]["stage"] == stage
    assert found.rows[0]["g_days"] == 30
    assert found.rows[1]["stage"] == "unknown"  # one purchase, and no base to go by


def test_the_history_says_of_a_day_what_that_day_said(tmp_path: Path) -> None:
    """Stage at an earlier day, changes since, stage now: they meet, for every customer."""
    facts = write_files(shop().facts, tmp_path)
    end: dt.date = shop().truth["as_of"]

    def asked(name: str, as_of: dt.date, **more: Any) -> list[dict[str, Any]]:
        engine = open_engine("duckdb")
        given = {"base_day": end - dt.timedelta(days=120), **more}
        try:
            return answer(engine, facts, name, as_of=as_of, **given).rows
        finally:
            engine.close()

    changes = asked("lifecycle_history", end, window_days=120)
    now = {r["customer_key"]: r["stage"] for r in asked("lifecycle_customers", end)}
    assert {r["to_stage"] for r in changes} >= {"decline", "lost", "returned", "mature"}
    for days in (120, 77, 31, 1):
        day = end - dt.timedelta(days=days)
        stage = {r["customer_key"]: r["stage"] for r in asked("lifecycle_customers", day)}
        for change in changes:
            if change["day"] > day:
                assert stage.get(change["customer_key"]) == change["from_stage"]
                stage[change["customer_key"]] = change["to_stage"]
        assert stage == now


def test_the_months_end_with_the_counts_of_their_last_day(tmp_path: Path) -> None:
    facts = write_files(shop().facts, tmp_path)
    end: dt.date = shop().truth["as_of"]
    base = {"base_day": end - dt.timedelta(days=200)}
    engine = open_engine("duckdb")
    months = answer(engine, facts, "lifecycle_trend", as_of=end, months=3, **base).rows
    engine.close()
    for month in {row["month"] for row in months}:
        year, number = map(int, month.split("-"))
        after = dt.date(year + number // 12, number % 12 + 1, 1)
        engine = open_engine("duckdb")
        stages = answer(engine, facts, "lifecycle_customers", as_of=after, **base).rows
        engine.close()
        counts = Counter(row["stage"] for row in stages)
        assert {r["stage"]: r["customers"] for r in months if r["month"] == month} == {
            stage: counts[stage] for stage in STAGES
        }


def test_whoever_stood_in_a_stage_is_as_many_as_the_months_count(engine: OpenShop) -> None:
    end: dt.date = engine.shop.truth["as_of"]

    def asked(name: str, **given: object) -> list[dict[str, Any]]:
        opened = engine.engine()
        try:
            return answer(opened, engine.facts, name, as_of=end, **given).rows
        finally:
            opened.close()

    months = asked("lifecycle_trend", months=3)
    month = min(row["month"] for row in months)
    year, number = map(int, month.split("-"))
    after = dt.date(year + number // 12, number % 12 + 1, 1)
    counts = Counter(row["stage"] for row in asked("lifecycle_customers", stood_on=after))
    assert {r["stage"]: r["customers"] for r in months if r["month"] == month} == {
        stage: counts[stage] for stage in STAGES
    }


def test_what_winning_back_cost(on_duckdb: OpenShop) -> None:
    figures = ask(on_duckdb, "lifecycle", as_of=shop().truth["as_of"]).figures
    assert figures["win_back_cost_minor"] == 90_000 / figures["won_back_customers"]


def test_rates_over_moves_that_are_known(tmp_path: Path) -> None:
    """Ten buy every 20 days; five stop for good, three come back after 200 days."""
    rows = [row for i in range(40) for row in on(*range(0, 400, 20), customer=i)]
    rows += [row for i in range(40, 45) for row in on(*range(0, 300, 20), customer=i)]
    rows += [row for i in range(45, 48) for row in on(*range(0, 161, 20), 361, customer=i)]
    found = ask_orders(
        tmp_path, orders_frame(rows), "lifecycle", as_of=FIRST + dt.timedelta(days=400)
    )
    stages = {r["stage"]: r["customers"] for r in found.rows}
    assert stages == {"acquisition": 0, "growth": 0, "mature": 40, "decline": 0, "lost": 5,
                      "returned": 3, "unknown": 0}  # fmt: skip
    assert found.figures["base_gap_days"] == 20
    assert found.figures["win_back_rate"] == pytest.approx(3 / 8)
    assert found.figures["decline_recovery_rate"] == 0
    assert found.figures["win_back_cost_minor"] is None
    assert {"no_costs", "no_contracts", "no_prospects"} <= {note.code for note in found.notes}


def test_second_purchases_within_ninety_days(tmp_path: Path) -> None:
    rows = [*on(0, 10), *on(0, 95, customer=2), *on(5, customer=3), *on(180, 185, customer=4)]
    found = ask_orders(
        tmp_path, orders_frame(rows), "lifecycle", as_of=FIRST + dt.timedelta(days=200)
    )
    assert found.figures["second_purchase_rate"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("name", sorted(REFERENCES))
@pytest.mark.parametrize("kind", ["sale", "refund"])
def test_the_smallest_shops(tmp_path: Path, name: str, kind: str) -> None:
    orders = orders_frame(on(0))
    if kind == "refund":
        orders.loc[1] = orders.loc[0].to_dict() | {
            "customer_key": 2, "order_id": "r", "kind": "refund", "amount_minor": -5
        }  # fmt: skip
    found = ask_orders(tmp_path, orders, name, as_of=FIRST + dt.timedelta(days=1))
    if name == "lifecycle_customers":
        assert [r["reason"] for r in found.rows] == ["no_rhythm", "refund_only"][: len(orders)]
    if name == "lifecycle":
        assert found.rows[-1]["customers"] == len(orders)


def test_history_is_the_same_question_by_a_flag(tmp_path: Path) -> None:
    from regulars.analyses import chosen, find

    analysis, parameters = chosen(find("lifecycle"), {"history": True, "scheme": "calibrated"})
    assert (analysis.name, parameters) == ("lifecycle_history", {"scheme": "calibrated"})
    analysis, _ = chosen(find("lifecycle"), {"history": "no"})
    assert analysis.name == "lifecycle"


@pytest.mark.parametrize("name", ["lifecycle", "lifecycle_customers", "lifecycle_trend", "decline"])
def test_a_day_long_after_the_last_order_is_said(tmp_path: Path, name: str) -> None:
    """All would be lost: nobody is, the facts merely end."""
    orders = orders_frame(on(0, 30, 60))
    for day, said in ((67, False), (68, True), (400, True)):
        asked = {"as_of": FIRST + dt.timedelta(days=day)}
        codes = {note.code for note in ask_orders(tmp_path, orders, name, **asked).notes}
        assert ("ends_early" in codes) == said


def test_lost_before_decline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="lost comes after decline"):
        ask_orders(tmp_path, orders_frame(on(0, 30)), "lifecycle", decline_gaps=4, lost_gaps=2)


def test_customers_without_a_first_seen_day_leave_activation_unknown(tmp_path: Path) -> None:
    customers = pd.DataFrame({"customer_key": [1], "first_seen": [None], "status": "live"})
    for day, said in ((None, True), (FIRST, False)):
        frames = {
            "orders": orders_frame(on(0, 30)),
            "customers": customers.assign(first_seen=[day]),
        }
        engine = open_engine("duckdb")
        try:
            found = answer(engine, write_files(frames, tmp_path), "lifecycle")
        finally:
            engine.close()
        assert ("no_prospects" in {note.code for note in found.notes}) == said
        assert found.figures["activated_customers"] == (None if said else 0)


def of_two_kinds(*, firms: int, people: int, named: bool = True) -> dict[str, pd.DataFrame]:
    """Firms who buy every 20 days and people who buy every 60; the first of each bought once."""
    rows = [*on(0, customer=1), *on(0, customer=1001)]
    for key in range(2, firms + 2):
        rows += on(*range(0, 200, 20), customer=key)
    for key in range(1002, people + 1002):
        rows += on(*range(0, 200, 60), customer=key)
    orders = orders_frame(rows)
    keys = sorted(set(orders["customer_key"]))
    kinds = [("business" if key < 1000 else "person") if named else None for key in keys]
    known = pd.DataFrame({"customer_key": keys, "kind": kinds, "status": "live"})
    return {"orders": orders, "customers": known}


def ask_facts(tmp_path: Path, frames: dict[str, pd.DataFrame], name: str, **asked: Any) -> Result:
    facts = write_files(frames, tmp_path)
    engine = open_engine("duckdb")
    try:
        return answer(engine, facts, name, **asked)
    finally:
        engine.close()


@pytest.mark.parametrize(
    ("firms", "named", "gaps", "stages"),
    [
        (30, True, (20, 60), ("lost", "decline")),  # 130 days: over 4 gaps of 20, and 2 of 60
        (29, True, (None, 60), ("unknown", "decline")),
        (30, False, (40, 40), ("decline", "decline")),
    ],
)
def test_a_business_that_bought_once_is_timed_by_businesses(
    tmp_path: Path,
    firms: int,
    named: bool,
    gaps: tuple[int | None, int],
    stages: tuple[str, str],
) -> None:
    frames = of_two_kinds(firms=firms, people=30, named=named)
    as_of = FIRST + dt.timedelta(days=130)
    found = ask_facts(tmp_path, frames, "lifecycle_customers", as_of=as_of)
    once = {row["customer_key"]: row for row in found.rows if row["customer_key"] in (1, 1001)}
    assert tuple(once[key]["g_days"] for key in (1, 1001)) == gaps
    assert tuple(once[key]["stage"] for key in (1, 1001)) == stages
    whole = ask_facts(tmp_path, frames, "lifecycle", as_of=as_of)
    assert whole.figures["base_gap_days"] == gaps[1]
    said = {note.code for note in whole.notes}
    assert ("businesses_apart" in said) == (named and firms == 30)
    assert ("businesses_unknown" in said) == (named and firms == 29)


def test_where_all_are_businesses_they_are_the_base(tmp_path: Path) -> None:
    frames = of_two_kinds(firms=30, people=30)
    frames = {name: frame[frame["customer_key"] < 1000] for name, frame in frames.items()}
    found = ask_facts(tmp_path, frames, "lifecycle", as_of=FIRST + dt.timedelta(days=130))
    assert (found.figures["base_gap_days"], found.figures["measured_customers"]) == (20, 30)
    assert not {"businesses_apart", "too_few_measured"} & {note.code for note in found.notes}
