"""The first day of a server in a browser: first run, import, search, consent, erase."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import regulars
from regulars_server.access import first_run
from regulars_server.people import erasing, index
from regulars_server.people.models import Consent, Person
from server.browser.test_console import browser, serious
from server.imports.conftest import do_jobs
from server.people import PASSWORD

__all__ = ["browser"]
pytestmark = pytest.mark.django_db(transaction=True)
STORES = ("sqlite",)
CUSTOMERS = (
    "customer_id,name,phone,email\n"
    "C-1,王小明,13912345678,wang@mail.cn\n"
    'C-2,"<img src=x onerror=alert(1)>",13812340001,x@mail.cn\n'
)


@pytest.fixture
def page(browser: Any, live_server: Any, tmp_path: Path, settings: Any) -> Iterator[Any]:
    """On a server with an empty workspace; complaints are kept in ``page.complaints``."""
    regulars.init(tmp_path / "shop", zone="Asia/Shanghai", currency="CNY")
    settings.REGULARS_WORKSPACE = tmp_path / "shop"
    settings.REGULARS_DATA = tmp_path / "data"
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}, locale="en"
    )
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda m: m.type == "error" and opened.complaints.append(m.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()


def test_from_the_first_run_to_an_erasure(page: Any, tmp_path: Path) -> None:
    first_run.offer()
    page.goto(f"/first-run/?token={first_run.token()}")
    page.fill("#id_name", "王伟")
    page.fill("#id_email", "wei@example.com")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_selector("#headline a[href='/imports/']", timeout=60_000)

    page.click("#headline a[href='/imports/']")
    file = tmp_path / "客户.csv"
    file.write_text(CUSTOMERS, encoding="utf-8")
    page.select_option("#id_fact", "customers")
    page.set_input_files("#id_file", str(file))
    assert serious(page) == []
    page.click("form[data-upload] button")
    page.wait_for_url("**/imports/*/")
    do_jobs()
    page.wait_for_selector("select[name=column-name]", timeout=30_000)
    assert page.input_value("select[name=column-name]") == "name"
    assert serious(page) == []
    page.click(".mapping ~ button")
    page.wait_for_selector("#import")
    do_jobs()
    page.wait_for_selector("dl.facts", timeout=30_000)
    assert "customers" in page.inner_text("main")
    assert serious(page) == []

    index.refresh()
    page.goto("/people/")
    page.fill("input[name=q]", "小明")
    page.press("input[name=q]", "Enter")
    page.click("a:has-text('王小明')")
    page.click("button:has-text('Refuses personalised decisions')")
    page.wait_for_selector("text=Refuses personalised decisions: offers")
    assert Consent.objects.get().state == "withdrawn"

    page.click("button:has-text('Erase')")
    page.wait_for_load_state("networkidle")
    page.fill("main form input[type=text]", "C-1")
    page.click("main form button.danger")
    page.wait_for_load_state("networkidle")
    assert [erasing.run(number) for number in erasing.unfinished()] == [True]
    assert not Person.objects.filter(name="王小明").exists()
    left = regulars.open(tmp_path / "shop").lake.folder
    assert not [f for f in left.rglob("*") if f.is_file() and "王小明".encode() in f.read_bytes()]
    assert page.complaints == []
