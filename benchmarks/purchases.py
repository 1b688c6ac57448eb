"""Orders of known truth, for the product and for the peers: ``python -m benchmarks.purchases``.

The product gets a workspace; the peers get ``orders.parquet`` beside it: customer, time, and amount
in the major unit, as their users have it. Both hold the same orders.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.lake import streaming, workspace
from regulars.testing.purchases import TRUTH, write_purchases

SEED = 1


def build(folder: Path, *, customers: int) -> Path:
    """A workspace of so many customers; made once, then found again."""
    workspace(
        folder,
        customers=customers,
        write=lambda drawn: write_purchases(drawn, customers=customers, seed=SEED),
    )
    if not (folder / "orders.parquet").exists():
        _for_peers(folder)
        truth = {"seed": SEED, "customers": customers, **asdict(TRUTH)}
        (folder / "truth.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    return folder


def _for_peers(folder: Path) -> None:
    files = json.loads((folder / "orders.json").read_text(encoding="utf-8"))
    aside = folder / "orders.writing"
    quoted = str(aside).replace("'", "''")
    with streaming(folder) as connection:
        # a timestamp: of a plain date pandas makes objects, which would slow the peers down
        connection.execute(
            "copy (select customer_key, cast(day as timestamp) as day, amount_minor / 100 as amount"
            f" from read_parquet($files)) to '{quoted}' (format parquet)",
            {"files": files},
        ).fetchall()
    aside.rename(folder / "orders.parquet")


if __name__ == "__main__":
    # in a process of its own: the one that measures must stay small
    build(Path(sys.argv[1]), customers=int(sys.argv[2]))
