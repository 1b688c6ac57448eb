"""How `purchases.csv.gz` was made: ``python make.py CDNOW_master.txt``.

The source is the text file ``lifetimes/datasets/CDNOW_master.txt`` of the Python package
``lifetimes`` 0.11.3: one head line, then columns parted by blanks. Days become ISO dates; rows,
their order and their values stay as they are. The result is the same byte for byte each time.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

TARGET = Path(__file__).with_name("purchases.csv.gz")


def packed(source: str) -> bytes:
    """The compressed CSV of the source's text."""
    lines = ["customer_id,date,number_of_cds,dollar_value"]
    for line in source.splitlines()[1:]:
        customer, day, number, value = line.split()
        lines.append(f"{customer},{day[:4]}-{day[4:6]}-{day[6:]},{number},{value}")
    return gzip.compress("\n".join([*lines, ""]).encode("ascii"), compresslevel=9, mtime=0)


if __name__ == "__main__":
    TARGET.write_bytes(packed(Path(sys.argv[1]).read_text(encoding="ascii")))
