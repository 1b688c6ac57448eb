"""The plane of profit and loyalty: on every engine against the reference; by hand; odd shops."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analyses.conftest import ENGINES, OpenShop
from analyses.shops import ShopFacts, answer, load_tables, orders_frame, write_files
from regulars.analyses import profit_loyalty
from regulars.engines import open_engine
from regulars.result import Result
from regulars.strategy import PLACES, plane
from regulars.testing import reference as ref
from regulars.testing.awkward import awkward_shop
from regulars.testing.compare import assert_same_answer, assert_same_figures
from regulars.testing.generate import Shop
from regulars.testing.subscribers import subscribers

CASES: list[dict[str, Any]] = [
    {"margin": 0.4},
    {"margin": 0.35, "window_days": 120, "service_cost_minor": 250.5, "loyalty_cut": 0.3},
    {"window_days": 180, "service_cost_minor": 100},
    {"window_days": 180, "contribution_cut_minor": 900, "grace_days": 0},
]
NEAR = 1e-5


def costly_shop() -> Shop:
    """The awkward shop, which also knows costs, contacts, cases and contracts."""
    shop = awkward_shop()
    random = np.random.default_rng(11)
    lines = shop.facts["order_lines"].copy()
    lines["unit_cost"] = np.where(random.random(len(lines)) < 0.3, 4.115, np.nan)
    products = sorted(set(lines["product_id"].dropna()))
    goods = pd.DataFrame({"product_id": products, "status": "live"})
    goods["unit_cost"] = [None if place == 0 else 3 + place / 8 for place in range(len(products))]
    keys = np.array(sorted(set(shop.facts["orders"]["customer_key"].dropna().astype(int))))
    days = pd.to_datetime("2024-01-01") + pd.to_timedelta(random.integers(0, 380, 900), unit="D")
    contacts = pd.DataFrame({"customer_key": random.choice(keys, 900), "day": days.date})
    contacts["contact_id"] = [f"k{i}" for i in range(900)]
    contacts["campaign"] = random.choice(["spring", "autumn", "post", None], 900)
    contacts["cost_minor"] = pd.array(random.integers(5, 90, 900), dtype="Int64")
    contacts.loc[contacts["campaign"] != "post", "cost_minor"] = pd.NA
    contacts["direction"] = random.choice(["out", "in", None], 900, p=[0.7, 0.1, 0.2])
    contacts["status"] = np.where(random.random(900) < 0.05, "void", "live")
    costs = pd.DataFrame(
        [("spring", "2024-03-01", 40_001), ("spring", "2024-10-02", 33_333),
         ("autumn", "2024-09-09", 77_777), ("post", "2024-09-09", 50_000),
         ("radio", "2024-10-10", 1_000)],
        columns=["campaign", "day", "amount_minor"],
    ).assign(kind="print", status="live")  # fmt: skip
    cases = contacts.sample(150, random_state=3)[["customer_key", "day", "status"]]
    cases = cases.assign(case_id=[f"c{i}" for i in range(150)])
    terms = subscribers(120, seed=5, early=0.1, parallel=0.1).facts["subscriptions"].copy()
    terms["customer_key"] = [int(keys[key % len(keys)]) for key in terms["customer_key"]]
    late = pd.to_datetime(shop.truth["as_of"]) - pd.to_datetime(terms["started"]).max()
    for name in ("started", "due", "ended"):
        terms[name] = (pd.to_datetime(terms[name]) + late).dt.date.where(terms[name].notna(), None)
    facts = {
        **shop.facts, "order_lines": lines, "products": goods, "contacts": contacts,
        "costs": costs, "cases": cases, "subscriptions": terms,
    }  # fmt: skip
    return Shop(facts, shop.truth)


@pytest.fixture(scope="session")
def costly_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, ShopFacts]:
    shop = costly_shop()
    return shop, write_files(shop.facts, tmp_path_factory.mktemp("costly"))


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, costly_files: tuple[Shop, ShopFacts]) -> OpenShop:
    shop, files = costly_files
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        if importlib.util.find_spec("adbc_driver_postgresql") is None:
            pytest.skip("needs the PostgreSQL driver: pip install regulars[postgres]")
        return OpenShop(shop, load_tables(files, url, "costly"), url)
    if request.param == "spark":
        request.getfixturevalue("spark_session_available")
        return OpenShop(shop, files, "spark:local[2]")
    if request.param == "clickhouse":
        request.getfixturevalue("clickhouse_available")
    return OpenShop(shop, files, request.param)


def every_case() -> list[Any]:
    """Each case on each engine; Spark takes minutes for one and has only the first by default."""
    return [
        pytest.param(
            name, case, id=f"{name}-{'-'.join(map(str, case.values()))}",
            marks=[pytest.mark.slow] if name == "spark" and case is not CASES[0] else [],
        )
        for name in ENGINES
        for case in CASES
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("engine", "parameters"), every_case(), indirect=["engine"], scope="session"
)
def test_every_engine_gives_the_reference_answer(
    engine: OpenShop, parameters: dict[str, Any]
) -> None:
    asked = {"as_of": engine.shop.truth["as_of"], "model": "mbg_nbd", **parameters}
    found, listed = (
        ask(engine, name, **asked) for name in ("profit_loyalty", "profit_loyalty_customers")
    )
    expected = ref.profit_loyalty(engine.shop.facts, **asked)
    assert_same_answer(found, expected, keys=["place"], relative=NEAR)
    assert_same_figures(found, expected, relative=NEAR)
    customers = ref.profit_loyalty_customers(engine.shop.facts, **asked)
    assert_same_answer(listed, customers, keys=["customer_key"], relative=NEAR)
    assert found.figures["contract_customers"] > 20
    assert {row["loyalty_from"] for row in listed.rows} == {"contract", "model"}
    if len(parameters) > 1:
        assert found.figures["compared"]


def ask(engine: OpenShop, name: str, **asked: Any) -> Result:
    opened = engine.engine()
    try:
        return answer(opened, engine.facts, name, **asked)
    finally:
        opened.close()


def test_the_places_are_those_of_the_rule(costly_files: tuple[Shop, ShopFacts]) -> None:
    assert profit_loyalty.PLACES == PLACES
    shop, files = costly_files
    found = show(files, "profit_loyalty", as_of=shop.truth["as_of"], margin=0.4)
    listed = show(files, "profit_loyalty_customers", as_of=shop.truth["as_of"], margin=0.4)
    ruled = plane(
        [row["contribution_minor"] for row in listed.rows], [row["loyalty"] for row in listed.rows]
    )
    assert list(ruled.places) == [row["place"] for row in listed.rows]
    assert ruled.contribution_cut == found.figures["contribution_cut_minor"]
    for row in found.rows:
        assert row["customers"] == ruled.counts[row["place"]]
        assert row["contribution_share"] == pytest.approx(ruled.contribution_shares[row["place"]])


def show(files: ShopFacts, name: str, **asked: Any) -> Result:
    engine = open_engine("duckdb")
    try:
        return answer(engine, files, name, **asked)
    finally:
        engine.close()


def codes(result: Result) -> list[str]:
    return [note.code for note in result.notes]


def frequent(*, spend: int = 1_000, keys: range = range(1, 41)) -> list[tuple[int, str, int]]:
    """Some customers buy each month of two years, the others once, at the beginning."""
    months = [f"{year}-{month:02d}-05" for year in (2022, 2023) for month in range(1, 13)]
    often = [(key, day, spend) for key in keys if key % 2 for day in months]
    return often + [(key, "2022-01-09", 20 * spend) for key in keys if not key % 2]


AS_OF = "2024-01-05"


def written(folder: Path, **frames: pd.DataFrame) -> ShopFacts:
    return write_files(frames, folder)


def test_who_bought_every_month_is_ideal_and_who_left_is_marginal(tmp_path: Path) -> None:
    files = written(tmp_path, orders=orders_frame(frequent()))
    found = show(files, "profit_loyalty", as_of=AS_OF, margin=0.25)
    by_place = {row["place"]: row for row in found.rows}
    assert [by_place[p]["customers"] for p in PLACES] == [20, 0, 0, 20]
    assert by_place["ideal"]["contribution_minor"] == 20 * 12 * 250
    assert by_place["ideal"]["contribution_share"] == 1
    assert by_place["ideal"]["loyalty"] > 0.9
    assert by_place["marginal"]["loyalty"] < 0.2
    # the window before: everybody bought in it, those of one purchase for as much as a third more
    assert by_place["one_shot_profitable"]["customers_before"] == 20
    assert by_place["ideal"]["contribution_before_minor"] == 20 * 12 * 250


def test_without_cost_or_margin_the_answer_is_unknown_in_words(tmp_path: Path) -> None:
    files = written(tmp_path, orders=orders_frame(frequent()))
    found = show(files, "profit_loyalty", as_of=AS_OF)
    assert found.rows == []
    assert set(found.figures.values()) == {None}
    assert codes(found) == ["no_cost"]
    assert "Give margin" in found.notes[0].say("en")
    listed = show(files, "profit_loyalty_customers", as_of=AS_OF)
    assert len(listed.rows) == 40
    assert {row["place"] for row in listed.rows} == {None}
    assert {row["contribution_minor"] for row in listed.rows} == {None}
    assert codes(listed) == ["no_cost"]


def test_where_nobody_leaves_anything_the_cut_has_to_be_said(tmp_path: Path) -> None:
    files = written(tmp_path, orders=orders_frame(frequent()))
    found = show(files, "profit_loyalty", as_of=AS_OF, margin=0)
    assert (found.rows, codes(found)) == ([], ["no_positive"])
    told = show(files, "profit_loyalty", as_of=AS_OF, margin=0, contribution_cut_minor=0)
    assert sum(row["customers"] for row in told.rows) == 40
    assert {row["contribution_share"] for row in told.rows} == {None}


def test_at_the_cut_counts_as_high(tmp_path: Path) -> None:
    files = written(tmp_path, orders=orders_frame(frequent()))
    asked = {"as_of": AS_OF, "margin": 0.25}
    (loyalty,) = {
        row["loyalty"]
        for row in show(files, "profit_loyalty_customers", **asked).rows
        if row["place"] == "ideal"
    }
    at = {"contribution_cut_minor": 12 * 250, "loyalty_cut": loyalty}
    found = show(files, "profit_loyalty", **asked, **at)
    assert found.rows[0]["customers"] == 20
    over = {**at, "contribution_cut_minor": 12 * 250 + 1}
    assert show(files, "profit_loyalty", **asked, **over).rows[0]["customers"] == 0


def test_a_campaign_costs_whom_it_reached_and_is_charged_once(tmp_path: Path) -> None:
    contacts = pd.DataFrame(
        [(1, "mail", None), (1, "mail", None), (3, "mail", None), (5, "post", 70)],
        columns=["customer_key", "campaign", "cost_minor"],
    ).assign(day="2023-05-01", direction="out", status="live")
    contacts["contact_id"] = ["a", "b", "c", "d"]
    costs = pd.DataFrame(
        [("mail", 900), ("post", 5_000), ("radio", 1)], columns=["campaign", "amount_minor"]
    ).assign(day="2023-05-01", kind="x", status="live")
    files = written(tmp_path, orders=orders_frame(frequent()), contacts=contacts, costs=costs)
    listed = show(files, "profit_loyalty_customers", as_of=AS_OF, margin=0.25)
    paid = {row["customer_key"]: row["marketing_minor"] for row in listed.rows}
    assert [paid[key] for key in (1, 3, 5, 7)] == [600, 300, 70, 0]
    left = {row["customer_key"]: row["contribution_minor"] for row in listed.rows}
    assert [left[key] for key in (1, 7, 2)] == [3_000 - 600, 3_000, 0]
    assert "nobodys_cost" in codes(listed)


def test_a_running_contract_speaks_for_its_holder(tmp_path: Path) -> None:
    """Nine of twelve terms were renewed; who bought once, long ago, still holds one."""
    terms = [(key, f"{2021 + year}-06-01", f"{2022 + year}-06-01")
             for key in (2, 4, 6, 8, 10, 12) for year in (0, 1)]  # fmt: skip
    frame = pd.DataFrame(terms, columns=["customer_key", "started", "due"])
    frame["ended"] = frame["due"]
    last = pd.DataFrame({"customer_key": [2, 4, 6], "started": "2023-06-01", "due": "2024-06-01"})
    frame = pd.concat([frame, last], ignore_index=True).assign(plan="club", status="live")
    frame["subscription_id"] = [f"s{i}" for i in range(len(frame))]
    files = written(tmp_path, orders=orders_frame(frequent()), subscriptions=frame)
    listed = show(files, "profit_loyalty_customers", as_of=AS_OF, margin=0.25)
    told = {row["customer_key"]: row for row in listed.rows}
    assert told[2]["loyalty_from"] == "contract"
    assert told[2]["loyalty"] == pytest.approx(9 / 12)
    assert told[2]["place"] == "loyal_thin"
    assert (told[8]["loyalty_from"], told[8]["place"]) == ("model", "marginal")
    found = show(files, "profit_loyalty", as_of=AS_OF, margin=0.25)
    assert found.figures["contract_customers"] == 3


def test_a_short_history_has_no_window_before(tmp_path: Path) -> None:
    files = written(tmp_path, orders=orders_frame(frequent()))
    found = show(files, "profit_loyalty", as_of=AS_OF, margin=0.25, window_days=366)
    assert found.figures["compared"] is False
    assert {row["customers_before"] for row in found.rows} == {None}
    assert "no_before" in codes(found)


def test_a_base_of_one_day_has_no_law(tmp_path: Path) -> None:
    files = written(tmp_path, orders=orders_frame([(1, "2023-12-31", 500), (2, "2023-12-31", 9)]))
    found = show(files, "profit_loyalty", as_of="2023-12-31", margin=0.5)
    assert sum(row["customers"] for row in found.rows) == 0
    young = show(files, "profit_loyalty", as_of="2024-01-01", margin=0.5)
    assert young.figures["customers"] == 2
