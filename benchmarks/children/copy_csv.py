"""The least that any import costs: DuckDB copies the CSV file to Parquet, nothing else."""

from __future__ import annotations

import json
import sys
import time


def main(source: str, target: str) -> None:
    import duckdb

    began, busy = time.perf_counter(), time.process_time()
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (from read_csv('{source}')) to '{target}' (format parquet, compression zstd)"
        ).fetchall()
        counted = connection.execute(f"select count(*) from read_parquet('{target}')").fetchall()
    seconds, processor = time.perf_counter() - began, time.process_time() - busy
    said = {"seconds": seconds, "processor_seconds": processor, "orders": counted[0][0]}
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
