"""The curl lines of the guides are run as printed, on a real port."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from regulars_server.access import tokens
from regulars_server.api import rates
from regulars_server.work.models import Job
from server.people import actor, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
]
STORES = ("sqlite",)
QUIETLY = "--silent --noproxy '*' --write-out '%{stderr}%{http_code}'"
DOCS = Path(__file__).resolve().parents[3] / "docs"


def printed(page: str) -> list[str]:
    """Each command of the page's blocks."""
    text = (DOCS / page).read_text("utf-8")
    blocks = re.findall(r"```bash\n(.*?)```", text, flags=re.DOTALL)
    return [line for one in blocks for line in one.replace("\\\n", " ").splitlines()]


@pytest.mark.parametrize("page", ["guides/api.md", "zh/guides/api.md"])
def test_what_the_guide_prints_works(
    page: str, live_server: Any, shop: Any, settings: Any, tmp_path: Path
) -> None:
    settings.REGULARS_DATA = tmp_path / "data"
    rates.forget_all()
    shop.analyse()
    boss = make_user("administrator")
    _made, secret = tokens.make(
        actor=actor(boss), user=boss, name="t", scopes=sorted(boss.permissions), days=1
    )
    environment = {**os.environ, "REGULARS": live_server.url, "TOKEN": secret}
    commands = printed(page)
    assert len(commands) >= 5
    for command in commands:
        until, status = time.monotonic() + 60, "202"
        while status == "202" and time.monotonic() < until:
            done = subprocess.run(
                ["sh", "-c", f"{command} {QUIETLY}"],
                env=environment, cwd=tmp_path, capture_output=True, text=True, check=True,
            )  # fmt: skip
            status = done.stderr[-3:]
            if "-X POST" in command:
                break
        assert status in ("200", "202"), (command, done.stdout)
        if "-o " not in command:
            assert json.loads(done.stdout)
    assert Job.objects.filter(kind="work.snapshot").count() == 1
    assert (tmp_path / "rfm.csv").read_text().startswith("customer_key,external_id")


def test_both_guides_print_the_same_commands() -> None:
    assert printed("guides/api.md") == printed("zh/guides/api.md")
