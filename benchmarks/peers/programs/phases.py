"""What the peers' programs share: the clock, the memory, and the last line that they print.

It stands alone, for it runs under the peers' own Python.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from contextlib import contextmanager


class Phases:
    """Seconds of each phase, in the order in which they came, and the memory after the last."""

    def __init__(self):
        self.seconds = {}
        self.peak_mb = 0.0

    @contextmanager
    def __call__(self, name):
        began = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began
        self.peak_mb = peak_mb()


def peak_mb():
    """Most memory of this process so far."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes on Linux
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def tell(phases, versions, **said):
    """Print the result as the last line."""
    total = sum(phases.seconds.values())
    told = {"seconds": total, "phases": phases.seconds, "peak_mb": phases.peak_mb, **said}
    print(json.dumps({**told, "versions": versions}))
