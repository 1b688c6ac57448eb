"""Consents are appended once, the latest counts, and the facts are told."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from regulars_server.access import tokens
from regulars_server.audit.models import AuditEntry
from regulars_server.errors import Conflict, Invalid, NotFound
from regulars_server.people import consents, index
from regulars_server.people.consents import Word, record_consent
from regulars_server.people.models import Consent, Leaving
from regulars_server.people.search import search
from server.analyses.conftest import Within
from server.jobs import Doing
from server.people import Client, actor, make_user
from server.shop import bring

pytestmark = pytest.mark.django_db(transaction=True)
JANUARY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MARCH = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def key(name: str = "王小明") -> int:
    return int(search(name).people[0].pk)


def say(message_id: str, state: str = "given", **more: Any) -> tuple[Consent, bool]:
    given = {"purpose": "marketing", "channel": "sms", "source": "form 7", "at": MARCH, **more}
    user = make_user("service_agent")
    return record_consent(
        actor=actor(user), customer_key=key(), message_id=message_id,
        word=Word(state=state, **given),
    )  # fmt: skip


def test_the_latest_word_counts_whatever_the_order_of_recording(shop: Any) -> None:
    say("1", "withdrawn", at=MARCH)
    say("2", "given", at=JANUARY)
    (now,) = consents.current([key()])
    assert now.state == "withdrawn"
    assert [one.message_id for one in consents.history([key()])] == ["1", "2"]
    assert [one.message_id for one in consents.latest()] == ["1"]


def test_the_same_message_again_changes_nothing(shop: Any) -> None:
    assert say("1")[1]
    assert not say("1")[1]
    assert Consent.objects.count() == Leaving.objects.count() == 1
    assert AuditEntry.objects.filter(action="people.consent_recorded").count() == 1
    with pytest.raises(Conflict):
        say("1", "withdrawn")


def test_what_is_no_consent_is_refused_in_words(shop: Any) -> None:
    with pytest.raises(Invalid) as refused:
        say("1", "perhaps", purpose="world peace", channel="drum", source=" ",
            at=dt.datetime(2999, 1, 1, tzinfo=dt.UTC))  # fmt: skip
    assert set(refused.value.fields) == {"purpose", "channel", "state", "source", "at"}
    assert not Consent.objects.exists()
    with pytest.raises(NotFound):
        record_consent(
            actor=actor(make_user()), customer_key=999, message_id="2",
            word=Word(purpose="marketing", channel="", state="given", source="x"),
        )  # fmt: skip


def test_the_row_that_leaves_can_be_imported_as_a_fact(
    shop: Any, tmp_path: Any, as_role: Callable[[str], Client], children: Within
) -> None:
    say("1")
    (leaving,) = Leaving.objects.all()
    rows = [leaving.row]
    file = tmp_path / "consents.csv"
    names = ["external_id", "purpose", "channel", "state", "at", "source"]
    head = ["customer_id", *names[1:]]
    lines = [head, *[[str(row[name]) for name in names] for row in rows]]
    file.write_text("\n".join(",".join(line) for line in lines))
    before = leaving.row["id_source"]
    for _again in range(2):
        shop.import_facts(leaving.table, file, source=before)
    from regulars_server.people import lake

    (fact,) = lake.rows_of(shop, [key()])["consents"]
    assert (fact["purpose"], fact["state"], fact["channel"]) == ("marketing", "given", "sms")
    page = as_role("service_agent").get(f"/people/{key()}/held/").content.decode()
    assert "Consents that were imported" in page
    assert "form 7" in page


def test_refusing_personalised_decisions_is_one_step(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("service_agent")
    given = {"message_id": "x", "purpose": "personalised_decisions", "channel": "",
             "state": "withdrawn", "source": "desk"}  # fmt: skip
    for _twice in range(2):
        assert client.post(f"/people/{key()}/consent/", given).status_code == 302
    assert Consent.objects.count() == 1
    assert consents.refuses_personalised([key()])
    page = client.get(f"/people/{key()}/").content.decode()
    assert "Refuses personalised decisions: offers" in page
    assert "Allows personalised decisions again" in page


def test_a_word_to_a_merged_record_is_the_person_s(shop: Any) -> None:
    say("1")
    bring(shop, [("K-9", "Wang", "", "", "", "")], source="till")
    index.refresh()
    other = key("wang")
    shop.identities.merge("shop:C-1", "till:K-9")
    index.refresh()
    user = make_user("service_agent")
    record_consent(
        actor=actor(user), customer_key=other, message_id="2",
        word=Word(purpose="marketing", channel="sms", state="withdrawn", source="x"),
    )  # fmt: skip
    (found,) = search("王小明").people
    (now,) = consents.current(found.keys)
    assert now.state == "withdrawn"


def test_the_api_records_once_and_pages(shop: Any) -> None:
    boss = make_user("administrator")
    scopes = ["people.read", "people.consent", "snapshots.read"]
    _made, secret = tokens.make(actor=actor(boss), user=boss, name="t", scopes=scopes, days=1)
    client = Client().with_token(secret)
    address = f"/api/v1/customers/{key()}/consents"
    body = json.dumps({"purpose": "marketing", "state": "withdrawn", "source": "app",
                       "at": "2026-03-01T08:30:00+08:00"})  # fmt: skip

    def put(said: str) -> Any:
        return client.put(address, said, content_type="application/json", HTTP_IDEMPOTENCY_KEY="m1")

    assert [put(body).status_code for _ in range(2)] == [201, 201]
    clash = put(body.replace("withdrawn", "given"))
    assert (clash.status_code, clash["Content-Type"]) == (422, "application/problem+json")
    assert client.put(address, body, content_type="application/json").status_code == 422
    answer = client.get(address).json()
    assert [one["state"] for one in answer["current"]] == ["withdrawn"]
    page = client.get("/api/v1/customers", {"q": "138", "limit": 1}).json()
    assert page["items"] == []
    page = client.get("/api/v1/customers", {"q": "王", "limit": 1}).json()
    assert len(page["items"]) == 1
    more = client.get("/api/v1/customers", {"q": "王", "cursor": page["next_cursor"]}).json()
    assert {page["items"][0]["name"], more["items"][0]["name"]} == {"王小明", "王芳"}
    assert client.get(f"/api/v1/customers/{key()}").json()["identity"]["name"] == "王小明"
    assert client.get("/api/v1/customers/999").status_code == 404
    assert client.get("/api/v1/customers").status_code == 422


def landed(shop: Any) -> list[tuple[str, str, str]]:
    from regulars_server.people import lake

    found = lake.rows_of(shop, [key(), key("王芳")])["consents"]
    return sorted((r["purpose"], r["channel"], r["state"]) for r in found)


def test_what_was_said_here_becomes_facts_once(shop: Any, monkeypatch: Any) -> None:
    from regulars_server.people import mirroring

    say("1", at=JANUARY)
    say("2", "withdrawn", at=MARCH)
    record_consent(actor=actor(make_user("service_agent")), customer_key=key("王芳"),
                   message_id="3", word=Word(purpose="marketing", channel="sms", state="given",
                                             source="desk"))  # fmt: skip
    assert mirroring.mirror(Doing()) == {"rows": 3}  # type: ignore[arg-type]
    expected = landed(shop)
    assert [state for _p, _c, state in expected] == ["given", "given", "withdrawn"]
    assert not Leaving.objects.exists()
    assert mirroring.mirror(Doing()) == {"rows": 0}  # type: ignore[arg-type]

    # Killed after the publication: the rows are still there, and come again.
    say("4", at=MARCH + dt.timedelta(days=1))

    class Killed(BaseException):
        pass

    def dies(*_: Any, **__: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(mirroring.Leaving.objects, "filter", dies)
        with pytest.raises(Killed):
            mirroring.mirror(Doing())  # type: ignore[arg-type]
    assert Leaving.objects.count() == 1
    assert mirroring.mirror(Doing()) == {"rows": 1}  # type: ignore[arg-type]
    assert len(landed(shop)) == 4
