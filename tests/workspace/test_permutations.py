"""The answer follows from what was imported, not from how: any order, any split, any repetition."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import regulars as rg

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def shop(seed: int, customers: int = 60) -> pd.DataFrame:
    """Orders with ties, refunds, several on a day, two stores; every one with its own id."""
    draw = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for number in range(customers):
        for _ in range(draw.choice([1, 1, 2, 3, 5, 9])):
            day = dt.date(2022, 1, 1) + dt.timedelta(days=draw.randrange(1200))
            amount = draw.choice([5, 10, 10, 10, 25, 99.5, 0])
            rows.append(
                {
                    "order_id": f"o{len(rows):05}",
                    "customer_id": f"c{number:03}",
                    "day": day.isoformat(),
                    "amount": amount,
                    "kind": "sale",
                    "store": draw.choice(["N", "S"]),
                }
            )
            if draw.random() < 0.05 and amount:
                later = day + dt.timedelta(days=draw.randrange(9))
                refund = {"order_id": f"o{len(rows):05}", "amount": -amount, "kind": "refund"}
                rows.append({**rows[-1], **refund, "day": later.isoformat()})
    return pd.DataFrame(rows)


# Of equal spends one comes first, by the number that its customer was given at the import: whose
# place it is depends on the order of the files, and nothing else does.
BY_NUMBER = {"concentration_customers": "external_id"}


def answers(parts: list[pd.DataFrame], folder: Path) -> dict[str, Any]:
    """Every analysis, customers under the firm's own id."""
    ws = rg.init(folder, zone="UTC", currency="USD")
    for part in parts:
        ws.import_facts("orders", part, recorded_at=AT)
    found: dict[str, Any] = {}
    for analysis in rg.catalogue():
        result = ws.show(analysis.name)
        left_out = {"customer_key", BY_NUMBER.get(analysis.name)}
        rows = [
            tuple(value for name, value in row.items() if name not in left_out)
            for row in result.rows
        ]
        found[analysis.name] = (sorted(rows, key=repr), result.figures, len(result.notes))
    nested = ws.show("rfm", method="nested").rows
    found["nested"] = sorted((row["external_id"], row["cell"]) for row in nested)
    return found


@pytest.fixture(scope="module")
def plainly(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, dict[str, Any]]:
    orders = shop(7)
    return orders, answers([orders], tmp_path_factory.mktemp("plain") / "w")


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_order_split_and_repetition_gives_the_same_answers(
    plainly: tuple[pd.DataFrame, dict[str, Any]], data: st.DataObject
) -> None:
    orders, expected = plainly
    seed = data.draw(st.integers(0, 2**32 - 1), label="permutation")
    cuts = data.draw(st.lists(st.integers(0, len(orders)), max_size=3), label="cuts")
    again = data.draw(st.booleans(), label="again")
    mixed = orders.sample(frac=1, random_state=seed).reset_index(drop=True)
    edges = [0, *sorted(cuts), len(mixed)]
    parts = [mixed[a:b] for a, b in itertools.pairwise(edges) if b > a]
    if again:
        # The first part once more, overlapping the second: rows that are known already.
        parts.append(mixed[: edges[1] + 10] if edges[1] else mixed)
    with tempfile.TemporaryDirectory() as folder:
        found = answers(parts, Path(folder) / "w")
    for name, own in expected.items():
        assert found[name] == own, name
