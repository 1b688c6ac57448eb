"""What happened around the purchase: visits, subscriptions, cases, surveys, the club."""

from __future__ import annotations

from regulars.declare import Text
from regulars.facts.tables.declaring import (
    FactTable,
    customer,
    day,
    flag,
    instant,
    money,
    text,
    whole,
)

VISITS = FactTable(
    name="visits",
    meaning=Text("One visit to a shop, site or app", "一次到店或访问"),
    columns=(
        text("visit_id", "Visit", "访问编号", key=True, required=True),
        customer(required=True),
        text("channel", "Channel", "渠道"),
        instant("started_at", "Start (UTC)", "开始时间（UTC）"),
        instant("ended_at", "End (UTC)", "结束时间（UTC）"),
        day("day", "Local date of the start", "开始的当地日期"),
        whole("pages", "Pages seen", "浏览页数"),
        whole("searches", "Searches made", "搜索次数"),
        whole("product_views", "Products looked at", "浏览商品数"),
        whole("carts", "Times something was put into the cart", "加购次数"),
    ),
    key=("visit_id",),
    key_from=("channel", "customer_key", "started_at", "day"),
    instant="started_at",
)

PRODUCT_INTEREST = FactTable(
    name="product_interest",
    meaning=Text(
        "A customer's interest in one product: looked at, put into the cart, marked as favourite",
        "客户对一种商品的兴趣：浏览、加购或收藏",
    ),
    columns=(
        text("interest_id", "The row", "记录编号", key=True, required=True),
        customer(required=True),
        text("visit_id", "Visit on which it happened", "所在的访问"),
        text("product_id", "Product", "商品编号", required=True),
        text("kind", "View, cart or favourite", "浏览、加购或收藏", required=True,
             choices=("view", "cart", "favourite")),
        whole("times", "How many times; empty is once", "次数；为空即一次"),
        instant("at", "When (UTC)", "时间（UTC）"),
        day("day", "Local date of it", "当地日期"),
    ),
    key=("interest_id",),
    key_from=("customer_key", "product_id", "kind", "day"),
    instant="at",
)  # fmt: skip

SUBSCRIPTIONS = FactTable(
    name="subscriptions",
    meaning=Text("One subscription", "一份订阅"),
    columns=(
        text("subscription_id", "Subscription", "订阅编号", key=True, required=True),
        customer(required=True),
        text("plan", "Plan", "套餐"),
        day("started", "First day", "开始日期"),
        day("due", "Day it is next due", "下次到期日"),
        day("ended", "Day it ended", "结束日期"),
        text("ended_reason", "Why it ended", "结束原因"),
        money("price_minor", "Price of one term", "每期价格"),
        flag("auto_renew", "Renews by itself", "自动续订"),
    ),
    key=("subscription_id",),
    key_from=("plan", "customer_key", "started"),
)

CASES = FactTable(
    name="cases",
    meaning=Text("One complaint or request", "一次投诉或请求"),
    columns=(
        text("case_id", "Case", "工单编号", key=True, required=True),
        customer(required=True),
        text("kind", "Kind of case", "工单类型"),
        instant("opened_at", "Opened (UTC)", "创建时间（UTC）"),
        instant("first_reply_at", "First reply (UTC)", "首次回复时间（UTC）"),
        instant("closed_at", "Closed (UTC)", "关闭时间（UTC）"),
        day("day", "Local date of the opening", "创建的当地日期"),
        text("owner", "Who looks after it", "负责人"),
        text("order_id", "Order it is about", "相关订单"),
        text("reason", "Reason", "原因"),
        whole("severity", "Severity, 1 is worst", "严重程度，1为最重"),
    ),
    key=("case_id",),
    instant="opened_at",
)

SURVEY_ANSWERS = FactTable(
    name="survey_answers",
    meaning=Text("One customer's answer to one question", "一位客户对一道题的回答"),
    columns=(
        text("survey", "Survey", "调查编号", key=True, required=True),
        text("wave", "Wave of the survey", "调查轮次", key=True),
        customer(key=True, required=True),
        text("item", "Question", "题目", key=True, required=True),
        text("value", "Answer", "回答"),
        instant("at", "When (UTC)", "时间（UTC）"),
        day("day", "Local date of it", "当地日期"),
    ),
    key=("survey", "wave", "customer_key", "item"),
    instant="at",
)

COMPETITOR_OBSERVATIONS = FactTable(
    name="competitor_observations",
    meaning=Text("Something seen of a rival", "对竞争对手的一次观察"),
    columns=(
        customer(key=True),
        text("segment", "Segment it was seen in, where no customer is named",
             "所属客群（未指明客户时）", key=True),
        text("rival", "Rival", "竞争对手", key=True, required=True),
        text("kind", "What was seen: price, share, switch …",
             "观察内容：价格、份额、转向等", key=True),
        text("value", "Its value", "数值"),
        instant("at", "When (UTC)", "时间（UTC）", key=True),
        day("day", "Local date of it", "当地日期", key=True),
    ),
    key=("customer_key", "segment", "rival", "kind", "at", "day"),
    instant="at",
)  # fmt: skip

MEMBERSHIPS = FactTable(
    name="memberships",
    meaning=Text("A customer's membership of a programme", "客户的会员资格"),
    columns=(
        text("programme", "Programme", "会员计划", key=True, required=True),
        customer(key=True, required=True),
        text("card", "Card", "会员卡号"),
        day("joined", "Day of joining", "入会日期"),
        text("tier", "Tier", "等级"),
        day("ended", "Day it ended", "退会日期"),
    ),
    key=("programme", "customer_key"),
)

POINTS_ENTRIES = FactTable(
    name="points_entries",
    meaning=Text("Points given or taken", "积分的增减"),
    columns=(
        text("programme", "Programme", "会员计划", key=True, required=True),
        text("entry", "Entry", "流水号", key=True, required=True),
        customer(required=True),
        text("kind", "Earned, redeemed, expired …", "类型：获得、兑换、过期等"),
        whole("points", "Points; taken away is negative", "积分；扣减为负", unit="points",
              required=True),
        instant("at", "When (UTC)", "时间（UTC）"),
        day("day", "Local date of it", "当地日期"),
        text("order_id", "Order it belongs to", "相关订单"),
    ),
    key=("programme", "entry"),
    instant="at",
)  # fmt: skip

TABLES = (
    VISITS,
    PRODUCT_INTEREST,
    SUBSCRIPTIONS,
    CASES,
    SURVEY_ANSWERS,
    COMPETITOR_OBSERVATIONS,
    MEMBERSHIPS,
    POINTS_ENTRIES,
)
