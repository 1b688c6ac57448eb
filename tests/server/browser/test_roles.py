"""Each role in a browser: through its whole navigation, and its work, in both languages."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import regulars
from regulars_server.access.models import User
from regulars_server.audiences import exporting
from regulars_server.audiences.models import Audience, Export
from regulars_server.care.models import Case
from regulars_server.people import index
from regulars_server.people.models import Consent
from regulars_server.strategies.models import ValueTable, Workbook
from server.audiences.conftest import forget
from server.audiences.test_exports import Worker
from server.browser.test_console import browser, sign_in
from server.people import make_user
from server.strategies.drafts import whole_strategy

__all__ = ["browser"]
pytestmark = pytest.mark.django_db(transaction=True)
STORES = ("sqlite",)
LANGUAGES = ("en", "zh-hans")

# Said here once more, and not read from the declarations: this is what was promised.
OVERVIEW, AUDIENCES, PEOPLE, CASES = "/", "/audiences/", "/people/", "/cases/"
KNOWLEDGE = ("/analyses/", "/value/", "/value-tables/", "/strategies/")
DATA, IMPORT, INBOX, JOBS = "/data/", "/imports/", "/inbox/", "/jobs/"
USERS, TOKENS, AUDIT = "/users/", "/tokens/", "/audit/"
EVERY = (
    OVERVIEW, AUDIENCES, PEOPLE, CASES, *KNOWLEDGE, DATA, IMPORT, INBOX, JOBS, USERS, TOKENS, AUDIT,
)  # fmt: skip
SEES = {
    "administrator": set(EVERY),
    "analyst": {OVERVIEW, AUDIENCES, *KNOWLEDGE, DATA, IMPORT, INBOX, JOBS, TOKENS},
    "marketer": {OVERVIEW, AUDIENCES, *KNOWLEDGE, DATA, INBOX, JOBS, TOKENS},
    "service_agent": {OVERVIEW, PEOPLE, CASES},
    "club_operator": {OVERVIEW, AUDIENCES, PEOPLE, CASES, *KNOWLEDGE, JOBS},
    "auditor": set(EVERY) - {TOKENS},
}
# Buttons that change nothing of the shop: they fetch a file, or are one's own.
HARMLESS = "[data-again]"
NAME = "王小明"
FIRST = dt.date(2025, 1, 1)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of 120 named customers with orders of a year and a half, and a snapshot."""
    folder = tmp_path_factory.mktemp("roles")
    ws = regulars.init(folder / "workspace", zone="Asia/Shanghai", currency="CNY")
    people = [(f"C-{n}", f"{NAME} {n}", f"1391234{n:04d}") for n in range(1, 121)]
    orders = [
        (f"o-{n}-{k}", f"C-{n}", str(FIRST + dt.timedelta(days=(n * 7 + k * (9 + n % 40)) % 540)),
         f"{20 + (n * 13 + k * 7) % 180}.50")
        for n in range(1, 121) for k in range(1 + n % 12)
    ]  # fmt: skip
    for fact, header, rows in (
        ("customers", ("customer_id", "name", "phone"), people),
        ("orders", ("order_id", "customer_id", "day", "amount"), orders),
    ):
        file = folder / f"{fact}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([header, *rows])
        ws.import_facts(fact, file)
    ws.analyse()
    return ws.settings.root


class Desk:
    """A browser in which users of roles work; what a page complains of is kept."""

    def __init__(self, browser: Any, address: str) -> None:
        self.context = browser.new_context(
            base_url=address, viewport={"width": 1280, "height": 900}, locale="en",
            accept_downloads=True,
        )  # fmt: skip
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def enter(self, role: str, language: str) -> User:
        """Somebody of this role sits down."""
        self.context.clear_cookies()
        user = make_user(role, language=language)
        sign_in(self.page, user.email)
        return user

    def walk(self) -> set[str]:
        """Click every entry of the navigation; where they lead."""
        shown = self.page.eval_on_selector_all(
            "nav .menu-body, .menu-body nav a", "all => all.map(one => one.getAttribute('href'))"
        )
        for address in shown:
            self.page.click(f".menu-body nav a[href='{address}']")
            self.page.wait_for_url(f"**{address}")
            self.page.wait_for_selector(f"nav a[href='{address}'][aria-current='page']")
            said = self.page.inner_text("main")
            assert len(said) > 20, address
            assert self.page.locator("main h1, main h2").count() > 0, address
        return set(shown)


@pytest.fixture
def desk(browser: Any, live_server: Any, root: Path, settings: Any) -> Iterator[Desk]:
    settings.REGULARS_WORKSPACE = root
    forget()
    index.refresh()
    opened = Desk(browser, live_server.url)
    yield opened
    opened.context.close()
    forget()


def market(page: Any, user: User) -> None:
    """Explore, save an audience, export it."""
    page.goto("/audiences/explore/")
    page.click("#add-0")
    page.select_option("[name='r.0.0.column']", "orders")
    page.wait_for_selector("[name='r.0.0.value']")
    page.fill("[name='r.0.0.value']", "9")
    page.wait_for_function("() => location.search.includes('orders')")
    page.click("#answer a[href*='/audiences/new/']")
    page.fill("#id_name", f"常客 {user.language}")
    page.click("main form button")
    page.wait_for_selector("h1:has-text('常客')")
    page.click("a[href*='/audiences/export/']")
    page.click("main form > button")
    page.wait_for_selector("#export[hx-get]")
    exporting.run(Worker(Export.objects.latest("pk")))  # type: ignore[arg-type]
    with page.expect_download() as coming:
        page.click("#export form button", timeout=10_000)
    rows = Path(coming.value.path()).read_text(encoding="utf-8-sig").splitlines()
    audience = Audience.objects.get(name=f"常客 {user.language}")
    assert audience.condition == "orders >= 9"
    assert len(rows) > 10
    # A marketer works with numbers: no name leaves.
    assert NAME not in "\n".join(rows)


def analyse(page: Any, user: User) -> None:
    """Ask an analysis with a parameter; keep a value table."""
    page.goto("/analyses/groups/")
    page.click("details.asking > summary")
    page.fill("#id_window_days", "180")
    page.click(".parameters button")
    page.wait_for_selector("#answer table", timeout=60_000)
    assert page.url.endswith("/analyses/groups/?window_days=180")
    page.goto("/value-tables/new/hughes-251a/?scenario=welcome")
    page.fill("#keep-title", f"表 {user.language}")
    page.click("section.keep button[formaction$='/save/'] >> nth=0")
    page.wait_for_url("**/value-tables/*/")
    assert ValueTable.objects.filter(name=f"表 {user.language}").exists()


def serve(page: Any, user: User) -> None:
    """Find a customer, open a case, record what they said."""
    page.goto("/people/")
    page.fill("main input[name=q]", f"{NAME} 23")
    page.press("main input[name=q]", "Enter")
    page.click(f"main a:has-text('{NAME} 23')")
    page.wait_for_selector("#figures .standing", timeout=60_000)
    page.click("a[href*='/cases/open/']")
    page.fill("#id_subject", f"破损的包裹 {user.language}")
    page.click("main form button")
    page.wait_for_selector("h1:has-text('破损的包裹')")
    assert Case.objects.latest("pk").subject == f"破损的包裹 {user.language}"
    page.click("main dl a[href*='/people/']")
    state = "given" if Consent.objects.exists() else "withdrawn"
    page.click(f"button[name=state][value={state}]")
    page.wait_for_selector("main button[name=state]")
    assert Consent.objects.order_by("pk").last().state == state  # type: ignore[union-attr]


def host(page: Any, user: User) -> None:
    """Look at a customer; the strategies are seen and not touched."""
    page.goto("/people/?q=13912340023")
    page.click(f"main a:has-text('{NAME} 23')")
    page.wait_for_selector("#figures .standing", timeout=60_000)
    assert "1391234" in page.inner_text("main")
    assert page.locator("main a[href*='/cases/open/']").count() == 0
    page.goto(f"/strategies/{Workbook.objects.latest('pk').pk}/")
    assert page.locator("main form").count() == 0


def audit(page: Any, user: User) -> None:
    """See everything, and find no button that changes anything."""
    strategy, table = Workbook.objects.latest("pk"), ValueTable.objects.latest("pk")
    audience, case = Audience.objects.latest("pk"), Case.objects.latest("pk")
    looked = (
        *sorted(SEES["auditor"]), f"/strategies/{strategy.pk}/", f"/value-tables/{table.pk}/",
        f"/audiences/{audience.pk}/", f"/cases/{case.pk}/", "/people/23/",
        "/data/rejects/", "/users/roles/", f"/users/{user.pk}/",
    )  # fmt: skip
    for address in looked:
        page.goto(address)
        changing = page.locator(f"main form[method=post]:not({HARMLESS})")
        assert changing.count() == 0, f"{address}: {changing.first.evaluate('f => f.outerHTML')}"


def administer(page: Any, user: User) -> None:
    """Invite somebody, and change what they may."""
    page.goto("/users/")
    page.click("main a[href='/users/invite/']")
    page.fill("#id_name", "新同事")
    page.fill("#id_email", f"new-{user.language}@example.com")
    page.click("main form button")
    page.wait_for_selector("main .secret")
    assert User.objects.get(email=f"new-{user.language}@example.com").name == "新同事"


WORK: dict[str, Callable[[Any, User], None]] = {
    "marketer": market, "analyst": analyse, "service_agent": serve, "club_operator": host,
    "administrator": administer, "auditor": audit,
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_role_finds_its_pages_and_does_its_work(desk: Desk, language: str) -> None:
    whole_strategy(make_user("analyst"))
    # What the first have made is there for the last to see.
    for role, work in WORK.items():
        user = desk.enter(role, language)
        assert desk.walk() == SEES[role], role
        work(desk.page, user)
        refused = sorted(set(EVERY) - SEES[role])
        assert desk.complaints == [], role
        for address in refused:
            answer = desk.page.request.get(address)
            assert answer.status == 403, f"{role} {address}"
            assert 'class="problem"' in answer.text(), f"{role} {address}"
