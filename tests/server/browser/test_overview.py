"""From the overview to a customer in a browser: panels fill, days are picked, a life is drawn."""

from __future__ import annotations

from typing import Any

import pytest

from regulars_server.people import index
from server.browser.test_console import browser, sign_in
from server.people import make_user

__all__ = ["browser"]
pytestmark = pytest.mark.django_db(transaction=True)
STORES = ("sqlite",)
WORDS = {
    "en": {"quarter": "Last quarter", "next": "What to do next", "orders": "Order"},
    "zh-hans": {"quarter": "上季度", "next": "下一步建议", "orders": "订单"},
}


def test_from_the_overview_to_a_customer(
    browser: Any, live_server: Any, demo_workspace: Any
) -> None:
    index.refresh()
    for language, said in WORDS.items():
        agent = make_user("service_agent", language=language)
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": 1280, "height": 900}
        )
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error, kept=complaints: kept.append(str(error)))
        sign_in(page, agent.email)
        page.wait_for_selector("article#headline h1", timeout=60_000)
        page.wait_for_selector("#panel-groups svg", timeout=60_000)
        assert page.query_selector(".panels a.opens") is None, "an agent may open no list"
        page.click(f".days a:has-text('{said['quarter']}')")
        assert "period=" in page.url
        page.wait_for_selector("article#headline h1", timeout=60_000)
        page.goto("/people/23/")
        page.wait_for_selector(f"#figures h2:has-text('{said['next']}')", timeout=30_000)
        assert said["orders"] in page.inner_text("#timeline")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert complaints == []
        context.close()
