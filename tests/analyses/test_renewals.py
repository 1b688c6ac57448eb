"""Renewal rates: on every engine against the reference, on drawn subscribers against the truth."""

from __future__ import annotations

import datetime as dt
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analyses.conftest import ENGINES, OpenShop
from analyses.shops import ShopFacts, answer, load_tables, write_files
from regulars.engines import open_engine
from regulars.result import Result
from regulars.testing import reference as ref
from regulars.testing.compare import assert_same_answer, assert_same_figures
from regulars.testing.generate import Shop
from regulars.testing.subscribers import STRATA, Stratum, subscribers

COUNTED = (
    "due", "renewed", "early", "renewal_rate", "renewal_rate_low", "renewal_rate_high", "rate_from",
)  # fmt: skip
CASES: list[dict[str, Any]] = [
    {},
    {"strata": "both", "periods": 6},
    {"strata": "plan", "window_days": 400, "grace_days": 0},
    {"strata": "auto_renew", "as_of": dt.date(2021, 6, 1), "least": 40},
    {"as_of": None, "rejoin_days": 30, "grace_days": 20},
]


def awkward_terms() -> Shop:
    """Drawn terms with every kind of trouble in them."""
    shop = subscribers(400, seed=5, early=0.2, parallel=0.1)
    frame = shop.facts["subscriptions"].copy()
    random = np.random.default_rng(7)
    frame["auto_renew"] = frame["auto_renew"].astype("boolean")
    frame.loc[random.random(len(frame)) < 0.03, "plan"] = None
    frame.loc[random.random(len(frame)) < 0.03, "auto_renew"] = pd.NA
    frame.loc[random.random(len(frame)) < 0.05, "due"] = None
    frame.loc[random.random(len(frame)) < 0.05, "ended"] = None
    frame.loc[random.random(len(frame)) < 0.02, "status"] = "void"
    merged = pd.DataFrame({"customer_key": range(1, 401), "source": "crm"})
    merged["external_id"] = merged["customer_key"].astype(str)
    merged["merged_into"] = pd.array([None] * 400, dtype="Int64")
    merged.loc[[9, 19, 29], "merged_into"] = [1, 2, 300]
    return Shop({"subscriptions": frame, "identities": merged}, shop.truth)


@pytest.fixture(scope="session")
def term_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, ShopFacts]:
    shop = awkward_terms()
    return shop, write_files(shop.facts, tmp_path_factory.mktemp("terms"))


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, term_files: tuple[Shop, ShopFacts]) -> OpenShop:
    shop, files = term_files
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        if importlib.util.find_spec("adbc_driver_postgresql") is None:
            pytest.skip("needs the PostgreSQL driver: pip install regulars[postgres]")
        return OpenShop(shop, load_tables(files, url, "terms"), url)
    if request.param == "spark":
        request.getfixturevalue("spark_session_available")
        return OpenShop(shop, files, "spark:local[2]")
    if request.param == "clickhouse":
        request.getfixturevalue("clickhouse_available")
    return OpenShop(shop, files, request.param)


@pytest.mark.parametrize("parameters", CASES, ids=lambda p: "-".join(map(str, p.values())) or "-")
def test_every_engine_gives_the_reference_answer(
    engine: OpenShop, parameters: dict[str, Any]
) -> None:
    asked = {"as_of": engine.shop.truth["as_of"], **parameters}
    expected = ref.renewals(engine.shop.facts, **asked)
    assert len(expected.rows) > 3
    opened = engine.engine()
    try:
        found = answer(opened, engine.facts, "renewals", model="sbg", **asked)
    finally:
        opened.close()
    keys = ["plan", "auto_renew", "tenure"]
    assert_same_answer(found, expected, keys=keys, columns=COUNTED)
    # a fit ends where the likelihood no longer rises: the last digits are the machine's
    assert_same_answer(found, expected, keys=keys, columns=("survival", "fitted"), relative=1e-4)
    assert_same_figures(found, expected)


def show(frame: pd.DataFrame, folder: Path, **parameters: Any) -> Result:
    engine = open_engine("duckdb")
    try:
        return answer(engine, write_files({"subscriptions": frame}, folder), "renewals",
                      **parameters)  # fmt: skip
    finally:
        engine.close()


def terms(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """(customer, plan, started, due, ended)."""
    frame = pd.DataFrame(rows, columns=["customer_key", "plan", "started", "due", "ended"])
    frame["subscription_id"] = [f"s{i}" for i in range(len(frame))]
    frame["status"] = "live"
    return frame


def codes(result: Result) -> list[str]:
    return [note.code for note in result.notes]


AS_OF = "2024-07-01"


def test_what_became_of_each_term(tmp_path: Path) -> None:
    frame = terms(
        (1, "a", "2022-01-01", "2023-01-01", "2023-01-01"),  # renewed
        (1, "a", "2023-01-01", "2024-01-01", "2023-09-01"),  # then left early
        (2, "a", "2023-06-01", "2024-06-01", "2024-06-01"),  # lapsed
        (3, "a", "2023-06-28", "2024-06-28", "2024-06-28"),  # may still renew
        (4, "a", "2023-05-01", "2024-05-01", None),  # nobody knows
        (5, "a", "2024-05-01", "2025-05-01", None),  # runs
        (6, "a", "2023-01-01", "2024-01-01", None),  # no end on record, but carried on
        (6, "a", "2024-01-03", "2025-01-03", None),
    )
    found = show(frame, tmp_path, as_of=AS_OF)
    names = ("due", "renewed", "early", "pending", "past_due", "running")
    assert [found.figures[n] for n in names] == [4, 2, 1, 1, 1, 2]
    assert [row["due"] for row in found.rows[:3]] == [4, 3, 1]
    assert {"pending", "past_due", "early", "few_customers"} <= set(codes(found))


def test_the_quick_do_not_count_before_the_slow_can(tmp_path: Path) -> None:
    quick = (
        (1, "a", "2022-06-25", "2023-06-25", "2023-06-25"),  # renewed on the day
        (1, "a", "2023-06-25", "2024-06-25", None),
        (2, "a", "2022-06-26", "2023-06-26", "2023-06-26"),  # not yet
    )
    early = show(terms(*quick), tmp_path, as_of="2023-07-01", grace_days=31)
    assert [early.figures[n] for n in ("due", "renewed", "pending")] == [0, 0, 2]
    later = show(terms(*quick), tmp_path, as_of="2023-08-01", grace_days=31)
    assert [later.figures[n] for n in ("due", "renewed", "pending")] == [2, 1, 0]


def test_plans_beside_one_another_do_not_renew_one_another(tmp_path: Path) -> None:
    frame = terms(
        (1, "print", "2022-01-01", "2023-01-01", "2023-01-01"),
        (1, "games", "2022-06-01", "2023-06-01", "2023-06-01"),
        (1, "games", "2023-06-01", "2024-06-01", None),
    )
    found = show(frame, tmp_path, as_of="2024-05-01", strata="plan")
    rates = {row["plan"]: row["renewal_rate"] for row in found.rows if row["tenure"] == 0}
    assert rates == {"all": 0.5, "games": 1.0, "print": 0.0}


def test_a_change_of_plan_at_the_end_is_a_renewal(tmp_path: Path) -> None:
    frame = terms(
        (1, "small", "2022-01-01", "2023-01-01", "2023-01-01"),
        (1, "large", "2023-01-02", "2024-01-02", None),
    )
    assert show(frame, tmp_path, as_of="2023-06-01").figures["renewal_rate"] == 1


def test_nothing_due_yet_is_said(tmp_path: Path) -> None:
    found = show(terms((1, "a", "2024-01-01", "2025-01-01", None)), tmp_path, as_of=AS_OF)
    assert len(found) == 0
    assert found.figures["renewal_rate"] is None
    assert codes(found)[0] == "no_due"
    assert "1 are running" in found.notes[0].say("en")
    assert "1份" in found.notes[0].say("zh")


def test_one_contract_is_answered_with_its_width(tmp_path: Path) -> None:
    frame = terms((1, "a", "2023-01-01", "2024-01-01", "2024-01-01"))
    found = show(frame, tmp_path, as_of=AS_OF, periods=3)
    first = found.rows[1]
    assert (first["renewal_rate"], first["renewal_rate_low"]) == (0.0, 0.0)
    assert first["renewal_rate_high"] > 0.75
    assert {"few_customers", "carried"} <= set(codes(found))
    assert [row["rate_from"] for row in found.rows] == [None, "seen", "carried", "carried"]


def test_forty_contracts_have_a_curve_and_a_wide_one(tmp_path: Path) -> None:
    shop = subscribers(40, seed=2, strata=(STRATA[0],), joined_days=200, rejoining=0)
    found = show(shop.facts["subscriptions"], tmp_path, as_of=shop.truth["as_of"], least=5)
    assert "few_customers" in codes(found)
    later = found.rows[-1]
    assert later["rate_from"] == "extrapolated"
    assert later["survival_high"] - later["survival_low"] > 0.15


def test_strata_of_known_truth_are_found(tmp_path: Path) -> None:
    shop = subscribers(6000, seed=3)
    found = show(shop.facts["subscriptions"], tmp_path, as_of=shop.truth["as_of"], strata="both",
                 periods=6)  # fmt: skip
    for (plan, auto), rates in shop.truth["rates"].items():
        key = (plan, "yes" if auto else "no")
        rows = [r for r in found.rows if (r["plan"], r["auto_renew"]) == key]
        for row, rate in zip(rows[1:], rates, strict=False):
            if row["due"]:
                assert row["renewal_rate"] == pytest.approx(rate, abs=0.06 + 2 / row["due"] ** 0.5)


def coverage(seeds: range, stratum: Stratum, customers: int, folder: Path) -> dict[str, float]:
    """Share of 95% intervals that hold the truth: rates seen, and survival beyond what was."""
    held: dict[str, list[bool]] = {"seen": [], "beyond": []}
    truth, left = stratum.rates(8), stratum.survival(np.arange(1, 9))
    for seed in seeds:
        shop = subscribers(customers, seed=seed, strata=(stratum,), joined_days=300, rejoining=0,
                           as_of=dt.date(2023, 1, 10))  # fmt: skip
        kind = "sbg" if stratum.c == 1 else "bdw"
        found = show(shop.facts["subscriptions"], folder, as_of=shop.truth["as_of"], periods=8,
                     model=kind)  # fmt: skip
        for row, rate, share in zip(found.rows[1:], truth, left, strict=True):
            if row["rate_from"] == "seen":
                held["seen"].append(row["renewal_rate_low"] <= rate <= row["renewal_rate_high"])
            else:
                held["beyond"].append(row["survival_low"] <= share <= row["survival_high"])
    return {name: float(np.mean(values)) for name, values in held.items()}


def test_intervals_hold_the_truth(tmp_path: Path) -> None:
    found = coverage(range(25), STRATA[0], 150, tmp_path)
    assert found["seen"] >= 0.88
    assert found["beyond"] >= 0.84


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stratum", "customers"),
    [(STRATA[0], 150), (STRATA[1], 500), (Stratum("bdw", False, 1.2, 4.0, c=0.8), 1500)],
    ids=["150", "500", "bdw"],
)
def test_intervals_hold_the_truth_as_often_as_they_say(
    stratum: Stratum, customers: int, tmp_path: Path
) -> None:
    found = coverage(range(400), stratum, customers, tmp_path)
    print(stratum.plan, customers, found)
    # 95%, give or take three standard errors of 400 correlated cohorts
    assert 0.925 <= found["seen"] <= 0.985
    assert 0.915 <= found["beyond"] <= 0.985
