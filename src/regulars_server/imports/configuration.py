"""Settings of uploads."""

from __future__ import annotations

from regulars_server.settings import readers
from regulars_server.settings.environment import Setting

MAX_MB = Setting(
    name="REGULARS_UPLOAD_MAX_MB",
    read=readers.whole(1, 1_048_576),
    default="2048",
    text="Largest file that may be uploaded for an import, in MiB.",
)
OPEN_UPLOADS = Setting(
    name="REGULARS_UPLOADS_PER_USER",
    read=readers.whole(1, 100),
    default="5",
    text="Uploads that one user may have unfinished at a time.",
)
KEPT_HOURS = Setting(
    name="REGULARS_UPLOADS_KEPT_HOURS",
    read=readers.whole(1, 720),
    default="24",
    text="Hours after which an upload that was not imported is removed.",
)
SETTINGS = (MAX_MB, OPEN_UPLOADS, KEPT_HOURS)

CHUNK_BYTES = 4 * 1024 * 1024
"""Of one request of an upload; under Django's limit on a body in memory."""
SPARE_BYTES = 512 * 1024 * 1024
"""Of the disk, to be left free beside an upload and what the import writes."""
