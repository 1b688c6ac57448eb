"""Every question at scale, within a given memory: ``python -m benchmarks.scale --orders N``.

Each is set against DuckDB's bare group-by of the same files. With ``--spark`` the snapshot runs on
Spark too, on the same data, once.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.measure import Run, child, keep, middle, run

AS_OF = {"as_of": "2026-01-01"}
QUESTIONS: dict[str, dict[str, Any]] = {
    "analyse": {**AS_OF, "window_days": 365},
    "groups": AS_OF,
    "rfm": AS_OF,
    "cohorts": AS_OF,
    "bridge": AS_OF,
    "decline": AS_OF,
    "lifecycle": AS_OF,
    "lifecycle_history": AS_OF,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--orders", type=int, default=20_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--memory", default="5GB", help="DuckDB's own limit; the rest spills")
    parser.add_argument("--only", nargs="*", default=list(QUESTIONS))
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--folder", type=Path, default=Path("workspace-benchmark"))
    asked = parser.parse_args(arguments)
    workspace = (asked.folder / f"orders-{asked.orders}").absolute()
    workspace.parent.mkdir(parents=True, exist_ok=True)
    run([sys.executable, "-m", "benchmarks.lake", str(workspace), str(asked.orders)])
    runs: dict[str, list[Run]] = {}
    for _ in range(asked.rounds):
        _add(runs, "bare", child("bare", str(workspace / "orders.json")))
        for name in asked.only:
            _add(runs, name, _asked(workspace, f"duckdb:{asked.memory}", name))
    if asked.spark:
        _add(runs, "analyse on Spark", _asked(workspace, "spark:local[2]", "analyse"))
    bare = middle(runs["bare"])["seconds"]
    result = {
        "orders": asked.orders,
        "memory_limit": asked.memory,
        "medians": {name: middle(done) for name, done in runs.items()},
        "times_the_bare_group_by": {
            name: round(middle(done)["seconds"] / bare, 2) for name, done in runs.items()
        },
    }
    print(json.dumps(result, indent=1))
    print("kept in", keep(f"scale-{asked.orders}", result, runs))
    return 0


def _asked(workspace: Path, engine: str, name: str) -> list[str]:
    return child("answer", str(workspace), engine, name, json.dumps(QUESTIONS[name]))


def _add(runs: dict[str, list[Run]], name: str, command: list[str]) -> None:
    done = run(command)
    print(f"  {name}: {done.seconds:.1f} s, {done.peak_mb:,.0f} MB, {done.said}", flush=True)
    runs.setdefault(name, []).append(done)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
