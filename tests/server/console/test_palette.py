"""The palette leads to pages and people, and to nothing that the role may not see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from regulars_server.console.palette import fits
from regulars_server.people import index
from server.people import Client

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.mark.django_db
def test_without_words_it_lists_the_pages_of_the_role(as_role: Callable[[str], Client]) -> None:
    boss = as_role("administrator").get("/find/", **HTMX).content.decode()
    agent = as_role("service_agent").get("/find/", **HTMX).content.decode()
    assert 'href="/users/"' in boss
    assert 'href="/cases/"' in agent
    assert 'href="/users/"' not in agent
    assert "<html" not in boss


@pytest.mark.django_db
def test_people_are_found_by_who_may_see_them(
    as_role: Callable[[str], Client], demo_workspace: Path
) -> None:
    index.refresh()
    found = as_role("service_agent").get("/find/?q=10001", **HTMX).content.decode()
    assert 'href="/people/10001/"' in found
    assert "/people/" not in as_role("analyst").get("/find/?q=10001", **HTMX).content.decode()


@pytest.mark.django_db
def test_what_nobody_is_called_is_said_in_words(as_role: Callable[[str], Client]) -> None:
    hostile = "<script>alert(1)</script>"
    page = as_role("marketer").get("/find/", {"q": hostile}).content.decode()
    assert "Nothing is called so" in page
    assert hostile not in page


def test_each_word_is_sought_whatever_its_case() -> None:
    assert fits("Lifetime value by Segment", "segment VALUE")
    assert not fits("Lifetime value", "value segment")
    assert fits("anything", "")
