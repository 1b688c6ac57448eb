"""The console in a browser: a first visit by keyboard, both languages, narrow, dark, by axe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from regulars_server.access import first_run
from regulars_server.people import index
from server.people import PASSWORD, make_user

pytestmark = pytest.mark.django_db(transaction=True)
# Pages look the same whatever the database; what they do is tested on both elsewhere.
STORES = ("sqlite",)
PAGES = (
    "/", "/overview/moves/", "/people/23/", "/users/", "/users/roles/", "/users/invite/",
    "/tokens/", "/audit/", "/account/", "/account/password/", "/account/second-factor/",
    "/imports/", "/inbox/",
    "/find/", "/audiences/", "/audiences/suggested/", "/audiences/explore/", "/audiences/overlap/",
    "/audiences/exports/", "/audiences/new/", "/audiences/export/",
    "/analyses/", "/analyses/groups/", "/analyses/decline/", "/analyses/groups/?window_days=0",
    "/data/", "/data/quality/", "/data/rejects/", "/data/columns/", "/data/versions/",
    "/data/runs/", "/value/", "/value-tables/", "/value-tables/new/hughes-251a/?scenario=welcome",
    "/value-tables/new/blank/", "/strategies/", "/strategies/new/", "/api/v1/docs", "/nothing/",
)  # fmt: skip

# Each look once: what is wrong with a colour or a width is so in every language.
LOOKS = {
    "en": (("light", 1280), ("dark", 390)),
    "zh-hans": (("dark", 1280), ("light", 390)),
}


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """The system's Chromium, told by Playwright."""
    from playwright.sync_api import sync_playwright

    # Playwright has an event loop of its own in this thread, which Django would take for ours.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
        opened = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, live_server: Any, demo_workspace: Any) -> Iterator[Any]:
    """A page whose complaints are kept in ``page.complaints``."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 800}, locale="en"
    )
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda m: m.type == "error" and opened.complaints.append(m.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()


def sign_in(page: Any, email: str) -> None:
    page.goto("/sign-in/")
    page.fill("#id_email", email)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_selector("article#headline", timeout=60_000)


def serious(page: Any) -> list[str]:
    """What axe finds that keeps somebody out."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{page.url} {v['id']}: {[n['target'] for n in v['nodes']][:3]}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def test_a_first_visit_ends_at_the_headline(page: Any) -> None:
    first_run.offer()
    page.goto(f"/first-run/?token={first_run.token()}")
    assert serious(page) == []
    page.fill("#id_name", "王伟")
    page.fill("#id_email", "wei@example.com")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_selector("article#headline h1", timeout=60_000)
    assert "Revenue" in page.inner_text("article#headline h1")
    assert page.complaints == []


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_can_be_used_by_everybody(page: Any, language: str) -> None:
    boss = make_user("administrator", language=language, name='<img src=x onerror="alert(1)">')
    make_user("analyst", name="A very long name " * 6)
    index.refresh()
    sign_in(page, boss.email)
    faults: list[str] = []
    for scheme, width in LOOKS[language]:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        for path in PAGES:
            page.goto(path)
            page.wait_for_load_state("networkidle")
            faults += serious(page)
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                faults.append(f"{path} is {wide} wide on {width}")
    assert faults == []
    # Pages that are not there, and one whose form is wrong.
    known = ("404", "422")
    assert [said for said in page.complaints if not any(k in said for k in known)] == []


def test_the_keyboard_reaches_the_content_first_and_focus_is_seen(page: Any) -> None:
    sign_in(page, make_user("analyst").email)
    page.goto("/account/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_on_a_phone_the_menu_opens_and_closes(page: Any) -> None:
    sign_in(page, make_user("administrator").email)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/account/")
    assert not page.is_visible("nav a")
    page.click("summary")
    page.click("nav a[href='/users/']")
    assert page.url.endswith("/users/")


def test_without_scripts_everything_can_still_be_reached(browser: Any, live_server: Any) -> None:
    user = make_user("administrator")
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in/")
    page.fill("#id_email", user.email)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.click("nav a[href='/audit/']")
    assert page.url.endswith("/audit/")
    context.close()


def test_a_chart_draws_under_the_policy(page: Any) -> None:
    """The bundle of vl-convert with the options of decision 17, on a page of the console."""
    sign_in(page, make_user("analyst").email)
    page.add_script_tag(type="module", url="/static/regulars/vega.js")
    page.wait_for_function("() => Boolean(window.vegaEmbed)")
    page.evaluate(
        """async () => {
          const place = document.createElement("div");
          document.querySelector("main").append(place);
          const spec = {data: {values: [{a: "x", b: 1}, {a: "y", b: 2}]}, mark: "bar",
            encoding: {x: {field: "a", type: "nominal"}, y: {field: "b", type: "quantitative"},
              tooltip: {field: "b"}}};
          await window.vegaEmbed(place, spec, {ast: true, actions: false, defaultStyle: false,
            tooltip: {disableDefaultStyle: true}, renderer: "svg"});
          place.id = "chart";
        }"""
    )
    assert page.locator("#chart svg path").count() > 0
    assert page.complaints == []
