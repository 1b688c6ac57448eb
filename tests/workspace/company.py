"""The awkward shop as a company keeps it: its own names, types, words and units."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

# Their tables, made from ours. The same statements run in PostgreSQL and in DuckDB.
TABLES = {
    '"Sales Data"."Order Head"': """
        select o.order_id as "Order No.", i.external_id as "Kunde",
            (o.occurred_at at time zone 'UTC') as placed,
            case when o.kind = 'refund' then 'RET' else 'STD' end as typ,
            cast(abs(o.amount_minor) as numeric(18, 2)) / 100 as total,
            o.channel as kanal, o.store as filiale, o.status = 'void' as cancelled
        from ours.orders as o left join ours.identities as i on i.customer_key = o.customer_key""",
    "crm.person": """
        select i.external_id as id, c.first_seen, j.external_id as survivor, c.kind
        from ours.identities as i
        left join ours.customers as c on c.customer_key = i.customer_key
        left join ours.identities as j on j.customer_key = i.merged_into""",
    '"Sales Data"."Order Line"': """
        select l.order_id as "order", l.line as pos, l.product_id as sku, l.quantity as qty,
            l.amount_minor as cents, l.list_amount_minor as list_cents, l.status = 'void' as gone
        from ours.order_lines as l""",
}
MAPPINGS: dict[str, tuple[str, Mapping[str, str]]] = {
    "orders": (
        '"Sales Data"."Order Head"',
        {
            "order_id": "Order No.",
            "customer_id": "Kunde",
            "occurred_at": "placed",
            "amount": "total",
            "kind": "case when typ = 'RET' then 'refund' else 'sale' end",
            "channel": "kanal",
            "store": "filiale",
            "status": "case when cancelled then 'void' else 'live' end",
        },
    ),
    "identities": ("crm.person", {"external_id": "id", "same_as": "survivor"}),
    "customers": ("crm.person", {"customer_id": "id", "first_seen": "first_seen", "kind": "kind"}),
    "order_lines": (
        '"Sales Data"."Order Line"',
        {
            "order_id": "order",
            "line": "pos",
            "product_id": "sku",
            "quantity": "qty",
            "amount_minor": "cents",
            "list_amount_minor": "list_cents",
            "status": "case when gone then 'void' else 'live' end",
        },
    ),
}


def in_postgres(frames: Mapping[str, pd.DataFrame], url: str, columns: Mapping[str, Any]) -> None:
    """The company's database on a server: its tables, and a reader who may make temporary ones."""
    import adbc_driver_postgresql.dbapi as postgresql
    import pyarrow as pa

    with postgresql.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in ('create schema "Sales Data"', "create schema crm", "create schema ours"):
            cursor.execute(statement)
        for name, frame in frames.items():
            cursor.adbc_ingest(
                name, pa.table(arrow(frame, columns[name])), mode="create", db_schema_name="ours"
            )
        for name, sql in TABLES.items():
            cursor.execute(f"create table {name} as {sql}")
        cursor.execute("drop schema ours cascade")
        for statement in (
            "create role reader login password 'p@ss:word'",
            'grant usage on schema "Sales Data", crm to reader',
            'grant select on all tables in schema "Sales Data", crm to reader',
        ):
            cursor.execute(statement)


def arrow(frame: pd.DataFrame, columns: Any) -> Any:
    """A frame in the declared types, as Arrow."""
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        select = ", ".join(
            f'cast({c.name if c.name in frame.columns else "null"} as {c.type}) as "{c.name}"'
            for c in columns
        )
        return connection.sql(f"select {select} from frame").to_arrow_table()


def as_files(frames: Mapping[str, pd.DataFrame], folder: Path, columns: Mapping[str, Any]) -> None:
    """The company's tables as Parquet files, one of them as CSV."""
    with duckdb.connect() as connection:
        connection.execute("create schema ours").fetchall()
        for name, frame in frames.items():
            connection.register("given", arrow(frame, columns[name]))
            connection.execute(f"create table ours.{name} as select * from given").fetchall()
        for number, sql in enumerate(TABLES.values()):
            ending = "csv" if number == 2 else "parquet"
            connection.execute(f"copy ({sql}) to '{folder}/{number}.{ending}'").fetchall()
