"""`rejoin`: subscribers who let a term lapse and come back as "new", cheaper (001-5).

One term is one row of subscriptions. A term that ended was *renewed* when the same customer's next
term begins within ``grace_days`` of its end; it *rejoined below price* (a pseudo-new) when the next
begins later, within ``rejoin_days``, at a lower price; *rejoined at full price* otherwise. A term
of another plan that was running already is no next one, and one term is the next of one only.
Reported retention = renewed/expired; true retention = (renewed + pseudo-new)/expired. Leak =
Σ (price before − price after) + pseudo-new × acquisition cost. Customers are those of the merged
identities: a person whom no identity joins is two customers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, money, number, share, text
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Step
from regulars.steps.compose import Target
from regulars.steps.terms import following

BELOW, FULL = "rejoined below price", "rejoined at full price"
OUTCOMES = ("renewed", BELOW, FULL, "not back yet", "gone")

# Where no day is asked for, everything counts: up to the day after the last beginning or end.
REJOIN_DAY = Step(
    name="rejoin_day",
    one_row="the day before which terms count",
    key=(),
    sql="""
        select coalesce(cast($as_of as date), max(latest) + 1) as as_of
        from (
            select started as latest from subscriptions where status = 'live'
            union all
            select ended as latest from subscriptions where status = 'live'
        ) as days
    """,
)
TERMS = Step(
    name="terms",
    one_row="one live term that began before the as-of day, under its surviving customer",
    key=("subscription_id",),
    sql="""
        select coalesce(m.owner_key, s.customer_key) as customer_key, s.subscription_id,
            s.plan, s.started, case when s.ended < d.as_of then s.ended end as ended,
            s.price_minor, d.as_of
        from subscriptions as s
        cross join rejoin_day as d
        left join owners as m on m.customer_key = s.customer_key
        where s.status = 'live' and s.customer_key is not null and s.started < d.as_of
    """,
)
TERM_PAIRS, TERM_NEXT = following("term", terms="terms", end="ended")
TERMS_FOLLOWED = Step(
    name="terms_followed",
    one_row="one term that ended, and the customer's next one",
    key=("subscription_id",),
    sql="""
        select t.subscription_id, t.price_minor, n.next_price_minor,
            case when n.subscription_id is not null
                then date_diff('day', t.ended, n.next_started) end as wait_days,
            date_diff('day', t.ended, t.as_of) as since_days
        from terms as t
        left join term_next as n on n.subscription_id = t.subscription_id
        where t.ended is not null and date_diff('day', t.ended, t.as_of) <= $window_days
    """,
)
REJOINED = Step(
    name="rejoined",
    one_row="one term that ended, and what became of it",
    key=("subscription_id",),
    reused=True,
    sql="""
        select subscription_id, wait_days, price_minor,
            price_minor - next_price_minor as price_lost_minor,
            case
                when wait_days <= $grace_days then 'renewed'
                when wait_days <= $rejoin_days and next_price_minor < price_minor
                    then 'rejoined below price'
                when wait_days <= $rejoin_days then 'rejoined at full price'
                when wait_days is null and since_days <= $rejoin_days then 'not back yet'
                else 'gone' end as outcome
        from terms_followed
    """,
)
REJOIN_COUNTS = Step(
    name="rejoin_counts",
    one_row="one outcome that any term had",
    key=("outcome",),
    sql="""
        select outcome, count(*) as terms, cast(sum(price_minor) as bigint) as price_minor,
            cast(sum(price_lost_minor) as bigint) as price_lost_minor
        from rejoined
        group by outcome
    """,
)
REJOIN_WAITS = Step(
    name="rejoin_waits",
    one_row="one outcome after which a term followed",
    key=("outcome",),
    sql="""
        select outcome, cast(median(wait_days) as double) as wait_days
        from rejoined
        where wait_days is not null
        group by outcome
    """,
)
PRICES = Step(
    name="terms_without_price",
    one_row="the number of terms, and of those without a price",
    key=(),
    sql="""
        select count(*) as all_terms, count(*) - count(price_minor) as terms
        from terms
    """,
)

PARAMETERS = (
    Parameter(
        name="as_of", kind="day",
        meaning=Text(
            "What was known before the start of this day counts; left out, all that is imported.",
            "此日零点之前已知的事实计入；不填则计入全部已导入的事实。",
        ),
    ),
    Parameter(
        name="window_days", kind="integer", default=36_500, unit="days", minimum=1,
        maximum=36_500,
        meaning=Text("Terms that ended so many days before the as-of day or later.",
                     "统计日之前若干天内到期的订阅。"),
    ),
    Parameter(
        name="rejoin_days", kind="integer", default=180, unit="days", minimum=1, maximum=3650,
        meaning=Text("Who comes back within so many days is the same subscriber, not a new one.",
                     "若干天内回来者视为原订户，而非新订户。"),
    ),
    Parameter(
        name="grace_days", kind="integer", default=7, unit="days", minimum=0, maximum=365,
        meaning=Text("A term that begins within so many days of the end renews the one before.",
                     "到期后若干天内开始的订阅视为续订。"),
    ),
    Parameter(
        name="acquisition_cost_minor", kind="number", unit="minor", minimum=0, maximum=1e12,
        meaning=Text("What is paid for one new subscriber; left out, the leak is price alone.",
                     "获取一位新订户的费用；不填则漏损仅含差价。"),
    ),
)  # fmt: skip
NO_ENDED = Text("No term ended in the time asked for.", "所问期间没有到期的订阅。")
NO_PRICE = Text(
    "{terms} terms have no price: whether they were cheaper is unknown, and they count as full"
    " price.",
    "{terms}份订阅没有价格：无法判断是否低价，均按原价计。",
)
NO_PRICES = Text(
    "No term has a price: whether the {terms} that came back later came back cheaper is unknown.",
    "订阅均无价格：逾期后回来的{terms}份是否低价，无从判断。",
)
NO_ACQUISITION = Text(
    "No acquisition cost given: the leak holds the difference in price alone.",
    "未给出获客成本：漏损仅含差价。",
)
NOT_YET = Text(
    "{terms} terms ended less than {days} days ago and may still be taken up again: true retention"
    " can only rise.",
    "{terms}份订阅到期不足{days}天，仍可能回来：真实续订率只会更高。",
)


def plan(question: Ask) -> Plan:
    names = ("as_of", "window_days", "rejoin_days", "grace_days")
    targets = tuple(Target(n) for n in ("rejoin_counts", "rejoin_waits", "terms_without_price"))
    return Plan(targets, {name: question[name] for name in names})


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    found = {row["outcome"]: row for row in fetched["rejoin_counts"]}
    waits = {row["outcome"]: row["wait_days"] for row in fetched["rejoin_waits"]}
    expired = sum(row["terms"] for row in found.values())
    counts: dict[str, int | None] = {
        outcome: found[outcome]["terms"] if outcome in found else 0 for outcome in OUTCOMES
    }
    lost: int | None = int(found[BELOW]["price_lost_minor"]) if counts[BELOW] else 0
    if not _prices_known(fetched):
        # Without any price nobody can say who came back cheaper.
        counts[BELOW] = counts[FULL] = lost = None
    paid = _paid(counts[BELOW], question["acquisition_cost_minor"])
    leak = None if lost is None else lost + (paid or 0)
    rows: Rows = [
        {
            "outcome": outcome,
            "terms": terms,
            "terms_share": _share(terms, expired),
            "median_wait_days": None if terms is None else waits.get(outcome),
            "price_lost_minor": lost if outcome == BELOW else None,
            "acquisition_minor": paid if outcome == BELOW else None,
            "leak_minor": leak if outcome == BELOW else None,
        }
        for outcome, terms in counts.items()
    ]
    renewed, pseudo_new = counts["renewed"], counts[BELOW]
    kept = None if renewed is None or pseudo_new is None else renewed + pseudo_new
    figures = {
        "expired": expired,
        "renewed": renewed,
        "pseudo_new": pseudo_new,
        "reported_retention": _share(renewed, expired),
        "true_retention": _share(kept, expired),
        "price_before_minor": found[BELOW]["price_minor"] / pseudo_new if pseudo_new else None,
        "leak_minor": leak,
    }
    return Answer(rows if expired else [], figures, tuple(_notes(question, fetched, found)))


def _prices_known(fetched: Mapping[str, Rows]) -> bool:
    (row,) = fetched["terms_without_price"]
    return bool(row["terms"] < row["all_terms"])


def _paid(terms: int | None, cost: float | None) -> int | None:
    return None if terms is None or cost is None else int(terms * float(cost) + 0.5)


def _share(part: int | None, whole: int) -> float | None:
    return None if part is None or not whole else part / whole


def _notes(question: Ask, fetched: Mapping[str, Rows], found: Mapping[str, Any]) -> list[Note]:
    def terms(*outcomes: str) -> int:
        return sum(found[outcome]["terms"] for outcome in outcomes if outcome in found)

    if not found:
        return [Note("no_ended", NO_ENDED)]
    notes: list[Note] = []
    priceless: Any = fetched["terms_without_price"][0]["terms"]
    if not _prices_known(fetched):
        notes.append(Note("no_prices", NO_PRICES, {"terms": terms(BELOW, FULL)}))
    elif priceless:
        notes.append(Note("no_price", NO_PRICE, {"terms": priceless}))
    if question["acquisition_cost_minor"] is None:
        notes.append(Note("no_acquisition_cost", NO_ACQUISITION))
    if waiting := terms("not back yet"):
        said = {"terms": waiting, "days": question["rejoin_days"]}
        notes.append(Note("not_back_yet", NOT_YET, said))
    return notes


ANALYSIS = Analysis(
    name="rejoin",
    title=Text("Lapse and rejoin", "退订再入"),
    question=Text(
        "Who lets a subscription lapse and comes back cheaper, and what does it cost?",
        "哪些订户到期不续、再以低价“新订”？由此损失多少？",
    ),
    rows=Text("One outcome of the terms that ended.", "到期订阅的一种去向。"),
    source="001-5",
    grain="table",
    inputs=("subscriptions",),
    helps=("identities",),
    parameters=PARAMETERS,
    columns=(
        text("outcome", "What became of the term.", "到期后的去向。", choices=OUTCOMES),
        count("terms", "Terms.", "订阅份数。", "score"),
        share("terms_share", "Their share of those that ended.", "占到期订阅的比例。"),
        number("median_wait_days", "Median days from the end to the next beginning.",
               "从到期到再次开始的天数中位数。", "days"),
        money("price_lost_minor", "How much less the next terms cost.", "后续订阅的差价合计。"),
        money("acquisition_minor", "Acquisition cost paid for them again.", "重复支付的获客成本。"),
        money("leak_minor", "Both together.", "漏损合计。"),
    ),
    figures=(
        count("expired", "Terms that ended.", "到期订阅份数。", "score"),
        count("renewed", "Those renewed.", "其中续订份数。", "score"),
        count("pseudo_new", "Those taken up again, cheaper, as new.",
              "其中以低价“新订”回来的份数。", "score"),
        share("reported_retention", "Renewed, of those that ended.", "报表续订率。"),
        share("true_retention", "Renewed or taken up again cheaper.", "真实续订率。"),
        number("price_before_minor", "Mean price that these had paid before.",
               "这些订阅此前的平均价格。", "minor"),
        money("leak_minor", "What this cost.", "漏损金额。"),
    ),
    steps=(
        REJOIN_DAY, TERMS, TERM_PAIRS, TERM_NEXT, TERMS_FOLLOWED, REJOINED, REJOIN_COUNTS,
        REJOIN_WAITS, PRICES,
    ),
    plan=plan,
    finish=finish,
)  # fmt: skip
