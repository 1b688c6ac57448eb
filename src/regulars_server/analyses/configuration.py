"""Settings of answers."""

from __future__ import annotations

from regulars_server.settings import readers
from regulars_server.settings.environment import Setting

AT_ONCE = Setting(
    name="REGULARS_ANSWERS_AT_ONCE",
    read=readers.whole(1, 64),
    default="2",
    text="Analyses that one web process has worked out at a time, each in a process of its own.",
)
MEMORY_MB = Setting(
    name="REGULARS_ANSWER_MEMORY_MB",
    read=readers.whole(256, 1_048_576),
    default="2048",
    text="Memory of such a process in MiB.",
)
WAIT_SECONDS = Setting(
    name="REGULARS_ANSWER_WAIT_SECONDS",
    read=readers.whole(0, 60),
    default="10",
    text="Seconds that a request waits for an answer; then it is told where to look later (202).",
)
LONGEST_SECONDS = Setting(
    name="REGULARS_ANSWER_SECONDS",
    read=readers.whole(1, 24 * 3600),
    default="600",
    text="Seconds after which an analysis that is still not answered is ended.",
)
ROWS = Setting(
    name="REGULARS_ANSWER_ROWS",
    read=readers.whole(1, 100_000_000),
    default="1000000",
    text="Rows of an answer that are kept, in the analysis's own order. All customers are in a"
    " snapshot.",
)
KEPT_MB = Setting(
    name="REGULARS_ANSWERS_KEPT_MB",
    read=readers.whole(1, 1_048_576),
    default="1024",
    text="Disk for kept answers in MiB; those not asked for longest go first.",
)
SETTINGS = (AT_ONCE, MEMORY_MB, WAIT_SECONDS, LONGEST_SECONDS, ROWS, KEPT_MB)
