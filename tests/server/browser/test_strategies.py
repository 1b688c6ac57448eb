"""Value tables and strategies in a browser: cells by keyboard, paste, undo, faults, an approval."""

from __future__ import annotations

from typing import Any

import pytest

from regulars_server.strategies.models import ValueTable, Workbook
from server.browser.test_console import browser, page, serious, sign_in
from server.people import make_user
from server.strategies.drafts import whole_strategy

__all__ = ["browser", "page"]
pytestmark = pytest.mark.django_db(transaction=True)
STORES = ("sqlite",)
EXAMPLE = "/value-tables/new/hughes-251a/?scenario=welcome"
LAST = ".line-ltv td:nth-child(4)"
PLAN = ".line-ltv td:nth-child(7)"


def cell(name: str) -> str:
    return f"input[name='{name}']"


def comes(page: Any, selector: str, text: str) -> None:
    """Wait until the server's answer stands there."""
    page.wait_for_function(
        "([selector, text]) => document.querySelector(selector)?.innerText.trim() === text",
        arg=[selector, text],
    )


def leaves(page: Any, selector: str, text: str) -> None:
    """Wait until something else stands there."""
    page.wait_for_function(
        "([selector, text]) => document.querySelector(selector)?.innerText.trim() !== text",
        arg=[selector, text],
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_table_is_changed_taken_back_pasted_into_and_saved(page: Any, language: str) -> None:
    sign_in(page, make_user("analyst", language=language).email)
    page.goto(EXAMPLE)
    comes(page, LAST, "52.70")
    comes(page, PLAN, "54.62")
    before = page.inner_text("#finding h1")

    page.fill(cell("now.retention.1"), "70")
    leaves(page, LAST, "52.70")
    assert page.inner_text("#finding h1") != before
    page.press(cell("now.retention.1"), "ArrowDown")
    assert page.evaluate("document.activeElement.name") == "now.referral_rate.1"
    page.keyboard.press("Control+z")
    comes(page, LAST, "52.70")
    page.keyboard.press("Control+y")
    leaves(page, LAST, "52.70")
    page.keyboard.press("Control+z")
    comes(page, LAST, "52.70")

    page.focus(cell("plan.retention.1"))
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "60%\\t70%\\t80%\\n");
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", {
                    clipboardData: data, bubbles: true, cancelable: true,
                })
            );
        }"""
    )
    page.fill(cell("plan.marketing.1"), "0")
    comes(page, PLAN, "52.70")
    assert page.input_value(cell("plan.retention.2")) == "70%"

    page.fill(cell("now.aov.2"), "many")
    page.wait_for_selector("#stale:not(:empty)")
    assert page.get_attribute(cell("now.aov.2"), "aria-invalid") == "true"
    assert "many" in page.inner_text("#fault-aov")
    assert page.inner_text(LAST) == "52.70"
    assert serious(page) == []
    page.press(cell("now.aov.2"), "Escape")
    page.wait_for_selector("#stale:empty", state="attached")
    assert page.get_attribute(cell("now.aov.2"), "aria-invalid") is None

    page.wait_for_selector("#turns")
    page.fill("#keep-title", "我们的表")
    page.click("section.keep button[formaction$='/save/'] >> nth=0")
    page.wait_for_url("**/value-tables/*/")
    assert ValueTable.objects.get().name == "我们的表"
    comes(page, PLAN, "52.70")
    # A page that is left while its analysis is on the way breaks that request off.
    left = ("htmx:afterRequest", "htmx:sendAbort")
    assert [said for said in page.complaints if not said.startswith(left)] == []


def test_a_strategy_is_costed_by_one_and_approved_by_another(page: Any) -> None:
    analyst, marketer = make_user("analyst"), make_user("marketer", language="zh-hans")
    one = whole_strategy(analyst)
    sign_in(page, analyst.email)
    page.goto(f"/strategies/{one.pk}/")
    assert serious(page) == []
    page.fill("#why", "Prices of May")
    page.click(".next button >> nth=0")
    page.wait_for_selector(".way .here:has-text('Costed')")
    assert "does not approve" in page.inner_text(".next")
    page.context.clear_cookies()
    sign_in(page, marketer.email)
    page.goto(f"/strategies/{one.pk}/")
    page.click(".next button >> nth=0")
    page.wait_for_selector(".way .here:has-text('已批准')")
    assert Workbook.objects.get().state == "approved"
    assert "随营销活动提供" in page.inner_text(".next")
    assert serious(page) == []
    assert page.complaints == []
