"""`response_index`: which customers answer which channel or kind of campaign (002-6e).

Index = rate of the group ÷ rate of everybody with the attribute × 100. Rates are of customers: of
those reached, who answered at all; of those active, who visited by the channel.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from regulars.analyses import profiling
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, share, text
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.analyses.preference import BASE as ACTIVE_BASE
from regulars.analyses.preference import GROUPS as ACTIVE_GROUPS
from regulars.analyses.profile_value import ACTIVE
from regulars.declare import Text
from regulars.result import Note
from regulars.statistics.intervals import wilson
from regulars.steps import Step, reactions
from regulars.steps import profiles as steps
from regulars.steps.compose import Target

CUTS = ("all", "channel", "campaign_kind", "visit_channel")
NO_RESPONSES = Text(
    "Response is unknown: no {tables} imported. It takes contacts (who was reached) and responses"
    " (who answered).",
    "响应情况未知：尚未导入{tables}。需要 contacts（触达了谁）与 responses（谁有响应）。",
)
NO_VISITS = Text("Visits are unknown: no visits imported.", "访问情况未知：尚未导入 visits。")
NO_CHANNEL = Text(
    "No contact says its channel: reactions to channels are unknown.",
    "没有任何接触记录注明渠道，对各渠道的反应未知。",
)
NO_KIND = Text(
    "No contact leads to a campaign with a kind: reactions to kinds of campaign are unknown.",
    "没有任何接触记录对应到有类型的活动，对各类活动的反应未知。",
)

REACHED = Step(
    name="response_totals",
    one_row="one channel, one kind of campaign, or everything",
    key=("cut", "cut_value"),
    sql="""
        select t.cut, t.cut_value, count(*) as customers,
            cast(sum(t.answered) as bigint) as answered,
            cast(sum(case when k.customer_key is not null then 1 else 0 end) as bigint)
                as profiled
        from response_trials as t
        left join profiled as k on k.customer_key = t.customer_key
        group by t.cut, t.cut_value
    """,
)
CELLS = Step(
    name="response_cells",
    one_row="one value of an attribute, by everything, one channel or one kind of campaign",
    key=("attribute", "value", "cut", "cut_value"),
    sql="""
        select p.attribute, p.value, t.cut, t.cut_value, count(*) as customers,
            cast(sum(t.answered) as bigint) as answered
        from profiles as p
        inner join response_trials as t on t.customer_key = p.customer_key
        group by p.attribute, p.value, t.cut, t.cut_value
    """,
)
VISITED = Step(
    name="visit_totals",
    one_row="one channel of visits",
    key=("channel",),
    sql="""
        select v.channel, count(*) as visitors
        from visitors as v
        inner join profile_active as a on a.customer_key = v.customer_key
        group by v.channel
    """,
)
VISIT_CELLS = Step(
    name="visit_cells",
    one_row="one value of an attribute and one channel of visits",
    key=("attribute", "value", "channel"),
    sql="""
        select p.attribute, p.value, v.channel, count(*) as visitors
        from profiles as p
        inner join profile_active as a on a.customer_key = p.customer_key
        inner join visitors as v on v.customer_key = p.customer_key
        group by p.attribute, p.value, v.channel
    """,
)
RESPONSES = ("response_totals", "response_cells")
VISITS = ("visit_totals", "visit_cells")

Counts = Mapping[str, tuple[int, int]]  # value → who answered, of how many


def plan(question: Ask) -> Plan:
    as_of: dt.date = question["as_of"]
    visits = "visits" in question.imported
    names = ["preference_base", "preference_groups"]
    names += RESPONSES if _responses(question) else ()
    names += VISITS if visits else ()
    values = {
        **profiling.values(question, as_of),
        "window_from": as_of - dt.timedelta(days=question["window_days"]),
    }
    return Plan(tuple(Target(name) for name in names), values)


def _responses(question: Ask) -> bool:
    return {"contacts", "responses"} <= question.imported


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    rows: Rows = []
    for cut, value, attribute, groups, whole in (*_answered(fetched), *_visited(fetched)):
        rows += _rows((cut, value, attribute), groups, whole)
    tested, told = profiling.judge(rows, question["false_discovery_rate"])
    base = fetched["preference_base"][0]
    reached = next((r for r in fetched.get("response_totals", []) if r["cut"] == "all"), None)
    # of those whose reaction is looked at: the reached, else the active
    n, profiled = (
        (reached["customers"], reached["profiled"])
        if reached
        else (base["customers"], base["profiled"])
    )
    figures = {
        "reached_customers": reached["customers"] if reached else None,
        "response_rate": reached["answered"] / reached["customers"] if reached else None,
        "active_customers": base["customers"],
        "no_profile_share": (n - profiled) / n if n else None,
        "cells_tested": tested,
        "cells_told": told,
    }
    return Answer(rows, figures, tuple(_notes(question, fetched)))


Cut = tuple[str, str, str, Counts, tuple[int, int]]


def _answered(fetched: Mapping[str, Rows]) -> Iterable[Cut]:
    """Each cut of the responses and attribute: answered and reached by value, and of everybody."""
    cells = fetched.get("response_cells", [])
    totals = fetched.get("response_totals", [])
    order = sorted(totals, key=lambda r: (CUTS.index(r["cut"]), profiling.place(r["cut_value"])))
    for whole in order:
        mine = [
            c for c in cells if (c["cut"], c["cut_value"]) == (whole["cut"], whole["cut_value"])
        ]
        for name, found in profiling.by_attribute(mine).items():
            groups = {value: (r["answered"], r["customers"]) for value, r in found.items()}
            yield (
                whole["cut"], whole["cut_value"], name, groups,
                (whole["answered"], whole["customers"]),
            )  # fmt: skip


def _visited(fetched: Mapping[str, Rows]) -> Iterable[Cut]:
    """Each channel of visits and attribute: visitors and active customers by value."""
    if "visit_totals" not in fetched:
        return
    cells = {
        (r["attribute"], r["value"], r["channel"]): r["visitors"] for r in fetched["visit_cells"]
    }
    active = fetched["preference_base"][0]["customers"]
    sizes = profiling.by_attribute(fetched["preference_groups"])
    for whole in sorted(fetched["visit_totals"], key=lambda r: profiling.place(r["channel"])):
        for name, found in sizes.items():
            groups = {
                value: (cells.get((name, value, whole["channel"]), 0), row["customers"])
                for value, row in found.items()
            }
            yield "visit_channel", whole["channel"], name, groups, (whole["visitors"], active)


def _rows(of: tuple[str, str, str], groups: Counts, whole: tuple[int, int]) -> Rows:
    cut, cut_value, attribute = of
    hits, trials = (sum(part[i] for part in groups.values()) for i in (0, 1))
    everybody = {
        **groups, profiling.UNKNOWN: (whole[0] - hits, whole[1] - trials)
    }  # fmt: skip
    rows = []
    for value, (answered, customers) in everybody.items():
        low, high = wilson(answered, customers) or (None, None)
        row: dict[str, Any] = {
            "attribute": attribute,
            "value": value,
            "cut": cut,
            "cut_value": cut_value,
            "customers": customers,
            "answered": answered,
            "rate": answered / customers if customers else None,
            "rate_low": low,
            "rate_high": high,
            "rate_of_all": hits / trials if trials else None,
        }
        row |= profiling.cell(
            answered,
            customers,
            known_hits=hits,
            known_trials=trials,
            tested=value != profiling.UNKNOWN,
        )
        rows.append(row)
    return rows


def _notes(question: Ask, fetched: Mapping[str, Rows]) -> Iterable[Note]:
    base = fetched["preference_base"][0]
    if not _responses(question):
        missing = [name for name in ("contacts", "responses") if name not in question.imported]
        yield Note("no_responses", NO_RESPONSES, {"tables": ", ".join(missing)})
    else:
        known = {(r["cut"], r["cut_value"]) for r in fetched["response_totals"]}
        for cut, text_ in (("channel", NO_CHANNEL), ("campaign_kind", NO_KIND)):
            if not any(c == cut and v != profiling.UNKNOWN for c, v in known):
                yield Note(f"no_{cut}", text_)
    if "visits" not in question.imported:
        yield Note("no_visits", NO_VISITS)
    yield from profiling.coverage(base["customers"], base["profiled"])[1]


ANALYSIS = Analysis(
    name="response_index",
    title=Text("Response index", "响应指数"),
    question=Text(
        "Which customers answer which channel or kind of campaign?",
        "哪类客户对哪种渠道、哪类活动有反应？",
    ),
    rows=Text(
        "One value of one attribute, on everything, one channel or one kind of campaign.",
        "某属性的一个取值，对应全部、某一渠道或某类活动。",
    ),
    source="002-6e",
    grain="table",
    inputs=("orders", "customers"),
    helps=("identities", "people", "contacts", "responses", "campaigns", "visits"),
    parameters=(
        AS_OF, WINDOW_DAYS, profiling.RATE, profiling.ATTRIBUTE, profiling.SMALLEST_GROUP,
    ),
    columns=(
        profiling.ATTRIBUTE_COLUMN,
        profiling.VALUE_COLUMN,
        text(
            "cut",
            "all: any contact; channel and campaign_kind: contacts of one; visit_channel: visits.",
            "all 任何接触，channel 某渠道，campaign_kind 某类活动，visit_channel 访问渠道。",
            choices=CUTS,
        ),
        text("cut_value", "Which channel or kind.", "具体渠道或活动类型。"),
        count(
            "customers",
            "Customers reached; for visits, those active in the window.",
            "触达的客户数；访问则为时间窗内的活跃客户数。",
        ),
        count("answered", "Those who answered, or visited.", "其中有响应（或访问）的客户数。"),
        share("rate", "Their share.", "响应率。"),
        share("rate_low", "Lower end of its 95% interval (Wilson).", "响应率95%区间下限。"),
        share("rate_high", "Upper end.", "响应率95%区间上限。"),
        share("rate_of_all", "Rate of everybody with the attribute.", "有该属性者的整体响应率。"),
        *profiling.INDEX_COLUMNS,
    ),
    figures=(
        count("reached_customers", "Customers reached.", "触达的客户数。"),
        share("response_rate", "Share of them that answered.", "其中有响应的比例。"),
        count("active_customers", "Customers with an order.", "时间窗内下单的客户数。"),
        share(
            "no_profile_share",
            "Share without any attribute: of the customers reached, else of the active ones.",
            "没有任何属性的比例：占触达客户；无触达数据时占活跃客户。",
        ),
        count("cells_tested", "Cells tested.", "检验的单元格数。", "score"),
        count("cells_told", "Cells called different.", "判定有差异的单元格数。", "score"),
    ),
    steps=(
        *steps.STEPS, *reactions.STEPS, ACTIVE, ACTIVE_BASE, ACTIVE_GROUPS, REACHED, CELLS, VISITED,
        VISIT_CELLS,
    ),
    plan=plan,
    finish=finish,
)  # fmt: skip
