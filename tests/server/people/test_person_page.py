"""A customer's page: what it says, to whom, from shelves and without them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from regulars_server.analyses.asking import Working
from regulars_server.people import gathering, histories, shelves, shelving, standings
from regulars_server.people.forgetting import forget
from regulars_server.people.models import ErasedKey, Person
from server.analyses.conftest import Within
from server.people import Client

pytestmark = pytest.mark.django_db
# What the page reads of the database is tested on both elsewhere; shelves are files.
STORES = ("sqlite",)
HTMX = {"HTTP_HX_REQUEST": "true"}


class Quiet:
    """A job that nobody watches."""

    def progress(self, *_given: Any, **_more: Any) -> None: ...


@pytest.fixture(autouse=True)
def _apart(children: Within) -> None:
    """Nothing was read before."""


def key_of(name: str) -> int:
    return int(Person.objects.get(name=name).pk)


def figures(client: Client, key: int, query: str = "") -> str:
    return client.get(f"/people/{key}/figures/{query}", **HTMX).content.decode()


def read(key: int) -> histories.History:
    found = histories.history(key, [key])
    assert isinstance(found, histories.History)
    return found


def shelved() -> None:
    shelving.shelve(Quiet())  # type: ignore[arg-type]


def test_the_frame_waits_for_nothing_and_the_figures_follow(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("service_agent")
    key = key_of("王小明")
    frame = client.get(f"/people/{key}/").content.decode()
    assert f"/people/{key}/figures/" in frame
    assert "2026-02-07" not in frame
    part = figures(client, key)
    assert "<html" not in part
    assert part.index("2026-02-07") < part.index("2026-01-05"), "the newest first"
    assert "No snapshot has this customer" in part
    assert "Stages are told once" in part


def test_with_a_shelf_all_of_it_comes_at_once_and_says_the_same(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("service_agent")
    key = key_of("王小明")
    before = figures(client, key)
    shelved()
    assert not isinstance(histories.history(key, [key]), Working)
    assert figures(client, key) == before
    assert "2026-02-07" in client.get(f"/people/{key}/").content.decode()


def test_the_snapshot_says_what_they_are_worth(shop: Any, as_role: Callable[[str], Client]) -> None:
    snapshot = shop.analyse()
    client, key = as_role("service_agent"), key_of("王小明")
    assert isinstance(standings.standing(key), Working), "nothing is begun without a user"
    looked_up = standings.standing(key, user_id=1)
    shelved()
    read = standings.standing(key)
    assert looked_up == read
    assert isinstance(read, standings.Standing)
    assert read.snapshot_id == snapshot.id
    assert read.values["purchase_days"] == 2
    page = client.get(f"/people/{key}/").content.decode()
    assert "What they are worth" in page
    assert snapshot.as_of.isoformat() in page


def test_who_may_not_see_names_sees_the_customer_by_number(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    key = key_of("王小明")
    shelved()
    for role in ("analyst", "marketer"):
        page = as_role(role).get(f"/people/{key}/")
        assert page.status_code == 200
        text = page.content.decode()
        assert f"Customer {key}" in text
        for said in ("王小明", "139", "Xiaoming", "C-1", "南京路", "1990"):
            assert said not in text, (role, said)
        assert "2026-02-07" in text
        assert as_role(role).get(f"/people/{key}/held/").status_code == 403
    assert "王小明" in as_role("auditor").get(f"/people/{key}/").content.decode()


def test_hostile_names_and_texts_are_texts(shop: Any, as_role: Callable[[str], Client]) -> None:
    hostile = key_of("<script>alert(1)</script>")
    page = as_role("service_agent").get(f"/people/{hostile}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    file = shop.settings.root.parent / "visits.csv"
    file.write_text(
        "visit_id,customer_id,channel,started_at\n"
        'v1,C-1,"""><img src=x onerror=alert(1)>",2026-03-01 10:00:00\n',
        encoding="utf-8",
    )
    shop.import_facts("visits", file)
    key = key_of("王小明")
    for _twice in range(2):
        part = figures(as_role("analyst"), key)
        assert "<img" not in part
        assert "&lt;img src=x" in part
        shelved()


def test_the_timeline_is_filtered_and_keeps_to_what_there_is(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    client, key = as_role("service_agent"), key_of("王小明")
    for query in ("?kind=visit", "?kind=%3Cscript%3E", "?page=99999999", "?page=-1", "?channel=x"):
        part = client.get(f"/people/{key}/events/{query}", **HTMX)
        assert part.status_code == 200, query
        assert "<script>" not in part.content.decode()
    assert "Nothing of this kind" in figures(client, key, "?kind=visit")
    assert client.get(f"/people/{key}/events/").content.decode().count("<html") == 1


def test_channels_are_offered_by_their_names(
    shop: Any, as_role: Callable[[str], Client], tmp_path: Path
) -> None:
    file = tmp_path / "visits.csv"
    file.write_text(
        "visit_id,customer_id,channel,started_at\n"
        "v1,C-1,app,2026-03-01 10:00:00\nv2,C-1,wechat,2026-03-02 10:00:00\n"
    )
    shop.import_facts("visits", file)
    part = figures(as_role("service_agent"), key_of("王小明"), "?channel=wechat")
    assert '<option value="wechat" selected>WeChat</option>' in part
    assert part.count('class="event-visit"') == 1


def test_who_refuses_is_offered_nothing(shop: Any, as_role: Callable[[str], Client]) -> None:
    client, key = as_role("service_agent"), key_of("王小明")
    client.post(
        f"/people/{key}/consent/",
        {"message_id": "m1", "purpose": "personalised_decisions", "channel": "",
         "state": "withdrawn", "source": "desk"},
    )  # fmt: skip
    part = figures(client, key)
    assert "Nothing is offered" in part
    assert "Rule:" not in part


def test_an_open_case_comes_first(shop: Any, as_role: Callable[[str], Client]) -> None:
    client, key = as_role("service_agent"), key_of("王小明")
    client.post(
        f"/cases/open/{key}/",
        {"message_id": "c1", "kind": "complaint", "severity": "2", "subject": "late",
         "text": "where is it"},
    )  # fmt: skip
    assert "answer_case" in figures(client, key)


def test_merged_records_are_one_customer(shop: Any, as_role: Callable[[str], Client]) -> None:
    """Orders of both records stand in one timeline, and the other number leads there."""
    from regulars_server.people import index

    shop.identities.merge("shop:C-1", "shop:C-2")
    index.refresh()
    client = as_role("service_agent")
    person = next(p for p in Person.objects.all() if len(p.keys) > 1)
    other = next(k for k in person.keys if k != person.pk)
    response = client.get(f"/people/{other}/?audience=3")
    assert response.status_code == 302
    assert response["Location"] == f"/people/{person.pk}/?audience=3"
    for _twice in range(2):
        part = figures(client, person.pk)
        assert part.count('class="event-purchase"') == 3
        shelved()


def test_who_looks_for_a_shelf_before_it_is_made_does_not_stand_in_its_way(
    shop: Any,
) -> None:
    name = f"{standings.BEGINNING}x"
    assert shelves.read(name, 1) is None
    assert shelves.about(name) is None
    assert not shelves.path_of(name).exists(), "the job would take it for the shelf"
    shelves.folder().mkdir(parents=True, exist_ok=True)
    shelves.path_of(name).touch()  # as an older program left it
    assert not shelves.whole(name)
    shelves.write(name, [(1, '{"a": 1}')], told={}, publish=lambda put: put())
    assert shelves.whole(name)
    assert shelves.read(name, 1) == {"a": 1}
    shelves.remove_all()


@pytest.mark.django_db(transaction=True)
def test_shelves_go_when_somebody_is_erased_and_none_comes_late(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars_server.errors import NotNow
    from regulars_server.work.models import Job

    key = key_of("王小明")
    shelved()
    assert shelves.names(histories.BEGINNING)
    with transaction.atomic():
        forget(customer_keys=[key])
    assert not shelves.names(histories.BEGINNING)
    assert Job.objects.filter(kind="people.shelve").exists()
    everybody = gathering.everybody

    def meanwhile(*given: Any) -> Any:
        ErasedKey.objects.create(pk=key)  # while the rows are read
        return everybody(*given)

    monkeypatch.setattr(gathering, "everybody", meanwhile)
    with pytest.raises(NotNow):
        shelved()
    assert not [*shelves.folder().glob("*")]


@pytest.mark.django_db(transaction=True)
def test_no_shelf_is_made_of_who_is_being_erased(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for before, and their facts still there: their key is counted, their rows are read."""
    from regulars_server.errors import NotNow
    from regulars_server.people import erasing
    from server.people import actor, make_user

    one = erasing.ask(
        actor=actor(make_user("administrator")), customer_key=key_of("王小明"), confirm="C-1",
        purge=True,
    )  # fmt: skip
    everybody = gathering.everybody

    def meanwhile(*given: Any) -> Any:
        yield from [*everybody(*given)]
        erasing._database(one)  # it removes the shelves before this one is put there

    monkeypatch.setattr(gathering, "everybody", meanwhile)
    with pytest.raises(NotNow):
        shelved()
    assert not shelves.names(histories.BEGINNING)


def test_a_shelf_of_no_snapshot_goes(shop: Any) -> None:
    """Erasing somebody with all that they did removes every snapshot."""
    shutil.rmtree(shop.analyse().path.parent)
    shelves.write(f"{standings.BEGINNING}x", [(1, "{}")], told={}, publish=lambda put: put())
    shelved()
    assert not shelves.names(standings.BEGINNING)


def test_who_came_after_the_shelf_was_made_is_read_from_the_facts(
    shop: Any, as_role: Callable[[str], Client], tmp_path: Path
) -> None:
    """They are not said to have bought nothing, and to need an invitation."""
    from regulars_server.people import index
    from server.shop import bring

    shelved()
    bring(shop, [("C-9", "新人", "", "n@mail.cn", "", "")])
    order(shop, tmp_path, "o9", "C-9", "2026-03-01")
    index.refresh()
    client, key = as_role("service_agent"), key_of("新人")
    assert f"/people/{key}/figures/" in client.get(f"/people/{key}/").content.decode()
    part = figures(client, key)
    assert "2026-03-01" in part
    assert "never_bought" not in part


def order(shop: Any, tmp_path: Path, order_id: str, customer: str, day: str) -> None:
    file = tmp_path / "more.csv"
    file.write_text(f"order_id,customer_id,day,amount\n{order_id},{customer},{day},10.00\n")
    shop.import_facts("orders", file)


def test_an_order_after_the_snapshot_ends_what_it_expected(
    shop: Any, as_role: Callable[[str], Client], tmp_path: Path
) -> None:
    """Nobody is reminded of an order that came."""
    client, key = as_role("service_agent"), key_of("王小明")
    shop.analyse()
    shelved()
    assert "The next order is expected by" in figures(client, key)
    order(shop, tmp_path, "o7", "C-1", "2026-06-01")
    shelved()
    part = figures(client, key)
    assert "They ordered since the snapshot" in part
    assert "expected by" not in part
    assert "remind_overdue" not in part


def test_the_snapshot_says_the_stage_until_the_overview_is_there(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    shop.analyse()
    shelved()
    part = figures(as_role("service_agent"), key_of("王小明"))
    assert "Stages are told once" not in part
    assert "Since 2026-" in part


def test_digits_that_are_no_numbers_are_no_matter(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    key = key_of("王小明")
    shelved()
    for query in ("?page=²", "?audience=²"):
        assert as_role("administrator").get(f"/people/{key}/{query}").status_code == 200


def test_a_shelf_names_nobody(shop: Any) -> None:
    shop.analyse()
    shelved()
    key = key_of("王小明")
    (name,) = shelves.names(histories.BEGINNING)
    told = json.dumps(shelves.read(name, key), ensure_ascii=False)
    assert "o1" in told
    for said in ("王小明", "C-1", "13912345678", "mail"):
        assert said not in told.lower()
    assert shelves.read(name, 10**9) == {}
    assert shelves.read("facts-none", 1) is None


def test_a_newer_facts_version_replaces_the_shelf(shop: Any) -> None:
    from server.shop import bring

    shelved()
    bring(shop, [("C-9", "新人", "", "n@mail.cn", "", "")])
    key = key_of("王小明")
    assert read(key).facts_version == 2, "the last one that is whole"
    shelved()
    assert len(shelves.names(histories.BEGINNING)) == 1
    assert read(key).facts_version == 3


def test_without_a_lake_it_says_why_there_is_no_page(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    file = shop.settings.root / "regulars.toml"
    text = file.read_text()
    file.write_text(re.sub(r"(?m)^engine = .*$", 'engine = "duckdb"\nlake = false', text))
    page = as_role("service_agent").get("/people/1/")
    assert page.status_code == 200
    assert "own tables" in page.content.decode()


def test_an_unknown_audience_is_no_matter(shop: Any, as_role: Callable[[str], Client]) -> None:
    key = key_of("王小明")
    for audience in ("1", "x", "9" * 40, "<b>"):
        page = as_role("service_agent").get(f"/people/{key}/", {"audience": audience})
        assert page.status_code == 200


def test_no_thread_of_the_web_reads_the_lake_or_a_whole_snapshot(
    shop: Any, as_role: Callable[[str], Client], children: Within, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no shelf has is read by a child; meanwhile a skeleton asks again."""
    shop.analyse()
    waiting: list[Any] = []
    monkeypatch.setattr(children, "put", waiting.append)
    client, key = as_role("service_agent"), key_of("王小明")
    frame = client.get(f"/people/{key}/?kind=visit").content.decode()
    assert f'hx-get="/people/{key}/figures/?kind=visit" hx-trigger="load"' in frame
    assert not waiting, "the frame begins nothing"
    for part in ("figures", "events", "held"):
        answer = client.get(f"/people/{key}/{part}/?kind=visit", **HTMX).content.decode()
        assert "skeleton" in answer, part
        assert f'/people/{key}/{part}/{"" if part == "held" else "?kind=visit"}"' in answer, part
        assert "load delay:2s" in answer
        assert "X-Poll" in answer
    # The history, the row and the quarters, what the tables hold: each begun once.
    assert len(waiting) == 4
    for task in waiting:
        task(children._ask)
    assert {one["run"].partition(":")[2] for one in children.asked} == {
        "history", "standing", "base", "held",
    }  # fmt: skip
    assert "2026-02-07" in figures(client, key)
    assert "2026-02-07" in client.get(f"/people/{key}/").content.decode(), "it is kept"
    assert "orders" in client.get(f"/people/{key}/held/", **HTMX).content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_was_read_for_a_page_goes_with_an_erasure_and_none_comes_late(
    shop: Any, as_role: Callable[[str], Client], children: Within, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, key = as_role("service_agent"), key_of("王小明")
    assert "2026-02-07" in figures(client, key)
    assert [*histories.READ.folder.iterdir()]
    history = gathering.history

    def meanwhile(*given: Any) -> str:
        text = history(*given)
        with transaction.atomic():
            forget(customer_keys=[key])  # after the rows were read
        return text

    with transaction.atomic():
        forget(customer_keys=[key])
    assert not histories.READ.folder.exists()
    monkeypatch.setattr(gathering, "history", meanwhile)
    other = key_of("王芳")
    assert "skeleton" in figures(client, other)
    assert not [*histories.READ.folder.parent.glob(f"{histories.READ.name}*/*")]
    monkeypatch.setattr(gathering, "history", history)
    assert "2026-02-09" in figures(client, other)


def test_what_cannot_be_read_is_said_and_not_asked_for_ever(
    shop: Any, as_role: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars_server.errors import NotNow

    def late(*_given: Any) -> str:
        raise NotNow("it took longer than it may")

    monkeypatch.setattr(gathering, "history", late)
    client, key = as_role("service_agent"), key_of("王小明")
    for part in ("figures", "events"):
        answer = client.get(f"/people/{key}/{part}/", **HTMX).content.decode()
        assert "cannot be read just now" in answer
        assert 'hx-trigger="load' not in answer


def test_codes_of_the_facts_are_said_in_words_and_unknown_ones_as_they_are(
    shop: Any, as_role: Callable[[str], Client], tmp_path: Path
) -> None:
    """In both languages; whatever the spelling of case and hyphens."""
    brought = {
        "cases": "case_id,customer_id,kind,opened_at,closed_at,reason,severity\n"
        "k1,C-1,Complaint,2026-03-01 10:00:00,2026-03-02 10:00:00,solved,2\n"
        "k2,C-1,our-own-kind,2026-03-03 10:00:00,,,\n",
        "responses": "response_id,customer_id,kind,at\nr1,C-1,OPENED,2026-03-04 10:00:00\n"
        "r2,C-1,waved,2026-03-04 11:00:00\n",
        "points_entries": "programme,entry,customer_id,kind,points,day\n"
        "club,e1,C-1,earned,50,2026-03-05\nclub,e2,C-1,Burn,-20,2026-03-06\n",
        "visits": "visit_id,customer_id,channel,started_at\n"
        "v1,C-1,mini-program,2026-03-07 10:00:00\nv2,C-1,mall7,2026-03-08 10:00:00\n",
        "contacts": "contact_id,customer_id,channel,direction,at\n"
        "c1,C-1,E-Mail,out,2026-03-09 10:00:00\nc2,C-1,call,in,2026-03-10 10:00:00\n",
    }
    for table, text in brought.items():
        file = tmp_path / f"{table}.csv"
        file.write_text(text, encoding="utf-8")
        shop.import_facts(table, file)
    client, key = as_role("service_agent"), key_of("王小明")
    english = figures(client, key)
    for said in (
        "Case opened: complaint", "Case closed: complaint", "Case opened: our-own-kind", "solved",
        "severity 2, 1 is worst", "Response: opened", "Response: waved", "Points: earned",
        "Points: redeemed", "WeChat mini-program", "mall7", "We contacted them",
        "They contacted us", "e-mail", "telephone",
    ):  # fmt: skip
        assert said in english, said
    chinese = client.get(
        f"/people/{key}/figures/", **HTMX, HTTP_ACCEPT_LANGUAGE="zh-hans"
    ).content.decode()
    for said in ("投诉", "已解决", "已打开", "获得", "兑换", "微信小程序", "电子邮件", "电话",
                 "our-own-kind", "waved", "mall7"):  # fmt: skip
        assert said in chinese, said
    assert "OPENED" not in chinese


def test_what_describes_a_customer_stands_over_the_rest(
    shop: Any, as_role: Callable[[str], Client], tmp_path: Path
) -> None:
    file = tmp_path / "described.csv"
    file.write_text(
        "customer_id,kind,industry,region,first_seen\nC-1,business,<b>tea</b>,North,2025-12-01\n"
    )
    shop.import_facts("customers", file)
    part = figures(as_role("analyst"), key_of("王小明"))
    profile = part[part.index("profile") : part.index("standing")]
    for said in ("business", "&lt;b&gt;tea&lt;/b&gt;", "North", "2025-12-01"):
        assert said in profile, said
