"""What happened with a customer as one list: order, filters, pages."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

from regulars_server.people import lives, timeline

ROWS: dict[str, list[dict[str, Any]]] = {
    "orders": [
        {"order_id": "o1", "day": "2026-01-05", "occurred_at": "2026-01-05 03:00:00",
         "kind": "sale", "amount_minor": 10000, "channel": "web"},
        {"order_id": "o2", "day": "2026-02-07", "occurred_at": None, "kind": "sale",
         "amount_minor": 5000, "channel": "store"},
        {"order_id": "r1", "day": "2026-02-07", "occurred_at": "2026-02-07 09:30:00",
         "kind": "refund", "amount_minor": -2000, "channel": "store", "refunds_order_id": "o1"},
    ],
    "order_lines": [
        {"order_id": "o1", "line": 2, "product": "=1+1", "quantity": 2, "amount_minor": 4000},
        {"order_id": "o1", "line": 1, "product": "<b>tea</b>", "quantity": None,
         "amount_minor": 6000},
    ],
    "contacts": [{"day": None, "at": "2026-02-07 10:00:00", "channel": "email", "campaign": "c"}],
    "subscriptions": [{"plan": "box", "started": "2026-01-01", "ended": "2026-03-01"}],
    "cases": [
        {"case_id": "k", "day": "2026-02-08", "opened_at": "2026-02-08 01:00:00",
         "closed_at": "2026-02-09 01:00:00"}
    ],
    "visits": [{"day": None, "started_at": None, "channel": "app"}],
}  # fmt: skip


def test_the_newest_comes_first_and_instants_before_bare_days() -> None:
    found = timeline.events(ROWS)
    assert [(one.kind, one.what, one.day.isoformat()) for one in found] == [
        ("subscription", "ended", "2026-03-01"),
        ("case", "ended", "2026-02-09"),
        ("case", "begun", "2026-02-08"),
        ("contact", "", "2026-02-07"),
        ("refund", "", "2026-02-07"),
        ("purchase", "", "2026-02-07"),
        ("purchase", "", "2026-01-05"),
        ("subscription", "begun", "2026-01-01"),
    ]
    assert found[3].at == dt.datetime(2026, 2, 7, 10, tzinfo=dt.UTC)
    assert [line["line"] for line in found[6].lines] == [1, 2]


def test_the_order_does_not_depend_on_that_of_the_rows() -> None:
    turned = {name: rows[::-1] for name, rows in reversed(ROWS.items())}
    assert timeline.events(turned) == timeline.events(ROWS)


def test_a_page_is_of_a_kind_and_channel_and_of_whole_days_of_it() -> None:
    found = timeline.events(ROWS)
    whole = timeline.page(found)
    assert whole.total == len(found)
    assert whole.kinds == {"purchase": 2, "refund": 1, "contact": 1, "case": 2, "subscription": 2}
    assert whole.channels == ["email", "store", "web"]
    only = timeline.page(found, kind="purchase", channel="store")
    assert [len(events) for _day, events in only.days] == [1]
    assert timeline.page(found, kind="visit").days == []


def test_there_is_always_a_nearest_page() -> None:
    many = timeline.events(
        {"visits": [{"day": f"2026-{m:02d}-{d:02d}"} for m in range(1, 5) for d in range(1, 29)]}
    )
    last = timeline.page(many, number=99)
    assert (last.number, last.pages, last.total) == (3, 3, 112)
    assert timeline.page(many, number=-4).number == 1
    seen = [e for n in (1, 2, 3) for _d, own in timeline.page(many, number=n).days for e in own]
    assert seen == many


def test_stages_are_those_of_the_library() -> None:
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=30 * n) for n in range(6)]
    rows = {"orders": [{"day": d.isoformat(), "kind": "sale", "amount_minor": 100} for d in days]}
    found = timeline.events(rows)
    told = lives.spells(found, rows, as_of=dt.date(2026, 1, 1), base_gap_days=30.0)
    assert [one["stage"] for one in told] == ["growth", "mature", "decline", "lost"]
    assert told[0]["since"] == days[0] + dt.timedelta(days=1)
    assert told[-1]["until"] == dt.date(2026, 1, 1)
    assert all(a["until"] == b["since"] for a, b in pairwise(told))
    assert lives.spells([], {}, as_of=dt.date(2026, 1, 1), base_gap_days=None) == []


def test_nothing_after_the_day_counts() -> None:
    rows = {"orders": [{"day": "2026-01-01", "kind": "sale", "amount_minor": 1}]}
    assert lives.spells(
        timeline.events(rows), rows, as_of=dt.date(2026, 1, 1), base_gap_days=3.0
    ) == []  # fmt: skip
    assert lives.alive(None, [dt.date(2025, 1, 1)], as_of=dt.date(2026, 1, 1)) == []


def test_p_alive_falls_in_silence_and_is_the_snapshots_at_its_end() -> None:
    from regulars.models import BgNbd

    model = BgNbd(r=0.55, alpha=34.0, a=0.6, b=2.5)
    fitted = _fitted(model)
    days = [dt.date(2025, 1, 1), dt.date(2025, 2, 1), dt.date(2025, 6, 1)]
    as_of = dt.date(2026, 1, 1)
    points = lives.alive(fitted, days, as_of=as_of)
    by_day = {point["day"]: point["p_alive"] for point in points}
    assert by_day[dt.date(2025, 2, 1)] > by_day[dt.date(2025, 1, 31)] - 1
    silent = [share for day, share in by_day.items() if day >= days[-1]]
    assert silent == sorted(silent, reverse=True)
    whole = model.p_alive([2.0], [(days[-1] - days[0]).days], [(as_of - days[0]).days])
    assert abs(by_day[as_of] - float(whole[0])) < 1e-12


def _fitted(model: Any) -> dict[str, Any]:
    import numpy as np

    from regulars.models import Determination, Fit
    from regulars.value.fitting import Fitted
    from regulars.value.pooling import Pooled
    from regulars.value.spending import SpendLaw

    fit = Fit(
        model=model, log_likelihood=0.0, log_covariance=np.eye(4) * 0.01, customers=10.0,
        histories=3, determination=Determination(status="well", loosest=0.1, direction={}),
        evaluations=1,
    )  # fmt: skip
    return Fitted("bg_nbd", 1.0, Pooled(fit), SpendLaw("none", None)).to_dict()
