"""Somebody is erased: what is kept of the overview goes, and is worked out again."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, transaction

from regulars_server.overview import fragments
from regulars_server.overview.jobs import PREPARE
from regulars_server.web.actor import system
from regulars_server.work.services import enqueue


def forget(*, customer_keys: Collection[int]) -> None:
    """Remove every fragment: its sums may hold an erased person's orders."""
    if not connection.in_atomic_block:
        raise RuntimeError("people are forgotten in one transaction")
    if customer_keys:
        transaction.on_commit(fragments.FRAGMENTS.remove_all)
        enqueue(actor=system("overview"), kind=PREPARE.name)
