"""Settings of the API."""

from __future__ import annotations

from regulars_server.settings import readers
from regulars_server.settings.environment import Setting

TOKEN_PER_MINUTE = Setting(
    name="REGULARS_API_TOKEN_PER_MINUTE",
    read=readers.whole(1, 1_000_000),
    default="600",
    text="Requests a minute that one API token may make.",
)
USER_PER_MINUTE = Setting(
    name="REGULARS_API_USER_PER_MINUTE",
    read=readers.whole(1, 1_000_000),
    default="1200",
    text="Requests to the API a minute that one user may make, by session and all tokens together.",
)
KEY_HOURS = Setting(
    name="REGULARS_IDEMPOTENCY_HOURS",
    read=readers.whole(1, 24 * 30),
    default="48",
    text="Hours for which the answer to an `Idempotency-Key` is kept and given again.",
)
SETTINGS = (TOKEN_PER_MINUTE, USER_PER_MINUTE, KEY_HOURS)
