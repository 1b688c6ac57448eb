"""In a browser: filtered by clicking, typed, told where it is wrong, saved, exported."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import regulars
from regulars_server.audiences import deck, exporting
from regulars_server.audiences.models import Audience, Export
from server.audiences.conftest import forget
from server.audiences.test_exports import Worker
from server.browser.test_console import browser, serious, sign_in
from server.people import make_user

__all__ = ["browser"]
pytestmark = pytest.mark.django_db(transaction=True)
STORES = ("sqlite",)


@pytest.fixture(scope="module")
def root(demo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo with a snapshot."""
    made = tmp_path_factory.mktemp("browsed") / "workspace"
    shutil.copytree(demo_root, made)
    regulars.open(made).analyse()
    return made


@pytest.fixture
def page(browser: Any, live_server: Any, root: Path, settings: Any) -> Iterator[Any]:
    """A page whose complaints are kept in ``page.complaints``."""
    settings.REGULARS_WORKSPACE = root
    forget()
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
    forget()
    deck.switch_on()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_from_a_filter_to_an_exported_audience(page: Any, language: str) -> None:
    sign_in(page, make_user("marketer", language=language).email)
    page.goto("/audiences/explore/")
    everybody = page.inner_text("#answer .size")
    assert "23,570" in everybody
    # By clicking: the count follows what is typed, the field keeps the focus.
    page.click("#add-0")
    page.select_option("[name='r.0.0.column']", "spend_minor")
    page.wait_for_selector("[name='r.0.0.value']")
    page.type("[name='r.0.0.value']", "100.50", delay=20)
    page.wait_for_function(
        "before => document.querySelector('#answer .size')?.innerText !== before", arg=everybody
    )
    assert page.evaluate("document.activeElement.name") == "r.0.0.value"
    page.wait_for_function("() => location.search.includes('spend_minor')")
    page.reload()
    assert page.input_value("[name='r.0.0.value']") == "100.5"
    # Typed: the same filter as text; what is wrong is marked, and nothing is lost.
    page.click("button[value='text']")
    assert page.wait_for_selector("#where").input_value() == "spend_minor >= 10050"
    page.fill("#where", "spend_minor >= 10050 and read_csv('x') = 1")
    page.wait_for_selector(".refused mark")
    assert page.inner_text(".refused mark") == "read_csv"
    assert serious(page) == []
    page.fill("#where", "spend_minor >= 10050 and recency_days > 90")
    page.wait_for_selector("#answer .size")
    page.click("button[value='clicks']")
    page.wait_for_selector("[name='r.0.1.column']")
    assert serious(page) == []
    # Saved, and exported.
    page.click("#answer a[href*='/audiences/new/']")
    page.fill("#id_name", "Silent 沉默")
    page.click("main form button")
    page.wait_for_selector("h1:has-text('Silent 沉默')")
    assert Audience.objects.get().condition == "spend_minor >= 10050 and recency_days > 90"
    page.click("a[href*='/audiences/export/']")
    assert serious(page) == []
    page.click("main form > button")
    page.wait_for_selector("#export[hx-get]")
    exporting.run(Worker(Export.objects.get()))  # type: ignore[arg-type]
    with page.expect_download() as coming:
        page.click("#export form button", timeout=10_000)
    assert coming.value.suggested_filename.endswith(".csv")
    assert page.complaints == []


def test_a_rule_is_made_by_keyboard_alone(page: Any) -> None:
    sign_in(page, make_user("analyst").email)
    page.goto("/audiences/explore/")
    page.focus("#add-0")
    page.keyboard.press("Enter")
    page.wait_for_selector("[name='r.0.0.column']")
    page.focus("[name='r.0.0.column']")
    page.keyboard.type("orders")
    page.keyboard.press("Tab")
    page.wait_for_selector("[name='r.0.0.value']")
    page.focus("[name='r.0.0.value']")
    page.keyboard.type("3")
    page.wait_for_function("() => location.search.includes('orders')")
    assert page.complaints == []
