"""What the firm did to its customers, and what they answered."""

from __future__ import annotations

from regulars.declare import Text
from regulars.facts.tables.declaring import (
    FactTable,
    customer,
    day,
    exact,
    instant,
    money,
    number,
    text,
)

CAMPAIGNS = FactTable(
    name="campaigns",
    meaning=Text("One campaign", "一次营销活动"),
    columns=(
        text("campaign", "Campaign", "活动编号", key=True, required=True),
        text("name", "Its name", "活动名称"),
        text("kind", "Kind of campaign", "活动类型"),
        day("from_day", "First day", "开始日期"),
        day("to_day", "Last day", "结束日期"),
    ),
    key=("campaign",),
)

OFFERS = FactTable(
    name="offers",
    meaning=Text("What a campaign offers", "活动提供的优惠"),
    columns=(
        text("offer", "Offer", "优惠编号", key=True, required=True),
        text("campaign", "Campaign", "活动编号", key=True),
        exact("unit_cost", "Cost of one offer taken up", "每次兑现的成本"),
        text("terms", "Terms", "条款"),
    ),
    key=("offer", "campaign"),
)

COSTS = FactTable(
    name="costs",
    meaning=Text("What a campaign cost on a day", "活动在某日的费用"),
    columns=(
        text("campaign", "Campaign", "活动编号", key=True, required=True),
        day("day", "Day", "日期", key=True, required=True),
        text("kind", "Kind of cost", "费用类别", key=True),
        money("amount_minor", "Amount", "金额", required=True),
    ),
    key=("campaign", "day", "kind"),
)

CONTACTS = FactTable(
    name="contacts",
    meaning=Text("One touch of a customer, by us or by them", "与客户的一次接触"),
    columns=(
        text("contact_id", "Contact", "接触编号", key=True, required=True),
        customer(required=True),
        text("campaign", "Campaign", "活动编号"),
        text("step", "Step of the campaign", "活动步骤"),
        text("arm", "Arm of the experiment", "实验组别"),
        text("channel", "Channel", "渠道"),
        text("direction", "Out from us or in from them", "方向：发出或收到", choices=("out", "in")),
        instant("at", "When (UTC)", "时间（UTC）"),
        day("day", "Local date of it", "当地日期"),
        money("cost_minor", "Cost", "费用"),
    ),
    key=("contact_id",),
    key_from=("campaign", "step", "channel", "customer_key", "day"),
    instant="at",
)

RESPONSES = FactTable(
    name="responses",
    meaning=Text("One answer to a campaign or a contact", "对活动或接触的一次响应"),
    columns=(
        text("response_id", "Response", "响应编号", key=True, required=True),
        customer(required=True),
        text("contact_id", "Contact it answers", "对应的接触"),
        text("campaign", "Campaign it answers", "对应的活动"),
        text("kind", "Kind: opened, clicked, redeemed …", "类型：打开、点击、核销等"),
        instant("at", "When (UTC)", "时间（UTC）"),
        day("day", "Local date of it", "当地日期"),
        number("value", "Its value, where it has one", "数值（如有）"),
    ),
    key=("response_id",),
    key_from=("campaign", "contact_id", "kind", "customer_key", "day"),
    instant="at",
)

ASSIGNMENTS = FactTable(
    name="assignments",
    meaning=Text("Which arm of an experiment a unit is in", "实验单元所属的组别"),
    columns=(
        text("experiment", "Experiment", "实验编号", key=True, required=True),
        text("unit", "The unit: a customer's key, or a household or store",
             "实验单元：客户键、家庭或门店", key=True, required=True),
        text("arm", "Arm", "组别", required=True),
        text("stratum", "Stratum", "分层"),
        instant("at", "When it was assigned (UTC)", "分组时间（UTC）"),
        day("day", "Local date of it", "当地日期"),
    ),
    key=("experiment", "unit"),
    instant="at",
    file_fields=(customer(),),
)  # fmt: skip

CONSENTS = FactTable(
    name="consents",
    meaning=Text("What a customer allowed or forbade", "客户的同意或拒绝"),
    columns=(
        customer(key=True, required=True),
        text("purpose", "Purpose", "用途", key=True),
        text("channel", "Channel", "渠道", key=True),
        text("state", "Given or withdrawn", "同意或撤回", required=True,
             choices=("given", "withdrawn")),
        instant("at", "When (UTC)", "时间（UTC）", key=True),
        day("day", "Local date of it", "当地日期"),
        text("source", "Where it was given", "采集来源"),
    ),
    key=("customer_key", "purpose", "channel", "at"),
    instant="at",
)  # fmt: skip

TABLES = (CAMPAIGNS, OFFERS, COSTS, CONTACTS, RESPONSES, ASSIGNMENTS, CONSENTS)
