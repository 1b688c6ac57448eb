"""What the newest snapshot says of one customer, and where the base stands: quick, from a shelf."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars_server.analyses.asking import DESK, Errand, Working
from regulars_server.people import shelves
from regulars_server.people.histories import READ
from regulars_server.snapshots.queries import of_customers

if TYPE_CHECKING:
    from regulars.snapshot import Snapshot

BEGINNING = "snapshot-"
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
)  # fmt: skip
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
    """The newest snapshot that knows customers by lasting keys; None where there is none."""
    return of_customers()


def standing(
    customer_key: int, *, user_id: int | None = None, wait_seconds: float = 0.0
) -> Standing | Working | None:
    """Where a customer stands, or that it is being read; None where no snapshot has them.

    Parameters
    ----------
    user_id : who asks; without, nothing is begun. wait_seconds : how long to wait for a child.

    Raises
    ------
    RegularsError : the workspace cannot be read. NotNow : reading took too long just before.
    """
    one = newest()
    if one is None:
        return None
    values = _values(one, customer_key, user_id=user_id, wait_seconds=wait_seconds)
    base = _base(one, user_id=user_id, wait_seconds=wait_seconds)
    if isinstance(values, Working):
        return values
    if isinstance(base, Working):
        return base
    if not values:
        return None
    days = {c["name"] for c in one.manifest["columns"] if c["type"] == "DATE"}
    return Standing(
        snapshot_id=one.id,
        as_of=one.as_of,
        values={n: _day(v) if n in days else v for n, v in values.items()},
        base=base,
        told=one.manifest.get("told") or {},
        reasons={c["name"]: c["null_means"] for c in one.manifest["columns"] if c["null_means"]},
    )


def name_of(one: Snapshot) -> str:
    """Of a snapshot's shelf; another when other columns are told."""
    digest = hashlib.sha256(json.dumps([str(one.path), TOLD]).encode()).hexdigest()[:24]
    return f"{BEGINNING}{digest}"


def columns_of(one: Snapshot) -> list[str]:
    """The columns of a snapshot that a page tells of."""
    return [c["name"] for c in one.manifest["columns"] if c["name"] in TOLD]


def measures_of(one: Snapshot) -> list[str]:
    """Those of them against which a customer is held."""
    return [name for name in MEASURES if name in columns_of(one)]


def _values(
    one: Snapshot, customer_key: int, *, user_id: int | None, wait_seconds: float
) -> dict[str, Any] | Working:
    """A customer's row, empty where the snapshot does not have them."""
    shelved = shelves.read(name_of(one), customer_key)
    if shelved is not None:
        return shelved
    given = {"files": one.files, "columns": columns_of(one), "key": customer_key}
    found: dict[str, Any] | Working = _read(
        f"{name_of(one)}-{customer_key}", "standing", given, user_id, wait_seconds
    )
    return found


def _base(
    one: Snapshot, *, user_id: int | None, wait_seconds: float
) -> dict[str, list[float | None]] | Working:
    """Quarters of everybody by measure, remembered: a snapshot never changes."""
    name = name_of(one)
    if name not in _bases:
        shelved = shelves.about(name)
        given = {"files": one.files, "measures": measures_of(one)}
        found = (
            shelved["base"]
            if shelved is not None
            else _read(name, "base", given, user_id, wait_seconds)
        )
        if isinstance(found, Working):
            return found
        _bases.clear()
        _bases[name] = found
    return _bases[name]


def _read(
    name: str, what: str, given: Mapping[str, Any], user_id: int | None, wait_seconds: float
) -> Any:
    errand = Errand(
        kept=READ, name=name, run=f"regulars_server.people.gathering:{what}", given=given
    )
    found = DESK.text(errand, user_id=user_id, wait_seconds=wait_seconds)
    return found if isinstance(found, Working) else json.loads(found)


def _day(value: Any) -> Any:
    return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
