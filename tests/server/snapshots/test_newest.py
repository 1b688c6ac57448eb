"""The newest snapshot: one rule, wherever it is asked for."""

from __future__ import annotations

import os
from typing import Any

import pytest

from regulars_server.people import holdings, standings
from regulars_server.people.search import search
from regulars_server.snapshots import queries
from server.analyses.conftest import Within
from server.shop import bring

pytestmark = pytest.mark.django_db


def everywhere() -> set[str]:
    """Its id by every way to it."""
    one, customers = queries.newest(), queries.of_customers()
    (person,) = search("王小明").people
    values = queries.values(person.pk)
    standing = standings.standing(person.pk, user_id=1)
    assert one is not None
    assert customers is not None
    assert values is not None
    assert isinstance(standing, standings.Standing)
    held = holdings.holdings(person, user_id=1)
    assert isinstance(held, holdings.Holdings)
    assert held.as_of == values[0].as_of
    return {one.id, customers.id, values[0].id, standing.snapshot_id}


def test_the_facts_tell_then_the_day_then_the_instant_then_the_id(
    shop: Any, children: Within
) -> None:
    early = shop.analyse(as_of="2026-02-08")
    assert everywhere() == {early.id}
    late = shop.analyse(as_of="2026-03-01")
    assert everywhere() == {late.id}, "of the same facts the later day"
    same = shop.analyse(as_of="2026-03-01", window_days=30)
    os.utime(late.path / "manifest.json", (1_000_000, 1_000_000))
    assert everywhere() == {same.id}, "of the same day the one that was taken later"
    for one in (late, same):
        os.utime(one.path / "manifest.json", (2_000_000, 2_000_000))
    queries._read = None
    assert everywhere() == {max(late.id, same.id)}, "of one instant always the same"
    bring(shop, [("C-9", "新人", "", "n@mail.cn", "", "")])
    newer = shop.analyse(as_of="2026-02-10")
    assert everywhere() == {newer.id}, "newer facts go before a later day"
    assert shop.customer("C-2")["snapshot"] == newer.id


def test_one_that_came_or_went_is_seen_at_once(shop: Any, children: Within) -> None:
    import shutil

    assert queries.newest() is None
    early = shop.analyse(as_of="2026-02-08")
    late = shop.analyse(as_of="2026-03-01")
    assert everywhere() == {late.id}
    shutil.rmtree(late.path)
    assert everywhere() == {early.id}
