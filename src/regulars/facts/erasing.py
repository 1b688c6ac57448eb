"""Forgetting again, by the list of keyed hashes: what a restored backup needs.

A backup made before somebody was forgotten still names them. The list of the forgotten, kept
since, holds no name; the facts' own secret tells whom of them it means.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.facts.forgetting import clean_file, note_down, remove, rows_of
from regulars.facts.forgotten import Erasure, joined, read_forgotten, remember
from regulars.facts.records import REJECTS
from regulars.facts.sql import literal
from regulars.facts.versions import FactsVersion, read_version, sync_folder

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SAYS = "(raw IS NOT NULL OR external_id IS NOT NULL)"


@dataclass(frozen=True, kw_only=True)
class ErasureReport:
    """What applying a list of the forgotten did.

    Attributes
    ----------
    listed : ids on the list; ``new`` those that these facts had not been told of.
    found : customers' records that were still named here and are forgotten now;
        ``purged`` those whose facts were removed too.
    rejects : rejected rows whose content was removed.
    """

    listed: int
    new: int
    found: int
    purged: int
    rejects: int


def erase(
    con: DuckDBPyConnection,
    facts: Path,
    current: FactsVersion,
    *,
    erasures: Iterable[Erasure],
    recorded_at: str | None,
) -> ErasureReport:
    """Forget everybody on the list and on the facts' own; killed half way, do it again.

    Rejected rows may name a person under an id that only the lost original could read. So when
    the list says anything new, the content of all kept rejects goes; their counts stay.
    """
    own = read_forgotten(facts).erasures
    given = {one.hash: one for one in erasures}
    every = joined(own, given.values())
    new = [h for h in given if h not in own or (given[h].purged and not own[h].purged)]
    found = _keys(con, facts, current, every)
    rejects = _empty_rejects(con, facts) if new or found else 0
    remember(facts, given.values())
    at = current
    for purge in (True, False):
        keys = sorted(key for key, purged in found.items() if purged is purge)
        if not keys:
            continue
        note_down(facts, keys=keys, purge=purge, recorded_at=recorded_at)
        done = remove(con, facts, at, keys=keys, purge=purge, recorded_at=recorded_at)
        assert done.facts_version is not None
        at = read_version(facts / "versions", done.facts_version)
    purged = sum(found.values())
    return ErasureReport(
        listed=len(every), new=len(new), found=len(found), purged=purged, rejects=rejects
    )


def _keys(
    con: DuckDBPyConnection, facts: Path, current: FactsVersion, every: dict[str, Erasure]
) -> dict[int, bool]:
    """Customer keys still named here, each with whether their facts are to go.

    Only keys that stand under a listed id: who was joined to one of them at the time of the
    forgetting is on the list too, and who is joined to one here but was parted later must stay.
    """
    identities = rows_of(con, facts, current, "identities")
    if identities is None or not every:
        return {}
    con.execute("CREATE OR REPLACE TEMP TABLE erasures (hash VARCHAR, purged BOOLEAN)").fetchall()
    listed = ", ".join(f"({literal(e.hash)}, {e.purged})" for e in every.values())
    con.execute(f"INSERT INTO erasures VALUES {listed}").fetchall()
    hashed = read_forgotten(facts).sql("i.source", "i.external_id")
    rows = con.execute(
        f"SELECT i.customer_key, bool_or(e.purged) FROM {identities} i "
        f"JOIN erasures e ON e.hash = {hashed} GROUP BY i.customer_key"
    ).fetchall()
    return {int(key): bool(purged) for key, purged in rows}


def _empty_rejects(con: DuckDBPyConnection, facts: Path) -> int:
    places = [*facts.glob(f"imports/*/{REJECTS}"), *facts.glob(f"refused/*/{REJECTS}")]
    cleaned = sum(clean_file(con, path, _SAYS) for path in sorted(places))
    sync_folder(facts)
    return cleaned
