"""All that happened with one customer, of every table of facts: from a shelf, or by a child."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars_server.analyses.asking import DESK, Errand, Working
from regulars_server.console.keeping import Kept
from regulars_server.console.workspace import number_in, opened, state_of
from regulars_server.people import gathering, shelves

if TYPE_CHECKING:
    from regulars import Workspace

Rows = list[dict[str, Any]]
BEGINNING = "facts-"
# What was read for one customer while no shelf has them; removed whenever somebody is erased.
READ = Kept("customers")


@dataclass(frozen=True, kw_only=True)
class History:
    """The live rows of a customer by table, and the facts version that they are of."""

    rows: Mapping[str, Rows]
    facts_version: int

    def of(self, table: str) -> Rows:
        return list(self.rows.get(table, ()))


def history(
    customer_key: int,
    keys: Sequence[int],
    *,
    user_id: int | None = None,
    wait_seconds: float = 0.0,
) -> History | Working:
    """Everything of one customer, or that it is being read.

    From the newest shelf, which may be of the facts version before while the next is being made.
    Without any, or where they came after it was made, a child reads through the lake: no thread of
    the web does.

    Parameters
    ----------
    customer_key : of the customer; ``keys`` those of all their records.
    user_id : who asks; without, nothing is begun.
    wait_seconds : how long to wait for a child.

    Raises
    ------
    RegularsError : the workspace cannot be read. NotNow : reading took too long just before.
    """
    ws = opened()
    shelved = _shelved(ws, customer_key)
    if shelved is not None:
        return shelved
    errand = Errand(
        kept=READ,
        name=named("history", ws, keys),
        run="regulars_server.people.gathering:history",
        given={"keys": sorted(keys)},
    )
    found = DESK.text(errand, user_id=user_id, wait_seconds=wait_seconds)
    return found if isinstance(found, Working) else History(**json.loads(found))


def named(what: str, ws: Workspace, keys: Sequence[int]) -> str:
    """Of what was read of these records: another for other facts, and when a row tells more."""
    return f"{what}-{beginning(ws)}{state_of(ws)}-{_digest(sorted(keys))}"


def _shelved(ws: Workspace, customer_key: int) -> History | None:
    begin, newest = beginning(ws), state_of(ws)
    for name in reversed(shelves.names(begin)):
        found, of = shelves.read(name, customer_key), name.removeprefix(begin)
        # That an older shelf has nothing of somebody says nothing: they may be new.
        if found or (found is not None and of == newest):
            return History(rows=found, facts_version=number_in(of) or 0)
    return None


def beginning(ws: Workspace) -> str:
    """How the names of this workspace's shelves begin; others when a row tells other columns."""
    return f"{BEGINNING}{_digest([str(ws.settings.root), gathering.TABLES])[:12]}-"


def _digest(of: Any) -> str:
    return hashlib.sha256(json.dumps(of).encode()).hexdigest()[:24]
