"""Cases are opened, taken, answered, closed with a reason; of two at once, the second is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from regulars_server.access import tokens
from regulars_server.audit.models import AuditEntry
from regulars_server.care import queries, services
from regulars_server.care.models import Case
from regulars_server.care.services import Opening
from regulars_server.errors import Conflict, Invalid
from regulars_server.people.search import search
from server.people import Client, actor, make_user

pytestmark = pytest.mark.django_db(transaction=True)
ABOUT = Opening(kind="complaint", subject="=1+1 <b>broken</b>", text="Two cups", severity=2)


@pytest.fixture
def case(shop: Any) -> Case:
    made, _new = services.open_case(
        actor=actor(make_user("service_agent")), customer_key=search("王小明").people[0].pk,
        message_id="m1", about=ABOUT,
    )  # fmt: skip
    return made


def test_a_case_goes_from_its_opening_to_a_reason(case: Case) -> None:
    user = make_user("service_agent")
    who = actor(user)
    case = services.answer(actor=who, case_id=case.pk, text="We are sorry", version=case.version)
    assert (case.state, case.owner_id) == ("answered", user.pk)
    assert case.first_reply_at is not None
    case = services.close(actor=who, case_id=case.pk, reason="solved", version=case.version)
    assert (case.state, case.reason) == ("closed", "solved")
    with pytest.raises(Conflict):
        services.answer(actor=who, case_id=case.pk, text="Late", version=case.version)
    case = services.reopen(actor=who, case_id=case.pk, version=case.version)
    assert (case.state, case.reason, case.closed_at) == ("open", "", None)
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["care.case_opened", "care.case_answered", "care.case_closed",
                       "care.case_reopened"]  # fmt: skip


def test_the_same_message_opens_one_case(case: Case) -> None:
    who = actor(make_user("service_agent"))
    given = {"actor": who, "customer_key": case.customer_key, "message_id": "m1"}
    assert services.open_case(about=ABOUT, **given) == (case, False)
    with pytest.raises(Conflict):
        services.open_case(about=Opening(kind="other", subject="x"), **given)
    assert Case.objects.count() == 1


def test_a_case_without_a_reason_is_not_closed(case: Case) -> None:
    with pytest.raises(Invalid):
        services.close(
            actor=actor(make_user("service_agent")), case_id=case.pk, reason="", version=1
        )
    assert Case.objects.get().state == "open"


def test_only_who_works_on_cases_may_own_one(case: Case) -> None:
    who = actor(make_user("administrator"))
    with pytest.raises(Invalid):
        services.assign(actor=who, case_id=case.pk, owner_id=make_user("analyst").pk, version=1)
    agent = make_user("service_agent")
    services.assign(actor=who, case_id=case.pk, owner_id=agent.pk, version=1)
    assert [one.pk for one in queries.cases(owner_id=agent.pk, state="pending")] == [case.pk]
    assert not queries.cases(owner_id=agent.pk, state="closed")


def test_the_second_of_two_tabs_is_told_and_keeps_the_text(
    case: Case, as_role: Callable[[str], Client]
) -> None:
    client = as_role("service_agent")
    given = {"version": case.version, "note": "no"}
    address = f"/cases/{case.pk}/answer/"
    assert client.post(address, {**given, "text": "first"}).status_code == 302
    second = client.post(address, {**given, "text": "second, long in the making"})
    page = second.content.decode()
    assert second.status_code == 409
    assert "Somebody changed this case meanwhile" in page
    assert "second, long in the making" in page
    assert 'name="version" value="2"' in page
    assert client.post(
        f"/cases/{case.pk}/close/", {"version": 1, "reason": "solved"}
    ).status_code == 409  # fmt: skip


def test_pages_show_what_was_written_as_text(case: Case, as_role: Callable[[str], Client]) -> None:
    client = as_role("auditor")
    for address in ("/cases/", f"/cases/{case.pk}/", f"/cases/of/{case.customer_key}/"):
        page = client.get(address).content.decode()
        assert "<b>broken" not in page
        assert "=1+1 &lt;b&gt;broken" in page
    assert client.post(f"/cases/{case.pk}/close/", {"version": 1}).status_code == 403


def test_the_api_opens_answers_and_pages(shop: Any) -> None:
    boss = make_user("administrator")
    scopes = ["care.read", "care.work", "people.read"]
    _made, secret = tokens.make(actor=actor(boss), user=boss, name="t", scopes=scopes, days=1)
    client = Client().with_token(secret)
    key = search("王芳").people[0].pk

    def send(method: str, address: str, body: dict[str, Any], message: str = "") -> Any:
        more = {"HTTP_IDEMPOTENCY_KEY": message} if message else {}
        return client.generic(
            method, f"/api/v1/cases{address}", json.dumps(body), "application/json", **more
        )

    about = {"customer_key": key, "kind": "question", "subject": "Where is it?"}
    assert [send("POST", "", about, f"m{n}").status_code for n in (1, 1, 2)] == [201, 201, 201]
    page = client.get("/api/v1/cases", {"limit": 1, "customer_key": key}).json()
    more = client.get("/api/v1/cases", {"cursor": page["next_cursor"]}).json()
    one, other = page["items"][0]["id"], more["items"][0]["id"]
    assert one > other
    said = {"text": "Tomorrow", "version": 1}
    assert send("POST", f"/{one}/answer", said).json()["state"] == "answered"
    replay = send("POST", f"/{one}/answer", said)
    assert (replay.status_code, replay["Content-Type"]) == (409, "application/problem+json")
    owned = send("PUT", f"/{one}/owner", {"owner": "nobody@mail.cn", "version": 2})
    assert owned.status_code == 422
    closed = send("POST", f"/{one}/close", {"reason": "solved", "version": 2}).json()
    assert [entry["kind"] for entry in closed["entries"]] == ["opened", "answer", "closed"]
    assert client.get("/api/v1/cases/999999").status_code == 404
