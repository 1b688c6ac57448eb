"""Batches of whole customers, worked on two at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from regulars.engines.engine import AT_ONCE, in_turn


def test_what_is_made_comes_in_the_order_of_the_batches() -> None:
    last = threading.Event()

    def slow_first(batch: int) -> int:
        if batch == 0:
            assert last.wait(10)  # the second overtakes the first
        elif batch == 1:
            last.set()
        return batch * 10

    assert list(in_turn(slow_first, range(5))) == [0, 10, 20, 30, 40]
    assert list(in_turn(slow_first, [])) == []


def test_no_more_is_held_than_is_worked_on() -> None:
    held = threading.Semaphore(AT_ONCE)

    def batches() -> Iterator[int]:
        for number in range(12):
            assert held.acquire(blocking=False), "a batch was fetched too early"
            yield number

    for _ in in_turn(lambda batch: batch, batches()):
        held.release()


def test_a_fault_in_a_batch_ends_it() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_turn(lambda batch: 1 // batch, [1, 0, 1]))
