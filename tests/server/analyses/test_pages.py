"""Pages of analyses: made from the declaration, asked by an address, with all that is said."""

from __future__ import annotations

import html
import io
import re
import sys
import types
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

import regulars
from regulars_server.analyses.asked import OURS
from regulars_server.analyses.asking import Desk, Working
from regulars_server.analyses.finding import found
from server.analyses.conftest import Within
from server.people import Client

pytestmark = pytest.mark.django_db
# Answers lie in files; who may see people is read of the database, and is tested on both below.
STORES = ("sqlite",)


def body(response: Any) -> str:
    return html.unescape(response.content.decode())


def test_no_parameter_has_a_name_that_the_address_uses() -> None:
    for one in regulars.catalogue():
        names = {parameter.name for parameter in one.parameters}
        assert not names & set(OURS), one.name
        assert not any(name.startswith("is.") for name in names)


def test_the_catalogue_lists_every_question_under_a_theme(
    demo_workspace: Any, as_role: Callable[[str], Client]
) -> None:
    text = body(as_role("marketer").get("/analyses/"))
    for one in regulars.catalogue():
        assert f'href="/analyses/{one.name}/"' in text
        assert one.question.en in text
    assert "Needs facts that are not here yet: order_lines." in text
    few = body(as_role("analyst").get("/analyses/", {"q": "COHORT"}))
    assert "/analyses/cohorts/" in few
    assert "/analyses/bridge/" not in few
    none = body(as_role("analyst").get("/analyses/", {"q": "<script>"}))
    assert "No question has “<script>” in it" in none
    raw = as_role("analyst").get("/analyses/", {"q": "<b>x"}).content.decode()
    assert "<b>x" not in raw


@pytest.mark.slow
def test_every_analysis_has_a_page_that_answers(
    shop: Any, within: Within, as_role: Callable[[str], Client]
) -> None:
    client = as_role("administrator")
    for number, declared in enumerate(regulars.catalogue()):
        language = ("en", "zh-hans")[number % 2]
        response = client.get(f"/analyses/{declared.name}/", HTTP_ACCEPT_LANGUAGE=language)
        text = body(response)
        # Three orders are too few for some questions; that is said in words, and is no failure.
        assert response.status_code in (200, 422), declared.name
        assert declared.question.say("en" if language == "en" else "zh") in text
        for parameter in declared.parameters:
            assert re.search(rf'name="{parameter.name}(_from)?"', text), parameter.name


NEW = "second_orders"


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An analysis that the program did not have: `summary` under another name and question."""
    from regulars import analyses
    from regulars.analyses.summary import ANALYSIS
    from regulars.declare import Text

    new = replace(
        ANALYSIS,
        name=NEW,
        title=Text("Second orders", "第二单"),
        question=Text("Who ordered a second time?", "谁下了第二单？"),
    )
    module = types.ModuleType(f"regulars.analyses.{NEW}")
    module.ANALYSIS = new  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(analyses, "NAMES", (*analyses.NAMES, NEW))
    analyses.find.cache_clear()
    yield NEW
    monkeypatch.undo()
    analyses.find.cache_clear()


def test_a_new_analysis_has_its_page_by_being_registered(
    registered: str, shop: Any, within: Within, as_role: Callable[[str], Client]
) -> None:
    client = as_role("administrator")
    assert f'href="/analyses/{NEW}/"' in body(client.get("/analyses/", {"q": "second time"}))
    text = body(client.get(f"/analyses/{NEW}/", {"grain": "week"}))
    assert "Who ordered a second time?" in text
    assert "<b>Times rounded to</b> week" in text
    assert "C-1" in text
    assert within.asked[0]["parameters"] == {"grain": "week"}
    assert NEW in body(client.get(reverse("console:palette"), {"q": "second orders"}))


def test_the_address_holds_what_differs_from_the_defaults_and_gives_the_answer_again(
    demo_workspace: Any, within: Within, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    given = {
        "as_of": "", "window_days": "200", "frequency_threshold": "2",
        "value_threshold_minor": "31.50", "frequency_unit": "days", "swap_cd": "yes",
    }  # fmt: skip
    response = client.get("/analyses/groups/ask/", given)
    assert response.status_code == 302
    query = parse_qs(urlsplit(response["Location"]).query)
    # Money as the library has it: minor units.
    assert query == {
        "window_days": ["200"],
        "value_threshold_minor": ["3150"],
        "swap_cd": ["yes"],
    }
    text = body(client.get(response["Location"]))
    whole = regulars.open(demo_workspace).show(
        "groups", window_days=200, value_threshold_minor=3150, swap_cd=True
    )
    for row in whole.rows:
        assert f">{row['customers']:,}<" in text
    assert 'name="value_threshold_minor" value="31.5"' in text
    assert "<b>Window</b> 200 days" in text
    # The link says on which facts it was copied.
    link = re.search(r'id="link">([^<]*)<', text)
    assert link
    assert parse_qs(urlsplit(link[1]).query) == {**query, "facts": ["1"]}
    again = client.get("?".join(urlsplit(link[1])[2:4]))
    assert again.status_code == 200
    assert "The facts have changed" not in body(again)
    older = body(client.get("/analyses/groups/", {"facts": "9"}))
    assert "then facts version 9, now 1" in older


def test_a_period_is_two_days_and_a_share_is_per_cent(
    demo_workspace: Any, within: Within, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    given = {"before_from": "1997-01-01", "before_to": "1997-07-01", "after_from": "1997-07-01",
             "after_to": "1998-01-01", "core_share": "40"}  # fmt: skip
    response = client.get("/analyses/bridge/ask/", given)
    query = parse_qs(urlsplit(response["Location"]).query)
    assert query == {
        "before": ["1997-01-01..1997-07-01"], "after": ["1997-07-01..1998-01-01"],
        "core_share": ["0.4"],
    }  # fmt: skip
    text = body(client.get(response["Location"]))
    assert 'value="1997-07-01"' in text
    assert within.asked[-1]["parameters"]["core_share"] == "0.4"
    assert "Customers who stayed" in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"window_days": "0"}, "greater than or equal to 1"),
        ({"window_days": "many"}, "whole number"),
        ({"window_days": "99999999"}, "less than or equal to 36500"),
        ({"as_of": "yesterday"}, "valid date"),
        ({"frequency_unit": "moons"}, "not one of the available choices"),
        ({"by": "moon"}, "not one of the available choices"),
        ({"nothing": "1"}, "There is no parameter nothing."),
    ],
)
def test_what_is_wrong_with_an_address_stands_at_its_field(
    given: dict[str, str], said: str, demo_workspace: Any, as_role: Callable[[str], Client]
) -> None:
    response = as_role("analyst").get("/analyses/groups/", given)
    assert response.status_code == 422
    assert said in body(response)
    assert 'class="asking" open' in body(response)


def test_a_period_that_is_none_is_refused_at_its_field(
    demo_workspace: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    turned = client.get(
        "/analyses/bridge/ask/", {"after_from": "1998-01-01", "after_to": "1997-01-01"}
    )
    assert "The period ends before it starts." in body(turned)
    half = client.get("/analyses/bridge/", {"after": "1998-01-01.."})
    assert (half.status_code, "A period has two days" in body(half)) == (422, True)


def test_what_the_library_refuses_is_said_in_words(
    demo_workspace: Any, within: Within, as_role: Callable[[str], Client]
) -> None:
    response = as_role("analyst").get("/analyses/routes/")
    assert response.status_code == 422
    assert "three periods in a row are needed" in body(response)
    assert 'role="alert"' in body(response)


def test_rows_are_kept_by_a_value_and_sorted(
    demo_workspace: Any, within: Within, as_role: Callable[[str], Client]
) -> None:
    client = as_role("administrator")
    text = body(client.get("/analyses/bridge_customers/", {"is.term": "lost"}))
    whole = regulars.open(demo_workspace).show("bridge_customers")
    lost = [row for row in whole.rows if row["term"] == "lost"]
    assert f"of {len(lost):,}" in text
    assert "<b>Term</b> Lost" in text
    table = text.split("<tbody>")[1].split("</tbody>")[0]
    assert "First-time" not in table
    ordered = body(
        client.get("/analyses/bridge_customers/", {"is.term": "lost", "sort": "change_minor"})
    )
    worst = min(row["change_minor"] for row in lost)
    first = ordered.split("<tbody>")[1].split("</tr>")[0]
    assert f"{abs(worst) / 100:,.2f}" in first
    assert 'aria-sort="ascending"' in ordered
    last = body(client.get("/analyses/bridge_customers/", {"is.term": "lost", "page": "99999"}))
    assert f"–{len(lost):,} of {len(lost):,}" in last
    nobody = body(client.get("/analyses/bridge_customers/", {"is.term": "x' OR 1=1 --"}))
    assert "No row has this value." in nobody
    for query in ({"is.nothing": "1"}, {"sort": "nothing"}, {"sort": '-x" DESC --'}):
        assert client.get("/analyses/bridge_customers/", query).status_code == 422


def test_a_value_that_is_not_known_is_a_dash_with_its_reason(
    shop: Any, within: Within, as_role: Callable[[str], Client]
) -> None:
    client = as_role("administrator")
    text = body(client.get("/analyses/summary/"))
    # A customer with one purchase day has no gap.
    dash = re.search(r'<span class="unknown" title="unknown: ([^"]+)"', text)
    assert dash
    unknown = body(client.get("/analyses/summary/", {"is.mean_gap_days": ""}))
    assert "<b>Mean gap days</b> not known" in unknown
    assert "C-2" in unknown
    assert "C-1" not in unknown.split("<tbody>")[1].split("</tbody>")[0]


def test_customers_lead_to_their_page_and_ids_are_for_who_may_see_them(
    shop: Any, within: Within, as_role: Callable[[str], Client]
) -> None:
    boss, analyst = as_role("administrator"), as_role("analyst")
    named = body(boss.get("/analyses/summary/"))
    link = re.search(r'<a href="(/people/\d+/)">C-1</a>', named)
    assert link
    assert boss.get(link[1]).status_code == 200
    blind = body(analyst.get("/analyses/summary/"))
    assert "C-1" not in blind
    assert "/people/1" not in blind
    files = b"".join(analyst.get("/analyses/summary/rows.csv").streaming_content).decode()
    assert files.startswith("customer_key,first_day")
    assert "C-1" not in files


def test_files_hold_all_rows_as_they_are_kept_and_nothing_that_runs(
    shop: Any, within: Within, as_role: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regulars_server.analyses.views.ROWS", 1)
    from regulars_server.people.models import Person

    for person in Person.objects.all():
        person.known = person.known.replace('"external_id":"C-', '"external_id":"=C-')
        person.save()
    boss = as_role("administrator")
    lines = b"".join(boss.get("/analyses/summary/rows.csv").streaming_content).decode().splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["'=C-1", "'=C-2"]
    one = boss.get("/analyses/summary/rows.csv", {"is.orders": "2"})
    assert len(b"".join(one.streaming_content).decode().splitlines()) == 2
    sheet = boss.get("/analyses/summary/rows.xlsx", {"sort": "-spend_minor"})
    assert sheet["Content-Disposition"] == 'attachment; filename="summary.xlsx"'
    book = zipfile.ZipFile(io.BytesIO(b"".join(sheet.streaming_content)))
    texts = b"".join(book.read(n) for n in book.namelist() if n.endswith(".xml"))
    assert b"C-1" in texts
    assert b"<f>" not in texts
    analyst = as_role("analyst")
    blind = analyst.get("/analyses/summary/rows.xlsx")
    book = zipfile.ZipFile(io.BytesIO(b"".join(blind.streaming_content)))
    assert not any(b"C-1" in book.read(n) for n in book.namelist())
    # What was sent does not stay.
    from regulars_server.analyses import kept

    assert not list(kept.folder().glob(".sheet-*"))


def test_a_cut_shows_its_values_and_their_figures(
    demo_workspace: Any, within: Within, as_role: Callable[[str], Client]
) -> None:
    text = body(as_role("analyst").get("/analyses/groups/", {"by": "year"}))
    assert "<b>Answered apart for each</b> Year" in text
    assert "Figures <b>1997</b>" in text
    assert "1998" in text.split("<tbody>")[1]


class Never:
    """Children that do not answer."""

    def put(self, task: Any) -> None:
        pass


def test_while_it_works_the_page_says_so_and_asks_again(
    demo_workspace: Any,
    within: Within,
    as_role: Callable[[str], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("regulars_server.analyses.views.AT_ONCE_SECONDS", 0)
    from regulars_server.analyses import views

    monkeypatch.setattr(views.DESK, "_children", Never())
    client = as_role("analyst")
    text = body(client.get("/analyses/groups/", {"window_days": "90"}))
    assert "It is being worked out, for 0 s so far." in text
    assert 'hx-get="/analyses/groups/answer/?window_days=90"' in text
    assert "X-Poll" in text
    real = Desk.ask

    def patient(self: Desk, *args: Any, **kwargs: Any) -> Any:
        return real(self, *args, **{**kwargs, "wait_seconds": 0})

    monkeypatch.setattr(Desk, "ask", patient)
    part = client.get("/analyses/groups/answer/", {"window_days": "90"}, HTTP_HX_REQUEST="true")
    assert part.status_code == 200
    assert "<html" not in body(part)
    assert "being worked out" in body(part)
    # Without scripts the address leads to the page.
    plain = client.get("/analyses/groups/answer/", {"window_days": "90"})
    assert plain["Location"] == "/analyses/groups/?window_days=90"
    file = client.get("/analyses/groups/rows.csv", {"window_days": "90"})
    assert (file.status_code, file["Refresh"]) == (202, "2")
    assert isinstance(Working(1.0), Working)


def test_the_last_questions_are_remembered_and_name_nobody(
    shop: Any, within: Within, as_role: Callable[[str], Client]
) -> None:
    client = as_role("administrator")
    client.get("/analyses/summary/", {"grain": "week"})
    client.get("/analyses/groups/", {"window_days": "90"})
    client.get("/analyses/groups/", {"window_days": "90", "sort": "-customers", "page": "2"})
    client.get("/analyses/summary/", {"is.customer_key": "1"})
    text = body(client.get("/analyses/"))
    past = text.split('id="past"')[1].split("</section>")[0]
    assert re.findall(r'href="([^"]*)"', past) == [
        "/analyses/groups/?window_days=90",
        "/analyses/summary/?grain=week",
    ]
    assert "Window: 90 days" in past
    other = body(client.get("/analyses/", HTTP_ACCEPT_LANGUAGE="zh-hans"))
    assert "90 days" not in other
    assert "90天" in other.split('id="past"')[1].split("</section>")[0]
    assert "Asked last" not in body(as_role("administrator").get("/analyses/"))


def test_who_may_not_ask_finds_nothing_in_the_palette(
    demo_workspace: Any, people: Callable[..., Any]
) -> None:
    assert found("groups", user=people("service_agent")) == []
    assert found("groups", user=people("marketer"))


def test_there_is_no_page_of_another_name(
    demo_workspace: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    for tail in ("", "ask/", "answer/", "rows.csv", "rows.xlsx"):
        assert client.get(f"/analyses/nothing/{tail}").status_code == 404


def test_a_companys_own_tables_are_asked_in_the_same_way(
    tmp_path: Any, settings: Any, within: Within, as_role: Callable[[str], Client]
) -> None:
    file = tmp_path / "theirs.csv"
    # Ids of some length: a token of a form can hold two letters by chance.
    file.write_text(
        "nr,kunde,tag,cents\n1,KUNDE-1,2026-01-02,500\n2,KUNDE-2,2026-02-02,700\n", "utf-8"
    )
    ws = regulars.init(tmp_path / "own", zone="UTC", currency="EUR", lake=False)
    columns = {"order_id": "nr", "customer_id": "kunde", "day": "tag", "amount": "cents / 100"}
    ws.map_facts("orders", str(file), columns)
    settings.REGULARS_WORKSPACE = ws.settings.root
    named = body(as_role("administrator").get("/analyses/summary/"))
    table = named.split("<tbody>")[1]
    assert "KUNDE-2" in table
    assert "/people/" not in table
    assert "Facts version" not in named.split('class="facts made"')[1].split("</dl>")[0]
    assert "facts=" not in named
    blind = as_role("analyst")
    assert "KUNDE-2" not in body(blind.get("/analyses/summary/"))
    assert blind.get("/analyses/summary/", {"is.external_id": "KUNDE-2"}).status_code == 403
    csv = b"".join(blind.get("/analyses/summary/rows.csv").streaming_content)
    assert b"KUNDE-2" not in csv


def test_a_workbook_goes_to_one_of_two_who_ask_at_once(
    demo_workspace: Any,
    within: Within,
    as_role: Callable[[str], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is put away by who sends it; the other is told that it is made again."""
    client = as_role("analyst")
    write = Desk.write

    def fetched_by_another(self: Desk, sheet: Any, **kwargs: Any) -> Any:
        path = write(self, sheet, **kwargs)
        assert path.parent == sheet.answer.folder  # it goes with the answer when that is removed
        path.unlink()
        return path

    with monkeypatch.context() as patched:
        patched.setattr(Desk, "write", fetched_by_another)
        late = client.get("/analyses/groups/rows.xlsx")
    assert (late.status_code, late["Refresh"]) == (202, "2")
    again = client.get("/analyses/groups/rows.xlsx")
    assert again.status_code == 200
    assert b"".join(again.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


def test_a_large_file_is_sorted_once(
    demo_workspace: Any,
    within: Within,
    as_role: Callable[[str], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("regulars_server.analyses.pages.CSV_ROWS", 100)
    client = as_role("analyst")
    client.get("/analyses/group_customers/")

    def paged(*_: Any, **__: Any) -> Any:
        raise AssertionError("a page of its own")

    monkeypatch.setattr("regulars_server.analyses.showing.Selection.rows", paged)
    response = client.get("/analyses/group_customers/rows.csv", {"sort": "-customer_key"})
    lines = b"".join(response.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    keys = [int(line.split(",")[0]) for line in lines[1:]]
    assert len(keys) == 23570
    assert keys == sorted(keys, reverse=True)
