"""Show one customer after another in a running process, by the id in the shop; median of many.

``snapshot``: the row of the newest snapshot, every column. ``computed``: the summary, from the
orders, with no snapshot.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time


def main(folder: str, last_key: str, way: str) -> None:
    import regulars as rg

    shop = rg.open(folder)
    draw = random.Random(1)
    seconds = []
    for _ in range(12):
        name = f"C{draw.randint(1, int(last_key))}"
        began = time.perf_counter()
        if way == "snapshot":
            assert shop.customer(name)["external_id"] == name
        else:
            assert len(shop.show("summary", customer=name, as_of="2026-01-01")) <= 1
        seconds.append(time.perf_counter() - began)
    said = {"seconds": statistics.median(seconds[1:]), "first": seconds[0], "most": max(seconds)}
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
