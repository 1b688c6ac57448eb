"""What the API itself adds to the server."""

from __future__ import annotations

from regulars_server.api.configuration import SETTINGS
from regulars_server.capability import Capability

CAPABILITY = Capability(
    name="api",
    settings=SETTINGS,
    jobs="regulars_server.api.jobs:JOBS",
    forget="regulars_server.api.services:forget",
)
