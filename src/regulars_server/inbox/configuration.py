"""Settings of the inbox."""

from __future__ import annotations

from regulars_server.settings import readers
from regulars_server.settings.environment import Setting

LAND_SECONDS = Setting(
    name="REGULARS_INBOX_LAND_SECONDS",
    read=readers.whole(10, 86_400),
    default="120",
    text="How often the events that came in become facts.",
)
VISIT_MINUTES = Setting(
    name="REGULARS_INBOX_VISIT_MINUTES",
    read=readers.whole(0, 24 * 60),
    default="30",
    text="Minutes without an event of a customer's visit after which it is over and becomes a"
    " fact.",
)
KEPT_DAYS = Setting(
    name="REGULARS_INBOX_KEPT_DAYS",
    read=readers.whole(1, 3650),
    default="30",
    text="Days after which an event that became a fact, or was set aside, is removed from the"
    " database. For as long its message id is known, and sending it again changes nothing.",
)
REQUESTS = Setting(
    name="REGULARS_INBOX_REQUESTS_PER_MINUTE",
    read=readers.whole(1, 1_000_000),
    default="6000",
    text="Requests with events that one token, or one user, may send in a minute.",
)
SETTINGS = (LAND_SECONDS, VISIT_MINUTES, KEPT_DAYS, REQUESTS)
