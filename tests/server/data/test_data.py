"""Pages of data: what is here, how good, where it came from, what changed, what was computed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import regulars
from regulars.errors import ParameterError
from regulars.report.words.quality import CHECKS
from regulars_server.data import measuring
from regulars_server.data.models import Measured
from regulars_server.work.models import Job, State
from server.imports.conftest import Doing
from server.people import Client

pytestmark = pytest.mark.django_db
BAD = "order_id,customer_id,day,amount\nx1,C-1,2026-03-01,10.00\nx2,C-9,someday,5.00\n"


def body(response: Any) -> str:
    return html.unescape(response.content.decode())


class Quiet(Doing):
    """A job of the test's own process that nobody cancels."""

    def check(self) -> None:
        pass


def count() -> None:
    """Do what the worker would."""
    while job := Job.objects.filter(state=State.WAITING, kind="data.measure").first():
        measuring.run(Quiet(job))
        Job.objects.filter(pk=job.pk).update(state=State.DONE)


def bring(ws: Any, text: str, tmp_path: Path, *, name: str = "more.csv") -> Any:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return ws.import_facts("orders", file, reject_limit=1.0)


def test_the_facts_are_counted_when_somebody_looks_and_once_for_each_version(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("marketer")
    first = body(client.get("/data/"))
    assert "The facts are being counted" in first
    client.get("/data/")
    assert Job.objects.filter(kind="data.measure").count() == 1
    count()
    assert sorted(Measured.objects.values_list("facts_version", flat=True)) == [1, 2]
    text = body(client.get("/data/"))
    assert "being counted" not in text
    orders = text.split('id="orders"')[1].split("</tr>")[0]
    assert re.search(r'class="number">3<', orders)
    assert "2026-01-05" in orders
    assert "2026-02-09" in orders
    assert "shop" in orders
    # What more facts would open, by the analyses that need them.
    lacking = text.split("What more would open")[1]
    assert "Import order_lines to see:" in lacking
    assert 'href="/analyses/goods/"' in lacking
    part = body(client.get("/data/", HTTP_HX_REQUEST="true"))
    assert "<html" not in part


def test_a_new_version_shows_the_last_count_until_it_is_counted(
    shop: Any, tmp_path: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    client.get("/data/")
    count()
    bring(shop, BAD, tmp_path)
    text = body(client.get("/data/"))
    assert "The facts have changed; they are being counted." in text
    assert re.search(r'class="number">3<', text.split('id="orders"')[1])
    count()
    text = body(client.get("/data/"))
    assert re.search(r'class="number">4<', text.split('id="orders"')[1])


def test_quality_is_shown_now_and_over_time(
    shop: Any, tmp_path: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("auditor")
    client.get("/data/quality/")
    count()
    text = body(client.get("/data/quality/"))
    assert "From the second counted state on" in text
    assert CHECKS["one_time_customers"].en in text
    bring(shop, BAD, tmp_path)
    client.get("/data/quality/")
    count()
    text = body(client.get("/data/quality/"))
    assert '<div class="picture"' in text
    table = text.split('class="states-table"')[1]
    # Of the two rows read for the newest version one was not taken.
    assert ">50.0%<" in table.split("<tbody>")[1].split("</tr>")[0]
    zh = body(client.get("/data/quality/", HTTP_ACCEPT_LANGUAGE="zh-hans"))
    assert "数据版本" in zh


def test_rejects_say_why_and_show_the_row_to_who_may_see_people(
    shop: Any, tmp_path: Path, as_role: Callable[[str], Client]
) -> None:
    report = bring(shop, BAD.replace("someday", "=cmd()"), tmp_path)
    marketer, boss = as_role("marketer"), as_role("administrator")
    listed = body(marketer.get("/data/rejects/"))
    page = f"/data/rejects/{report.import_id}/"
    assert f'href="{page}"' in listed
    blind = body(marketer.get(page))
    assert "1 of 2 rows were not taken" in blind
    assert "is no day" in blind
    assert "more.csv:3" in blind
    assert "C-9" not in blind
    seen = body(boss.get(page))
    assert '<span class="muted">customer_id</span> <code>C-9</code>' in seen
    assert "C-9" in body(boss.get(page, {"code": report.rejected[0].code}))
    assert marketer.get(f"{page}rows.csv").status_code == 403
    sent = boss.get(f"{page}rows.csv", HTTP_ACCEPT_LANGUAGE="zh-hans")
    file = b"".join(sent.streaming_content).decode()  # type: ignore[attr-defined]
    assert "不是日期" in file
    assert "C-9" in file
    assert not re.search(r"(^|,)=", file, re.MULTILINE)
    for nothing in ("nothing", "../../etc", "0" * 32):
        assert boss.get(f"/data/rejects/{nothing}/").status_code == 404


def test_versions_say_what_made_them_and_what_changed(
    shop: Any, tmp_path: Path, as_role: Callable[[str], Client]
) -> None:
    bring(shop, BAD, tmp_path)
    text = body(as_role("analyst").get("/data/versions/"))
    newest = text.split("<ol")[1].split("</li>")[0]
    assert ">3<" in newest
    assert "1 new, 0 changed, 0 withdrawn" in newest
    assert "1 rejected" in newest
    assert "more.csv" in newest
    first = text.split("<ol")[1].split("</li>")[2]
    assert "<code>customers</code>" in first


def test_columns_of_sources_are_shown_as_they_are_kept(
    shop: Any, tmp_path: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    none = body(client.get("/data/columns/"))
    assert "No mapping is kept yet" in none
    from regulars.facts import ColumnMapping

    file = tmp_path / "theirs.csv"
    file.write_text("nr,kunde,tag,summe\na1,C-1,2026-04-01,3.00\n", encoding="utf-8")
    columns = {"order_id": "nr", "customer_id": "kunde", "day": "tag", "amount": "summe"}
    mapping = ColumnMapping(table="orders", source="erp", columns=columns)
    shop.import_facts("orders", file, source="erp", mapping=mapping.confirm())
    text = body(client.get("/data/columns/"))
    assert "← erp" in text
    assert "kunde" in text
    assert 'href="/imports/"' in text


def test_runs_are_listed_with_a_filter_and_their_sql_is_for_those_who_may_see_it(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    shop.show("groups", window_days=90)
    with pytest.raises(ParameterError):
        shop.show("routes")
    shop.show("quality")
    marketer, analyst = as_role("marketer"), as_role("analyst")
    text = body(marketer.get("/data/runs/"))
    assert text.index(">quality<") < text.index(">groups<")
    only = body(marketer.get("/data/runs/", {"name": "GROUP"}))
    assert ">quality<" not in only
    failed = body(marketer.get("/data/runs/", {"failed": "yes"}))
    assert ">routes<" in failed
    assert ">groups<" not in failed
    link = re.search(r'href="(/data/runs/[^"?]+/)">groups<', text)
    assert link
    blind = body(marketer.get(link[1]))
    assert "window_days" in blind
    assert "SELECT" not in blind.upper().split("<H2>SQL")[1].replace("SELECTED", "")
    seen = body(analyst.get(link[1]))
    assert "SELECT" in seen.split("<h2>SQL</h2>")[1].upper()
    for nothing in ("nothing", "20260101T000000000000-1", "x" * 200):
        assert analyst.get(f"/data/runs/{nothing}/").status_code == 404


def test_a_long_log_comes_in_pages(
    shop: Any, as_role: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regulars_server.data.runs.ROWS", 2)
    for days in (30, 60, 90):
        shop.show("groups", window_days=days)
    client = as_role("analyst")
    first = body(client.get("/data/runs/", {"name": "groups"}))
    ids = re.findall(r'href="/data/runs/([^"/]+)/"', first)
    following = re.search(r'href="\?([^"]*after=[^"]*)" rel="next"', first)
    assert following
    second = body(client.get(f"/data/runs/?{following[1]}"))
    more = re.findall(r'href="/data/runs/([^"/]+)/"', second)
    assert (len(ids), len(more), len({*ids, *more})) == (2, 1, 3)


def test_a_companys_own_tables_are_shown_for_what_they_are(
    tmp_path: Path, settings: Any, db: None, as_role: Callable[[str], Client]
) -> None:
    file = tmp_path / "theirs.csv"
    file.write_text("nr,kunde,tag,cents\n1,K1,2026-01-02,500\n2,K1,2026-02-02,700\n", "utf-8")
    ws = regulars.init(tmp_path / "own", zone="UTC", currency="EUR", lake=False)
    columns = {"order_id": "nr", "customer_id": "kunde", "day": "tag", "amount": "cents / 100"}
    ws.map_facts("orders", str(file), columns)
    settings.REGULARS_WORKSPACE = ws.settings.root
    client = as_role("analyst")
    client.get("/data/")
    count()
    text = body(client.get("/data/"))
    orders = text.split('id="orders"')[1].split("</tr>")[0]
    assert re.search(r'class="number">2<', orders)
    assert "theirs.csv" in orders
    assert "On disk" not in text
    assert "cents / 100" in body(client.get("/data/columns/"))
    assert "have no versions" in body(client.get("/data/versions/"))
    assert "imports no files" in body(client.get("/data/rejects/"))
    assert "Quality of the data" in body(client.get("/data/quality/"))
    for path in ("/data/rejects/nothing/", "/data/rejects/nothing/rows.csv"):
        assert client.get(path).status_code == 404


def test_without_facts_the_pages_teach(
    tmp_path: Path, settings: Any, db: None, as_role: Callable[[str], Client]
) -> None:
    ws = regulars.init(tmp_path / "empty", zone="UTC", currency="EUR")
    settings.REGULARS_WORKSPACE = ws.settings.root
    client = as_role("administrator")
    assert "Orders come first" in body(client.get("/data/"))
    assert "nothing can be checked" in body(client.get("/data/quality/"))
    assert "Every row of every import was taken." in body(client.get("/data/rejects/"))
    assert "There are no facts yet." in body(client.get("/data/versions/"))
    assert "Nothing was computed yet." in body(client.get("/data/runs/"))
    assert not Job.objects.filter(kind="data.measure").exists()


def test_pages_and_tables_are_found_by_the_palette(shop: Any, people: Callable[..., Any]) -> None:
    from regulars_server.data.finding import found

    first, *_ = found("rejected", user=people("analyst"))
    assert first.url == "/data/rejects/"
    assert "/data/#order_lines" in [hit.url for hit in found("order_l", user=people("analyst"))]
    assert found("rejected", user=people("service_agent")) == []
