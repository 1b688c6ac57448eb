"""Derived tables: a pure function over a step's rows, the same on every engine."""

from __future__ import annotations

import datetime as dt
import importlib.util
import itertools
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analyses.conftest import OpenShop
from regulars.analyses.columns import CUSTOMER_KEY, day, flag, number, text
from regulars.analyses.run import Session
from regulars.declare import Column
from regulars.engines import open_engine
from regulars.errors import EngineError, ParameterError
from regulars.result import rows_of
from regulars.steps import Derived, Library, Step
from regulars.steps.compose import Target, program

DAYS = Step(
    name="days",
    one_row="one order",
    key=("order_id",),
    sql="""select customer_key, order_id, day from orders
        where status = 'live' and customer_key is not null and day < $as_of""",
)


def gaps(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Longest gap of each customer, by going through his days in order."""
    keys, first = np.unique(arrays["customer_key"], return_index=True)
    days = arrays["day"].astype("datetime64[D]")
    assert (np.diff(arrays["customer_key"]) >= 0).all()
    longest = np.ma.masked_all(len(keys), dtype=np.float64)
    last = np.empty(len(keys), dtype="datetime64[D]")
    names = np.empty(len(keys), dtype=object)
    for i, chunk in enumerate(np.split(days, first[1:])):
        steps = np.diff(chunk).astype(int)
        assert (steps >= 0).all()
        last[i] = chunk[-1]
        names[i] = f"{len(chunk)} 单"
        if len(chunk) > 1:
            longest[i] = steps.max() * values["times"]
    return {
        "customer_key": keys,
        "longest": longest,
        "last": last,
        "label": names,
        "once": longest.mask & np.ones(len(keys), bool),
    }


COLUMNS: tuple[Column, ...] = (
    CUSTOMER_KEY,
    number("longest", "Longest gap.", "最长间隔。"),
    day("last", "Last day.", "最后一天。"),
    text("label", "Orders.", "订单数。"),
    flag("once", "One order only.", "仅一单。"),
)
LONGEST = Derived(
    name="longest_gaps",
    one_row="one customer",
    key=("customer_key",),
    reads="days",
    columns=COLUMNS,
    apply=gaps,
    parameters=("times",),
    per_customer=True,
    order_by=("day",),
)
COUNTED = Step(
    name="counted",
    one_row="a longest gap",
    key=("longest",),
    sql="select longest, count(*) as customers from longest_gaps group by longest",
)


def ranked(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    order = np.argsort(np.argsort(-arrays["customers"], kind="stable"))
    return {"longest": arrays["longest"], "place": order.astype(float)}


PLACES = Derived(
    name="places",
    one_row="a longest gap",
    key=("longest",),
    reads="counted",
    columns=(COLUMNS[1], number("place", "Place.", "名次。")),
    apply=ranked,
)
ALL = Step(
    name="all_of_it",
    one_row="one customer",
    key=("customer_key",),
    sql="""select g.customer_key, g.longest, g.last, g.label, g.once, p.place
        from longest_gaps as g left join places as p on p.longest = g.longest""",
)


@pytest.fixture(autouse=True)
def _pickled_by_value() -> None:
    # Spark's workers cannot import a test; what Regulars ships they can.
    if importlib.util.find_spec("pyspark") is not None:
        from pyspark import cloudpickle

        cloudpickle.register_pickle_by_value(sys.modules[__name__])


def test_derived_tables_feed_steps_and_one_another(engine: OpenShop) -> None:
    session = Session(engine.engine(), engine.facts)
    as_of = _after(engine)
    made = session.compose(
        Library([DAYS, LONGEST, COUNTED, PLACES, ALL]),
        [Target("all_of_it")],
        {"as_of": as_of, "times": 2},
    )
    found = {row["customer_key"]: row for row in rows_of(session.fetch(made.targets["all_of_it"]))}
    session.engine.close()
    orders = engine.shop.facts["orders"]
    live = orders[(orders["status"] == "live") & orders["customer_key"].notna()]
    days: dict[int, list[dt.date]] = {}
    for key, when in zip(live["customer_key"], live["day"], strict=True):
        days.setdefault(int(key), []).append(np.datetime64(when, "D").astype(object))
    assert found.keys() == days.keys()
    for key, own in days.items():
        own.sort()
        longest = max(((b - a).days for a, b in itertools.pairwise(own)), default=None)
        assert found[key]["longest"] == (None if longest is None else 2 * longest)
        assert found[key]["last"] == own[-1]
        assert found[key]["label"] == f"{len(own)} 单"
        assert found[key]["once"] == (len(own) == 1)
        assert (found[key]["place"] is None) == (longest is None)


def _after(engine: OpenShop) -> dt.date:
    last = max(np.datetime64(d, "D") for d in engine.shop.facts["orders"]["day"])
    after: dt.date = (last + 1).astype(object)
    return after


def test_a_missing_value_is_named() -> None:
    with pytest.raises(ParameterError, match="as_of"):
        program(
            Library([DAYS, LONGEST]), ["orders"], [Target("longest_gaps")], {"times": 1}, "duckdb"
        )
    with pytest.raises(ParameterError, match="times"):
        program(
            Library([DAYS, LONGEST]), ["orders"], [Target("longest_gaps")], {"as_of": 1}, "duckdb"
        )


def test_a_function_that_breaks_its_word_is_told(shop_files: Any) -> None:
    wrong = replace(LONGEST, apply=lambda arrays, values: {"customer_key": np.arange(3)})
    _, facts = shop_files
    session = Session(open_engine("duckdb"), facts)
    with pytest.raises(EngineError, match="longest_gaps"):
        session.compose(
            Library([DAYS, wrong]),
            [Target("longest_gaps")],
            {"as_of": dt.date(2030, 1, 1), "times": 1},
        )
