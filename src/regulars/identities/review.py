"""The list of pairs that a person decides on; out to a file, and decisions back from one."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.errors import FactsError, MissingExtra, ParameterError, UnknownName
from regulars.identities import normalise
from regulars.identities.people import ATTRIBUTES, known_of
from regulars.identities.reports import Agreement, ReviewPair

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
WORDS = {
    "accept": "accepted", "accepted": "accepted", "yes": "accepted", "是": "accepted",
    "reject": "rejected", "rejected": "rejected", "no": "rejected", "否": "rejected",
    "": "open", "open": "open",
}  # fmt: skip


def pair_keys(pair_id: str) -> tuple[int, int]:
    """The two records that a pair's id names: ``12_57``, which no spreadsheet takes for a date.

    Raises
    ------
    ParameterError : it is no id of a pair.
    """
    parts = pair_id.strip().replace("-", "_").split("_")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() for part in parts):
        raise ParameterError(f"{pair_id!r} is no pair; `regulars identities review` lists them.")
    low, high = sorted(int(part) for part in parts)
    return low, high


def find_pair(con: DuckDBPyConnection, pair_id: str) -> tuple[int, int, str]:
    """The two records of a pair on the list, and what was decided of it.

    Raises
    ------
    UnknownName : the pair is not on the list.
    """
    low, high = pair_keys(pair_id)
    found = con.execute(
        "SELECT decision FROM match_pairs WHERE customer_key = ? AND other_key = ?", [low, high]
    ).fetchall()
    if not found:
        raise UnknownName(f"there is no pair {pair_id!r} on the review list")
    return low, high, str(found[0][0])


def listed(con: DuckDBPyConnection, *, decision: str | None, region: str) -> tuple[ReviewPair, ...]:
    """Pairs of a decision (all when None), the most probable first; merged ones are not open."""
    chosen = "true" if decision is None else f"p.decision = '{decision}'"
    rows = con.execute(
        "SELECT p.customer_key, p.other_key, p.rule, p.probability, p.decision "
        "FROM match_pairs p JOIN records a ON a.customer_key = p.customer_key "
        f"JOIN records b ON b.customer_key = p.other_key WHERE {chosen} "
        "AND (p.decision <> 'open' OR a.root <> b.root) "
        "ORDER BY p.probability DESC NULLS FIRST, p.customer_key, p.other_key"
    ).fetchall()
    known = known_of(con, sorted({key for row in rows for key in row[:2]}))
    return tuple(
        ReviewPair(
            pair_id=f"{low}_{high}", left=_shown(known[low]), right=_shown(known[high]),
            agreement=_agreement(known[low], known[high], region=region), rule=rule,
            probability=probability, decision=said,
        )
        for low, high, rule, probability, said in rows
    )  # fmt: skip


def _agreement(
    left: Mapping[str, Any], right: Mapping[str, Any], *, region: str
) -> dict[str, Agreement]:
    """What agrees once it is written alike; a text that is no valid value counts as it stands."""
    forms: Mapping[str, Callable[[Any], Any]] = {
        "name": lambda text: normalise.sorted_name(normalise.name(text)),
        "phone": lambda text: _phone(text, region=region),
        "email": normalise.email,
        "address": normalise.address,
    }
    said: dict[str, Agreement] = {}
    for name in ATTRIBUTES:
        one, other = left[name], right[name]
        form = forms.get(name, lambda value: value)
        if one is None or other is None:
            said[name] = "unknown"
        else:
            same = one == other or (form(one) or one) == (form(other) or other)
            said[name] = "same" if same else "differs"
    return said


def _phone(text: str, *, region: str) -> Any:
    try:
        return normalise.phone(text, region=region)
    except MissingExtra:
        return None


def _shown(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in ("id", *ATTRIBUTES)}


HEAD = (
    "pair", "decision", "rule", "probability",
    *(f"{name}_{side}" for name in ("id", *ATTRIBUTES) for side in ("left", "right")),
)  # fmt: skip


def write_csv(pairs: Iterable[ReviewPair], path: Path) -> int:
    """Write pairs side by side; the column ``decision`` is for the reader to fill."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        for pair in pairs:
            cells: list[Any] = [pair.pair_id, pair.decision, pair.rule, pair.probability]
            for name in ("id", *ATTRIBUTES):
                cells += [pair.left[name], pair.right[name]]
            writer.writerow([_safe(cell) for cell in cells])
            count += 1
    return count


def _safe(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets a quote before it."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return "'" + value
    return "" if value is None else value


def read_csv(path: Path) -> list[tuple[str, str]]:
    """The decided pairs of such a file: pair and decision; open ones are left out.

    Raises
    ------
    FactsError : no such file, or a column is missing, or a decision is no word that we know.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FactsError(f"{path} cannot be read as a review list: {error}") from error
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if not {"pair", "decision"} <= set(rows.fieldnames or ()):
        raise FactsError(f"{path.name} has no columns pair and decision; nothing was changed.")
    decided: dict[str, str] = {}
    for line, row in enumerate(rows, start=2):
        said = WORDS.get((row["decision"] or "").strip().lower())
        if said is None:
            raise FactsError(
                f"{path.name}, line {line}: {row['decision']!r} is no decision; write accept, "
                "reject or nothing. Nothing was changed."
            )
        if said != "open":
            low, high = pair_keys(row["pair"] or "")
            decided[f"{low}_{high}"] = said
    return list(decided.items())


def check_folder(path: Path) -> None:
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise ParameterError(f"{path} cannot be written: name a file in a folder that exists.")


def rejected_between(
    con: DuckDBPyConnection, roots: Sequence[int], *, besides: tuple[int, int]
) -> tuple[int, int] | None:
    """A rejected pair, other than this one, between records of two customers."""
    one, other = roots
    found = con.execute(
        "SELECT p.customer_key, p.other_key FROM match_pairs p "
        "JOIN records a ON a.customer_key = p.customer_key "
        "JOIN records b ON b.customer_key = p.other_key WHERE p.decision = 'rejected' "
        f"AND (a.root, b.root) IN (({one}, {other}), ({other}, {one})) "
        "AND (p.customer_key, p.other_key) <> (?, ?) ORDER BY 1, 2 LIMIT 1",
        list(besides),
    ).fetchall()
    return (found[0][0], found[0][1]) if found else None
