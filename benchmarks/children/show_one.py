"""Show one customer after another from a snapshot in a running process; the median of many."""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from pathlib import Path


def main(folder: str, last_key: str) -> None:
    from regulars.snapshot import open_snapshot

    snapshot = open_snapshot(Path(folder))
    draw = random.Random(1)
    seconds = []
    for _ in range(21):
        key = draw.randint(1, int(last_key))
        began = time.perf_counter()
        snapshot.customer(key)
        seconds.append(time.perf_counter() - began)
    said = {"seconds": statistics.median(seconds[1:]), "first": seconds[0], "most": max(seconds)}
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
