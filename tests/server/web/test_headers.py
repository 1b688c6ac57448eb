"""What every answer tells the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import regulars_server
from server.addresses import pages
from server.people import Client

ROOT = Path(regulars_server.__file__).parent
TEMPLATES = sorted(ROOT.rglob("templates/**/*.html"))


@pytest.mark.django_db
def test_every_page_has_the_policy_and_is_not_kept(as_role: Callable[[str], Client]) -> None:
    client = as_role("administrator")
    for page in pages():
        answer = client.get(page.path)
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "data:" not in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "no-store" in answer["Cache-Control"], page.path


def test_templates_hold_no_script_and_no_style_of_their_own() -> None:
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=|\son\w+=|javascript:"
    )
    # What stands in a tag of the template language is no attribute.
    found = [f for f in TEMPLATES if inline.search(re.sub(r"{%.*?%}", "", f.read_text("utf-8")))]
    # What is held on a person goes out as a file in a ZIP: it is never served under the policy, and
    # has to be readable alone. A script it may not have either.
    (export,) = found
    assert export == ROOT / "people/templates/people/export.html"
    assert not re.search(r"<script|\son\w+=|javascript:", export.read_text("utf-8"))


def test_templates_load_nothing_from_elsewhere() -> None:
    found = [str(f) for f in TEMPLATES if re.search(r"(src|href)=.(https?:)?//", f.read_text())]
    assert found == []


def test_cookies_are_closed_to_scripts_and_other_sites() -> None:
    from regulars_server.settings import main

    assert main.SESSION_COOKIE_HTTPONLY
    assert main.CSRF_COOKIE_HTTPONLY
    assert main.SESSION_COOKIE_SAMESITE == "Lax"
