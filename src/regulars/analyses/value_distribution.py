"""`value_distribution`: how much of the coming year's spend is expected from how few."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from regulars.analyses import value_words as words
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, number, share, text
from regulars.analyses.staleness import stale, unfitting
from regulars.analyses.value_parameters import PARAMETERS
from regulars.analyses.valuing import STEPS, suffix_of, values, variant
from regulars.declare import Column, Text
from regulars.steps import Step
from regulars.steps.compose import Target

GROUPS = 10
UNKNOWN = 0
WHY = ("no_fit", "no_spend")


def _ranked(suffix: str) -> Step:
    """Equal spends are ordered by the customer's key, so that every engine parts them alike."""
    return Step(
        name=f"value_ranked{suffix}",
        one_row="one customer with a purchase day and his tenth; 0 holds those of unknown value",
        key=("customer_key",),
        sql=f"""
            select customer_key, p_alive, expected_orders_365d,
                expected_spend_365d_minor as spend,
                ntile({GROUPS}) over (order by expected_spend_365d_minor desc, customer_key)
                    as tenth,
                cast(null as varchar) as why
            from value_rows{suffix}
            where expected_spend_365d_minor is not null
            union all
            select customer_key, p_alive, expected_orders_365d, cast(null as double) as spend,
                {UNKNOWN} as tenth, value_unknown as why
            from value_rows{suffix}
            where expected_spend_365d_minor is null
        """,
    )


def _tenths(suffix: str) -> Step:
    return Step(
        name=f"value_tenths{suffix}",
        one_row="one tenth of the customers, highest expected spend first; 0 holds the unknown",
        key=("tenth",),
        sql=f"""
            select tenth, count(*) as customers, sum(p_alive) as alive,
                sum(expected_orders_365d) as orders, sum(spend) as spend, min(spend) as least,
                min(why) as why
            from value_ranked{suffix}
            group by tenth
        """,
    )


SUFFIXES = tuple(
    variant(segmented=segmented, held=held)
    for segmented, held in itertools.product((False, True), repeat=2)
)
RANKED = tuple(_ranked(suffix) for suffix in SUFFIXES)
TENTHS = tuple(_tenths(suffix) for suffix in SUFFIXES)
TENTH = Column(
    name="tenth",
    type="BIGINT",
    meaning=Text(
        "1 is the tenth with the highest expected spend; unknown where value is.",
        "1为预期消费额最高的十分之一；价值未知者为空。",
    ),
)


def plan(question: Ask) -> Plan:
    suffix = suffix_of(question)
    targets = (Target(f"value_tenths{suffix}"), Target(f"value_told{suffix}"))
    return Plan(targets, values(question), notes=(*stale(question), *unfitting(question)))


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    tenths, told = (fetched[target.step] for target in plan.targets)
    found = words.told(told)
    rows = _rows(tenths)
    known = [row for row in rows if row["tenth"] is not None]
    figures = {
        **words.figures(found),
        "top_tenth_share": known[0]["spend_share"] if len(known) == GROUPS else None,
        "top_fifth_share": known[1]["cumulative_share"] if len(known) == GROUPS else None,
        "value_unknown_customers": sum(r["customers"] for r in rows if r["tenth"] is None),
    }
    return Answer(rows, figures, words.notes(found, minor_per_major=question.minor_per_major))


def _rows(tenths: Rows) -> Rows:
    whole = sum(row["spend"] for row in tenths if row["tenth"] != UNKNOWN)
    rows, running = [], 0.0
    for row in sorted(tenths, key=lambda row: (row["tenth"] == UNKNOWN, row["tenth"])):
        if not row["customers"]:
            continue
        known = row["tenth"] != UNKNOWN
        running += row["spend"] if known else 0.0
        rows.append(
            {
                "tenth": row["tenth"] if known else None,
                "customers": row["customers"],
                "alive": row["alive"],
                "expected_orders_365d": row["orders"],
                "expected_spend_365d_minor": row["spend"],
                "least_spend_365d_minor": row["least"],
                "spend_share": row["spend"] / whole if known and whole > 0 else None,
                "cumulative_share": running / whole if known and whole > 0 else None,
                "value_unknown": row["why"],
            }
        )
    return rows


ANALYSIS = Analysis(
    name="value_distribution",
    title=Text("Distribution of value", "客户价值分布"),
    question=Text(
        "How much of the coming year's spend is expected from how few customers?",
        "未来一年的消费预计集中在多少客户身上？",
    ),
    rows=Text(
        "One tenth of the customers, highest expected spend first; customers whose value is unknown"
        " are a row of their own.",
        "客户的十分之一，预期消费额高者在前；价值未知者单列一行。",
    ),
    source="8-statistics, decision 5",
    grain="table",
    inputs=("orders",),
    helps=("identities", "customers"),
    parameters=PARAMETERS,
    columns=(
        TENTH,
        count("customers", "Customers in it.", "该组客户数。"),
        number(
            "alive", "Customers in it expected to be active: the sum of P(alive).",
            "该组预期仍存活的客户数（存活概率之和）。", "customers",
        ),
        number(
            "expected_orders_365d", "Purchase days expected of them in the next 365 days.",
            "该组未来365天的预期购买天数。", "days",
        ),
        number(
            "expected_spend_365d_minor", "Spend expected of them in the next 365 days.",
            "该组未来365天的预期消费额。", "minor",
        ),
        number(
            "least_spend_365d_minor", "The lowest expected spend of a customer in it.",
            "该组客户中最低的预期消费额。", "minor",
        ),
        share(
            "spend_share", "Share of the whole base's expected spend.",
            "占全体预期消费额的比例。",
        ),
        share(
            "cumulative_share", "The same of this tenth and those above it together.",
            "本组及以上各组合计占全体的比例。",
        ),
        text(
            "value_unknown",
            "Why value is unknown: nothing to fit (no_fit), nobody has a repeat spend (no_spend).",
            "价值未知的原因：无可拟合（no_fit）、无人有复购消费（no_spend）。",
            choices=WHY,
        ),
    ),
    figures=(
        words.MODEL_COLUMN,
        *words.TOTAL_COLUMNS,
        share(
            "top_tenth_share", "Share of the expected spend that the top tenth brings.",
            "前10%客户占预期消费额的比例。",
        ),
        share(
            "top_fifth_share", "The same of the top fifth.", "前20%客户占预期消费额的比例。",
        ),
        count(
            "value_unknown_customers", "Customers whose expected spend is unknown.",
            "预期消费额未知的客户数。",
        ),
    ),
    steps=(*STEPS, *RANKED, *TENTHS),
    plan=plan,
    finish=finish,
)  # fmt: skip
