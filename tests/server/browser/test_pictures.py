"""A picture of a page is drawn anew where it is seen, and stays as it came where that fails."""

from __future__ import annotations

from typing import Any

import pytest

from server.browser.test_console import browser, page, sign_in  # noqa: F401
from server.console.test_drawing import drawn
from server.people import make_user

pytestmark = pytest.mark.django_db(transaction=True)
STORES = ("sqlite",)
PUT = """html => {
  const place = document.createElement("div");
  place.innerHTML = html;
  document.querySelector("main").append(place);
  place.scrollIntoView();
  document.dispatchEvent(new CustomEvent("htmx:afterSettle"));
}"""


def test_a_picture_comes_alive_under_the_policy(page: Any) -> None:  # noqa: F811
    sign_in(page, make_user("analyst").email)
    page.evaluate(PUT, drawn("Anna"))
    page.wait_for_selector(".finding .wide svg.live")
    assert page.locator(".finding .wide svg").count() == 1
    assert page.complaints == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".finding h2").scroll_into_view_if_needed()
    page.wait_for_selector(".finding .narrow svg.live")
    assert not page.locator(".finding .wide").is_visible()


def test_without_its_script_the_drawing_that_came_stays(page: Any) -> None:  # noqa: F811
    sign_in(page, make_user("analyst").email)
    page.route("**/vega*.js", lambda route: route.abort())
    page.evaluate(PUT, drawn("Anna"))
    page.wait_for_timeout(500)
    assert page.locator(".finding .wide svg:not(.live)").count() == 1


def test_the_palette_opens_by_keyboard_and_leads_on(page: Any) -> None:  # noqa: F811
    sign_in(page, make_user("administrator").email)
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette-hits a[data-chosen]")
    page.keyboard.type("audit")
    page.wait_for_function("() => document.querySelectorAll('#palette-hits a').length === 1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit/")


def test_who_types_and_presses_enter_at_once_gets_what_was_typed(page: Any) -> None:  # noqa: F811
    """The hits of the words before still stand there; an input method's Enter opens none."""
    sign_in(page, make_user("administrator").email)
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette-hits a[data-chosen]")
    begun = page.url
    page.evaluate(
        "() => document.getElementById('palette-words').dispatchEvent(new KeyboardEvent("
        "'keydown', {key: 'Enter', bubbles: true, isComposing: true}))"
    )
    page.wait_for_timeout(200)
    assert page.url == begun
    page.keyboard.type("audit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit/")
