"""The guide: its example runs as printed, and its table is the declared mapping."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from regulars_server.inbox.events import EVENTS
from regulars_server.inbox.faults import REASONS
from regulars_server.inbox.models import Message
from server.inbox.conftest import facts, land_all

DOCS = Path(__file__).parents[3] / "docs"
PAGES = ("guides/inbox.md", "zh/guides/inbox.md")


def table() -> str:
    """The rows of the guide's table, as the declarations say them."""
    return "\n".join(
        f"| {', '.join(f'`{name}`' for name in one.names)} | {one.says} |" for one in EVENTS
    )


def test_the_guide_has_every_event() -> None:
    assert table() in (DOCS / PAGES[0]).read_text("utf-8"), f"put this into the guide:\n{table()}"


def test_no_two_events_have_one_name() -> None:
    from regulars_server.inbox.events import plain

    names = [plain(name) for one in EVENTS for name in one.names]
    assert len(names) == len(set(names))


def test_every_reason_of_the_library_has_words() -> None:
    from regulars.facts.reasons import REASONS as LIBRARY

    of_files = {"not_yes_or_no", "too_few_fields", "too_many_fields", "open_quote", "nul",
                "line_too_long", "bad_encoding", "broken_line"}  # fmt: skip
    assert set(LIBRARY) - of_files <= set(REASONS)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.django_db(transaction=True)
def test_the_example_runs_as_printed(inbox: Any, live_server: Any, page: str) -> None:
    from regulars_server.access.tokens import make
    from server.people import actor, make_user

    if shutil.which("curl") is None:
        pytest.skip("curl is not here; to run this test: apt-get install curl")
    user = make_user("administrator")
    _token, secret = make(actor=actor(user), user=user, name="x", scopes=["events.write"], days=1)
    found = re.search(r"```bash\n(curl.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
    assert found
    done = subprocess.run(
        ["bash", "-c", found[1]], capture_output=True, text=True, timeout=60, check=False,
        env={"REGULARS": live_server.url, "TOKEN": secret, "PATH": "/usr/bin:/bin",
             "NO_PROXY": "*"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"rejected": []' in done.stdout
    assert land_all() == Message.objects.count() > 0
    assert {"A-77", "A-78"} & {row[0] for row in facts(inbox, "orders", "order_id")}
