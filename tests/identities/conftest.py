"""A workspace whose sources know the same people by different ids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

import regulars as rg

AT = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


class Shops:
    """A workspace with short words for filling and reading it."""

    def __init__(self, root: Path, *, zone: str = "Asia/Shanghai", currency: str = "CNY"):
        self.root = root
        rg.init(root / "客户 data", zone=zone, currency=currency)
        self.open()

    def open(self) -> None:
        self.ws = rg.Workspace(self.root / "客户 data", clock=lambda: AT)

    def take(self, table: str, content: str, source: str = "shop", **more: Any) -> None:
        path = self.root / "file.csv"
        path.write_text(content, encoding="utf-8")
        self.ws.import_facts(table, path, source=source, recorded_at=AT, **more)

    def rows(self, table: str, columns: str = "*", where: str = "true") -> list[Any]:
        files = list(self.ws.lake.files(table))
        if not files:
            return []
        with duckdb.connect() as con:
            return con.execute(
                f"SELECT {columns} FROM read_parquet(?, union_by_name=true) WHERE {where} "
                "ORDER BY ALL",
                [files],
            ).fetchall()

    @property
    def owners(self) -> dict[str, str]:
        """Each record's id and the id of the customer it counts for, where merged."""
        named = {key: f"{s}:{i}" for s, i, key in
                 self.rows("identities", "source, external_id, customer_key")}  # fmt: skip
        return {
            named[key]: named[owner]
            for key, owner in self.rows("identities", "customer_key, merged_into")
            if owner is not None
        }


@pytest.fixture
def shops(tmp_path: Path) -> Shops:
    return Shops(tmp_path)


@pytest.fixture
def shops_in(tmp_path: Path) -> Callable[..., Shops]:
    return lambda **settings: Shops(tmp_path, **settings)


@pytest.fixture
def three_channels(shops: Shops) -> Shops:
    """003-14: a call on Monday, the portal on Tuesday, an order in the store on Wednesday."""
    fill_channels(shops)
    return shops


def fill_channels(shops: Shops) -> None:
    shops.take("customers", "customer_id,name,phone\n17,王伟,136 2233 4455\n", "call")
    shops.take(
        "customers", "customer_id,phone,email\nu9,+86 13622334455,Wang.Wei@Shop.cn\n", "portal"
    )
    shops.take("customers", "customer_id,name,email\nM3,Wang Wei, wang.wei@shop.cn \n", "store")
    head = "order_id,customer_id,day,amount\n"
    shops.take("orders", head + "1,17,2025-06-02,10\n", "call")
    shops.take("orders", head + "2,u9,2025-06-03,20\n", "portal")
    shops.take("orders", head + "3,M3,2025-06-04,30\n", "store")
