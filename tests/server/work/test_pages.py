"""The pages of jobs: who may do what, how it goes, twice pressed is once asked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regulars_server.audit.models import AuditEntry
from regulars_server.work import leases, reports
from regulars_server.work.leases import Progress
from regulars_server.work.models import Job, State
from regulars_server.work.rules import Terms
from server.people import Client

TERMS = Terms()
pytestmark = pytest.mark.django_db
Roles = Callable[[str], Client]


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)


def job(kind: str = "work.snapshot", **fields: Any) -> Job:
    given = {"key": f"k{Job.objects.count()}", "asked_at": now(), "run_at": now(), **fields}
    return Job.objects.create(kind=kind, **given)


def held(one: Job) -> leases.Held:
    later = now() + dt.timedelta(seconds=1)
    found = leases.claim(worker="w", among=[one.kind], terms=TERMS, now=later)
    assert found is not None
    return found


def test_a_snapshot_is_asked_for_once_however_often_the_button_is_pressed(as_role: Roles) -> None:
    client = as_role("analyst")
    once = re.search(r'name="once" value="(\w+)"', client.get("/jobs/").content.decode())
    assert once is not None
    for _ in range(2):
        answer = client.post("/jobs/snapshot/", {"once": once[1]})
    made = Job.objects.get()
    assert (made.kind, made.asked_by) == ("work.snapshot", client.user)
    assert answer["Location"] == f"/jobs/{made.pk}/"
    entry = AuditEntry.objects.get(action="work.asked")
    assert (entry.user, entry.after) == (client.user, {"kind": "work.snapshot"})


def test_the_key_of_a_form_is_the_users_own(as_role: Roles) -> None:
    for _ in range(2):
        as_role("analyst").post("/jobs/snapshot/", {"once": "same"})
    assert Job.objects.count() == 2


def test_a_marketer_may_have_the_report_but_not_cancel(as_role: Roles) -> None:
    client = as_role("marketer")
    page = client.get("/jobs/").content.decode()
    assert "Write the report" in page
    assert "Take a snapshot" not in page
    client.post("/jobs/report/", HTTP_ACCEPT_LANGUAGE="zh-CN")
    made = Job.objects.get()
    assert made.payload == {"lang": "zh"}
    assert "Cancel" not in client.get(f"/jobs/{made.pk}/").content.decode()
    assert client.post(f"/jobs/{made.pk}/cancel/").status_code == 403


def test_the_auditor_reads_and_cannot_download(as_role: Roles) -> None:
    made = job("work.report", state=State.DONE, result={"lang": "en"})
    file = reports.file_of(made.pk)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("<h1>report</h1>")
    auditor = as_role("auditor")
    assert "Download" not in auditor.get(f"/jobs/{made.pk}/").content.decode()
    assert auditor.get(f"/jobs/{made.pk}/report.html").status_code == 403
    answer = as_role("analyst").get(f"/jobs/{made.pk}/report.html")
    assert b"".join(answer.streaming_content) == b"<h1>report</h1>"  # type: ignore[attr-defined]
    # Not shown in place: its scripts would run with the session of the console.
    assert answer["Content-Disposition"].startswith("attachment; ")
    reports.remove_all()
    assert as_role("analyst").get(f"/jobs/{made.pk}/report.html").status_code == 404


def test_a_job_that_runs_shows_how_far_it_is_and_the_page_looks_again(as_role: Roles) -> None:
    one = job()
    progress = Progress(stage="taking", done_units=3, all_units=12)
    leases.beat(held(one), progress=progress, terms=TERMS, now=now())
    client = as_role("analyst")
    for address in ("/jobs/", f"/jobs/{one.pk}/"):
        page = client.get(address).content.decode()
        assert 'value="25"' in page
        assert "taking the snapshot" in page
        assert "every 2s" in page
        part = client.get(address, HTTP_HX_REQUEST="true").content.decode()
        assert 'value="25"' in part
        assert "<html" not in part


def test_an_ended_page_does_not_look_again(as_role: Roles) -> None:
    one = job(state=State.DONE, result={"rows": 2357}, ended_at=now())
    page = as_role("analyst").get(f"/jobs/{one.pk}/").content.decode()
    assert "every 2s" not in page
    assert "2357" in page


@pytest.mark.parametrize("code", ["failed", "refused", "later", "lost", "killed", "time", "memory"])
def test_a_failure_is_said_in_words_of_both_languages(code: str, as_role: Roles) -> None:
    one = job(state=State.SET_ASIDE, error_code=code, error_detail="<i>x</i>", ended_at=now())
    client = as_role("analyst")
    english = client.get("/jobs/").content.decode()
    chinese = client.get(f"/jobs/{one.pk}/", HTTP_ACCEPT_LANGUAGE="zh-CN").content.decode()
    why = re.search(r'class="why">([^<&]+)', english)
    assert why is not None
    assert " " in why[1].strip()
    assert re.search('class="why">[\u4e00-\u9fff]+', chinese)
    assert "&lt;i&gt;x&lt;/i&gt;" in english
    assert "重试" in chinese


def test_it_is_cancelled_and_tried_again_from_the_page(as_role: Roles) -> None:
    one, client = job(), as_role("analyst")
    assert "The job is cancelled." in client.post(
        f"/jobs/{one.pk}/cancel/", follow=True
    ).content.decode()  # fmt: skip
    assert client.post(f"/jobs/{one.pk}/cancel/").status_code == 409
    client.post(f"/jobs/{one.pk}/retry/")
    assert Job.objects.get().state == State.WAITING
    actions = AuditEntry.objects.order_by("id").values_list("action", "user")
    assert list(actions) == [
        ("work.cancelled", client.user.pk), ("work.retried", client.user.pk),
    ]  # fmt: skip
    held(Job.objects.get())
    assert "is told to end" in client.post(
        f"/jobs/{one.pk}/cancel/", follow=True
    ).content.decode()  # fmt: skip


def test_the_list_is_by_state_and_says_when_it_is_empty(as_role: Roles) -> None:
    client = as_role("analyst")
    assert "Nothing has been asked for yet" in client.get("/jobs/").content.decode()
    job(state=State.DONE)
    job(kind="gone.kind")
    page = client.get("/jobs/?state=done").content.decode()
    assert "Snapshot" in page
    assert "gone.kind" not in page
    assert "gone.kind" in client.get("/jobs/?state=nonsense").content.decode()
    assert "No job is in this state" in client.get("/jobs/?state=running").content.decode()


def test_metrics_say_how_long_jobs_wait_and_how_often_workers_were_lost(
    client: Client, settings: Any, demo_workspace: Path
) -> None:
    settings.REGULARS_METRICS_TOKEN = "a token of sixteen"
    job(run_at=now() - dt.timedelta(seconds=91))
    job(run_at=now() + dt.timedelta(seconds=900))
    lost = job("work.report", run_at=now() - dt.timedelta(days=1))
    held(lost)
    assert leases.put_back_lost(now=now() + dt.timedelta(seconds=90)) == 1
    text = client.with_token("a token of sixteen").get("/metrics").content.decode()
    assert 'regulars_jobs{kind="work.snapshot",state="waiting"} 2.0' in text
    assert 'regulars_jobs{kind="work.nightly_snapshot",state="done"} 0.0' in text
    assert "regulars_jobs_lease_losses_total 1.0" in text
    age = re.search(r"^regulars_jobs_queue_age_seconds ([\d.]+)", text, flags=re.M)
    assert age is not None
    assert 90 <= float(age[1]) < 120


def test_who_is_erased_vanishes_from_reports_and_errors(
    django_capture_on_commit_callbacks: Any,
) -> None:
    from django.db import transaction

    from regulars_server.work.upkeep import forget

    file = reports.file_of(job("work.report", state=State.DONE, error_detail="王小明").pk)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("王小明")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        forget(customer_keys=[])
        assert Job.objects.get().error_detail == "王小明"
        forget(customer_keys=[7])
        assert file.exists(), "the transaction may still be taken back"
    assert not file.exists()
    assert Job.objects.get().error_detail == ""


def test_old_jobs_are_removed_and_open_ones_stay() -> None:
    from types import SimpleNamespace

    from regulars_server.work.upkeep import tidy

    long_ago = now() - dt.timedelta(days=91)
    job(state=State.DONE, asked_at=long_ago, ended_at=long_ago)
    kept = [
        job(state=State.DONE, ended_at=now() - dt.timedelta(days=89)).pk,
        job(asked_at=long_ago, run_at=long_ago).pk,
    ]
    assert tidy(SimpleNamespace()) == {"jobs": 1, "reports": 0}  # type: ignore[arg-type]
    assert sorted(Job.objects.values_list("pk", flat=True)) == kept
