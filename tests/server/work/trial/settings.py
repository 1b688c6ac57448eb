"""Settings of the workers that tests start: the server's own, with the kinds of tests."""

# ruff: noqa: E402, F403  # the list of capabilities is added to before it is read

from __future__ import annotations

from regulars_server.settings import installed

installed.CAPABILITIES = (*installed.CAPABILITIES, "server.work.trial")  # type: ignore[assignment]

from regulars_server.settings.main import *
from regulars_server.work import kinds as _kinds

# What falls due by itself would run beside what a test asks for.
_kinds.schedules = dict
