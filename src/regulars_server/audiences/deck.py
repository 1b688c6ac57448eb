"""The newest snapshot, decoded in the memory of a web process, where its share allows that.

A count reads two or three columns of every customer. Out of the file these are unpacked each time;
out of memory they are not. Until a snapshot is in memory, and where it does not fit, the file is
read. Codes are kept as enumerations and whole numbers as narrow as their range.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from typing import TYPE_CHECKING, Any

from regulars.conditions import Kind
from regulars_server.audiences.configuration import MEMORY_MB
from regulars_server.audiences.engine import quoted, shared, source
from regulars_server.snapshots.queries import KEY

if TYPE_CHECKING:
    from regulars_server.audiences.catalogue import Catalogue

log = logging.getLogger("regulars_server.audiences")
CELL = "_part"
"""The column of a held snapshot that numbers the cell of the profile that a customer is in."""
MOST_CELLS = 60_000
# A text that is one of few values takes a byte or two; any other its pointer, if it is short.
_TEXT_BYTES, _CODE_BYTES = 16, 1
_lock = threading.Lock()
_held: dict[str, str] = {}
_loading: set[str] = set()
_switched: dict[str, bool] = {"on": True}


def table_of(of: Catalogue) -> str | None:
    """The table that holds this snapshot; None while it is read from its file.

    The first who asks for a snapshot has it loaded beside; the one before it goes then.
    """
    name = str(of.snapshot.path)
    with _lock:
        if name in _held:
            return _held[name]
        if name in _loading or not _switched["on"] or not fits(of):
            return None
        _loading.add(name)
    threading.Thread(target=_load, args=(of,), name="audiences", daemon=True).start()
    return None


def switch_off() -> None:
    """Read files only: a job asks each snapshot once or twice."""
    _switched["on"] = False


def switch_on() -> None:
    """Hold snapshots again."""
    _switched["on"] = True


def load(of: Catalogue) -> None:
    """Hold a snapshot now, and wait for it."""
    with _lock:
        if str(of.snapshot.path) in _held or not fits(of):
            return
        _loading.add(str(of.snapshot.path))
    _load(of)


def fits(of: Catalogue) -> bool:
    """Whether it takes at most half of the memory for counting."""
    width = 2 + sum(_bytes(of, name) for name in of.fields)
    return of.rows * width <= MEMORY_MB.value * 1024 * 1024 // 2


def drop(name: str) -> None:
    """Forget that a snapshot is held: its table was found gone."""
    with _lock:
        _held.pop(name, None)


def _load(of: Catalogue) -> None:
    name = str(of.snapshot.path)
    table = f"held_{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    try:
        with shared(of.snapshot.path.parent) as con:
            listed = ", ".join(f"{_typed(of, one)} AS {quoted(one)}" for one in of.fields)
            con.execute(f"DROP TABLE IF EXISTS {table}").fetchall()
            con.execute(
                f"CREATE TABLE {table} AS SELECT {listed}, {cell_sql(of)}::INTEGER AS {CELL}"
                f" FROM {source(of.snapshot)}"
            ).fetchall()
            with _lock:
                old = [one for one in _held.values() if one != table]
                _held.clear()
                _held[name] = table
            for one in old:
                con.execute(f"DROP TABLE IF EXISTS {one}").fetchall()
    except Exception:
        # It stays with the file: slower, and right.
        log.exception("a snapshot could not be held in memory")
    finally:
        with _lock:
            if name in _held:
                _loading.discard(name)


def _bytes(of: Catalogue, name: str) -> int:
    kind = of.fields[name].kind
    if kind == Kind.TEXT:
        return _CODE_BYTES if of.told[name].values else _TEXT_BYTES
    if kind == Kind.NUMBER:
        return {"TINYINT": 1, "SMALLINT": 2, "INTEGER": 4}.get(_narrow(of, name) or "", 8)
    return 4 if kind == Kind.DATE else 1


def _typed(of: Catalogue, name: str) -> str:
    """A column in the narrowest type that holds the same values."""
    told, kind = of.told[name], of.fields[name].kind
    if kind == Kind.TEXT and told.values:
        values = ", ".join(text(value) for value, _customers in told.values)
        return f"cast({quoted(name)} AS ENUM({values}))"
    narrow = _narrow(of, name) if kind == Kind.NUMBER else None
    return f"cast({quoted(name)} AS {narrow})" if narrow else quoted(name)


def _narrow(of: Catalogue, name: str) -> str | None:
    column, told = of.fields[name].column, of.told[name]
    whole = column is not None and column.type in ("BIGINT", "INTEGER") and name != KEY
    if not whole or told.low is None:
        return None
    most = max(abs(told.low), abs(told.high))
    sizes = (("TINYINT", 2**7), ("SMALLINT", 2**15), ("INTEGER", 2**31))
    return next((kind for kind, size in sizes if most < size), None)


def strides(of: Catalogue) -> dict[str, int]:
    """By how much the number of a cell grows from one code of a part to the next."""
    found, stride = {}, 1
    for part in of.parts:
        codes = len(of.codes(part))
        if stride * codes > MOST_CELLS:
            break
        found[part] = stride
        stride *= codes
    return found


def cell_sql(of: Catalogue) -> str:
    """The number of a customer's cell, from the columns."""
    terms = []
    for part, stride in strides(of).items():
        cases = " ".join(
            f"WHEN {text(code)} THEN {place * stride}"
            for place, code in enumerate(of.codes(part))
            if code
        )
        unknown = of.codes(part).index("") * stride if "" in of.codes(part) else 0
        if cases:
            terms.append(f"(CASE cast({quoted(part)} AS VARCHAR) {cases} ELSE {unknown} END)")
    return " + ".join(terms) or "0"


def text(value: Any) -> str:
    """A text as SQL has it."""
    escaped = str(value).replace("'", "''")
    return f"'{escaped}'"


def forget_all() -> None:
    """For tests: what this process holds."""
    with _lock:
        _held.clear()
        _loading.clear()
