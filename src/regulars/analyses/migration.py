"""`migration`: who moved from which group to which (002-1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.analyses import plane
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, number, share, text
from regulars.analyses.messages import NO_PROSPECTS
from regulars.analyses.parameters import AS_OF
from regulars.analyses.windows import AFTER, BEFORE, OPEN_WINDOW, pair, period_values
from regulars.declare import Text
from regulars.result import Note
from regulars.statistics.intervals import wilson
from regulars.statistics.tables import bhapkar
from regulars.steps import Step
from regulars.steps.compose import Target
from regulars.steps.purchases import RECORDS

ARRIVED = "arrived"
FEWEST_MOVED = 25
NO_THRESHOLD = Text(
    "Unknown: nobody ordered in the earlier period, so there is no median order value to tell the"
    " groups by. Give value_threshold_minor.",
    "未知：前期无人下单，没有客单价中位数可供分组；请给出 value_threshold_minor。",
)

BASE_VALUES = Step(
    name="base_values",
    one_row="one customer with an order or a refund, his frequency and value in the base period",
    key=("customer_key",),
    sql=f"""
        select customer_key, frequency, {plane.value("before_minor", "frequency")} as value_minor
        from (
            select customer_key, before_minor,
                case when $by_orders then before_orders else before_days end as frequency
            from periods
        ) as counted
    """,
)
THRESHOLD = plane.threshold("base_threshold", "base_values")


def _moves(name: str, *, prospects: bool) -> Step:
    """Each customer's two groups. Known before the later period, or "arrived"."""
    first = "coalesce(k.known_day, p.first_seen_day)" if prospects else "p.first_seen_day"
    known = "left join known as k on k.customer_key = p.customer_key" if prospects else ""
    return Step(
        name=name,
        one_row="one customer with an order or a refund, his group before and after",
        key=("customer_key",),
        sql=f"""
            select
                c.customer_key, c.never_before,
                case
                    when c.first_known_day >= $before_to then 'arrived'
                    else {plane.label("c.before_frequency", "c.before_value_minor")}
                end as from_group,
                {plane.label("c.after_frequency", "c.after_value_minor")} as to_group
            from (
                select customer_key, first_known_day, never_before,
                    before_frequency, after_frequency,
                    {plane.value("before_minor", "before_frequency")} as before_value_minor,
                    {plane.value("after_minor", "after_frequency")} as after_value_minor
                from (
                    select p.customer_key, p.before_minor, p.after_minor,
                        case when p.first_seen_day < $before_to then 0 else 1 end as never_before,
                        case when {first} < p.first_seen_day then {first}
                            else p.first_seen_day end as first_known_day,
                        case when $by_orders then p.before_orders else p.before_days end
                            as before_frequency,
                        case when $by_orders then p.after_orders else p.after_days end
                            as after_frequency
                    from periods as p
                    {known}
                ) as counted
            ) as c
            cross join base_threshold as h
        """,
    )


def _counts(name: str, moves: str) -> Step:
    return Step(
        name=name,
        one_row="one cell of the migration matrix; apart, those who had never ordered",
        key=("from_group", "to_group", "never_before"),
        sql=f"""
            select from_group, to_group, never_before, count(*) as customers
            from {moves}
            group by from_group, to_group, never_before
        """,
    )


IDLE_PROSPECTS = Step(
    name="idle_prospects",
    one_row="prospects who have not ordered, known before the later period or since",
    key=("arrived",),
    sql="""
        select case when known_day >= $before_to then 1 else 0 end as arrived,
            count(*) as customers
        from prospects
        group by case when known_day >= $before_to then 1 else 0 end
    """,
)
STEPS = (
    BASE_VALUES,
    THRESHOLD,
    _moves("moves", prospects=False),
    _moves("moves_known", prospects=True),
    _counts("move_counts", "moves"),
    _counts("move_counts_known", "moves_known"),
    IDLE_PROSPECTS,
)


def plan(question: Ask) -> Plan:
    periods = pair(question)
    plane.check_periods(periods.before, periods.after)
    values = {
        **period_values(periods, periods.before.start),
        **plane.values(dict(question.values)),
    }
    used = {
        "before": str(periods.before),
        "after": str(periods.after),
        "as_of": periods.after.end,
        "window_days": periods.after.days,
    }
    with_prospects = bool(RECORDS & question.imported)
    counts = Target("move_counts_known" if with_prospects else "move_counts")
    targets = [counts, Target("base_threshold")]
    if with_prospects:
        targets.append(Target("idle_prospects"))
    return Plan(tuple(targets), values, used=used, notes=periods.notes)


Cells = dict[tuple[str, str], int]


def _cells(plan: Plan, fetched: Mapping[str, Rows]) -> tuple[Cells, int]:
    """The matrix, and how many prospects there were before the later period."""
    cells: Cells = {(f, t): 0 for f in (*plane.GROUPS, ARRIVED) for t in plane.GROUPS}
    prospects = 0
    for row in fetched[plan.targets[0].step]:
        cells[row["from_group"], row["to_group"]] += row["customers"]
        if row["from_group"] != ARRIVED and row["never_before"]:
            prospects += row["customers"]
    for row in fetched.get("idle_prospects", []):
        start = ARRIVED if row["arrived"] else "A"
        cells[start, "A"] += row["customers"]
        prospects += 0 if row["arrived"] else row["customers"]
    return cells, prospects


def rate(name: str, moved: int, of: int) -> dict[str, Any]:
    """A rate with its Wilson interval as three figures; unknown of nobody."""
    interval = wilson(moved, of)
    return {
        name: moved / of if of else None,
        f"{name}_low": interval[0] if interval else None,
        f"{name}_high": interval[1] if interval else None,
    }


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    threshold = fetched["base_threshold"][0]["value_threshold_minor"]
    if threshold is None:
        unknown = {figure.name: None for figure in ANALYSIS.figures}
        return Answer([], unknown, (Note("no_threshold", NO_THRESHOLD),))
    cells, prospects = _cells(plan, fetched)
    totals = {f: sum(cells[f, t] for t in plane.GROUPS) for f in (*plane.GROUPS, ARRIVED)}
    rows: Rows = []
    for (start, end), customers in cells.items():
        interval = wilson(customers, totals[start])
        rows.append(
            {
                "from_group": start,
                "to_group": end,
                "customers": customers,
                "share": customers / totals[start] if totals[start] else None,
                "share_low": interval[0] if interval else None,
                "share_high": interval[1] if interval else None,
            }
        )
    square = [[cells[f, t] for t in plane.GROUPS] for f in plane.GROUPS]
    moved = sum(map(sum, square)) - sum(cells[g, g] for g in plane.GROUPS)
    # The law of the statistic is one of large samples: of a handful who moved it says nothing.
    test = bhapkar(square) if moved >= FEWEST_MOVED else None
    figures = {
        "value_threshold_minor": threshold,
        **rate("a_to_b_rate", cells["A", "B"], totals["A"] if prospects else 0),
        **rate("b_to_e_rate", cells["B", "E"], totals["B"]),
        **rate("e_stay_rate", cells["E", "E"], totals["E"]),
        "bhapkar_statistic": test.statistic if test else None,
        "bhapkar_df": test.df if test else None,
        "bhapkar_p": test.p if test else None,
    }
    notes = () if prospects else (Note("no_prospects", NO_PROSPECTS),)
    return Answer(rows, figures, notes)


def _rate_figures(name: str, en: str, zh: str) -> tuple[Any, ...]:
    return (
        share(name, en, zh),
        share(f"{name}_low", f"{en} Lower 95% bound.", f"{zh}95%区间下限。"),
        share(f"{name}_high", f"{en} Upper 95% bound.", f"{zh}95%区间上限。"),
    )


ANALYSIS = Analysis(
    name="migration",
    title=Text("Migration between groups", "分组迁移"),
    question=Text(
        "Of those in each group before, how many stand where afterwards?",
        "前期各组的客户，后期分别到了哪一组？",
    ),
    rows=Text(
        "One pair of groups; 'arrived' are those not known before the later period.",
        "一对分组；arrived 为后期才出现的客户。",
    ),
    source="002-1",
    grain="table",
    inputs=("orders",),
    helps=("identities", "customers", "leads"),
    parameters=(AS_OF, OPEN_WINDOW, BEFORE, AFTER, *plane.PLANE_PARAMETERS),
    columns=(
        text(
            "from_group",
            "Group in the earlier period, or arrived.",
            "前期所在分组，或 arrived（新出现）。",
            choices=(*plane.GROUPS, ARRIVED),
        ),
        text("to_group", "Group in the later period.", "后期所在分组。", choices=plane.GROUPS),
        count("customers", "Customers who moved so.", "如此迁移的客户数。"),
        share("share", "Share of the earlier group.", "占前期该组的比例。"),
        share("share_low", "Lower bound, Wilson 95%.", "Wilson 95%区间下限。"),
        share("share_high", "Upper bound, Wilson 95%.", "Wilson 95%区间上限。"),
    ),
    figures=(
        number("value_threshold_minor", "v* of the base period.", "基期的v*。", "minor"),
        *_rate_figures("a_to_b_rate", "Of group A, now B.", "A组转入B组的比率。"),
        *_rate_figures("b_to_e_rate", "Of group B, now E.", "B组转入E组的比率。"),
        *_rate_figures("e_stay_rate", "Of group E, still E.", "E组留存率。"),
        number(
            "bhapkar_statistic",
            "Bhapkar's test that the groups are as full as before.",
            "Bhapkar 边际齐性检验统计量。",
        ),
        count("bhapkar_df", "Its degrees of freedom.", "自由度。", "score"),
        number("bhapkar_p", "Its p-value.", "p值。"),
    ),
    steps=STEPS,
    plan=plan,
    finish=finish,
)
