"""All benchmarks at a size that a laptop bears: ``python -m benchmarks --orders N``."""

from __future__ import annotations

import sys

from benchmarks import analyse, show

if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(analyse.main(arguments) or show.main([a for a in arguments if a[:9] != "--without"]))
