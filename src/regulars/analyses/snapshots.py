"""Taking a snapshot: every contribution joined to the customers, written once."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from regulars.analyses.columns import CUSTOMER_KEY
from regulars.analyses.run import EXTERNAL_ID, NAMES, Session
from regulars.declare import Column
from regulars.result import rows_of
from regulars.snapshot import (
    MANIFEST,
    Contribution,
    Join,
    Snapshot,
    SnapshotAsk,
    contributions,
    describe_columns,
    open_snapshot,
    publish,
)
from regulars.steps import Library, Step
from regulars.steps.compose import Target
from regulars.steps.purchases import RECORDS, STEPS

# What a prospect has of the totals: nothing yet.
_TOTALS = {
    "first_day": "date",
    "last_day": "date",
    **dict.fromkeys(
        (
            "orders",
            "purchase_days",
            "spend_minor",
            "window_orders",
            "window_purchase_days",
            "window_spend_minor",
        ),
        "bigint",
    ),
}
_BUYERS = f"select customer_key, {', '.join(_TOTALS)} from totals"
_PROSPECTS = "select customer_key, {} from prospects".format(
    ", ".join(f"cast(null as {kind}) as {name}" for name, kind in _TOTALS.items())
)


def _customers(name: str, sql: str) -> Step:
    return Step(
        name=name,
        one_row="one customer with an order or a refund, or a prospect",
        key=("customer_key",),
        sql=sql,
    )


BUYERS_ONLY = _customers("snapshot_buyers", _BUYERS)
WITH_PROSPECTS = _customers("snapshot_everybody", f"{_BUYERS} union all {_PROSPECTS}")


# Where keys hold for a run only, a row is found again by the outside id.
OUTSIDE_ID = Contribution(
    name="identities",
    columns=(EXTERNAL_ID,),
    select={"external_id": "outside.external_id"},
    values=lambda asked: {},
    joins=(Join("names", "outside", "outside.customer_key = t.customer_key"),),
    steps=(NAMES,),
)


def _joined(customers: Step, given: tuple[Contribution, ...]) -> Step:
    columns = ["t.customer_key"]
    joins: dict[str, str] = {}
    for contribution in given:
        columns += [
            f"{contribution.select[column.name]} as {column.name.lower()}"
            for column in contribution.columns
        ]
        for join in contribution.joins:
            how = f"left join {join.step} as {join.alias} on {join.on}"
            joins[join.alias] = how if join.on else f"cross join {join.step} as {join.alias}"
    return Step(
        name="snapshot",
        one_row="one customer",
        key=("customer_key",),
        sql=f"select {', '.join(columns)} from {customers.name} as t {' '.join(joins.values())}",
    )


def take(
    session: Session, asked: SnapshotAsk, folder: Path, *, program_version: str
) -> tuple[Snapshot, bool]:
    """Compute and publish a snapshot, or find the one that was already taken.

    Parameters
    ----------
    folder : where snapshots are kept; this one gets a folder of its own in it.

    Returns
    -------
    The snapshot, and whether it is new. The same facts, parameters and program make the same
    id, and a published snapshot is never written again.
    """
    given = contributions()
    if session.facts.read_at is not None:
        given = (*given, OUTSIDE_ID)
    given = tuple(one.variant(asked) if one.variant else one for one in given)
    values: dict[str, Any] = {}
    for contribution in given:
        values |= contribution.values(asked)
    identity = snapshot_id(session, asked, values, given, program_version)
    home = folder / identity
    if (home / MANIFEST).exists():
        return open_snapshot(home), False
    # In a folder of its own, so that two runs at once never meet; the rename makes it a snapshot.
    aside = folder / f".{identity}-{uuid.uuid4().hex}"
    try:
        rows, told = _write(session, given, values, aside)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    manifest = {
        "id": identity,
        "as_of": asked.as_of.isoformat(),
        "facts_version": session.facts.version,
        "facts_read_at": session.facts.read_at,
        "program_version": program_version,
        "engine": session.engine.name,
        "rows": rows,
        "parameters": {"window_days": asked.window_days, **_readable(values)},
        "columns": describe_columns(CUSTOMER_KEY, given),
        "told": told,
    }
    return publish(aside, home, manifest)


def _write(
    session: Session, given: tuple[Contribution, ...], values: Mapping[str, Any], home: Path
) -> tuple[int, dict[str, Any]]:
    prospects = RECORDS & session.facts.imported
    customers = WITH_PROSPECTS if prospects else BUYERS_ONLY
    steps = [*STEPS, customers, _joined(customers, given)]
    for contribution in given:
        steps += contribution.steps
    columns: tuple[Column, ...] = (CUSTOMER_KEY, *(c for g in given for c in g.columns))
    tells = {one.name: one.tells for one in given if one.tells}
    targets = [Target("snapshot", columns), *(Target(step) for step in tells.values())]
    made = session.compose(Library(steps), targets, values)
    home.mkdir(parents=True)
    rows = session.publish(made.targets["snapshot"], home / "data")
    told = {name: rows_of(session.fetch(made.targets[step])) for name, step in tells.items()}
    return rows, {
        name: json.loads(found[0]["told"]) if found else None for name, found in told.items()
    }


def snapshot_id(
    session: Session,
    asked: SnapshotAsk,
    values: Mapping[str, Any],
    given: tuple[Contribution, ...],
    program_version: str,
) -> str:
    """``2026-11-22-v7-1a2b3c4d``: day, facts version, and a hash of all that shapes the rows."""
    shape = {
        "values": _readable(values),
        "window_days": asked.window_days,
        "columns": [column.name for contribution in given for column in contribution.columns],
        "program": program_version,
        "engine": session.engine.name,
    }
    digest = hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()[:8]
    state = f"v{session.facts.version or 0}"
    if session.facts.read_at is not None:
        # Tables without versions may differ the next time: every run is a snapshot of its own.
        state = "r" + "".join(sign for sign in session.facts.read_at if sign.isalnum())
    return f"{asked.as_of.isoformat()}-{state}-{digest}"


def _readable(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: _plain(v) for k, v in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):  # a whole fit: told in full elsewhere
        return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
    return value.isoformat() if hasattr(value, "isoformat") else value
