"""What the newest snapshot says of one customer, and where the base stands: quick, from a shelf."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars_server.analyses.kept import listed, reader
from regulars_server.console.workspace import opened
from regulars_server.people import shelves
from regulars_server.snapshots.queries import snapshots

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from regulars.snapshot import Snapshot

BEGINNING = "snapshot-"
KEY = "customer_key"
# Against what a customer is held: quarters of the base.
MEASURES = (
    "purchase_days", "recency_days", "spend_per_purchase_day_minor",
    "clv_365d_minor", "expected_spend_365d_minor",
)  # fmt: skip
# What a page tells of a row.
TOLD = (
    *MEASURES, "orders", "customer_group", "life_stage", "life_stage_since", "life_stage_reason",
    "p_alive", "expected_spend_365d_low_minor",
    "expected_spend_365d_high_minor", "next_order_due", "value_unknown", "next_order_unknown",
    "life_stage", "life_stage_since", "life_stage_reason",
)  # fmt: skip
QUARTERS = (0.25, 0.5, 0.75)
_newest: tuple[tuple[str, int], Snapshot | None] | None = None
_bases: dict[str, dict[str, list[float | None]]] = {}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One customer's row of a snapshot.

    Attributes
    ----------
    snapshot_id, as_of : of the snapshot; facts before the start of that day count.
    values : by column; days are dates.
    base : lower quarter, middle and upper quarter of the base, by measure.
    told : what contributors told of how their columns came about, such as a fitted model.
    reasons : why a column is unknown, in both languages, as the manifest says it.
    """

    snapshot_id: str
    as_of: dt.date
    values: Mapping[str, Any]
    base: Mapping[str, list[float | None]]
    told: Mapping[str, Any]
    reasons: Mapping[str, Mapping[str, str]]


def newest() -> Snapshot | None:
    """The newest snapshot that knows customers by lasting keys; looked up anew when one came."""
    global _newest
    ws = opened()
    folder = ws.settings.root / "snapshots"
    try:
        state = (str(ws.settings.root), folder.stat().st_mtime_ns)
    except FileNotFoundError:
        return None
    if _newest is None or _newest[0] != state:
        found = next((one for one in snapshots() if not one.has_outside_ids), None)
        _newest = (state, found)
    return _newest[1]


def standing(customer_key: int) -> Standing | None:
    """Where a customer stands; None without a snapshot, or where it does not have them.

    Raises
    ------
    RegularsError : the workspace cannot be read.
    """
    one = newest()
    if one is None:
        return None
    values = shelves.read(name_of(one), customer_key)
    if values is None:
        values = _looked_up(one, customer_key)
    if not values:
        return None
    days = {c["name"] for c in one.manifest["columns"] if c["type"] == "DATE"}
    return Standing(
        snapshot_id=one.id,
        as_of=one.as_of,
        values={n: _day(v) if n in days else v for n, v in values.items()},
        base=base_of(one),
        told=one.manifest.get("told") or {},
        reasons={c["name"]: c["null_means"] for c in one.manifest["columns"] if c["null_means"]},
    )


def name_of(one: Snapshot) -> str:
    """Of a snapshot's shelf; another when other columns are told."""
    digest = hashlib.sha256(json.dumps([str(one.path), TOLD]).encode()).hexdigest()[:24]
    return f"{BEGINNING}{digest}"


def ready() -> bool:
    """Whether a shelf makes it quick, or there is nothing to look up."""
    one = newest()
    return one is None or shelves.path_of(name_of(one)).exists()


def everybody(con: DuckDBPyConnection, one: Snapshot) -> Iterator[tuple[int, str]]:
    """Key and row of every customer, as a shelf takes them."""
    names = _names(one)
    fields = ", ".join(f"{column} := {listed([column])}" for column in names)
    with con.cursor() as rows:
        rows.execute(
            f"SELECT {KEY}, to_json(struct_pack({fields}))::VARCHAR FROM read_parquet(?)",
            [one.files],
        )
        while found := rows.fetchmany(10_000):
            yield from found


def quarters(con: DuckDBPyConnection, one: Snapshot) -> dict[str, list[float | None]]:
    """Quarters of the base by measure, those unknown left out."""
    asked = [name for name in MEASURES if name in _names(one)]
    if not asked:
        return {}
    sums = ", ".join(f"quantile_cont({listed([n])}::DOUBLE, {list(QUARTERS)})" for n in asked)
    row = con.execute(f"SELECT {sums} FROM read_parquet(?)", [one.files]).fetchone()
    found = row if row is not None else [None] * len(asked)
    return {name: list(cut or [None] * 3) for name, cut in zip(asked, found, strict=True)}


def base_of(one: Snapshot) -> dict[str, list[float | None]]:
    """The same, kept: a snapshot never changes."""
    name = name_of(one)
    if name not in _bases:
        kept = shelves.about(name)
        if kept is None:
            with reader() as con:
                found = quarters(con, one)
        else:
            found = kept["base"]
        _bases.clear()
        _bases[name] = found
    return _bases[name]


def _names(one: Snapshot) -> list[str]:
    return [c["name"] for c in one.manifest["columns"] if c["name"] in TOLD]


def _looked_up(one: Snapshot, customer_key: int) -> dict[str, Any]:
    with reader() as con:
        fields = ", ".join(f"{column} := {listed([column])}" for column in _names(one))
        row = con.execute(
            f"SELECT to_json(struct_pack({fields}))::VARCHAR FROM read_parquet(?) WHERE {KEY} = ?",
            [one.files, customer_key],
        ).fetchone()
    found: dict[str, Any] = json.loads(row[0]) if row is not None else {}
    return found


def _day(value: Any) -> Any:
    return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
