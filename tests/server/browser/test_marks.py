"""A mark of a picture opens its customers: of the drawing that came, and of the browser's own."""

from __future__ import annotations

from typing import Any

import pytest

from server.browser.test_console import browser, sign_in
from server.people import make_user

__all__ = ["browser"]
pytestmark = pytest.mark.django_db(transaction=True)
STORES = ("sqlite",)


def test_a_click_on_a_mark_opens_its_customers(
    browser: Any, live_server: Any, demo_workspace: Any
) -> None:
    analyst = make_user("analyst")
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    sign_in(page, analyst.email)
    page.wait_for_selector("#panel-stages svg", timeout=60_000)
    page.locator("#panel-stages svg").first.scroll_into_view_if_needed()
    page.wait_for_selector("#panel-stages svg.live", timeout=30_000)
    page.click("#panel-stages svg.live g.mark-rect.role-mark path >> nth=4")
    page.wait_for_url("**/analyses/lifecycle_customers/**")
    assert "is.stage=" in page.url
    # Without the library that draws, the drawing that came answers.
    page.route("**/vega*", lambda route: route.abort())
    page.goto("/")
    page.wait_for_selector("#panel-stages svg [data-opens]", timeout=60_000)
    page.locator("#panel-stages svg [data-opens*='stage=lost'] >> nth=0").click()
    page.wait_for_url("**/analyses/lifecycle_customers/**")
    assert "is.stage=" in page.url
    assert [
        one for one in complaints if "Failed to load" not in one and "ERR_FAILED" not in one
    ] == []
    context.close()
