"""Consents of the facts (events, files) count in the server's list, once each."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from regulars_server.access.tokens import make
from regulars_server.audit.models import AuditEntry
from regulars_server.people import consents, erasing, index
from regulars_server.people.consents import Word, record_consent
from regulars_server.people.hearing import hear
from regulars_server.people.mirroring import mirror
from regulars_server.people.models import Consent, IndexState, Leaving
from regulars_server.people.search import search
from server.inbox.conftest import event, land_all
from server.jobs import Doing
from server.people import Client, actor, make_user

pytestmark = pytest.mark.django_db(transaction=True)
MARCH = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def key(name: str = "王小明") -> int:
    return int(search(name).people[0].pk)


def now_of(name: str = "王小明") -> list[tuple[str, str, str]]:
    found = consents.current(search(name).people[0].keys)
    return [(one.purpose, one.channel, one.state) for one in found]


def unsubscribe(*messages: Any) -> None:
    user = make_user("administrator")
    _token, secret = make(
        actor=actor(user), user=user, name="site", scopes=["events.write"], days=30
    )
    said = json.dumps({"batch": list(messages)})
    answer = Client().with_token(secret).post(
        "/api/v1/events", said, content_type="application/json"
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    land_all()
    index.refresh()


def bring(shop: Any, tmp_path: Path, *lines: str, void: bool = False) -> None:
    file = tmp_path / "consents.csv"
    file.write_text("\n".join(("customer_id,purpose,channel,state,at,source", *lines)))
    shop.import_facts("consents", file, void=void)


def test_who_unsubscribes_by_an_event_has_withdrawn(shop: Any) -> None:
    record_consent(
        actor=actor(make_user("service_agent")), customer_key=key(), message_id="1",
        word=Word(purpose="marketing", channel="email", state="given", source="desk",
                  at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
    )  # fmt: skip
    unsubscribe(
        event("m1", "Unsubscribed"),
        event("m2", "Unsubscribed", properties={"channel": "push"}),
        # Nobody had heard of this customer before.
        event("m3", "Unsubscribed", userId="N-1"),
    )
    assert hear() == 3
    assert now_of() == [("marketing", "app", "withdrawn"), ("marketing", "email", "withdrawn")]
    assert now_of("N-1") == [("marketing", "email", "withdrawn")]
    assert hear() == 0
    assert {one.via for one in Consent.objects.exclude(message_id="1")} == {"facts"}
    told = AuditEntry.objects.get(action="people.consents_heard")
    assert told.after == {"new": 3, "replaced": 0}


def test_what_was_recorded_here_is_not_heard_again_from_the_facts(shop: Any) -> None:
    for number, at in enumerate((MARCH, dt.datetime(2026, 3, 1, 8, 0, 0, 123457, dt.UTC), None)):
        record_consent(
            actor=actor(make_user("service_agent")), customer_key=key(),
            message_id=str(number),
            word=Word(purpose="marketing", channel="", state="given", source="x", at=at),
        )  # fmt: skip
    mirror(Doing())  # type: ignore[arg-type]
    assert not Leaving.objects.exists()
    assert hear() == 0
    assert Consent.objects.count() == 3


def test_a_file_of_consents_counts_and_its_corrections_too(shop: Any, tmp_path: Path) -> None:
    refusal = "C-1,personalised_decisions,,withdrawn,2026-03-01T08:00:00+08:00,form"
    bring(
        shop,
        tmp_path,
        refusal,
        "C-2,Marketing,SMS,given,2026-03-02 00:00:00,form",
        "C-2,world peace,sms,given,2026-03-02 00:00:00,form",
    )
    assert hear() == 2
    assert consents.refuses_personalised([key()])
    assert now_of("王芳") == [("marketing", "sms", "given")]
    (said,) = consents.history([key("王芳")])
    # A time without a zone is the workspace's.
    assert said.at == dt.datetime(2026, 3, 1, 16, tzinfo=dt.UTC)
    assert now_of("maria") == []
    bring(shop, tmp_path, refusal.replace("withdrawn", "given"))
    assert hear() == 1
    assert not consents.refuses_personalised([key()])
    bring(shop, tmp_path, refusal, void=True)
    assert hear() == 1
    assert consents.history([key()]).count() == 0


def test_one_that_was_killed_in_the_middle_hears_the_rest(
    shop: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars_server.people import hearing

    class Killed(BaseException):
        pass

    lines = [f"C-{n},marketing,{channel},given,2026-03-02T00:00:00Z,form"
             for n in range(1, 7) for channel in ("sms", "email")]  # fmt: skip
    bring(shop, tmp_path, *lines)
    real, calls = hearing._keep, []

    def dies(facts: Any) -> int:
        if len(calls) == 2:
            raise Killed
        calls.append(facts)
        return real(facts)

    monkeypatch.setattr(hearing, "PIECE", 5)
    with monkeypatch.context() as patch:
        patch.setattr(hearing, "_keep", dies)
        with pytest.raises(Killed):
            hear()
    assert Consent.objects.count() == 10
    assert hear() == 2
    assert Consent.objects.count() == 12


def test_a_restored_workspace_is_heard_from_the_beginning(shop: Any, tmp_path: Path) -> None:
    bring(shop, tmp_path, "C-1,marketing,sms,given,2026-03-02T00:00:00Z,form")
    hear()
    IndexState.objects.update(heard_seq=1000)
    Consent.objects.all().delete()
    assert hear() == 1


def test_nothing_is_heard_of_who_is_being_erased(shop: Any, tmp_path: Path) -> None:
    gone = key()
    boss = actor(make_user("administrator"))
    one = erasing.ask(actor=boss, customer_key=gone, confirm="C-1", purge=False)
    bring(shop, tmp_path, "C-1,marketing,sms,given,2026-03-02T00:00:00Z,form")
    assert hear() == 0
    assert erasing.run(one.pk)
    IndexState.objects.update(heard_seq=0)
    assert hear() == 0
    assert not Consent.objects.exists()


def test_a_word_of_the_facts_stays_with_its_record_when_records_part(
    shop: Any, tmp_path: Path
) -> None:
    """Who unsubscribed while two records were taken for one customer has unsubscribed after."""
    shop.identities.merge("shop:C-1", "shop:C-2")
    index.refresh()
    bring(shop, tmp_path, "C-2,marketing,email,withdrawn,2026-03-01 10:00:00,page")
    assert hear() == 1
    assert now_of("王小明") == [("marketing", "email", "withdrawn")]
    shop.identities.unmerge("shop:C-2")
    index.refresh()
    hear()
    assert now_of("王芳") == [("marketing", "email", "withdrawn")]
    assert now_of("王小明") == []
