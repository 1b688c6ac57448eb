"""Pages on paper: no navigation, dark ink on white, table heads on every sheet."""

from __future__ import annotations

import pytest

from server.browser.test_console import browser, sign_in
from server.browser.test_roles import Desk, desk, root
from server.people import make_user
from server.strategies.drafts import whole_strategy

__all__ = ["browser", "desk", "root"]
pytestmark = pytest.mark.django_db(transaction=True)
STORES = ("sqlite",)
# What a sheet of paper is judged by; colours are of the first visible cell and of the page.
LOOK = """() => {
  const seen = (selector) => [...document.querySelectorAll(selector)]
    .filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 80));
  const style = (one, name) => one ? getComputedStyle(one)[name] : "";
  return {
    clicked: seen(".bar, nav, button, .button, dialog, summary, .skeleton"),
    ground: style(document.body, "backgroundColor"),
    ink: style(document.querySelector("main h1, main h2"), "color"),
    links: [...document.querySelectorAll("main a")].filter((one) => one.checkVisibility())
      .filter((one) => style(one, "textDecorationLine") !== "none").length,
    heads: [...document.querySelectorAll("thead")].map((one) => style(one, "display")),
    boxes: [...document.querySelectorAll(".scroll")].filter((one) => one.checkVisibility())
      .filter((one) => style(one, "overflowX") !== "visible" || style(one, "maxHeight") !== "none")
      .length,
    title: document.querySelector("main h1, main h2").checkVisibility(),
    day: document.querySelector(".on-paper").innerText,
  };
}"""


def test_what_is_printed_is_read_and_not_clicked(desk: Desk) -> None:
    page = desk.page
    analyst = make_user("analyst", language="zh-hans")
    strategy = whole_strategy(analyst)
    sign_in(page, analyst.email)
    page.emulate_media(color_scheme="dark")
    for address, ready in (
        ("/", "#panel-groups svg"),
        ("/people/23/", "#figures .standing"),
        ("/analyses/groups/", "#answer table"),
        ("/value-tables/new/hughes-251a/?scenario=welcome", "#turns"),
        (f"/strategies/{strategy.pk}/", "#segment"),
    ):
        page.goto(address)
        page.wait_for_selector(ready, timeout=60_000)
        # Every table that could be printed counts, not only those that happen to be open.
        page.eval_on_selector_all("main details", "all => all.forEach(one => { one.open = true })")
        page.emulate_media(color_scheme="dark", media="print")
        found = page.evaluate(LOOK)
        assert found["clicked"] == [], address
        assert found["ground"] == "rgb(255, 255, 255)", address
        assert found["ink"] == "rgb(26, 32, 41)", address
        assert found["links"] == 0, address
        assert set(found["heads"]) <= {"table-header-group"}, address
        assert found["boxes"] == 0, address
        assert found["title"], address
        assert "20" in found["day"], address
        assert page.pdf()[:4] == b"%PDF", address
        page.emulate_media(color_scheme="dark", media="screen")
    # A page that is left while its parts are on the way breaks their requests off.
    left = ("htmx:afterRequest", "htmx:sendAbort")
    assert [said for said in desk.complaints if not said.startswith(left)] == []
