"""The product's import of the same CSV file into a new workspace."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import shutil
import sys
import time
from pathlib import Path

LOADED_ON_USE = ("duckdb", "deltalake", "arro3.core", "regulars.facts.importing")


def main(source: str, folder: str) -> None:
    import regulars as rg

    # Imports stand before the clock, as with the other; the process's own time has them.
    for name in LOADED_ON_USE:
        importlib.import_module(name)
    shutil.rmtree(folder, ignore_errors=True)
    shop = rg.init(Path(folder), zone="Europe/Berlin", currency="EUR")
    began, busy = time.perf_counter(), time.process_time()
    report = shop.import_facts("orders", source, recorded_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    seconds, processor = time.perf_counter() - began, time.process_time() - busy
    print(
        json.dumps(
            {
                "seconds": seconds,
                "processor_seconds": processor,
                "orders": report.new,
                "rejected": report.rejected_rows,
                "customers": (report.also or {}).get("identities"),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
