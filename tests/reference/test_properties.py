"""What must hold of every base, however odd."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.tables import Sale, orders
from regulars.testing import reference as ref
from regulars.testing.awkward import awkward_shop
from regulars.testing.reference.base import Period, days_before
from regulars.testing.reference.bridge import movements

START = dt.date(2024, 1, 1)
BEFORE, AFTER = "2024-01-21..2024-02-20", "2024-02-20..2024-03-21"

sale = st.tuples(
    st.integers(1, 8),
    st.integers(0, 79).map(lambda d: (START + dt.timedelta(days=d)).isoformat()),
    st.sampled_from([0, 100, 100, 250, 999, -100, -50]),
)
histories = st.lists(sale, min_size=1, max_size=40).filter(lambda h: any(s[2] >= 0 for s in h))
seen = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 79)), max_size=6)

few = settings(max_examples=40, deadline=None)


def facts_of(history: list[Sale], prospects: list[tuple[int, int]]) -> dict[str, pd.DataFrame]:
    facts = orders(history)
    if prospects:
        facts["customers"] = pd.DataFrame(
            {
                "customer_key": [key for key, _ in prospects],
                "first_seen": [START + dt.timedelta(days=d) for _, d in prospects],
            }
        )
    return facts


@few
@given(histories)
def test_the_bridge_sums_to_the_change(history: list[Sale]) -> None:
    facts = orders(history)
    answer = ref.bridge(facts, before=BEFORE, after=AFTER, resamples=20)
    frame, figures = answer.frame, answer.figures
    assert frame["amount_minor"].sum() == figures["change_minor"]
    table = facts["orders"]
    inside = [
        int(table.loc[table["day"].between(*_ends(period)), "amount_minor"].sum())
        for period in (BEFORE, AFTER)
    ]
    assert inside == [figures["revenue_before_minor"], figures["revenue_after_minor"]]
    assert len(frame) in (8, 10)
    people = ref.bridge_customers(facts, before=BEFORE, after=AFTER).frame
    assert people["customer_key"].is_unique
    assert len(people) == frame["customers"].sum()
    assert people["change_minor"].is_monotonic_increasing


def _ends(period: str) -> tuple[dt.date, dt.date]:
    first, last = period.split("..")
    return dt.date.fromisoformat(first), dt.date.fromisoformat(last) - dt.timedelta(days=1)


@few
@given(histories)
def test_causes_sum_to_up_and_down(history: list[Sale]) -> None:
    facts = orders(history)
    bridge = ref.bridge(facts, before=BEFORE, after=AFTER, resamples=0).frame
    moved = bridge[bridge["term"].isin(["up", "down"])].groupby("tier")["amount_minor"].sum()
    causes = ref.causes(facts, before=BEFORE, after=AFTER).frame
    assert causes.groupby("tier")["amount_minor"].sum().to_dict() == moved.to_dict()


@few
@given(histories)
def test_the_core_is_smallest(history: list[Sale]) -> None:
    days = days_before(orders(history), Period.of(AFTER).end)
    people = movements(days, Period.of(BEFORE), Period.of(AFTER))
    value = people["before_minor"] + people["after_minor"]
    core = value[people["tier"] == "core"]
    if value.sum() > 0:
        assert 2 * core.sum() >= value.sum() > 2 * (core.sum() - core.min())
    else:
        assert core.empty


@few
@given(histories, seen)
def test_everybody_is_in_one_group(history: list[Sale], prospects: list[tuple[int, int]]) -> None:
    facts = facts_of(history, prospects)
    answer = ref.groups(facts, as_of="2024-03-21", window_days=30)
    known = {row[0] for row in history} | {key for key, _ in prospects}
    assert sum(row["customers"] for row in answer.rows) == len(known)
    figures, rows = answer.figures, {row["group"]: row for row in answer.rows}
    assert (figures["never_ordered"] or 0) + figures["lapsed"] == rows["A"]["customers"]
    window = facts["orders"]["day"] >= dt.date(2024, 2, 20)
    spent = facts["orders"].loc[window, "amount_minor"].sum()
    assert sum(row["revenue_minor"] for row in answer.rows) == spent


@few
@given(histories, seen)
def test_migration_sums_to_both_pictures(
    history: list[Sale], prospects: list[tuple[int, int]]
) -> None:
    facts = facts_of(history, prospects)
    answer = ref.migration(facts, before=BEFORE, after=AFTER)
    threshold = answer.figures["value_threshold_minor"]
    before = ref.groups(facts, as_of="2024-02-20", window_days=30)
    after = ref.groups(
        facts,
        as_of="2024-03-21",
        window_days=30,
        value_threshold_minor=float("inf") if threshold is None else threshold,
    )
    out = answer.frame.groupby("from_group")["customers"].sum()
    into = answer.frame.groupby("to_group")["customers"].sum()
    assert {r["group"]: r["customers"] for r in before.rows} == out.drop("arrived").to_dict()
    assert {r["group"]: r["customers"] for r in after.rows} == into.to_dict()
    assert threshold == before.figures["value_threshold_minor"]
    inside = answer.frame.dropna()
    assert inside["share"].between(inside["share_low"], inside["share_high"]).all()


@few
@given(histories)
def test_summary_is_ordered_in_time(history: list[Sale]) -> None:
    for grain in ("day", "week"):
        frame = ref.summary(orders(history), as_of="2024-03-21", grain=grain).frame
        assert (frame["T"] >= frame["t_x"] + 1).all()
        assert (frame["t_x"] >= frame["x"]).all()
        assert ((frame["x"] == 0) == (frame["t_x"] == 0)).all()


@few
@given(histories)
def test_rfm_scores_follow_their_values(history: list[Sale]) -> None:
    facts = orders(history)
    frame = ref.rfm(facts, as_of="2024-03-21", window_days=60).frame
    values = {"r_score": -frame["recency_days"], "f_score": frame["frequency"]}
    for score, value in {**values, "m_score": frame["monetary_minor"]}.items():
        assert frame[score].between(1, 5).all()
        ranked = pd.DataFrame({"value": value, "score": frame[score]}).sort_values("value")
        assert ranked["score"].is_monotonic_increasing
        assert (ranked.groupby("value")["score"].nunique() <= 1).all()
    nested = ref.rfm(facts, as_of="2024-03-21", window_days=60, method="nested").frame
    sizes = nested.groupby("r_score").size()
    assert sizes.max() - sizes.min() <= 1 or len(sizes) < 5
    counted = ref.segments(facts, as_of="2024-03-21", window_days=60).frame
    assert counted["customers"].sum() == len(frame)
    assert counted["spend_minor"].sum() == frame["monetary_minor"].sum()


@few
@given(histories)
def test_concentration_grows_with_its_share(history: list[Sale]) -> None:
    answer = ref.concentration(orders(history), as_of="2024-03-21", window_days=60)
    customers = [row["customers"] for row in answer.rows]
    assert customers[:5] == sorted(customers[:5])
    if answer.figures["amount_total_minor"] > 0:
        assert customers[5:] == sorted(customers[5:])
        assert answer.figures["gini"] is not None


@few
@given(histories)
def test_cohort_zero_is_whole(history: list[Sale]) -> None:
    frame = ref.cohorts(orders(history), as_of="2024-03-21", period="week").frame
    zero = frame[frame["period"] == 0]
    assert (zero["active"] == zero["customers"]).all()  # a first order falls into period 0
    parts, everybody = frame[frame["cohort"] != "all"], frame[frame["cohort"] == "all"]
    summed = parts.groupby("period")[["customers", "active", "spend_minor"]].sum()
    whole = everybody.set_index("period")[["customers", "active", "spend_minor"]]
    pd.testing.assert_frame_equal(summed, whole, check_names=False)


def test_the_as_of_day_and_voids_do_not_count() -> None:
    shop = awkward_shop()
    facts, truth = shop.facts, shop.truth
    keys = set(ref.summary(facts, as_of=truth["as_of"]).frame["customer_key"])
    assert truth["only_the_eve"] in keys
    assert truth["only_on_as_of_day"] not in keys
    assert truth["refund_only"] not in keys
    assert not keys & set(truth["prospects"])
    table = facts["orders"]
    kept = table[(table["status"] == "live") & (table["day"] < truth["as_of"])]
    cut = {**facts, "orders": kept.sample(frac=1.0, random_state=3)}
    for analysis in (ref.summary, ref.rfm, ref.groups, ref.cohorts, ref.migration):
        whole, part = analysis(facts, as_of=truth["as_of"]), analysis(cut, as_of=truth["as_of"])
        pd.testing.assert_frame_equal(whole.frame, part.frame)
        assert whole.figures == part.figures


def test_merged_customers_are_one() -> None:
    shop = awkward_shop()
    identities = shop.facts["identities"]
    merged = identities.dropna(subset="merged_into")
    into = dict(zip(merged["customer_key"], merged["merged_into"], strict=True))
    one_by_hand = {
        name: frame.assign(customer_key=frame["customer_key"].replace(into))
        for name, frame in shop.facts.items()
        if name in ("orders", "customers", "leads")
    }
    as_of = shop.truth["as_of"]
    for analysis in (ref.summary, ref.rfm, ref.groups, ref.cohorts, ref.migration):
        pd.testing.assert_frame_equal(
            analysis(shop.facts, as_of=as_of).frame, analysis(one_by_hand, as_of=as_of).frame
        )
