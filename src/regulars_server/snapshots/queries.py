"""Reading snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from regulars.errors import RegularsError
from regulars.snapshot import newness
from regulars_server.analyses.kept import listed, reader
from regulars_server.console.workspace import opened
from regulars_server.errors import Invalid, NotAllowed, NotFound

if TYPE_CHECKING:
    from regulars import Result
    from regulars.snapshot import Snapshot

KEY = "customer_key"
# What names a customer; a snapshot has it only where keys hold for one run.
NAMING = "external_id"


# The list as it was last read, under the state of the folder that it was read from.
_read: tuple[tuple[str, int], list[Snapshot]] | None = None


def snapshots() -> list[Snapshot]:
    """Every snapshot, the newest first, see `newness`; read anew when one came or went."""
    global _read
    ws = opened()
    folder = ws.settings.root / "snapshots"
    try:
        state = (str(folder), folder.stat().st_mtime_ns)
    except FileNotFoundError:
        return []
    if _read is None or _read[0] != state:
        _read = (state, sorted(ws.snapshots(), key=newness, reverse=True))
    return list(_read[1])


def of_customers() -> Snapshot | None:
    """The newest that knows customers by lasting keys; None where there is none.

    Raises
    ------
    RegularsError : the workspace cannot be read.
    """
    return next((one for one in snapshots() if not one.has_outside_ids), None)


def newest() -> Snapshot | None:
    """The newest of them; None where there is none, or the workspace cannot be read."""
    try:
        return next(iter(snapshots()), None)
    except RegularsError:
        return None


def is_of(one: Snapshot | None, answers: Iterable[Result]) -> bool:
    """Whether a snapshot is of the same facts, day and window as these answers.

    Only then a condition over its columns selects the customers that the answers counted.
    """
    if one is None:
        return False
    window = one.manifest["parameters"].get("window_days")
    return all(
        str(answer.parameters.get("as_of")) == one.as_of.isoformat()
        and answer.facts_version == one.manifest["facts_version"]
        and answer.parameters.get("window_days", window) == window
        for answer in answers
    )


def snapshot(snapshot_id: str) -> Snapshot:
    """One of them; ``newest`` is an id, too. `NotFound` where there is none."""
    found = snapshots()
    if snapshot_id == "newest" and found:
        return found[0]
    for one in found:
        if one.id == snapshot_id:
            return one
    raise NotFound(_("There is no such snapshot."))


def columns(one: Snapshot, chosen: Sequence[str], *, named: bool) -> list[dict[str, Any]]:
    """Columns as the manifest describes them: the chosen, or all that may be seen.

    Raises
    ------
    Invalid : there is no such column. NotAllowed : it names people.
    """
    known = {column["name"]: column for column in one.manifest["columns"]}
    if NAMING in chosen and NAMING in known and not named:
        raise NotAllowed
    visible = {name: c for name, c in known.items() if named or name != NAMING}
    unknown = [name for name in chosen if name not in visible]
    if unknown or len(set(chosen)) < len(chosen):
        said = _("Name each once, among: %(known)s") % {"known": ", ".join(visible)}
        raise Invalid(fields={"columns": said})
    return [visible[name] for name in chosen or visible]


def rows(
    one: Snapshot, names: Sequence[str], *, after: int, most: int
) -> tuple[list[tuple[Any, ...]], int | None]:
    """So many rows by customer key, and the key that the next page follows (None: no more)."""
    with reader() as con:
        found = con.execute(
            f"SELECT {KEY}, {listed(names)} FROM read_parquet(?) WHERE {KEY} > ? "
            f"ORDER BY {KEY} LIMIT ?",
            [one.files, after, most + 1],
        ).fetchall()
    more = len(found) > most
    return [row[1:] for row in found[:most]], int(found[most - 1][0]) if more else None


def values(customer_key: int) -> tuple[Snapshot, dict[str, Any]] | None:
    """What the newest snapshot that knows customers by lasting keys says of one, if it does."""
    one = of_customers()
    if one is None:
        return None
    names = [c["name"] for c in one.manifest["columns"] if c["name"] not in (KEY, NAMING)]
    with reader() as con:
        found = con.execute(
            f"SELECT {listed(names)} FROM read_parquet(?) WHERE {KEY} = ?",
            [one.files, customer_key],
        ).fetchone()
    return (one, dict(zip(names, found, strict=True))) if found is not None else None
