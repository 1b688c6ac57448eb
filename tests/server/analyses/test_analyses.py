"""Every analysis by its name: worked out beside the web, kept, paged, without names."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import regulars
from regulars.errors import ParameterError
from regulars_server.access import tokens
from regulars_server.analyses import asking, children, kept
from regulars_server.analyses.asking import Question, Working
from regulars_server.api import rates
from regulars_server.errors import NotNow, TooMany
from server.people import Client, actor, make_user

pytestmark = pytest.mark.django_db
# Answers lie in files; what they read of the database is tested on both elsewhere.
STORES = ("sqlite",)


@pytest.fixture(autouse=True)
def _anew() -> None:
    rates.forget_all()


@pytest.fixture
def desk(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> asking.Desk:
    """A desk of our own, with nothing kept and the shortest wait."""
    settings.REGULARS_DATA = tmp_path
    made = asking.Desk()
    monkeypatch.setattr("regulars_server.analyses.api.DESK", made)
    return made


def token(role: str, *scopes: str) -> Client:
    user = make_user(role)
    _made, secret = tokens.make(actor=actor(user), user=user, name="t", scopes=scopes, days=1)
    return Client().with_token(secret)


def answer(client: Client, name: str, **query: Any) -> Any:
    """Ask until it is answered."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        response = client.get(f"/api/v1/analyses/{name}", query)
        if response.status_code != 202:
            return response
        assert response["Location"].startswith(f"/api/v1/analyses/{name}")
        time.sleep(0.2)
    raise AssertionError(f"{name} takes too long")


def test_the_catalogue_is_made_from_the_declarations(as_role: Callable[[str], Client]) -> None:
    items = as_role("analyst").get("/api/v1/analyses").json()["items"]
    declared = {one.name: one for one in regulars.catalogue()}
    assert [one["name"] for one in items] == list(declared)
    for one in items:
        assert one["title"]["en"]
        assert one["title"]["zh"]
        names = [parameter.name for parameter in declared[one["name"]].parameters]
        assert [parameter["name"] for parameter in one["parameters"]] == names


def test_no_parameter_of_an_analysis_has_a_name_that_the_address_uses() -> None:
    from regulars_server.analyses.api import OURS

    for one in regulars.catalogue():
        assert not {parameter.name for parameter in one.parameters} & set(OURS), one.name


def test_no_analysis_declares_a_column_that_names_people() -> None:
    """Ids are joined on by the server; a new column of this kind must be thought about."""
    for one in regulars.catalogue():
        assert not [column.name for column in one.columns if column.personal], one.name


def test_an_answer_says_all_that_the_library_says(
    desk: asking.Desk, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    told = answer(client, "groups", window_days="200").json()
    result = regulars.open(demo_workspace).show("groups", window_days=200)
    assert told["rows"] == json.loads(json.dumps(result.to_json()["rows"]))
    assert told["parameters"] == result.to_json()["parameters"]
    assert told["facts_version"] == result.facts_version
    assert told["as_of"] == result.to_json()["parameters"]["as_of"]
    assert {f["name"]: f["value"] for f in told["figures"]} == result.to_json()["figures"]
    assert told["population"]["rows"] == len(result)
    assert told["population"]["complete"] is True


def test_pages_are_of_one_answer_and_in_its_order(
    desk: asking.Desk, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    first = answer(client, "rfm", limit=1000).json()
    keys, cursor = [row["customer_key"] for row in first["rows"]], first["next_cursor"]
    while cursor:
        page = client.get("/api/v1/analyses/rfm", {"limit": 1000, "cursor": cursor}).json()
        keys += [row["customer_key"] for row in page["rows"]]
        cursor = page["next_cursor"]
    whole = regulars.open(demo_workspace).show("rfm")
    assert len(keys) == first["population"]["rows"] == len(whole) > 3000
    assert keys == whole.table.column("customer_key").to_pylist()
    other = client.get("/api/v1/analyses/summary", {"cursor": first["next_cursor"]})
    assert other.status_code == 422
    assert client.get("/api/v1/analyses/rfm", {"cursor": "nonsense"}).status_code == 422
    kept.remove_all()
    gone = client.get("/api/v1/analyses/rfm", {"cursor": first["next_cursor"]})
    assert gone.status_code == 409


def test_ids_are_for_those_who_may_see_people(
    desk: asking.Desk, shop: Any, as_role: Callable[[str], Client]
) -> None:
    analyst, boss = as_role("analyst"), as_role("administrator")
    told = answer(analyst, "summary").json()
    assert "external_id" not in [column["name"] for column in told["columns"]]
    assert "C-1" not in json.dumps(told)
    named = answer(boss, "summary").json()
    assert named["columns"][1]["name"] == "external_id"
    assert {row["external_id"] for row in named["rows"]} == {"C-1", "C-2"}
    for query in ({"columns": "external_id"}, {"customer": "C-1"}):
        assert analyst.get("/api/v1/analyses/summary", query).status_code == 403
    only = answer(boss, "summary", columns="external_id").json()
    assert {tuple(row) for row in only["rows"]} == {("external_id",)}
    assert len(answer(boss, "summary", customer="C-1").json()["rows"]) == 1
    # What is kept on the disk names nobody.
    for file in kept.folder().rglob("*"):
        assert not file.is_file() or b"C-1" not in file.read_bytes(), file


def test_csv_is_whole_and_harmless(
    desk: asking.Desk, shop: Any, as_role: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars_server.people.models import Person

    for person in Person.objects.all():
        person.known = person.known.replace('"external_id":"C-', '"external_id":"=C-')
        person.save()
    monkeypatch.setattr("regulars_server.analyses.pages.CSV_ROWS", 1)
    boss = as_role("administrator")
    response = answer(boss, "summary", format="csv")
    assert response["Content-Type"].startswith("text/csv")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0].startswith("customer_key,external_id,")
    assert [line.split(",")[1] for line in lines[1:]] == ["'=C-1", "'=C-2"]
    accepted = boss.get("/api/v1/analyses/summary", HTTP_ACCEPT="text/csv")
    assert accepted["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize(
    ("query", "status"),
    [({"window_days": "0"}, 422), ({"nothing": "1"}, 422), ({"as_of": "yesterday"}, 422),
     ({"columns": "nothing"}, 422), ({"by": "nothing"}, 422), ({"limit": "0"}, 422)],
)  # fmt: skip
def test_a_wrong_question_is_refused_in_words(
    query: dict[str, str], status: int, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    response = answer(as_role("analyst"), "groups", **query)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")


def test_there_is_no_analysis_of_another_name(as_role: Callable[[str], Client]) -> None:
    assert as_role("analyst").get("/api/v1/analyses/nothing").status_code == 404


def test_an_answer_is_worked_out_once_and_kept(desk: asking.Desk, demo_workspace: Path) -> None:
    question = Question(name="groups", parameters={})
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda: found.append(desk.ask(question, user_id=1)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.id for one in found}) == 1
    runs = len(regulars.open(demo_workspace).runs())
    assert isinstance(desk.ask(question, user_id=2), kept.Answer)
    assert len(regulars.open(demo_workspace).runs()) == runs


class Slow:
    """Children that answer when they are told to."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def put(self, task: Any) -> None:
        def ask(_question: Any) -> None:
            self.go.wait(10)
            raise NotNow("ended")

        threading.Thread(target=task, args=[ask], daemon=True).start()


@pytest.fixture
def slow(desk: asking.Desk, settings: Any) -> Iterator[Slow]:
    settings.REGULARS_ANSWER_WAIT_SECONDS = 0
    desk._children = made = Slow()  # type: ignore[assignment]
    yield made
    made.go.set()


def test_a_long_one_is_followed_at_its_address(
    slow: Slow, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    response = client.get("/api/v1/analyses/rfm?window_days=90")
    assert response.status_code == 202
    assert response["Location"] == "/api/v1/analyses/rfm?window_days=90"
    assert response["Retry-After"] == "2"
    assert response.json()["state"] == "working"
    slow.go.set()
    time.sleep(0.2)
    failed = client.get("/api/v1/analyses/rfm?window_days=90")
    assert failed.status_code == 503


def test_one_user_cannot_fill_the_desk(slow: Slow, desk: asking.Desk, demo_workspace: Path) -> None:
    for days in range(8):
        asked = Question(name="rfm", parameters={"window_days": str(days + 1)})
        assert isinstance(desk.ask(asked, user_id=1), Working)
    with pytest.raises(TooMany):
        desk.ask(Question(name="rfm", parameters={"window_days": "99"}), user_id=1)
    assert isinstance(desk.ask(Question(name="rfm", parameters={}), user_id=2), Working)


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path, demo_root: Path) -> None:
    child = children.Child()
    question = {"aside": str(tmp_path), "workspace": str(demo_root), "name": "rfm", "by": None,
                "customer": None, "rows": 10, "parameters": {}, "question": "q"}  # fmt: skip
    with pytest.raises(NotNow):
        child.ask(question, seconds=0.01)
    assert child.ended
    fresh = children.Child()
    fresh.ask(question, seconds=60)
    assert json.loads((tmp_path / "answer.json").read_text())["rows"] == 10
    fresh.end()


def test_a_child_ends_with_the_web(demo_root: Path) -> None:
    child = children.Child()
    process = child._process
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    assert process.wait(10) == 0
    process.stdout.close()


def test_answers_are_removed_when_somebody_is_erased(
    desk: asking.Desk, demo_workspace: Path, django_capture_on_commit_callbacks: Any
) -> None:
    desk.ask(Question(name="groups", parameters={}), user_id=1)
    assert list(kept.folder().iterdir())
    with django_capture_on_commit_callbacks(execute=True):
        kept.forget(customer_keys=[7])
    assert not kept.folder().exists()
    assert isinstance(desk.ask(Question(name="groups", parameters={}), user_id=1), kept.Answer)


def test_nothing_that_is_put_there_meanwhile_outlives_an_erasure(
    desk: asking.Desk, demo_workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that is published while the others are removed, one by one."""
    desk.ask(Question(name="groups", parameters={}), user_id=1)
    aside = kept.folder() / ".aside"
    aside.mkdir()
    (aside / "answer.json").write_text("{}")
    remove = shutil.rmtree

    def published_meanwhile(*args: Any, **kwargs: Any) -> None:
        with contextlib.suppress(FileNotFoundError):
            kept.publish(aside, 40 * "a")
        remove(*args, **kwargs)

    monkeypatch.setattr(shutil, "rmtree", published_meanwhile)
    kept.remove_all()
    assert not list(kept.folder().parent.glob("answers*"))


def test_a_workbook_that_nobody_came_for_goes_within_the_hour(
    desk: asking.Desk, demo_workspace: Path
) -> None:
    answer = desk.ask(Question(name="groups", parameters={}), user_id=1)
    assert isinstance(answer, kept.Answer)
    left, fresh = (answer.folder / f"{kept.SHEET}{name}.xlsx" for name in ("left", "fresh"))
    for path in (left, fresh):
        path.write_bytes(b"names")
    os.utime(left, (time.time() - kept.SHEET_SECONDS - 60,) * 2)
    kept.trim(10**9)
    assert (left.exists(), fresh.exists()) == (False, True)


def test_an_answer_too_large_to_be_kept_ends_in_words_and_not_in_asking_again(
    desk: asking.Desk, demo_workspace: Path, settings: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(asking.kept, "size", lambda folder: 1 << 40)
    started: list[str] = []
    begin = asking._task
    monkeypatch.setattr(
        asking,
        "_task",
        lambda question, *more: started.append(question.name) or begin(question, *more),
    )
    question = asking.Question(name="groups", parameters={})
    for _again in range(2):
        with pytest.raises(asking.TooLargeToKeep, match="REGULARS_ANSWERS_KEPT_MB"):
            desk.ask(question, user_id=1, wait_seconds=60)
    assert started == ["groups"], "nor is it worked out again for who asks at once"


def test_what_fails_late_is_told_and_not_begun_again(
    desk: asking.Desk, demo_workspace: Path, monkeypatch: Any
) -> None:
    begun = time.monotonic() - 10 * asking.FAILURES_KEPT_SECONDS
    flight = asking.Flight(user_id=1, begun=begun, error=NotNow("it took too long"))
    flight.land()
    monkeypatch.setattr(asking, "_name", lambda *_given: "asked")
    desk._flights["asked"] = flight
    with pytest.raises(NotNow, match="too long"):
        desk.ask(asking.Question(name="groups", parameters={}), user_id=1, wait_seconds=0)


def test_disk_is_bounded(desk: asking.Desk, demo_workspace: Path) -> None:
    for days in (100, 200):
        desk.ask(Question(name="groups", parameters={"window_days": str(days)}), user_id=1)
        time.sleep(0.02)
    whole = [one for one in kept.folder().iterdir() if not one.name.startswith(".")]
    assert len(whole) == 2
    assert kept.trim(max(sum(f.stat().st_size for f in one.iterdir()) for one in whole) + 1) == 1
    assert kept.trim(0) == 1


@pytest.mark.slow
def test_every_analysis_is_answered(
    desk: asking.Desk, demo_workspace: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    ws = regulars.open(demo_workspace)
    for one in regulars.catalogue():
        try:
            ws.show(one.name)
            status = 200
        except ParameterError:  # the demo's history is too short, or something must be said
            status = 422
        response = answer(client, one.name)
        assert response.status_code == status, (one.name, response.content)
