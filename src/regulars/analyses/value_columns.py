"""What value says of a customer: the columns, and each in SQL over his history and its score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.analyses.columns import day, number, share, text
from regulars.declare import Column, Text


def _money(name: str, en: str, zh: str) -> Column:
    return number(name, en, zh, "minor")


P_ALIVE = share(
    "p_alive", "Probability that the customer is still active.", "客户仍存活（未流失）的概率。"
)
ORDERS = number(
    "expected_orders_365d", "Expected purchase days in the next 365 days.",
    "未来365天的预期购买天数。", "days",
)  # fmt: skip
ORDERS_LOW = number(
    "expected_orders_365d_low", "Lower end of the predictive 80% interval.",
    "80%预测区间下限。", "days",
)  # fmt: skip
ORDERS_HIGH = number(
    "expected_orders_365d_high", "Upper end of the predictive 80% interval.",
    "80%预测区间上限。", "days",
)  # fmt: skip
PER_ORDER = _money(
    "expected_spend_per_order_minor",
    "Expected spend on a purchase day.",
    "每个购买日的预期消费额。",
)
SPENT = _money(
    "expected_spend_365d_minor", "Expected spend in the next 365 days.", "未来365天的预期消费额。"
)
SPENT_LOW = _money(
    "expected_spend_365d_low_minor", "Lower end of the predictive 80% interval.",
    "80%预测区间下限。",
)  # fmt: skip
SPENT_HIGH = _money(
    "expected_spend_365d_high_minor", "Upper end of the predictive 80% interval.",
    "80%预测区间上限。",
)  # fmt: skip
CLV_YEAR = _money(
    "clv_365d_minor",
    "Discounted contribution expected in the next 365 days; unknown without a margin.",
    "未来365天的预期贡献毛利（折现）；未给毛利率则未知。",
)
CLV_LIFETIME = _money(
    "clv_lifetime_minor",
    "Discounted contribution expected up to the lifetime horizon; unknown without a margin.",
    "至生命周期截止的预期贡献毛利（折现）；未给毛利率则未知。",
)
NEXT_DUE = day(
    "next_order_due",
    "Day by which the next order is as likely as not, if the customer is still active.",
    "若仍存活，有一半可能在此日之前再次购买。",
)
WHY = ("no_fit", "no_spend", "refunds_beyond_spend", "no_margin")
WHY_UNKNOWN = text(
    "value_unknown",
    "Why value is unknown: nothing to fit (no_fit), nobody has a repeat spend (no_spend), no margin"
    " given (no_margin); or the spend is the base's, as refunds exceed this customer's"
    " (refunds_beyond_spend).",
    "价值未知的原因：无可拟合（no_fit）、无人有复购消费（no_spend）、未给毛利率（no_margin）；"
    "或因退款超过消费而采用整体水平（refunds_beyond_spend）。",
    choices=WHY,
)
DUE = ("no_fit", "one_purchase", "too_far")
DUE_UNKNOWN = text(
    "next_order_unknown",
    "Why the next order has no day: nothing to fit, one purchase only, or over ten years ahead.",
    "没有下次购买日的原因：无可拟合（no_fit）、仅购买一次（one_purchase）、超过十年（too_far）。",
    choices=DUE,
)

COLUMNS = (
    P_ALIVE, ORDERS, ORDERS_LOW, ORDERS_HIGH, PER_ORDER, SPENT, SPENT_LOW, SPENT_HIGH,
    CLV_YEAR, CLV_LIFETIME, NEXT_DUE, WHY_UNKNOWN, DUE_UNKNOWN,
)  # fmt: skip


def plain(name: str, type: Any = "DOUBLE") -> Column:
    return Column(name=name, type=type, meaning=Text(name, name))


# Spend of a customer in SQL, over customer `c` and score `s`: base + slope·spend so far.
_PER = (
    "case when c.repeat_minor > 0 and c.x > 0"
    " then s.spend_base + s.spend_slope * c.repeat_minor else s.spend_new end"
)
SELECT: Mapping[str, str] = {
    P_ALIVE.name: "s.p_alive",
    ORDERS.name: "s.orders",
    ORDERS_LOW.name: "s.orders_low",
    ORDERS_HIGH.name: "s.orders_high",
    PER_ORDER.name: _PER,
    SPENT.name: f"s.orders * ({_PER})",
    SPENT_LOW.name: f"s.orders * s.spend_low * ({_PER})",
    SPENT_HIGH.name: f"s.orders * s.spend_high * ({_PER})",
    CLV_YEAR.name: f"s.value_year * ({_PER})",
    CLV_LIFETIME.name: f"s.value_lifetime * ({_PER})",
    NEXT_DUE.name: "s.next_due",
    WHY_UNKNOWN.name: "case when c.customer_key is null then null"
    " when s.p_alive is null then 'no_fit' when s.spend_new is null then 'no_spend'"
    " when c.x > 0 and coalesce(c.repeat_minor, 0) <= 0 then 'refunds_beyond_spend'"
    " when s.value_year is null then 'no_margin' end",
    DUE_UNKNOWN.name: "case when c.customer_key is null then null"
    " when s.p_alive is null then 'no_fit' when s.next_due is not null then null"
    " when c.x = 0 then 'one_purchase' else 'too_far' end",
}


def on(suffix: str) -> str:
    """How a customer `c` finds his score `s`."""
    same = "s.x = c.x and s.t_x = c.t_x and s.t = c.t"
    return f"s.segment = c.segment and {same}" if "segment" in suffix else same
