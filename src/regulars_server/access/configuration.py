"""Settings of sign-in."""

from __future__ import annotations

from regulars_server.settings import readers
from regulars_server.settings.environment import Setting

IDLE_MINUTES = Setting(
    name="REGULARS_SESSION_IDLE_MINUTES",
    read=readers.whole(1, 24 * 60),
    default="60",
    text="Minutes without a request after which a session ends.",
)
SESSION_HOURS = Setting(
    name="REGULARS_SESSION_HOURS",
    read=readers.whole(1, 24 * 7),
    default="12",
    text="Hours after which a session ends in any case.",
)
SECOND_FACTOR = Setting(
    name="REGULARS_SECOND_FACTOR",
    read=readers.one_of("optional", "required"),
    default="optional",
    text="`required`: everybody sets up a second factor before anything else.",
)
