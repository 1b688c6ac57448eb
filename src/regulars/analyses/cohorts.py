"""`cohorts`: how many of those who first bought in a month are still active (8-statistics)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, flag, money, share, text
from regulars.analyses.parameters import AS_OF
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target

PERIOD_DAYS = {"week": 7, "month": 30, "quarter": 91, "year": 365}
ALL = "all"

MEMBERS = Step(
    name="cohort_members",
    one_row="one customer with a purchase day: his cohort and how many periods he completed",
    key=("customer_key",),
    reused=True,
    sql="""
        select
            customer_key, first_day,
            cast(extract(year from first_day) as bigint) as cohort_year,
            cast(extract(month from first_day) as bigint) as cohort_month,
            cast(floor(date_diff('day', first_day, $as_of) / nullif($period_days, 0)) as bigint)
                as completed
        from totals
        where purchase_days > 0
    """,
)
MEMBER_COUNTS = Step(
    name="cohort_member_counts",
    one_row="one cohort and number of completed periods",
    key=("cohort_year", "cohort_month", "completed"),
    sql="""
        select
            cohort_year, cohort_month, completed, count(*) as customers,
            cast(sum(case when date_diff('day', first_day, $as_of) = completed * $period_days
                then 0 else 1 end) as bigint) as begun_next,
            cast(sum(case when 10 * date_diff('day', $history_from, first_day)
                < date_diff('day', $history_from, $as_of) then 1 else 0 end) as bigint)
                as in_first_tenth
        from cohort_members
        group by cohort_year, cohort_month, completed
    """,
)
ACTIVITY = Step(
    name="cohort_activity",
    one_row="one customer in one completed period in which he bought or had a refund",
    key=("customer_key", "period"),
    sql="""
        select customer_key, cohort_year, cohort_month, completed, period,
            cast(sum(spend_minor) as bigint) as spend_minor,
            max(case when orders > 0 then 1 else 0 end) as active
        from (
            select m.customer_key, m.cohort_year, m.cohort_month, m.completed, d.orders,
                d.spend_minor,
                cast(floor(date_diff('day', m.first_day, d.day)
                    / nullif($period_days, 0)) as bigint) as period
            from purchases as d
            inner join cohort_members as m on m.customer_key = d.customer_key
            where d.day >= m.first_day
        ) as placed
        where period < completed
        group by customer_key, cohort_year, cohort_month, completed, period
    """,
)
PERIOD_COUNTS = Step(
    name="cohort_period_counts",
    one_row="one cohort, number of completed periods, and period",
    key=("cohort_year", "cohort_month", "completed", "period"),
    sql="""
        select cohort_year, cohort_month, completed, period,
            cast(sum(active) as bigint) as active,
            cast(sum(case when active = 1 and active_before = 1 and period_before = period - 1
                then 1 else 0 end) as bigint) as active_again,
            cast(sum(spend_minor) as bigint) as spend_minor
        from (
            select customer_key, cohort_year, cohort_month, completed, period, active, spend_minor,
                lag(active) over (partition by customer_key order by period) as active_before,
                lag(period) over (partition by customer_key order by period) as period_before
            from cohort_activity
        ) as followed
        group by cohort_year, cohort_month, completed, period
    """,
)
STEPS = (MEMBERS, MEMBER_COUNTS, ACTIVITY, PERIOD_COUNTS)

PERIOD = Parameter(
    name="period",
    kind="choice",
    default="month",
    choices=tuple(PERIOD_DAYS),
    meaning=Text(
        "Length of a period after each customer's own first order: 7, 30, 91 or 365 days.",
        "自每位客户首单起算的时期长度：7、30、91或365天。",
    ),
)
FIRST_SEEN = Text(
    "{share:.0%} of first orders fall in the first tenth of the history: these cohorts are first"
    " seen then, not acquired then.",
    "{share:.0%}的首单落在历史的前十分之一：这些群组是“首次出现”，并非当时获得的新客。",
)


Counts = dict[int, dict[int, int]]


def _counts() -> Counts:
    return defaultdict(lambda: defaultdict(int))


@dataclass
class _Cohort:
    """Counts of one cohort by number of completed periods; `active` … by period, and by that."""

    customers: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    begun_next: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    active: Counts = field(default_factory=_counts)
    again: Counts = field(default_factory=_counts)
    spend: Counts = field(default_factory=_counts)

    def rows(self, name: str) -> Rows:
        begun = [completed for completed in self.customers if self.begun_next[completed]]
        periods = max([max(self.customers), *(completed + 1 for completed in begun)])
        return [self._row(name, period) for period in range(periods)]

    def _row(self, name: str, period: int) -> dict[str, object]:
        customers = sum(n for completed, n in self.customers.items() if completed > period)
        active = self._of(self.active, period, beyond=period)
        # Both shares of the retention rate over the same customers: those whose next is complete.
        now = self._of(self.active, period, beyond=period + 1)
        then = self._of(self.active, period + 1, beyond=period + 1)
        again = self._of(self.again, period + 1, beyond=period + 1)
        return {
            "cohort": name,
            "period": period,
            "customers": customers,
            "active": active,
            "active_share": active / customers if customers else None,
            "retention": then / now if now else None,
            "repeat_rate": again / now if now else None,
            "spend_minor": self._of(self.spend, period, beyond=period),
            "complete": customers == sum(self.customers.values()),
        }

    @staticmethod
    def _of(counts: Counts, period: int, *, beyond: int) -> int:
        return sum(n for done, n in counts.get(period, {}).items() if done > beyond)


def plan(question: Ask) -> Plan:
    as_of: dt.date = question["as_of"]
    values = {
        "as_of": as_of,
        "window_from": as_of,
        "period_days": PERIOD_DAYS[question["period"]],
        "history_from": question.span.first_day,
    }
    return Plan((Target("cohort_member_counts"), Target("cohort_period_counts")), values)


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    cohorts: dict[str, _Cohort] = {}
    in_first_tenth = everybody = 0
    for row in fetched["cohort_member_counts"]:
        for cohort in _cohorts(cohorts, row):
            cohort.customers[row["completed"]] += row["customers"]
            cohort.begun_next[row["completed"]] += row["begun_next"]
        in_first_tenth += row["in_first_tenth"]
        everybody += row["customers"]
    for row in fetched["cohort_period_counts"]:
        for cohort in _cohorts(cohorts, row):
            done, period = row["completed"], row["period"]
            cohort.active[period][done] += row["active"]
            cohort.again[period][done] += row["active_again"]
            cohort.spend[period][done] += row["spend_minor"]
    names = sorted(name for name in cohorts if name != ALL)
    rows = [row for name in [ALL, *names] if name in cohorts for row in cohorts[name].rows(name)]
    first_share = in_first_tenth / everybody if everybody else None
    first_seen = first_share is not None and first_share > 0.5
    notes = (Note("first_seen", FIRST_SEEN, {"share": first_share}),) if first_seen else ()
    return Answer(rows, {"first_seen": first_seen, "first_tenth_share": first_share}, notes)


def _cohorts(cohorts: dict[str, _Cohort], row: Mapping[str, int]) -> tuple[_Cohort, _Cohort]:
    name = f"{row['cohort_year']:04d}-{row['cohort_month']:02d}"
    return cohorts.setdefault(name, _Cohort()), cohorts.setdefault(ALL, _Cohort())


ANALYSIS = Analysis(
    name="cohorts",
    title=Text("Cohorts and retention", "同期群与留存"),
    question=Text(
        "Of those who first bought in a month, how many are still active, and how does that fade?",
        "同月首购的客户，之后各期还有多少人在购买？",
    ),
    rows=Text(
        "One cohort (month of the first order, or 'all') in one period after the first order.",
        "一个同期群（首单月份或 all）在首单后的一个时期。",
    ),
    source="8-statistics, retention and cohorts",
    grain="table",
    inputs=("orders",),
    helps=("identities",),
    parameters=(AS_OF, PERIOD),
    columns=(
        text("cohort", "Month of the first order, or 'all'.", "首单月份，或 all（全部）。"),
        count(
            "period", "Period after the first order, from 0.", "首单后的第几期，自0起。", "score"
        ),
        count("customers", "Those for whom it is complete.", "该期已完整的客户数。"),
        count("active", "Of these, with an order in it.", "其中该期下过单的客户数。"),
        share("active_share", "Active of customers.", "活跃占比。"),
        share(
            "retention",
            "Active share of the next period over this one's, same customers; people skip and"
            " return, so it may exceed 1.",
            "下期活跃占比与本期之比（同一批客户）；客户会隔期回来，故可大于1。",
        ),
        share(
            "repeat_rate",
            "Of those active in this period, active in the next too. Never to be chained.",
            "本期活跃者中下期仍活跃的比例；不可连乘。",
        ),
        money("spend_minor", "Net spend in the period.", "该期净消费额。"),
        flag("complete", "All of the cohort have completed it.", "全体成员均已完整经过该期。"),
    ),
    figures=(
        flag(
            "first_seen",
            "Over half of the first orders lie in the first tenth of the history.",
            "过半首单落在历史的前十分之一。",
        ),
        share("first_tenth_share", "That share.", "该占比。"),
    ),
    steps=STEPS,
    plan=plan,
    finish=finish,
)
