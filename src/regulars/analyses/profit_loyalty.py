"""`profit_loyalty`: profit and loyalty are two levers, customer by customer (001-1).

x is what a customer left in the window: revenue − direct cost − marketing − service. y is the
chance that he is there in the next window of that length: under a running contract the rate at
which terms of its plan were renewed, else 1 − P(no order) by a purchase model. Cut at the median of
positive x and at 0.5, at a cut is high (`regulars.strategy.plane`): ideal (high, high), one-shot
profitable (high, low), loyal thin (low, high), marginal (low, low).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from regulars.analyses import loyalty, value_parameters, valuing
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, day, flag, money, number, share, text
from regulars.analyses.parameters import AS_OF, WINDOW_DAYS
from regulars.analyses.renewals import OF_REJOIN
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.steps import Node, Step
from regulars.steps import contributions as money_steps
from regulars.steps import terms as contract_steps
from regulars.steps.compose import Target

PLACES = ("ideal", "one_shot_profitable", "loyal_thin", "marginal")
"""As `regulars.strategy.PLACES`, which is not imported to declare a question."""

PLACE = replace(
    text(
        "place",
        "ideal: profitable and loyal; one_shot_profitable: profitable alone; loyal_thin: loyal"
        " alone; marginal: neither.",
        "位置：ideal 理想（高利高忠诚），one_shot_profitable 高利低忠诚，loyal_thin 忠诚薄利，"
        "marginal 边缘。",
        choices=PLACES,
    ),
    label=Text("place", "位置"),  # elsewhere a place is a rank
)
MARGIN = replace(
    value_parameters.MARGIN,
    meaning=Text(
        "Contribution as a share of spend; left out, unit costs of order lines and products tell"
        " it, and where these are not known the answer is unknown.",
        "贡献毛利占消费额的比例；不填则按订单明细与商品的单位成本计算，成本未知时结果为未知。",
    ),
)
SERVICE = Parameter(
    name="service_cost_minor", kind="number", default=0, unit="minor", minimum=0, maximum=1e12,
    meaning=Text("What one case (complaint or request) costs.", "每张工单（投诉或请求）的成本。"),
)  # fmt: skip
CONTRIBUTION_CUT = Parameter(
    name="contribution_cut_minor", kind="number", unit="minor", minimum=0, maximum=1e15,
    meaning=Text(
        "Contribution from which one is profitable; left out, the median of what is over 0.",
        "贡献毛利达到该值即为高利；不填则取正值的中位数。",
    ),
)  # fmt: skip
LOYALTY_CUT = Parameter(
    name="loyalty_cut", kind="number", default=0.5, unit="share", minimum=0, maximum=1,
    meaning=Text("Chance of being there in the next window from which one is loyal.",
                 "下一窗口活跃概率达到该值即为忠诚。"),
)  # fmt: skip
PARAMETERS = (
    AS_OF, WINDOW_DAYS, MARGIN, SERVICE, CONTRIBUTION_CUT, LOYALTY_CUT, value_parameters.MODEL,
    value_parameters.GRAIN, OF_REJOIN["grace_days"], OF_REJOIN["rejoin_days"],
)  # fmt: skip

NO_COST = Text(
    "Unknown: neither a margin is given nor do unit costs reach far enough (they cover {share:.0%}"
    " of the spend, 80% are needed). Give margin.",
    "未知：未给毛利率，单位成本覆盖也不足（仅占消费额的{share:.0%}，至少需80%）。请给出margin。",
)
NO_POSITIVE = Text(
    "Unknown: nobody's contribution is over 0, so there is no median to cut at. Give"
    " contribution_cut_minor.",
    "未知：没有客户的贡献毛利为正，无法取中位数作为分界。请给出contribution_cut_minor。",
)
NO_LAW = Text(
    "Who has no contract has no place: no purchase model can be fitted ({why}).",
    "无合约客户无法定位：无法拟合购买模型（{why}）。",
)
UNPLACED = Text(
    "{customers} customers have no place: the cost of what they bought, or their loyalty, is"
    " unknown.",
    "有{customers}位客户无法定位：所购商品的成本或忠诚度未知。",
)
BY_COST = Text(
    "Direct cost is that of the lines whose unit cost is known ({share:.0%} of the spend); a refund"
    " without lines is taken off in full.",
    "直接成本仅计单位成本已知的明细（占消费额的{share:.0%}）；没有明细的退款全额扣减。",
)
NO_MARKETING = Text(
    "No contacts imported: marketing cost is not taken off.", "未导入contacts：未扣除营销费用。"
)
NOBODYS = Text(
    "{campaigns} campaigns cost money in the window and reached nobody on record: their cost is"
    " nobody's.",
    "窗口内有{campaigns}个活动产生费用但没有接触记录，其费用未分摊到客户。",
)
NO_SERVICE = Text(
    "What a case costs is not given: service cost is not taken off.",
    "未给出每张工单的成本：未扣除服务成本。",
)
NO_BEFORE = Text(
    "The history does not reach back two windows: there is no window before to compare with.",
    "历史不足两个窗口，无前期可比。",
)
HINDSIGHT = Text(
    "The window before is cut where this one is, and its loyalty told by the same model.",
    "前期沿用本期的分界与同一模型。",
)

CUSTOMERS = Step(
    name="plane_customers",
    one_row="one customer who had bought, at the end of a window",
    key=("customer_key", "era"),
    sql="""
        select customer_key, 'now' as era, x, t_x, t from value_customers
        union all
        select customer_key, 'before' as era, x, t_x, t from earlier_customers
    """,
)
MEASURED = Step(
    name="plane_measured",
    one_row="one customer at the end of a window, what he left and how likely he is to be there",
    key=("customer_key", "era"),
    reused=True,
    sql=f"""
        select c.customer_key, c.era, s.spend_minor,
            {money_steps.CONTRIBUTION} as contribution_minor,
            coalesce(k.marketing_minor, 0) as marketing_minor, coalesce(i.cases, 0) as cases,
            coalesce(b.loyalty, l.loyalty) as loyalty,
            case when b.loyalty is not null then 'contract'
                when l.loyalty is not null then 'model' end as loyalty_from
        from plane_customers as c
        {money_steps.JOINS}
        left join bound as b on b.customer_key = c.customer_key and b.era = c.era
        left join loyalty_scored as l
            on l.era = c.era and l.x = c.x and l.t_x = c.t_x and l.t = c.t
    """,
)
CUT = Step(
    name="plane_cut",
    one_row="where contribution is cut",
    key=(),
    reused=True,
    sql="""
        select cast(coalesce($contribution_cut_minor, median(contribution_minor)) as double)
            as contribution_cut_minor
        from plane_measured
        where era = 'now' and contribution_minor > 0
    """,
)
PLACED = Step(
    name="plane_placed",
    one_row="one customer at the end of a window, and his place",
    key=("customer_key", "era"),
    sql="""
        select m.customer_key, m.era, m.spend_minor, m.contribution_minor, m.marketing_minor,
            m.cases, m.loyalty, m.loyalty_from,
            case when m.contribution_minor is null or m.loyalty is null
                    or h.contribution_cut_minor is null then null
                when m.contribution_minor >= h.contribution_cut_minor
                    then case when m.loyalty >= $loyalty_cut then 'ideal'
                        else 'one_shot_profitable' end
                when m.loyalty >= $loyalty_cut then 'loyal_thin'
                else 'marginal' end as place
        from plane_measured as m
        cross join plane_cut as h
    """,
)
COUNTS = Step(
    name="plane_counts",
    one_row="one place at the end of a window (none: unknown)",
    key=("era", "place"),
    sql="""
        select era, place, count(*) as customers, count(contribution_minor) as known,
            cast(coalesce(sum(contribution_minor), 0) as bigint) as contribution_minor,
            cast(sum(loyalty) as double) as loyalty,
            cast(sum(case when loyalty_from = 'contract' then 1 else 0 end) as bigint) as bound
        from plane_placed
        group by era, place
    """,
)
TARGETS = ("plane_counts", "plane_cut", "era_cover", "era_nobodys", "loyalty_told")


def _evidence() -> tuple[Node, ...]:
    wanted = {"value_customers", "value_evidence_held", "value_cut_customers", "value_days",
              "value_buyers"}  # fmt: skip
    return tuple(step for step in valuing.STEPS if step.name in wanted)


STEPS: tuple[Node, ...] = (
    *_evidence(), *contract_steps.STEPS, *money_steps.STEPS, *loyalty.STEPS,
    CUSTOMERS, MEASURED, CUT, PLACED, COUNTS,
)  # fmt: skip


def values(question: Ask) -> dict[str, Any]:
    """What the steps take."""
    as_of: dt.date = question["as_of"]
    window = dt.timedelta(days=question["window_days"])
    cut, days = valuing.holdout(as_of, question.span.first_day)
    given = question["contribution_cut_minor"]
    return {
        "as_of": as_of,
        "window_from": as_of - window,
        "earlier_from": as_of - 2 * window,
        "cut": cut,
        "holdout_days": days,
        "horizon_days": question["window_days"],
        "model": question["model"],
        "grain": question["grain"],
        "margin": None if question["margin"] is None else float(question["margin"]),
        "service_cost_minor": float(question["service_cost_minor"]),
        "contribution_cut_minor": None if given is None else float(given),
        "loyalty_cut": float(question["loyalty_cut"]),
        "grace_days": question["grace_days"],
        "rejoin_days": question["rejoin_days"],
        "minor_per_major": float(question.minor_per_major),
    }


def plan(question: Ask) -> Plan:
    return Plan(tuple(Target(name) for name in TARGETS), values(question))


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    counted = {(row["era"], row["place"]): row for row in fetched["plane_counts"]}
    why = unknown(question, fetched)
    if why is not None:
        return Answer([], {figure.name: None for figure in FIGURES}, (why,))
    before = _reaches_back(question, plan)
    rows = _rows(counted, before=before)
    of_now = [row for (era, _), row in counted.items() if era == "now"]
    figures = {
        "customers": sum(row["customers"] for row in of_now),
        "unknown_customers": counted.get(("now", None), {}).get("customers", 0),
        "contract_customers": sum(row["bound"] for row in of_now),
        "contribution_minor": sum(row["contribution_minor"] for row in rows),
        "contribution_cut_minor": fetched["plane_cut"][0]["contribution_cut_minor"],
        "loyalty_cut": plan.values["loyalty_cut"],
        "model": _told(fetched).get("model"),
        "cost_by": "unit_cost" if question["margin"] is None else "margin",
        "cost_cover": _cover(fetched) if question["margin"] is None else None,
        "compared": before,
        "from_day": plan.values["window_from"],
        "to_day": plan.values["as_of"],
    }
    return Answer(rows, figures, tuple(notes(question, plan, figures, fetched)))


def unknown(question: Ask, fetched: Mapping[str, Rows]) -> Note | None:
    """Why nobody has a place; None where somebody may."""
    if question["margin"] is None and not fetched["era_cover"][0]["enough"]:
        return Note("no_cost", NO_COST, {"share": _cover(fetched) or 0.0})
    if fetched["plane_cut"][0]["contribution_cut_minor"] is None:
        return Note("no_positive", NO_POSITIVE)
    return None


def _rows(counted: Mapping[tuple[str, str | None], Mapping[str, Any]], *, before: bool) -> Rows:
    eras = ("now", "before")
    people = {e: sum(_of(counted, e, p, "customers") for p in PLACES) for e in eras}
    whole = {e: sum(_of(counted, e, p, "contribution_minor") for p in PLACES) for e in eras}
    rows = []
    for place in PLACES:
        n, left = (_of(counted, "now", place, name) for name in ("customers", "contribution_minor"))
        earlier, left_then = (
            _of(counted, "before", place, name) for name in ("customers", "contribution_minor")
        )
        rows.append(
            {
                "place": place,
                "customers": n,
                "customer_share": _share(n, people["now"]),
                "contribution_minor": left,
                "contribution_share": _share(left, whole["now"]),
                "contribution_per_customer_minor": left / n if n else None,
                "loyalty": _of(counted, "now", place, "loyalty") / n if n else None,
                "customers_before": earlier if before else None,
                "customer_share_before": _share(earlier, people["before"]) if before else None,
                "contribution_before_minor": left_then if before else None,
                "contribution_share_before": _share(left_then, whole["before"]) if before else None,
            }
        )
    return rows


def _of(counted: Mapping[tuple[str, str | None], Mapping[str, Any]], *place: Any) -> Any:
    era, name, column = place
    return counted.get((era, name), {}).get(column) or 0


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _cover(fetched: Mapping[str, Rows]) -> float | None:
    found = fetched["era_cover"][0]
    # what was refunded of lines without a cost makes the others worth more than the spend
    spend: float = found["spend_minor"]
    return min(1.0, found["costed_minor"] / spend) if spend > 0 else None


def _told(fetched: Mapping[str, Rows]) -> Mapping[str, Any]:
    rows = fetched["loyalty_told"]
    found: Mapping[str, Any] = json.loads(rows[0]["told"]) if rows else {}
    return found


def _reaches_back(question: Ask, plan: Plan) -> bool:
    first = question.span.first_day
    return first is not None and first <= plan.values["earlier_from"]


def notes(
    question: Ask, plan: Plan, figures: Mapping[str, Any], fetched: Mapping[str, Rows]
) -> Iterator[Note]:
    """What an answer rests on, and what it leaves out."""
    told = _told(fetched)
    if "failed" in told:
        yield Note("no_law", NO_LAW, {"why": told["failed"]})
    if figures["unknown_customers"]:
        yield Note("unplaced", UNPLACED, {"customers": figures["unknown_customers"]})
    if question["margin"] is None:
        yield Note("by_cost", BY_COST, {"share": figures["cost_cover"] or 0.0})
    if "contacts" not in question.imported:
        yield Note("no_marketing", NO_MARKETING)
    campaigns = fetched["era_nobodys"][0]["campaigns"]
    if campaigns:
        yield Note("nobodys_cost", NOBODYS, {"campaigns": campaigns})
    if "cases" in question.imported and not question["service_cost_minor"]:
        yield Note("no_service", NO_SERVICE)
    if figures["compared"]:
        yield Note("hindsight", HINDSIGHT)
    else:
        yield Note("no_before", NO_BEFORE)


HELPS = ("identities", "order_lines", "products", "contacts", "costs", "cases", "subscriptions")
FIGURES = (
    count("customers", "Customers who ever bought.", "买过的客户数。"),
    count("unknown_customers", "Those without a place.", "其中无法定位者。"),
    count("contract_customers", "Those with a running contract.", "其中合约客户数。"),
    money("contribution_minor", "What those with a place left in the window.",
          "可定位客户在窗口内的贡献毛利。"),
    number("contribution_cut_minor", "Contribution from which one is profitable.",
           "高利的分界值。", "minor"),
    share("loyalty_cut", "Chance from which one is loyal.", "忠诚的分界概率。"),
    text("model", "Purchase model.", "购买模型。", choices=value_parameters.MODELS[1:]),
    text("cost_by", "Where direct cost is from.", "直接成本的来源。",
         choices=("margin", "unit_cost")),
    share("cost_cover", "Share of the spend whose unit cost is known.",
          "单位成本已知的消费额占比。"),
    flag("compared", "There is a window before to compare with.", "是否有前期可比。"),
    day("from_day", "First day of the window.", "窗口首日。"),
    day("to_day", "Day after its last.", "窗口末日的次日。"),
)  # fmt: skip
ANALYSIS = Analysis(
    name="profit_loyalty",
    title=Text("Profit and loyalty", "利润与忠诚"),
    question=Text(
        "Who pays, who stays, who does both?", "谁带来利润，谁会留下，谁两者兼备？"
    ),
    rows=Text("One of the four places.", "四个位置之一。"),
    source="001-1",
    grain="table",
    inputs=("orders",),
    helps=HELPS,
    parameters=PARAMETERS,
    columns=(
        PLACE,
        count("customers", "Customers there.", "客户数。"),
        share("customer_share", "Their share of those with a place.", "占可定位客户的比例。"),
        money("contribution_minor", "What they left in the window.", "窗口内的贡献毛利。"),
        share("contribution_share", "Their share of it; unknown where all of it is 0 or less.",
              "贡献毛利占比；合计不为正时未知。"),
        number("contribution_per_customer_minor", "What each left.", "每客户贡献毛利。", "minor"),
        share("loyalty", "Mean chance of being there in the next window.",
              "下一窗口的平均活跃概率。"),
        count("customers_before", "Customers there at the end of the window before.",
              "前期期末的客户数。"),
        share("customer_share_before", "Their share then.", "前期客户占比。"),
        money("contribution_before_minor", "What they left in the window before.",
              "前期的贡献毛利。"),
        share("contribution_share_before", "Their share of it then.", "前期贡献毛利占比。"),
    ),
    figures=FIGURES,
    steps=STEPS,
    plan=plan,
    finish=finish,
)  # fmt: skip
