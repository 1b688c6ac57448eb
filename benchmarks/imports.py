"""Import against a bare copy of the same CSV file to Parquet: ``python -m benchmarks.imports``.

Target: at most 3 times the copy. The import checks every value, turns local times into instants
and days, gives customers their keys, hashes every row, and looks for keys that come twice; the copy
does none of it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import Run, child, interleaved, keep, middle, run

# Rows of `write_orders` as a shop exports them: ids as text, local times, amounts in major units.
_EXPORT = """
copy (
    select order_id, 'C' || customer_key as customer_id,
           strftime(occurred_at, '%Y-%m-%d %H:%M:%S') as occurred_at,
           cast(amount_minor / 100 as decimal(12, 2)) as amount,
           'S' || (hash(order_id) % 40) as store,
           case hash(order_id) % 3 when 0 then 'web' when 1 then 'app' else 'store' end as channel
    from read_parquet($files)
) to '{target}' (format csv, header)
"""


def write_csv(target: Path, *, orders: int) -> None:
    """Generated orders as CSV; made once, then found again."""
    import duckdb

    from regulars.testing.large import write_orders

    if target.exists():
        return
    files = write_orders(target.parent / "drawn", orders=orders)
    aside = target.with_suffix(".writing")
    with duckdb.connect(config={"memory_limit": "4GB"}) as connection:
        connection.execute(
            _EXPORT.format(target=aside), {"files": [str(file) for file in files]}
        ).fetchall()
    for file in files:
        file.unlink()
    aside.rename(target)


def processor(runs: Sequence[Run]) -> float:
    return statistics.median(float(run.said["processor_seconds"]) for run in runs)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--orders", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("workspace-benchmark"))
    parser.add_argument("--only-write", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.only_write:
        write_csv(asked.only_write, orders=asked.orders)
        return 0
    folder = asked.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / f"orders-{asked.orders}.csv"
    # in a process of its own: the one that measures must stay small
    made = [sys.executable, "-m", "benchmarks.imports", "--orders", str(asked.orders)]
    run([*made, "--only-write", str(source)])
    runs = interleaved(
        {
            "import": child("import_csv", str(source), str(folder / "imported")),
            "copy": child("copy_csv", str(source), str(folder / "copied.parquet")),
        },
        rounds=asked.rounds,
    )
    medians = {name: middle(done) for name, done in runs.items()}
    ours, bare = medians["import"], medians["copy"]
    result = {
        "orders": asked.orders,
        "megabytes": round(source.stat().st_size / 1e6, 1),
        "medians": medians,
        "times_the_bare_copy": round(ours["seconds"] / bare["seconds"], 2),
        # beside it, because other programs on the machine hardly change it
        "times_its_processor_time": round(processor(runs["import"]) / processor(runs["copy"]), 2),
        "times_its_memory": round(ours["peak_mb"] / bare["peak_mb"], 2),
    }
    for name, value in result.items():
        print(f"{name}: {value}")
    print("kept in", keep(f"imports-{asked.orders}", result, runs))
    same = runs["import"][0].said["orders"] == runs["copy"][0].said["orders"]
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
