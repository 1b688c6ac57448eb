"""The analyses of who the customers are, on every engine, against independent references."""

from __future__ import annotations

from typing import Any

import pytest

from analyses.conftest import ENGINES, OpenShop
from analyses.profiled import open_on, profiled_files
from analyses.shops import ShopFacts, answer
from regulars.testing import reference as ref
from regulars.testing.compare import assert_same_answer, assert_same_figures
from regulars.testing.generate import Shop

CASES: list[tuple[str, Any, dict[str, Any], list[str]]] = [
    ("matrix", ref.matrix, {}, ["quadrant"]),
    (
        "matrix",
        ref.matrix,
        {"window_days": 90, "frequency_unit": "days", "amount_threshold_minor": 4000},
        ["quadrant"],
    ),
    ("profile", ref.profile, {}, ["attribute", "value"]),
    ("profile", ref.profile, {"window_days": 200, "smallest_group": 1}, ["attribute", "value"]),
    ("profile_value", ref.profile_value, {}, ["attribute", "value"]),
    (
        "profile_value",
        ref.profile_value,
        {"window_days": 600, "good_from_minor": 4000, "attribute": "income"},
        ["attribute", "value"],
    ),
    ("preference", ref.preference, {}, ["attribute", "value", "category"]),
    (
        "preference",
        ref.preference,
        {"category_depth": 2, "attribute": "region", "false_discovery_rate": 0.9},
        ["attribute", "value", "category"],
    ),
    (
        "response_index",
        ref.response_index,
        {},
        ["attribute", "value", "cut", "cut_value"],
    ),
    ("tiers", ref.tiers, {}, ["tier"]),
    ("tiers", ref.tiers, {"key_percentile": 60, "window_days": 200}, ["tier"]),
    ("tier_customers", ref.tier_customers, {}, ["customer_key"]),
    ("tier_customers", ref.tier_customers, {"frequency_unit": "orders"}, ["customer_key"]),
]


@pytest.fixture(scope="session")
def profiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, ShopFacts]:
    return profiled_files(tmp_path_factory.mktemp("profiled"))


@pytest.fixture(scope="session", params=ENGINES)
def opened(request: pytest.FixtureRequest, profiled: tuple[Shop, ShopFacts]) -> OpenShop:
    return open_on(request.param, *profiled, request, "profiled")


@pytest.mark.parametrize(
    ("name", "reference", "parameters", "keys"),
    CASES,
    ids=[f"{c[0]}-{'-'.join(str(v) for v in c[2].values())}" for c in CASES],
)
def test_every_engine_gives_the_reference_answer(
    opened: OpenShop, name: str, reference: Any, parameters: dict[str, Any], keys: list[str]
) -> None:
    asked = {"as_of": opened.shop.truth["as_of"], **parameters}
    expected = reference(opened.shop.facts, **asked)
    engine = opened.engine()
    try:
        found = answer(engine, opened.facts, name, **asked)
    finally:
        engine.close()
    assert expected.rows
    assert_same_answer(found, expected, keys=keys)
    assert_same_figures(found, expected)
