"""Settings of audiences."""

from __future__ import annotations

from regulars_server.settings import readers
from regulars_server.settings.environment import Setting

MEMORY_MB = Setting(
    name="REGULARS_AUDIENCES_MEMORY_MB",
    read=readers.whole(128, 65_536),
    default="512",
    text="Memory of one web process for counting audiences, in MiB. The newest snapshot is held"
    " decoded where it fits into half of it; else its file is read at each count.",
)
SECONDS = Setting(
    name="REGULARS_AUDIENCES_SECONDS",
    read=readers.whole(1, 300),
    default="8",
    text="Seconds after which counting a condition is broken off.",
)
KEPT_DAYS = Setting(
    name="REGULARS_EXPORTS_KEPT_DAYS",
    read=readers.whole(1, 90),
    default="7",
    text="Days for which the file of an exported audience can be downloaded.",
)
SETTINGS = (MEMORY_MB, SECONDS, KEPT_DAYS)

THREADS = 2
"""Of one process, for all counts together."""
AT_ONCE_ROWS = 5_000
"""An export of at most so many customers is made while one waits; a larger one by a job."""
