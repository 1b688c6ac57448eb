"""A file goes from the browser into the facts, whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from backports import zstd
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import connection

from regulars_server.access import tokens
from regulars_server.audit.models import AuditEntry
from regulars_server.errors import Conflict, Invalid, NotFound, NotNow, TooLarge
from regulars_server.imports import bringing, files, mapping, queries, services, upkeep
from regulars_server.imports.metrics import figures
from regulars_server.imports.models import Import, State
from regulars_server.imports.services import Announced
from regulars_server.work.models import Job
from server.imports.conftest import Doing, do_jobs
from server.people import Client, actor, make_user

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = "order_id,customer_id,day,amount\nn1,C-1,2026-03-01,10.00\nn2,C-9,2026-03-02,20.50\n"
HOSTILE = (
    "order_id,customer_id,day,amount\n"
    "=cmd(),<script>alert(1)</script>,2026-03-01,10.00\n"
    "n5,C-1,yesterday,10.00\n" + "".join(f"m{i},C-1,2026-03-02,1\n" for i in range(60))
)


def upload(client: Client, text: str | bytes, name: str = "orders.csv", **more: str) -> Any:
    body = text.encode() if isinstance(text, str) else text
    given = {"fact": "orders", "source": "shop", **more}
    return client.post(
        "/imports/begin/", {**given, "file": SimpleUploadedFile(name, body)}, follow=True
    )


def asked(text: str | bytes = ORDERS, **more: Any) -> Import:
    """An upload of an analyst that was looked at."""
    body = text.encode() if isinstance(text, str) else text
    coming = Announced(fact="orders", file_name="orders.csv", size=len(body), **more)
    made = services.whole(actor=actor(make_user()), coming=coming, file=io.BytesIO(body))
    do_jobs()
    return Import.objects.get(pk=made.pk)


def chosen(found: Import, **changes: str) -> mapping.Chosen:
    assert found.look is not None
    return mapping.Chosen(columns={**found.look["mapping"]["columns"], **changes})


def who(found: Import) -> Any:
    assert found.asked_by is not None
    return actor(found.asked_by)


def run(found: Import, **changes: str) -> Import:
    services.confirm(
        actor=who(found), import_id=found.pk, version=found.version, chosen=chosen(found, **changes)
    )
    do_jobs()
    return Import.objects.get(pk=found.pk)


def orders(shop: Any) -> int:
    return next(t.live for t in shop.facts() if t.table == "orders")


def test_from_the_form_to_the_facts(
    shop: Any, data: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    assert upload(client, ORDERS, name="../../客户 orders.csv").status_code == 200
    found = Import.objects.get()
    assert found.file_name == "客户 orders.csv"
    path = files.file_of(found.pk, found.file_name)
    assert path.read_text() == ORDERS
    assert (path.stat().st_mode & 0o077, path.parent.stat().st_mode & 0o077) == (0, 0)
    assert do_jobs() == ["imports.look"]
    page = client.get(f"/imports/{found.pk}/").content.decode()
    assert 'value="customer_id" selected' in page
    assert "C-9" in page, "a sample row"
    found.refresh_from_db()
    sent = {f"column-{k}": v for k, v in chosen(found).columns.items()}
    done = client.post(
        f"/imports/{found.pk}/confirm/",
        {**sent, "version": found.version, "day_order": "auto", "decimal_mark": "."},
    )
    assert done.status_code == 302
    assert do_jobs() == ["imports.bring"]
    found.refresh_from_db()
    assert (found.state, found.report["new"], found.look) == (State.DONE, 2, None)
    assert orders(shop) == 5
    assert not path.exists()
    page = client.get(f"/imports/{found.pk}/").content.decode()
    assert "Take a snapshot" in page
    actions = list(AuditEntry.objects.values_list("action", flat=True).order_by("id"))
    assert [a for a in actions if a.startswith("imports.")] == ["imports.begun",
                                                                "imports.confirmed"]  # fmt: skip


def test_rejects_are_told_and_downloaded_without_formulas(
    shop: Any, data: Path, as_role: Callable[[str], Client]
) -> None:
    found = run(asked(HOSTILE))
    assert (found.state, found.report["new"]) == (State.DONE, 61)
    client = as_role("analyst")
    page = client.get(f"/imports/{found.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "orders.csv:3" in page
    answer = client.get(f"/imports/{found.pk}/rejects.csv")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "yesterday" in answer.content.decode()
    assert as_role("auditor").get(f"/imports/{found.pk}/rejects.csv").status_code == 403
    ended, rejected = figures()
    assert {s.labels["state"]: s.value for s in ended.samples} == {
        "done": 1, "refused": 0, "dropped": 0,
    }  # fmt: skip
    assert rejected.samples[0].value == sum(one["rows"] for one in found.report["rejected"]) > 0


def test_sample_rows_are_shown_as_text(
    shop: Any, data: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    upload(client, HOSTILE)
    do_jobs()
    page = client.get(f"/imports/{Import.objects.get().pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_pieces_go_on_where_they_stopped(shop: Any, data: Path) -> None:
    user = actor(make_user())
    body = ORDERS.encode()
    made = services.begin(
        actor=user, coming=Announced(fact="orders", file_name="o.csv", size=len(body))
    )
    send = {"actor": user, "import_id": made.pk}
    services.receive(**send, offset=0, chunk=body[:20])
    with pytest.raises(Conflict):
        services.receive(**send, offset=0, chunk=body[:20])
    with pytest.raises(Conflict):
        services.receive(**send, offset=30, chunk=body[30:])
    with pytest.raises(Invalid):
        services.receive(**send, offset=20, chunk=body[20:], digest="0" * 64)
    with pytest.raises(TooLarge):
        services.receive(**send, offset=20, chunk=body)
    # The answer to this one is lost, and so is what was written of it: sent again, it counts once.
    files.write_at(files.file_of(made.pk, "o.csv"), 20, b"half of a pie")
    digest = hashlib.sha256(body[20:]).hexdigest()
    services.receive(**send, offset=20, chunk=body[20:], digest=digest)
    assert files.file_of(made.pk, "o.csv").read_bytes() == body
    assert Job.objects.filter(kind="imports.look").count() == 1
    with pytest.raises(NotFound):
        services.receive(actor=actor(make_user()), import_id=made.pk, offset=0, chunk=b"x")


def test_pieces_over_http(shop: Any, data: Path, as_role: Callable[[str], Client]) -> None:
    client = as_role("analyst")
    body = ORDERS.encode()
    begun = client.post(
        "/imports/begin/",
        {"fact": "orders", "source": "shop", "file_name": "o.csv", "size": len(body)},
    )
    assert begun.status_code == 201
    piece = begun.json()["piece"]

    def send(offset: Any, chunk: bytes) -> Any:
        return client.generic("POST", piece, chunk, "application/octet-stream",
                              HTTP_X_OFFSET=str(offset))  # fmt: skip

    assert send(0, body[:9]).json()["received"] == 9
    again = send(0, body[:9])
    assert (again.status_code, again.json()["received"]) == (409, 9)
    assert send("-1", b"x").status_code == 422
    assert client.get(piece).json()["received"] == 9
    assert send(9, body[9:]).json()["received"] == len(body)
    assert as_role("marketer").get(piece).status_code == 403


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("bomb.csv.gz", gzip.compress(b"\0" * 50_000_000)),
        ("bomb.csv.zst", zstd.compress(b"\0" * 50_000_000)),
        ("orders.xlsx", b"PK\x03\x04 no workbook"),
        ("orders.parquet", b"PAR1 truncated"),
        ("orders.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
        ("empty.csv", b"\n\n"),
    ],
)
def test_what_is_no_table_is_refused_in_words(
    shop: Any, data: Path, as_role: Callable[[str], Client], name: str, body: bytes
) -> None:
    client = as_role("analyst")
    upload(client, body, name=name)
    do_jobs()
    found = Import.objects.get()
    if found.state == State.ASKING:  # it has lines, and no column that a table needs
        with pytest.raises(Invalid):
            services.confirm(actor=actor(client.user), import_id=found.pk,  # type: ignore[arg-type]
                             version=found.version, chosen=chosen(found))  # fmt: skip
    else:
        assert found.state == State.REFUSED
        assert found.said
        assert not files.file_of(found.pk, found.file_name).exists()
    assert orders(shop) == 3


def test_a_wrong_column_comes_back_with_the_page(
    shop: Any, data: Path, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    upload(client, ORDERS)
    do_jobs()
    found = Import.objects.get()
    sent = {"version": found.version, "day_order": "auto", "decimal_mark": ".",
            "column-order_id": "order_id"}  # fmt: skip
    page = client.post(f"/imports/{found.pk}/confirm/", sent)
    assert page.status_code == 422
    assert "customer_id" in page.content.decode()
    page = client.post(f"/imports/{found.pk}/confirm/", {**sent, "column-day": "nothing"})
    assert page.status_code == 422
    page = client.post(f"/imports/{found.pk}/confirm/", {**sent, "version": 999})
    assert page.status_code == 409
    page = client.post(f"/imports/{found.pk}/confirm/", {**sent, "zone": "Nowhere/At all"})
    assert page.status_code == 422


def test_the_second_of_two_tabs_is_told(shop: Any, data: Path) -> None:
    found = asked()
    services.confirm(
        actor=who(found), import_id=found.pk, version=found.version, chosen=chosen(found)
    )
    for act in (services.drop, services.back):
        with pytest.raises(Conflict):
            act(actor=who(found), import_id=found.pk, version=found.version)
    with pytest.raises(Conflict):
        services.confirm(
            actor=who(found), import_id=found.pk, version=found.version, chosen=chosen(found)
        )
    do_jobs()
    assert orders(shop) == 5


def test_too_many_rejects_take_nothing_and_ask_again(shop: Any, data: Path) -> None:
    text = "order_id,customer_id,day,amount\n" + "".join(f"x{i},C-1,no,1\n" for i in range(9))
    found = run(asked(text))
    assert found.state == State.ASKING
    assert "rejected" in found.said
    assert found.look is not None
    assert orders(shop) == 3
    assert Client().sign_in(found.asked_by).get(f"/imports/{found.pk}/rejects.csv").content.count(
        b"\n"
    ) == 10  # fmt: skip


def test_a_saved_mapping_is_offered_and_a_new_column_asked_about(shop: Any, data: Path) -> None:
    first = "No,Client,Date,Total\n1,C-1,2026-03-01,10\n"
    names = {"order_id": "No", "customer_id": "Client", "day": "Date", "amount": "Total"}
    found = asked(first)
    found.look["mapping"]["columns"] = names  # type: ignore[index]
    assert run(found).state == State.DONE
    found = asked("No,Client,Date,Total,currency\n2,C-1,2026-03-02,10,USD\n")
    assert found.look is not None
    assert found.look["saved"]
    assert found.look["mapping"]["columns"].items() >= names.items()
    assert found.look["unsure"] == ["source_currency"]


def test_killed_after_the_facts_were_published_the_next_attempt_has_the_report(
    shop: Any, data: Path
) -> None:
    found = asked()
    services.confirm(
        actor=who(found), import_id=found.pk, version=found.version, chosen=chosen(found)
    )
    job = Job.objects.get(kind="imports.bring")
    found.refresh_from_db()

    class Killed(BaseException):
        pass

    class Dies(Doing):
        def finishing(self, result: Any = None) -> Any:
            raise Killed

    with pytest.raises(Killed):
        bringing.bring(Dies(job))  # type: ignore[arg-type]
    bringing.bring(Doing(job, attempt=2))  # type: ignore[arg-type]
    found.refresh_from_db()
    assert (found.state, found.report["new"], found.report["no_op"]) == (State.DONE, 2, False)
    assert orders(shop) == 5


def test_given_up_or_too_old_nothing_is_left(shop: Any, data: Path, settings: Any) -> None:
    found = asked()
    services.drop(actor=who(found), import_id=found.pk, version=found.version)
    assert files.there() == []
    old = asked()
    settings.REGULARS_UPLOADS_KEPT_HOURS = 0
    files.write_at(files.file_of(999, "left.csv"), 0, b"x")
    upkeep.tidy(Doing())  # type: ignore[arg-type]
    old.refresh_from_db()
    assert (old.state, old.look, files.there()) == (State.DROPPED, None, [])
    assert orders(shop) == 3


def test_erasing_somebody_takes_what_was_uploaded(shop: Any, data: Path) -> None:
    from django.db import transaction

    def forget() -> None:
        with transaction.atomic():
            upkeep.forget(customer_keys=[1])

    found, running = asked(), asked()
    assert [row["id"] for row in queries.held(customer_keys=[1])["uploads"]] == [
        found.pk, running.pk,
    ]  # fmt: skip
    running = services.confirm(
        actor=who(running), import_id=running.pk, version=running.version, chosen=chosen(running)
    )
    with pytest.raises(NotNow):  # its file is still there
        forget()
    Job.objects.filter(pk=running.job_id).update(state="set_aside")
    forget()
    for one in (found, running):
        one.refresh_from_db()
        assert (one.state, one.look) == (State.DROPPED, None)
    assert files.there() == []
    assert queries.held(customer_keys=[1]) == {"uploads": []}


def test_it_is_said_for_whom_an_import_waits(shop: Any, data: Path) -> None:
    from regulars_server.imports import waiting

    assert waiting.stage_of("import of orders (process 17)") == "waiting_orders"
    assert waiting.stage_of("landing of inbox (process 17)") == "waiting_landing"
    assert waiting.stage_of("merging customers (process 17)") == "waiting_matching"
    assert waiting.stage_of("another writer") == "waiting"
    found = asked()
    services.confirm(
        actor=who(found), import_id=found.pk, version=found.version, chosen=chosen(found)
    )
    told = threading.Event()

    class Tells(Doing):
        def progress(self, *how_far: Any, stage: str = "") -> None:
            super().progress(*how_far, stage=stage)
            told.set()

    job = Tells(Job.objects.get(kind="imports.bring"))
    with shop.lake.writing("forgetting somebody"):
        importing = threading.Thread(target=_bring, args=(job,))
        importing.start()
        assert told.wait(30)
    importing.join(60)
    assert job.stages[0] == "waiting_forgetting"
    assert len(job.stages[0]) <= Job._meta.get_field("stage").max_length
    assert all(len(stage) <= 40 for stage in waiting.STAGES)
    found.refresh_from_db()
    assert found.state == State.DONE


def _bring(job: Any) -> None:
    try:
        bringing.bring(job)
    finally:
        connection.close()


def test_limits_are_held(shop: Any, data: Path, settings: Any) -> None:
    user = actor(make_user())
    with pytest.raises(Invalid):
        services.begin(actor=user, coming=Announced(fact="nothing", file_name="x", size=1))
    with pytest.raises(Invalid):
        services.begin(actor=user, coming=Announced(fact="orders", file_name="x", size=0))
    with pytest.raises(Invalid):
        services.begin(
            actor=user, coming=Announced(fact="orders", file_name="x", size=1, source="a\nb")
        )
    settings.REGULARS_UPLOAD_MAX_MB = 1
    with pytest.raises(TooLarge):
        services.begin(actor=user, coming=Announced(fact="orders", file_name="x", size=2**21))
    settings.REGULARS_UPLOADS_PER_USER = 2
    for _ in range(2):
        services.begin(actor=user, coming=Announced(fact="orders", file_name="x", size=1))
    with pytest.raises(Conflict):
        services.begin(actor=user, coming=Announced(fact="orders", file_name="x", size=1))


def test_an_import_that_nobody_went_on_with_is_given_up(
    shop: Any, data: Path, settings: Any
) -> None:
    found = asked()
    services.confirm(
        actor=who(found), import_id=found.pk, version=found.version, chosen=chosen(found)
    )
    settings.REGULARS_UPLOADS_KEPT_HOURS = 0
    upkeep.tidy(Doing())  # type: ignore[arg-type]
    found.refresh_from_db()
    assert found.state == State.IMPORTING, "its job is still to come"
    Job.objects.filter(kind="imports.bring").update(state="set_aside")
    upkeep.tidy(Doing())  # type: ignore[arg-type]
    found.refresh_from_db()
    assert (found.state, files.there()) == (State.DROPPED, [])


def test_a_body_that_is_too_large_is_not_read(
    shop: Any, data: Path, as_role: Callable[[str], Client], settings: Any
) -> None:
    analyst = as_role("analyst")

    def send(client: Client, path: str) -> int:
        file = SimpleUploadedFile("o.csv", b"x" * (6 * 2**20))
        given = {"file": file, "fact": "orders", "source": "shop"}
        return int(client.post(path, given).status_code)

    assert send(Client(), "/sign-in/") == 400
    assert send(analyst, "/account/password/") == 400
    assert send(analyst, "/imports/begin/") == 302
    settings.REGULARS_UPLOAD_MAX_MB = 1
    assert send(analyst, "/imports/begin/") == 400


def test_who_may_not_import_puts_no_file_on_the_disk(
    shop: Any, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Django reads a form before its view is asked who may call it; a made-up token is nobody."""

    def written(*_args: Any, **_given: Any) -> None:
        raise AssertionError("a file of nobody who may import was written")

    def send(client: Client, path: str, **headers: str) -> int:
        client.cookies["csrf"] = "a" * 32
        file = SimpleUploadedFile("o.csv", b"x" * (6 * 2**20))
        given = {"file": file, "fact": "orders", "source": "shop", "csrfmiddlewaretoken": "a" * 32}
        return int(client.post(path, given, headers=headers).status_code)

    monkeypatch.setattr(TemporaryUploadedFile, "__init__", written)
    nobody = Client(enforce_csrf_checks=True)
    assert send(nobody, "/imports/begin/", authorization="Bearer made-up") == 400
    assert send(nobody, "/api/v1/imports", authorization="Bearer made-up") == 401
    auditor = Client(enforce_csrf_checks=True).sign_in(make_user("auditor"))
    assert send(auditor, "/imports/begin/") == 400


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\orders.csv", "orders.csv"),
        ("=cmd|x.csv", "=cmd_x.csv"),
        ("..", "file"),
        ("a\x00b\u202ecsv.exe", "abcsv.exe"),
        ("客户" * 100 + ".csv", "客户" * 19 + ".csv"),
    ],
)
def test_names_lead_nowhere(given: str, kept: str) -> None:
    assert files.safe_name(given) == kept
    assert len(files.safe_name(given).encode()) <= files.LONGEST_NAME


def test_the_api_imports_where_nothing_is_unsure(shop: Any, data: Path) -> None:
    boss = make_user("administrator")
    scopes = ["imports.read", "imports.run"]
    _made, secret = tokens.make(actor=actor(boss), user=boss, name="t", scopes=scopes, days=1)
    client = Client().with_token(secret)

    def send(text: str, key: str = "k1") -> Any:
        return client.post(
            "/api/v1/imports",
            {"fact": "orders", "file": SimpleUploadedFile("o.csv", text.encode())},
            HTTP_IDEMPOTENCY_KEY=key,
        )

    first = send(ORDERS)
    assert first.status_code == 202
    number = first.json()["id"]
    assert send(ORDERS).json()["id"] == number
    other = send(ORDERS + "n3,C-1,2026-03-03,1\n")
    assert (other.status_code, other["Content-Type"]) == (422, "application/problem+json")
    assert do_jobs() == ["imports.look", "imports.bring"]
    told = client.get(f"/api/v1/imports/{number}").json()
    assert (told["state"], told["report"]["new"]) == ("done", 2)
    unsure = send("a,b\n1,2\n", key="k2").json()["id"]
    do_jobs()
    told = client.get(f"/api/v1/imports/{unsure}").json()
    assert (told["state"], told["columns"]) == ("asking", ["a", "b"])
    body = json.dumps({"version": told["version"], "columns": {"order_id": "a"}})
    wrong = client.post(f"/api/v1/imports/{unsure}/confirm", body, "application/json")
    assert wrong.status_code == 422
    page = client.get("/api/v1/imports", {"limit": 1}).json()
    assert [one["id"] for one in page["items"]] == [unsure]
    assert client.get("/api/v1/imports", {"cursor": page["next_cursor"]}).json()["items"]
