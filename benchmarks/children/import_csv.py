"""The product's import of the same CSV file into a new workspace."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
import time
from pathlib import Path


def main(source: str, folder: str) -> None:
    import regulars as rg

    shutil.rmtree(folder, ignore_errors=True)
    shop = rg.init(Path(folder), zone="Europe/Berlin", currency="EUR")
    began = time.perf_counter()
    report = shop.import_facts("orders", source, recorded_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    seconds = time.perf_counter() - began
    print(
        json.dumps(
            {
                "seconds": seconds,
                "orders": report.new,
                "rejected": report.rejected_rows,
                "customers": (report.also or {}).get("identities"),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
