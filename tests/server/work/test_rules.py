"""Leases, back-off and what falls due, by instants alone."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars_server.work.rules import Attempts, Daily, Every, Terms, due_key

NOW = dt.datetime(2026, 3, 10, 12, 0, tzinfo=dt.UTC)
NEW_YORK = ZoneInfo("America/New_York")


def test_the_rules_stand_without_django() -> None:
    said = "import sys, regulars_server.work.rules; print('django' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


@given(st.text(max_size=40), st.integers(1, 200))
def test_the_wait_doubles_within_a_quarter_and_has_an_end(key: str, failed: int) -> None:
    rules = Attempts(first_seconds=10, longest_seconds=600)
    usual = min(10 * 2 ** min(failed - 1, 30), 600)
    assert 0.75 * usual <= rules.wait_seconds(key, failed) < 1.25 * usual
    assert rules.wait_seconds(key, failed) == rules.wait_seconds(key, failed)


def test_jobs_that_failed_together_do_not_come_back_together() -> None:
    waits = [Attempts(first_seconds=100).wait_seconds(f"job {n}", 1) for n in range(1000)]
    assert len(set(waits)) == 1000
    # Evenly spread over [75, 125): the mean of 1,000 has a standard error of 0.46.
    assert abs(sum(waits) / 1000 - 100) < 2
    assert min(waits) < 76
    assert max(waits) > 124


def test_the_wait_of_a_key_never_changes() -> None:
    """A worker of a later version must not bring a job back earlier than it was promised."""
    assert Attempts().wait_seconds("work.snapshot nightly", 1) == pytest.approx(
        15 * _factor("1:work.snapshot nightly"), rel=1e-12
    )


def _factor(text: str) -> float:
    import hashlib

    whole = int(hashlib.sha256(text.encode()).hexdigest()[:16], 16)
    return 0.75 + whole / 2**64 / 2


def test_after_the_last_attempt_there_is_none() -> None:
    rules = Attempts(most=3)
    assert rules.again_at("k", 2, NOW) is not None
    assert rules.again_at("k", 3, NOW) is None
    assert rules.again_at("k", 4, NOW) is None
    with pytest.raises(ValueError, match="nothing has failed"):
        rules.wait_seconds("k", 0)


@given(st.floats(1, 3600))
def test_three_beats_may_be_missed(lease: float) -> None:
    terms = Terms(lease_seconds=lease)
    assert terms.beat_seconds * 4 <= lease
    assert terms.until(NOW) - NOW == dt.timedelta(seconds=lease)


def test_patience_ends_after_the_grace() -> None:
    terms = Terms(grace_seconds=10)
    assert not terms.patience_is_over(None, NOW)
    assert not terms.patience_is_over(NOW - dt.timedelta(seconds=9), NOW)
    assert terms.patience_is_over(NOW - dt.timedelta(seconds=10), NOW)


@given(st.integers(0, 20 * 365 * 1440))
def test_what_is_due_is_due_once_a_day_and_never_in_the_future(minute: int) -> None:
    now = dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minute)
    for zone in ("Asia/Shanghai", "America/New_York", "UTC"):
        due = Daily(dt.time(3, 30), ZoneInfo(zone)).latest(now)
        assert due <= now
        # 25 hours: the day on which the clocks go back.
        assert now - due < dt.timedelta(hours=25)
    every = Every(3600).latest(now)
    assert dt.timedelta(0) <= now - every < dt.timedelta(hours=1)


def test_the_night_is_that_of_the_workspace() -> None:
    due = Daily(dt.time(3, 30), ZoneInfo("Asia/Shanghai")).latest(NOW)
    assert due_key(due) == "due 2026-03-09T19:30:00Z"


def test_when_the_clocks_change_a_night_is_neither_left_out_nor_doubled() -> None:
    """2026 in New York: 02:30 does not exist on 8 March and exists twice on 1 November."""
    for month, day in ((3, 6), (10, 30)):
        start = dt.datetime(2026, month, day, tzinfo=dt.UTC)
        daily = Daily(dt.time(2, 30), NEW_YORK)
        due = {daily.latest(start + dt.timedelta(minutes=m)) for m in range(0, 5 * 1440, 5)}
        days = {one.astimezone(NEW_YORK).date() for one in due}
        assert len(due) == len(days) == 6
