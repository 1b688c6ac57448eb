"""Limits hold across connections and forget nobody's name."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from regulars_server.access.limits import Limit, restore, spend, tidy
from regulars_server.access.models import Attempts
from regulars_server.errors import TooMany

LIMIT = Limit(name="test", most=3, seconds=60)


@pytest.mark.django_db
def test_the_fourth_of_three_is_refused_and_others_are_not() -> None:
    for _ in range(3):
        spend(LIMIT, "a")
    with pytest.raises(TooMany) as told:
        spend(LIMIT, "a")
    assert 1 <= told.value.seconds <= 60
    spend(LIMIT, "b")
    spend(Limit(name="other", most=3, seconds=60), "a")


@pytest.mark.django_db
def test_after_its_time_it_may_be_tried_again() -> None:
    for _ in range(3):
        spend(LIMIT, "a")
    Attempts.objects.update(begun_at=timezone.now() - dt.timedelta(seconds=61))
    spend(LIMIT, "a")
    assert Attempts.objects.get().count == 1


@pytest.mark.django_db
def test_what_is_kept_names_nobody_and_is_tidied_away() -> None:
    spend(LIMIT, "wei@example.com")
    assert "wei" not in str(Attempts.objects.values().get())
    Attempts.objects.update(begun_at=timezone.now() - dt.timedelta(days=2))
    assert tidy() == 1
    spend(LIMIT, "a")
    restore(LIMIT, "a")
    assert not Attempts.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_attempts_at_once_are_all_counted() -> None:
    refused: list[bool] = []
    together = threading.Barrier(6)

    def attempt() -> None:
        try:
            together.wait()
            spend(LIMIT, "a")
            refused.append(False)
        except TooMany:
            refused.append(True)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(refused) == [False] * 3 + [True] * 3
