"""What many small landings cost, and maintenance: ``python -m benchmarks.landings [--landings N]``.

Lands a few orders and responses at a time, as the inbox does each minute or two for months, and
prints the median seconds of a landing and of reading all orders, before and after maintenance, and
the seconds for which maintenance holds the writer's lock.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BEGIN = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)
ROWS = 20


def main(arguments: list[str]) -> int:
    """Measure, and print the figures as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--landings", type=int, default=200)
    landings = asked.parse_args(arguments).landings
    with tempfile.TemporaryDirectory(prefix="regulars-landings-") as folder:
        sys.stdout.write(json.dumps(measure(Path(folder), landings), indent=2) + "\n")
    return 0


def measure(folder: Path, landings: int) -> dict[str, object]:
    """Seconds of landing and reading, before and after maintenance."""
    import regulars

    ws = regulars.init(folder / "workspace", zone="UTC", currency="EUR")
    taken = [_timed(land, ws, number) for number in range(1, landings + 1)]
    before = [_timed(read, ws) for _ in range(5)]
    files = len(ws.lake.files("orders"))
    held = _timed(ws.maintain, keep_days=0)
    after = [_timed(read, ws) for _ in range(5)]
    later = [_timed(land, ws, number) for number in range(landings + 1, landings + 6)]
    return {
        "landings": landings,
        "files": files,
        "landing_seconds_first": _median(taken[:20]),
        "landing_seconds_last": _median(taken[-20:]),
        "landing_seconds_after": _median(later),
        "read_seconds_before": _median(before),
        "read_seconds_after": _median(after),
        "maintain_seconds": round(held, 3),
    }


def land(ws: Any, number: int) -> None:
    """A landing of a few rows in two tables."""
    at = (BEGIN + dt.timedelta(minutes=2 * number)).isoformat()
    orders = [
        {"order_id": f"{number}-{n}", "customer_id": f"c{(number * 7 + n) % 5000}",
         "occurred_at": at, "amount": "10"}
        for n in range(ROWS)
    ]  # fmt: skip
    responses = [
        {"response_id": f"{number}-{n}", "customer_id": f"c{(number * 7 + n) % 5000}",
         "kind": "opened", "at": at}
        for n in range(ROWS)
    ]  # fmt: skip
    with ws.lake.landing("inbox") as landing:
        landing.begin(number, recorded_at=dt.datetime.now(dt.UTC))
        landing.add("orders", orders, source="shop")
        landing.add("responses", responses, source="shop")
        landing.publish()


def read(ws: Any) -> None:
    """All orders, as a reader opens them."""
    with ws.lake.reading() as (con, current):
        files = list(ws.lake.files("orders", current))
        con.execute(f"SELECT count(*), sum(amount_minor) FROM read_parquet({files!r})").fetchall()


def _timed(do: Any, *given: Any, **more: Any) -> float:
    begun = time.perf_counter()
    do(*given, **more)
    return time.perf_counter() - begun


def _median(found: list[float]) -> float:
    return round(statistics.median(found), 3)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
