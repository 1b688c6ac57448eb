"""How a child ends when nothing of it may be kept."""

from __future__ import annotations

import os
import signal
from typing import NoReturn

LOST = 70


def end_now() -> NoReturn:
    """End this process and what it started, at once: another worker may have the job already."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(LOST)
