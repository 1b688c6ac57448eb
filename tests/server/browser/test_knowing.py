"""Asking an analysis and reading about the data in a browser, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.browser.test_console import browser, serious, sign_in
from server.people import make_user

__all__ = ["browser"]
pytestmark = pytest.mark.django_db(transaction=True)
STORES = ("sqlite",)


@pytest.fixture
def page(browser: Any, live_server: Any, shop: Any, tmp_path: Path, settings: Any) -> Iterator[Any]:
    """On a small shop with nothing kept; complaints are kept in ``page.complaints``."""
    settings.REGULARS_DATA = tmp_path / "data"
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}, locale="en",
        accept_downloads=True,
    )  # fmt: skip
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda m: m.type == "error" and opened.complaints.append(m.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_from_the_list_of_questions_to_a_file(page: Any, language: str) -> None:
    sign_in(page, make_user("analyst", language=language).email)
    page.goto("/analyses/")
    page.fill("#q", "bridge")
    page.press("#q", "Enter")
    page.click("a[href='/analyses/bridge_customers/']")
    # It is worked out beside the web; the page asks again by itself.
    page.wait_for_selector("#answer table", timeout=60_000)
    assert page.locator("#answer tbody tr").count() == 2

    page.click("details.asking > summary")
    assert serious(page) == []
    page.fill("#id_core_share", "40")
    page.click(".parameters button")
    page.wait_for_selector("#answer table", timeout=60_000)
    assert page.url.endswith("/analyses/bridge_customers/?core_share=0.4")
    assert "40%" in page.inner_text(".asking .chip")

    page.click("#answer tbody tr:first-child td a")
    page.wait_for_selector("#answer .chips .chip", timeout=60_000)
    assert "is." in page.url
    page.click("#answer thead th:nth-child(3) a")
    page.wait_for_selector("#answer th[aria-sort]", timeout=60_000)
    with page.expect_download(timeout=60_000) as coming:
        page.click("a[href*='rows.xlsx']")
    assert coming.value.suggested_filename == "bridge_customers.xlsx"

    page.goto("/data/runs/")
    page.click("a:text('bridge_customers')")
    assert "core_share" in page.inner_text("main")
    assert re.search("select", page.inner_text("main pre >> nth=0"), re.IGNORECASE)
    page.goto("/data/versions/")
    assert "orders" in page.inner_text("main")
    assert page.complaints == []
