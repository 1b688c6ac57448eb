"""Strategies: five steps, costed, approved by somebody else, taken back by a change; audited."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from regulars_server.access.models import User
from regulars_server.audit.models import AuditEntry
from regulars_server.errors import Conflict, Invalid
from regulars_server.strategies import workbooks
from regulars_server.strategies.models import Workbook, WorkbookEntry
from server.people import Client, actor, make_user
from server.strategies.drafts import OFFER, WHOLE, whole_strategy

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = dt.date(2026, 6, 1)


def move(one: Workbook, user: User, to: str) -> Workbook:
    one.refresh_from_db()
    return workbooks.move(
        actor=actor(user), workbook_id=one.pk, version=one.version, to=to, today=TODAY
    )


@pytest.fixture
def crew() -> tuple[User, User]:
    """An analyst who costs, and a marketer who approves."""
    return make_user("analyst"), make_user("marketer")


def test_a_strategy_is_costed_by_one_and_approved_by_another(crew: tuple[User, User]) -> None:
    analyst, marketer = crew
    one = whole_strategy(analyst)
    with pytest.raises(Invalid, match="costed first"):
        move(one, marketer, "approved")
    assert move(one, analyst, "costed").costed_by_id == analyst.pk
    with pytest.raises(Invalid, match="does not approve"):
        move(one, analyst, "approved")
    approved = move(one, marketer, "approved")
    assert (approved.state, approved.approved_by_id) == ("approved", marketer.pk)
    with pytest.raises(Invalid, match="campaigns"):
        move(one, marketer, "live")
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["strategies.begun", "strategies.costed", "strategies.approved"]


def test_who_costed_it_approves_only_where_nobody_else_can(crew: tuple[User, User]) -> None:
    _analyst, marketer = crew
    other = make_user("administrator")
    one = whole_strategy(marketer)
    move(one, marketer, "costed")
    with pytest.raises(Invalid, match="You costed it"):
        move(one, marketer, "approved")
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert move(one, marketer, "approved").state == "approved"
    entry = WorkbookEntry.objects.filter(after="approved").get()
    assert "nobody else holds the permission" in entry.text
    assert AuditEntry.objects.latest("pk").after["own_costing"] is True


@pytest.mark.parametrize(
    ("part", "values", "state"),
    [
        ("goal", {"target": Decimal(60)}, "draft"),
        ("segment", {"condition": "recency_days > 120"}, "draft"),
        ("needs", {"needs": "Something else"}, "costed"),
        ("control", {"control": Decimal("0.2")}, "costed"),
        ("budget", {"budget_minor": 130_000}, "costed"),
        ("title", {"title": "Another"}, "costed"),
    ],
)
def test_a_change_of_what_was_approved_takes_it_back(
    crew: tuple[User, User], part: Any, values: dict[str, Any], state: str
) -> None:
    analyst, marketer = crew
    one = whole_strategy(analyst)
    move(one, analyst, "costed")
    move(one, marketer, "approved")
    one.refresh_from_db()
    changed = workbooks.change(
        actor=actor(analyst), workbook_id=one.pk, version=one.version, part=part, values=values
    )
    assert changed.state == state
    assert changed.approved_by_id is None
    entry = WorkbookEntry.objects.latest("pk")
    assert (entry.before, entry.after, entry.parts) == ("approved", state, [part])
    assert AuditEntry.objects.latest("pk").after["state"] == state


def test_nothing_changed_takes_nothing_back(crew: tuple[User, User]) -> None:
    analyst, _marketer = crew
    one = whole_strategy(analyst)
    move(one, analyst, "costed")
    one.refresh_from_db()
    workbooks.change(
        actor=actor(analyst), workbook_id=one.pk, version=one.version, part="goal",
        values={name: WHOLE[name] for name in ("metric", "metric_now", "target", "due")},
    )  # fmt: skip
    one.refresh_from_db()
    assert one.state == "costed"


def test_an_offer_taken_out_is_put_back_by_one_button(as_role: Callable[[str], Client]) -> None:
    client = as_role("analyst")
    assert client.user is not None
    one = whole_strategy(client.user)
    offer = one.offers.get()
    client.post(
        f"/strategies/{one.pk}/offers/{offer.pk}/", {"version": one.version, "do": "remove"}
    )
    assert not one.offers.exists()
    told = client.get(f"/strategies/{one.pk}/").context["taken_out"]
    one.refresh_from_db()
    client.post(f"/strategies/{one.pk}/offers/", {"version": one.version, **told})
    back = one.offers.get()
    names = ("kind", "title", "unit_cost_minor", "takers")
    assert [getattr(back, name) for name in names] == [getattr(offer, name) for name in names]
    # It is told once.
    assert client.get(f"/strategies/{one.pk}/").context["taken_out"] is None


def test_an_offer_changed_or_removed_has_to_be_costed_again(crew: tuple[User, User]) -> None:
    analyst, _marketer = crew
    one = whole_strategy(analyst)
    move(one, analyst, "costed")
    one.refresh_from_db()
    offer = one.offers.get()
    who: dict[str, Any] = {"actor": actor(analyst), "workbook_id": one.pk}
    one = workbooks.put_offer(
        **who, version=one.version, offer_id=offer.pk, values={**OFFER, "unit_cost_minor": None}
    )
    assert one.state == "draft"
    with pytest.raises(Invalid, match="Say what “A call” costs"):
        move(one, analyst, "costed")
    one.refresh_from_db()
    one = workbooks.remove_offer(**who, version=one.version, offer_id=offer.pk)
    with pytest.raises(Invalid, match="what customers are offered"):
        move(one, analyst, "costed")


def test_of_two_who_change_it_the_second_is_told(crew: tuple[User, User]) -> None:
    analyst, marketer = crew
    one = whole_strategy(analyst)
    change: dict[str, Any] = {"workbook_id": one.pk, "version": one.version, "part": "needs"}
    workbooks.change(actor=actor(analyst), **change, values={"needs": "a"})
    with pytest.raises(Conflict):
        workbooks.change(actor=actor(marketer), **change, values={"needs": "b"})
    assert Workbook.objects.get().needs == "a"


def test_the_database_holds_what_the_rules_say(crew: tuple[User, User]) -> None:
    one = whole_strategy(crew[0])
    for wrong in ({"state": "approved"}, {"state": "live"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Workbook.objects.filter(pk=one.pk).update(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "bribe"}, {"title": " "}, {"title": "x" * 201}, {"unit_cost_minor": -1},
        {"takers": -1}, {"unit_cost_minor": 10**14, "takers": 10**10},
    ],
)  # fmt: skip
def test_an_offer_that_cannot_be_is_refused(crew: tuple[User, User], wrong: dict[str, Any]) -> None:
    one = whole_strategy(crew[0])
    with pytest.raises(Invalid):
        workbooks.put_offer(
            actor=actor(crew[0]), workbook_id=one.pk, version=one.version, offer_id=None,
            values={**OFFER, **wrong},
        )  # fmt: skip
    assert one.offers.count() == 1


def test_the_pages_lead_from_a_name_to_an_approval(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    shop.analyse()
    analyst = as_role("analyst")
    response = analyst.post("/strategies/new/", {
        "title": "Everybody", "segment": "All", "condition": "recency_days >= 0",
    })  # fmt: skip
    one = Workbook.objects.get()
    assert response["Location"] == f"/strategies/{one.pk}/"
    assert (one.customers, one.base_customers) == (2, 2)

    def post(part: str, **given: Any) -> Any:
        one.refresh_from_db()
        return analyst.post(f"/strategies/{one.pk}/{part}/", {"version": one.version, **given})

    post("goal", metric="retention", metric_now="31", target="50", due="2099-12-31")
    post("needs", needs="I want to be recognised\nI want an answer")
    post("offers", kind="benefit", title="Free delivery", unit_cost="2.50", takers="2")
    post("test", control="10", budget="6")
    page = analyst.get(f"/strategies/{one.pk}/").content.decode()
    assert "I want an answer" in page
    assert "The costs are right" in page
    assert "Live comes with campaigns" in page
    post("state", to="costed", why="Prices of May")
    page = analyst.get(f"/strategies/{one.pk}/").content.decode()
    assert "Your role does not approve strategies." in page
    marketer = as_role("marketer")
    one.refresh_from_db()
    marketer.post(f"/strategies/{one.pk}/state/", {"version": one.version, "to": "approved"})
    one.refresh_from_db()
    assert (one.state, one.budget_minor) == ("approved", 600)
    marketer.post(f"/strategies/{one.pk}/comments/", {"text": "<b>Good</b>"})
    page = as_role("auditor").get(f"/strategies/{one.pk}/").content.decode()
    assert "&lt;b&gt;Good&lt;/b&gt;" in page
    assert "Draft → <strong>Costed</strong>" in page
    assert 'name="needs"' not in page
    assert (
        "Everybody" in as_role("club_operator").get("/strategies/?state=approved").content.decode()
    )
    assert "approved by" in marketer.get(f"/strategies/{one.pk}/print/").content.decode()


def test_a_baseline_leads_to_its_own_customers_or_says_that_others_are_listed(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    shop.analyse(as_of="2026-02-09")
    analyst = as_role("analyst")
    given = {"title": "Everybody", "condition": "recency_days >= 0", "audience_id": "9" * 30}
    assert analyst.post("/strategies/new/", given).status_code == 422, "no number of an audience"
    analyst.post("/strategies/new/", {**given, "audience_id": ""})
    one = Workbook.objects.get()
    address = f"/strategies/{one.pk}/"
    counted = f">{one.customers}</a>"
    assert counted in analyst.get(address).content.decode()
    shop.analyse()
    page = analyst.get(address).content.decode()
    assert counted not in page
    assert "Who they are in the newest snapshot" in page


def test_refusals_come_back_to_the_page_in_words(
    crew: tuple[User, User], as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    one = whole_strategy(crew[0], control=None, customers=None, as_of=None)
    late = client.post(f"/strategies/{one.pk}/needs/", {"version": 99, "needs": "mine"})
    assert late.status_code == 409
    assert "Somebody changed this strategy meanwhile" in late.content.decode()
    assert ">mine</textarea>" in late.content.decode().replace("\n", "")
    refused = client.post(f"/strategies/{one.pk}/state/", {"version": one.version, "to": "costed"})
    assert refused.status_code == 422
    assert "Take the baseline" in refused.content.decode()
    wrong = client.post(f"/strategies/{one.pk}/test/", {"version": one.version, "control": "120"})
    assert wrong.status_code == 422


def test_a_condition_that_is_not_allowed_is_refused_with_its_place(
    shop: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    begin = {"title": "x", "condition": "recency_days > 1; drop table x"}
    page = client.post("/strategies/new/", begin, follow=True).content.decode()
    assert "There is no snapshot yet" in page
    shop.analyse()
    one = Workbook.objects.get()
    response = client.post(f"/strategies/{one.pk}/baseline/", {"version": one.version})
    assert response.status_code == 422
    assert "Character" in response.content.decode()
    assert Workbook.objects.get().customers is None


def test_a_strategy_is_put_away_and_taken_back(
    crew: tuple[User, User], as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    one = whole_strategy(crew[0])
    page = client.post(f"/strategies/{one.pk}/archive/", follow=True).content.decode()
    assert "Undo" in page
    assert client.post(
        f"/strategies/{one.pk}/needs/", {"version": 2, "needs": "x"}
    ).status_code == 409  # fmt: skip
    client.post(f"/strategies/{one.pk}/restore/")
    assert Workbook.objects.get().archived_at is None


def test_a_saved_table_lies_beside_it_in_the_version_that_was_chosen(
    crew: tuple[User, User], as_role: Callable[[str], Client]
) -> None:
    from regulars_server.strategies import tables

    content = tables.Content(
        name="Ours", note="", text=regulars_example(), measured="",
        summary={"value": "52.7", "currency": "USD", "exponent": 2, "plan_value": "54.6",
                 "gain": "1.92", "total_gain": "192000", "plan": "Welcome"},
    )  # fmt: skip
    table = tables.create(actor=actor(crew[0]), content=content)
    one = whole_strategy(crew[0])
    client = as_role("analyst")
    client.post(f"/strategies/{one.pk}/table/", {"version": one.version, "table": table.pk})
    tables.save(actor=actor(crew[0]), table_id=table.pk, version=1, content=content)
    one.refresh_from_db()
    assert one.table_number == 1
    page = client.get(f"/strategies/{one.pk}/").content.decode()
    assert "$54.60" in page or "$54.6" in page
    assert "the newest is version 2" in page


def regulars_example() -> str:
    from regulars import plans

    return plans.example_text("hughes-251a")


def test_the_api_begins_moves_and_refuses(
    shop: Any, as_role: Callable[[str], Client], crew: tuple[User, User]
) -> None:
    client = as_role("analyst")

    def post(path: str, body: dict[str, Any], **headers: str) -> Any:
        return client.post(path, json.dumps(body), "application/json", **headers)

    given = {"title": "By the API", "condition": "recency_days > 90", "offers": [OFFER],
             "control": 0.1, "target": 50, "metric": "retention"}  # fmt: skip
    made = post("/api/v1/strategies", given, HTTP_IDEMPOTENCY_KEY="k1")
    assert made.status_code == 201
    assert made.json()["cost_minor"] == 100_000
    assert "Take the baseline" in " ".join(made.json()["lacks"])
    again = post("/api/v1/strategies", given, HTTP_IDEMPOTENCY_KEY="k1")
    assert again.json()["id"] == made.json()["id"]
    number = made.json()["id"]
    body = {"state": "costed", "version": made.json()["version"]}
    refused = post(f"/api/v1/strategies/{number}/state", body)
    assert refused.status_code == 422
    assert "by which day" in refused.json()["detail"]
    listed = client.get("/api/v1/strategies?state=draft").json()
    assert [one["id"] for one in listed["items"]] == [number]
    assert client.get("/api/v1/strategies/999999").status_code == 404


def test_a_value_of_the_wrong_kind_is_no_strategy(as_role: Callable[[str], Client]) -> None:
    client = as_role("analyst")
    for wrong in ({"target": "NaN"}, {"control": 2}, {"offers": [{**OFFER, "takers": -1}]}):
        body = json.dumps({"title": "x", **wrong})
        response = client.post(
            "/api/v1/strategies", body, "application/json", HTTP_IDEMPOTENCY_KEY="w"
        )
        assert response.status_code == 422


def test_the_palette_finds_them(crew: tuple[User, User], as_role: Callable[[str], Client]) -> None:
    one = whole_strategy(crew[0])
    client = as_role("marketer")
    assert f"/strategies/{one.pk}/" in client.get("/find/?q=quiet").content.decode()
    agent = as_role("service_agent")
    assert f"/strategies/{one.pk}/" not in agent.get("/find/?q=quiet").content.decode()


def test_value_says_why_where_there_is_too_little(
    shop: Any, as_role: Callable[[str], Client], settings: Any, tmp_path: Path
) -> None:
    import time

    settings.REGULARS_DATA = tmp_path / "data"
    client = as_role("marketer")
    assert "Choose day" in client.get("/value/?margin=30").content.decode()
    for part in ("worth", "backtest"):
        until = time.monotonic() + 120
        while time.monotonic() < until:
            page = client.get(f"/value/found/{part}/?margin=30&segment=year").content.decode()
            if "questions answered" not in page:
                break
            time.sleep(0.3)
        assert "Facts before" in page
    assert "not known yet" in page
    assert client.get("/value/found/other/").status_code == 404


def test_no_strategy_is_begun_in_a_currency_that_is_not_known(
    as_role: Callable[[str], Client], settings: Any, tmp_path: Path
) -> None:
    """Its money would be of another currency for good, once the workspace can be read again."""
    settings.REGULARS_WORKSPACE = tmp_path / "away"
    answer = as_role("analyst").post("/strategies/new/", {"title": "Everybody"})
    assert answer.status_code == 503
    assert not Workbook.objects.exists()


def test_a_segment_that_takes_too_long_to_count_is_begun_and_said_so(
    shop: Any, as_role: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted where audiences are: with a limit of time, and of who counts at once."""
    from regulars_server.audiences import engine

    def slow(*_given: Any, **_more: Any) -> Any:
        raise engine.TooSlow

    shop.analyse()
    monkeypatch.setattr(engine, "cursor", slow)
    analyst = as_role("analyst")
    given = {"title": "Everybody", "condition": "recency_days >= 0"}
    assert analyst.post("/strategies/new/", given).status_code == 302
    one = Workbook.objects.get()
    assert "took too long" in analyst.get(f"/strategies/{one.pk}/").content.decode()
    answer = analyst.post(f"/strategies/{one.pk}/baseline/", {"version": one.version})
    assert answer.status_code == 503
    assert "took too long" in answer.content.decode()
