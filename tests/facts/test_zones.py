"""The quick way from local times to instants gives what the long way gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import duckdb
import pytest

from facts.shops import Shop
from regulars.facts.zones import days_that_run_over, utc_of_local

ZONES = (
    "UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/Sao_Paulo",
    "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
)  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_every_quarter_of_an_hour_of_twelve_years_is_the_same_instant(zone: str) -> None:
    with duckdb.connect() as con:
        quick = utc_of_local(con, zone, ["2012-06-01 10:00:00", "bad"], dt.date(2024, 1, 1))
        assert quick is not None
        assert "WHEN" in quick
        different = con.execute(
            f"SELECT count(*), count(*) FILTER (({quick}) IS DISTINCT FROM "
            f"timezone('UTC', timezone('{zone}', t))) FROM (SELECT TIMESTAMP '2011-01-01' + "
            "to_seconds(900 * i) AS t FROM range(420000) r(i))"
        ).fetchall()
    assert different == [(420_000, 0)]


def test_nothing_quicker_is_known_without_a_time_to_go_by() -> None:
    with duckdb.connect() as con:
        assert utc_of_local(con, "UTC", ["3.4.2024", ""], dt.date(2024, 1, 1)) is None


@pytest.mark.parametrize(
    ("zone", "days"),
    [("Europe/Berlin", []), ("Pacific/Apia", [dt.date(2011, 12, 30)]), ("UTC", [])],
)
def test_days_that_a_zone_left_out_run_over(zone: str, days: list[dt.date]) -> None:
    """Samoa had no 30 December 2011: its times are those of the 31st."""
    with duckdb.connect() as con:
        assert [row[0] for row in con.execute(days_that_run_over(zone)).fetchall()] == days


def test_a_long_file_gets_the_same_instants_and_days_as_short_ones(
    shop_in: Callable[..., Shop],
) -> None:
    """Over a megabyte the zone is looked at first; round both changes of the clock."""
    head = "order_id,customer_id,occurred_at,amount\n"
    start = dt.datetime(2024, 3, 10)  # noqa: DTZ001
    rows = [f"{n},A,{start + dt.timedelta(minutes=17 * n)},1,{'x' * 20}\n" for n in range(25_000)]
    shop = shop_in(zone="America/New_York")
    shop.take("orders", head.replace("\n", ",note\n") + "".join(rows))
    held = shop.rows("orders", "order_id, occurred_at, day")
    shop.lake.root = shop.root / "short"
    odd = [row for n, row in enumerate(rows) if n < 400 or 20_000 < n < 20_800]
    shop.take("orders", head.replace("\n", ",note\n") + "".join(odd))
    assert set(shop.rows("orders", "order_id, occurred_at, day")) < set(held)
