"""What the shell adds to the server."""

from __future__ import annotations

from regulars_server.capability import Capability

CAPABILITY = Capability(
    name="console",
    urls="regulars_server.console.urls",
    metrics="regulars_server.console.metrics:figures",
    ready="regulars_server.console.workspace:why_not",
    prepare="regulars_server.console.demo:fill",
    forget="regulars_server.console.drawing:forget",
)
