"""The table: asked for in a transaction, taken by one, fenced by the token."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from regulars_server.audit.models import AuditEntry
from regulars_server.errors import Conflict, NotFound
from regulars_server.web.actor import system
from regulars_server.work import leases, services
from regulars_server.work.leases import Held, LeaseLost, Progress
from regulars_server.work.models import Count, Job, State
from regulars_server.work.rules import Daily, Every, Terms

NOBODY = system("test")
TERMS = Terms(lease_seconds=60, grace_seconds=10)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trial")]


def later(seconds: float) -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)


def ask(kind: str = "trial.fails", **given: object) -> Job:
    return services.enqueue(actor=NOBODY, kind=kind, **given)  # type: ignore[arg-type]


def take(worker: str = "a", seconds: float = 1, kinds: tuple[str, ...] = ()) -> Held | None:
    from regulars_server.work.kinds import kinds as known

    return leases.claim(
        worker=worker, among=kinds or tuple(known()), terms=TERMS, now=later(seconds)
    )


def taken(**given: object) -> Held:
    ask(**given)  # type: ignore[arg-type]
    held = take()
    assert held is not None
    return held


def test_asking_is_taken_back_with_its_transaction() -> None:
    with transaction.atomic():
        ask()
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not AuditEntry.objects.exists()


def test_asking_twice_under_one_key_is_asking_once_also_after_the_end() -> None:
    first = ask(key="import 7", payload={"day": dt.date(2026, 1, 2)})
    assert ask(key="import 7", payload={"day": "2026-01-02"}).pk == first.pk
    held = take()
    assert held is not None
    leases.finish(held, result=None, now=later(2))
    assert ask(key="import 7", payload={"day": "2026-01-02"}).state == State.DONE
    with pytest.raises(Conflict):
        ask(key="import 7", payload={"day": "2026-01-03"})
    assert ask("trial.effect", key="import 7").pk != first.pk
    assert AuditEntry.objects.filter(action="work.asked").count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="trial.fails", key="import 7", asked_at=later(0), run_at=later(0))


def test_without_a_key_each_is_one_of_its_own() -> None:
    assert ask().pk != ask().pk


def test_what_no_capability_declares_cannot_be_asked_for() -> None:
    with pytest.raises(LookupError, match=r"trial\.unknown"):
        ask("trial.unknown")
    with pytest.raises(ValueError, match="200"):
        ask(key="k" * 201)


def test_the_one_due_longest_is_taken_and_nothing_before_its_time() -> None:
    new, old = ask(run_at=later(-5)), ask(run_at=later(-50))
    ask(run_at=later(3600))
    found = [take(), take(), take()]
    assert [one.job_id if one else None for one in found] == [old.pk, new.pk, None]
    assert Job.objects.get(pk=old.pk).attempts == 1


def test_what_somebody_asked_for_comes_before_what_prepares() -> None:
    prepares = ask("trial.prepares", run_at=later(-300))
    first, second = ask(run_at=later(-20)), ask(run_at=later(-10))
    found = [take(), take(), take(), take()]
    assert [one.job_id if one else None for one in found] == [
        first.pk,
        second.pk,
        prepares.pk,
        None,
    ]


def test_what_prepares_waits_for_others_only_so_long() -> None:
    waited = ask("trial.prepares", run_at=later(-leases.PATIENT_SECONDS - 60))
    asked = [ask(run_at=later(-20)) for _ in range(3)]
    found = [take() for _ in range(4)]
    assert [one.job_id for one in found if one] == [waited.pk, *(one.pk for one in asked)]


def test_whom_somebody_waits_for_longer_than_that_is_not_passed_by_what_prepares() -> None:
    asked = ask(run_at=later(-leases.PATIENT_SECONDS - 90))
    prepares = ask("trial.prepares", run_at=later(-leases.PATIENT_SECONDS - 60))
    found = [take(), take()]
    assert [one.job_id for one in found if one] == [asked.pk, prepares.pk]


def test_whatever_comes_by_itself_says_whether_somebody_waits_for_it() -> None:
    from regulars_server.work.kinds import Rank
    from regulars_server.work.kinds import kinds as known

    # Events of shops are waited for, and without a first snapshot nothing can be asked for.
    waited_for = {"inbox.land", "work.first_snapshot", "trial.periodic"}
    by_itself = {name for name, kind in known().items() if kind.schedule or kind.follows}
    assert by_itself - waited_for == {
        name for name, kind in known().items()
        if kind.rank is Rank.PREPARES and name != "trial.prepares"
    }  # fmt: skip


def test_a_worker_takes_only_kinds_that_it_knows() -> None:
    ask("trial.fails")
    assert take(kinds=("trial.effect",)) is None
    assert take(kinds=("trial.fails",)) is not None


def test_a_beat_renews_the_lease_and_carries_progress() -> None:
    held = taken()
    leases.beat(
        held, progress=Progress(stage="s", done_units=3, all_units=9), terms=TERMS, now=later(50)
    )
    job = Job.objects.get()
    assert (job.stage, job.done_units, job.all_units) == ("s", 3, 9)
    assert leases.put_back_lost(now=later(100)) == 0
    assert leases.put_back_lost(now=later(111)) == 1


def test_who_lost_the_lease_can_do_nothing() -> None:
    held = taken(kind="trial.effect")
    assert leases.put_back_lost(now=later(62)) == 1
    for attempt in ("waiting", "taken by another"):
        if attempt != "waiting":
            other = take("b", seconds=70)
            assert other is not None
            assert other.job_id == held.job_id
        before = Job.objects.values().get()
        with pytest.raises(LeaseLost):
            leases.finish(held, result={"by": "the first"}, now=later(63))
        with pytest.raises(LeaseLost):
            leases.fail(held, code="failed", now=later(63))
        with pytest.raises(LeaseLost):
            leases.hand_back(held, now=later(63))
        with pytest.raises(LeaseLost):
            leases.beat(held, progress=Progress(), terms=TERMS, now=later(63))
        assert Job.objects.values().get() == before, attempt
    leases.finish(other, result={"by": "the second"}, now=later(71))
    assert Job.objects.get().result == {"by": "the second"}
    assert Count.objects.get(name=leases.LOSSES).value == 1


def test_what_is_done_stays_done() -> None:
    held = taken()
    leases.finish(held, result=None, now=later(2))
    with pytest.raises(LeaseLost):
        leases.finish(held, result=None, now=later(2))
    with pytest.raises(LeaseLost):
        leases.fail(held, code="failed", now=later(2))
    assert take() is None
    assert Job.objects.get().state == State.DONE


def test_it_is_tried_again_after_a_wait_and_then_set_aside_with_its_reason() -> None:
    held = taken()
    assert leases.fail(held, code="failed", detail="a\x00b", now=later(1)) == State.WAITING
    job = Job.objects.get()
    assert (job.error_code, job.error_detail, job.token) == ("failed", "ab", "")
    assert later(1) < job.run_at < later(1.1)
    again = take(seconds=3)
    assert again is not None
    assert leases.fail(again, code="failed", detail="twice", now=later(3)) == State.SET_ASIDE
    job = Job.objects.get()
    assert (job.attempts, job.error_detail, job.ended_at is None) == (2, "twice", False)
    assert take(seconds=3600) is None


def test_what_is_hopeless_is_not_tried_again() -> None:
    state = leases.fail(taken(), code="refused", now=later(1), hopeless=True)
    assert state == State.SET_ASIDE


def test_a_job_that_takes_its_worker_down_each_time_is_set_aside() -> None:
    ask()
    for _attempt in range(2):
        assert take(seconds=10) is not None
        assert leases.put_back_lost(now=later(100)) == 1
        Job.objects.filter(state="waiting").update(run_at=later(0))
    job = Job.objects.get()
    assert (job.state, job.error_code) == (State.SET_ASIDE, "lost")
    assert Count.objects.get().value == 2


def test_handing_back_costs_no_attempt() -> None:
    held = taken()
    leases.hand_back(held, now=later(1))
    job = Job.objects.get()
    assert (job.state, job.attempts, job.error_code) == (State.WAITING, 0, "")
    assert take(seconds=2) is not None


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_sign() -> None:
    waits = ask()
    assert services.cancel(actor=NOBODY, job_id=waits.pk).state == State.CANCELLED
    assert take() is None
    held = taken()
    assert services.cancel(actor=NOBODY, job_id=held.job_id).state == State.RUNNING
    assert leases.beat(held, progress=Progress(), terms=TERMS, now=later(2)) is True
    assert leases.fail(held, code="cancelled", now=later(3)) == State.CANCELLED
    with pytest.raises(Conflict):
        services.cancel(actor=NOBODY, job_id=held.job_id)
    with pytest.raises(NotFound):
        services.cancel(actor=NOBODY, job_id=0)


def test_a_job_that_was_to_end_ends_whatever_happens_to_its_worker() -> None:
    for end in (
        lambda h: leases.put_back_lost(now=later(100)),
        lambda h: leases.hand_back(h, now=later(1)),
    ):
        held = taken()
        services.cancel(actor=NOBODY, job_id=held.job_id)
        end(held)
        assert Job.objects.get(pk=held.job_id).state == State.CANCELLED


def test_what_was_done_before_the_request_came_counts_as_done() -> None:
    held = taken()
    services.cancel(actor=NOBODY, job_id=held.job_id)
    leases.finish(held, result=None, now=later(1))
    assert Job.objects.get().state == State.DONE


def test_trying_again_starts_with_all_attempts_and_is_in_the_audit() -> None:
    leases.fail(taken(), code="failed", now=later(1), hopeless=True)
    job = services.retry(actor=NOBODY, job_id=Job.objects.get().pk)
    assert (job.state, job.attempts, job.ended_at) == (State.WAITING, 0, None)
    entry = AuditEntry.objects.get(action="work.retried")
    assert (entry.before, entry.after) == (
        {"state": "set_aside", "attempts": 1}, {"state": "waiting", "attempts": 0},
    )  # fmt: skip
    held = take(seconds=2)
    assert held is not None
    with pytest.raises(Conflict):
        services.retry(actor=NOBODY, job_id=held.job_id)


def test_a_periodic_row_is_made_once_for_each_instant_and_missed_ones_are_not_caught_up() -> None:
    night = {"trial.periodic": Every(86400)}
    now = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
    assert leases.make_due(night, now=now) == 1
    assert leases.make_due(night, now=now + dt.timedelta(hours=11)) == 0
    assert leases.make_due(night, now=now + dt.timedelta(days=7)) == 1
    assert sorted(Job.objects.values_list("key", flat=True)) == [
        "due 2026-03-10T00:00:00Z", "due 2026-03-17T00:00:00Z",
    ]  # fmt: skip
    assert leases.make_due({}, now=now) == 0


def test_the_nightly_snapshot_can_be_switched_off(settings: object) -> None:
    from regulars_server.work.kinds import schedules

    assert isinstance(schedules()["work.nightly_snapshot"], Daily)
    settings.REGULARS_NIGHTLY_SNAPSHOT = None  # type: ignore[attr-defined]
    assert "work.nightly_snapshot" not in schedules()


def test_a_job_is_finished_only_within_the_transaction_of_its_effects() -> None:
    held = Held(job_id=1, kind="trial.effect", token="t")
    from unittest.mock import patch

    with patch.object(leases.connection, "in_atomic_block", False), pytest.raises(RuntimeError):
        leases.finish(held, result=None, now=later(0))
