"""How many duplicates are found, and how many of those found are right, on people of known truth.

    python benchmarks/identities.py [PERSONS] [SEED …]

Prints, for exact keys, for probability, and for both in turn: pairs of records that are one
person, pairs merged, precision and recall; and what share of the missed pairs is on the review
list. The people are generated (regulars.testing.people); real files differ.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np

import regulars as rg
from regulars.testing.people import Register, pairs_of, register

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def clusters(ws: rg.Workspace, known: Register) -> np.ndarray:
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT external_id, coalesce(merged_into, customer_key) FROM read_parquet(?)",
            [list(ws.lake.files("identities"))],
        ).fetchall()
    owner = dict(rows)
    return np.array([owner[name] for name in known.records["customer_id"]])


def measure(known: Register, ways: list[str], folder: Path) -> str:
    ws = rg.init(folder, zone="Europe/Berlin", currency="EUR")
    ws.import_facts("customers", known.records, recorded_at=AT)
    started = time.perf_counter()
    review = 0
    for way in ways:
        if way == "exact":
            ws.identities.match(apply=True)
        else:
            review = ws.identities.match_probable(apply=True).review
    seconds = time.perf_counter() - started
    found, right = pairs_of(known.person, clusters(ws, known))
    truth = known.true_pairs
    place = {name: n for n, name in enumerate(known.records["customer_id"])}
    listed = [
        known.person[place[p.left["id"].partition(":")[2]]]
        == known.person[place[p.right["id"].partition(":")[2]]]
        for p in ws.identities.review()
        if p.rule == "probable"
    ]
    return (
        f"{' then '.join(ways):20} records {len(known.records):>7,}  true pairs {truth:>6,}  "
        f"merged pairs {found:>6,}  precision {right / max(found, 1):.4f}  "
        f"recall {right / truth:.4f}  review {review:>5,} ({sum(listed):,} true)  {seconds:.1f} s"
    )


def main() -> None:
    persons = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    for seed in [int(word) for word in sys.argv[2:]] or [1, 2, 3]:
        known = register(seed=seed, persons=persons)
        for ways in (["exact"], ["probable"], ["exact", "probable"]):
            with tempfile.TemporaryDirectory() as folder:
                print(f"seed {seed}  {measure(known, ways, Path(folder) / 'ws')}", flush=True)


if __name__ == "__main__":
    main()
