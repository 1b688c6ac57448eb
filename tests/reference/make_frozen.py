"""Freeze answers without a golden file: ``PYTHONPATH=tests python tests/reference/make_frozen.py``.

A golden file holds what an independent reference says. Lists of every customer are too long for
one, and a few answers have no reference on real data; of these the product's own answer is kept,
each column tallied, so that a change on real data is seen and has to be meant.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from regulars.result import Result, plain

FOLDER = Path(__file__).with_name("frozen")
GOLDEN = Path(__file__).with_name("golden")
DATA = ("cdnow", "complete_journey")
AS_OF = {"cdnow": "1998-07-01", "complete_journey": "2018-01-01"}
# Three windows in a row must lie within the shorter of the histories, a year.
THREE = {"window_days": 120}
ASKED: dict[str, dict[str, Any]] = {
    "routes": THREE,
    "migration_change": THREE,
    "profit_loyalty_customers": {"margin": 0.4},
}
# So many different texts of a column are counted one by one; of more, how many there are.
MOST = 40


def without_golden(data: str) -> list[str]:
    """Analyses that no reference answers on these data."""
    from regulars.analyses import NAMES

    there = {path.stem for path in (GOLDEN / data).glob("*.json")}
    return [name for name in NAMES if name not in there]


def asked(data: str, name: str) -> dict[str, Any]:
    return {"as_of": AS_OF[data], **ASKED.get(name, {})}


def tally(found: Result) -> dict[str, Any]:
    """An answer in short: its rows and figures, each column summed, counted or bounded."""
    rows = plain(found.rows)
    columns = {
        column.name: _of_column([row[column.name] for row in rows])
        for column in found.columns
        if column.name != "customer_key"
    }
    return {
        "rows": len(rows),
        "columns": columns,
        "figures": plain(found.figures),
        "notes": sorted(note.code for note in found.notes),
    }


def _of_column(values: list[Any]) -> dict[str, Any]:
    known = [value for value in values if value is not None]
    told: dict[str, Any] = {"known": len(known)}
    if not known:
        return told
    if isinstance(known[0], bool) or (isinstance(known[0], str) and not _is_day(known[0])):
        counts = Counter(str(value) for value in known)
        return told | ({"of": dict(sorted(counts.items()))} if len(counts) <= MOST
                       else {"different": len(counts)})  # fmt: skip
    if isinstance(known[0], str):
        return told | {"first": min(known), "last": max(known)}
    return told | {"sum": sum(known), "greatest": max(known)}


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def main() -> None:
    from analyses.shops import answer
    from analyses.test_golden import _facts
    from regulars.engines import open_engine

    for data in DATA:
        (FOLDER / data).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            facts = _facts(data, Path(folder))
            for name in without_golden(data):
                engine = open_engine("duckdb")
                try:
                    found = tally(answer(engine, facts, name, **asked(data, name)))
                finally:
                    engine.close()
                text = json.dumps(found, ensure_ascii=False, indent=1)
                (FOLDER / data / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
