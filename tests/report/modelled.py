"""Made-up answers of the ten models, of tiers and of the matrix.

The grocery knows goods and people but nothing of visits; the shrinking shop knows visits, interest
and tiers but neither lines nor people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from regulars.analyses.rejoin import BELOW
from regulars.declare import Text
from regulars.result import Note, Result
from report.answered import result


def not_imported(table: str) -> Note:
    text = Text("Unknown: no {table} imported.", "未知：尚未导入 {table}。")
    return Note("not_imported", text, {"table": table})


def _unknown(name: str, table: str, *figures: str) -> Result:
    return result(name, [], figures=dict.fromkeys(figures), notes=(not_imported(table),))


def _pairs() -> list[dict[str, Any]]:
    """Six pairs, each in both directions."""
    rows = []
    for i in range(6):
        for turned in (False, True):
            names = (f"pasta {i}", f"sauce {i}")
            rows.append(
                {
                    "place": 2 * i + turned + 1,
                    "good": names[turned],
                    "other_good": names[not turned],
                    "orders": 170 - i,
                    "good_orders": 430 - i if turned else 340 - i,
                    "other_orders": 340 - i if turned else 430 - i,
                    "support": 0.00113 - i / 10**5,
                    "confidence": 0.3953 if turned else 0.5,
                    "lift": 18.1 - i,
                }
            )
    return rows


def _bands(active: int, customers: int) -> list[dict[str, Any]]:
    return [
        {
            "activity": band,
            "customers": held,
            "customers_share": held / customers,
            "ordered": held,
            "ordered_share": 1.0,
        }
        for band, held in (("0", customers - active), ("under 0.1", active))
    ]


def _index(**told: Any) -> dict[str, Any]:
    return {
        "customers": 30,
        "index": 395.6,
        "index_low": 210.4,
        "index_high": 659.3,
        "p": 0.0004,
        "q": 0.07,
        "verdict": "more",
        **told,
    }


def of_grocery() -> list[Result]:
    as_of = {"as_of": dt.date(2018, 1, 1)}
    whole = {"attribute": "income", "value": "(all)", "customers_after": 801}
    return [
        result(
            "profile",
            [whole | {"psi": 0.0312, "psi_by_chance": 0.0125, "shift": "stable"}],
            figures={"psi_largest": 0.0312, "psi_largest_attribute": "income"},
            parameters=as_of,
        ),
        result(
            "engagement",
            _bands(410, 2469),
            figures={"customers_total": 2469, "active": 410, "active_share": 410 / 2469},
            parameters=as_of,
            notes=(not_imported("visits"),),
        ),
        result(
            "goods",
            [
                {
                    "place": i + 1,
                    "good": f"good {i}",
                    "customers": 1083 - i,
                    "penetration": 0.4386 - i / 100,
                    "repeat_rate": 0.7627 - i / 100,
                    "revenue_minor": 30_311_602 - i,
                    "revenue_share": 0.06595 - i / 1000,
                    "abc_class": "A",
                }
                for i in range(12)
            ],
            figures={"goods_a": 10_900, "goods_total": 68_509, "goods_a_share": 0.1591},
            parameters=as_of,
        ),
        result(
            "response_index",
            [],
            figures={"response_rate": 0.263, "cells_tested": 184, "cells_told": 0},
            parameters=as_of,
        ),
        result(
            "profile_value",
            [
                {
                    "attribute": "income",
                    "value": "(all)",
                    "customers": 801,
                    "customer_share": 0.3244,
                    "iv": 0.217,
                    "iv_by_chance": 0.0253,
                    "strength": "medium",
                }
            ],
            figures={"iv_largest": 0.217, "iv_largest_attribute": "income"},
            parameters=as_of,
        ),
        result(
            "preference",
            [
                _index(
                    attribute="income",
                    value="150-174K",
                    category="RESTAURANT",
                    buyers=8,
                    share=0.2667,
                    share_of_all=0.0674,
                )
            ],
            figures={"cells_tested": 925, "cells_told": 1},
            parameters=as_of,
        ),
        _unknown("conversion", "visits", "visits", "conversion_rate"),
        _unknown("interest", "product_interest", "customers", "products"),
        result(
            "baskets",
            _pairs(),
            figures={"pairs": 14, "pairs_above_chance": 12},
            parameters=as_of,
        ),
        result(
            "next_due",
            [
                {
                    "external_id": f"{7 * i}",
                    "good": f"good {i}",
                    "due_day": dt.date(2018, 1, 9 - i),
                    "gap_days": 33.5,
                }
                for i in range(3)
            ],
            figures={"customers_due": 2134},
            parameters=as_of,
        ),
        _tiers(None),
        _matrix(
            {
                "Q1": (1065, 364_147_235, "retain"),
                "Q2": (188, 16_294_388, "maintain"),
                "Q3": (1046, 47_576_282, "activate_or_let_go"),
                "Q4": (170, 31_586_053, "raise_frequency"),
            }
        ),
        _unknown("sources", "source", "known_share", "cost_total_minor"),
        _unknown("rejoin", "subscriptions", "leak_minor", "pseudo_new"),
    ]


def of_shrinking() -> list[Result]:
    as_of = {"as_of": dt.date(2025, 12, 29)}
    channels = (("email", 41_204, 9_011), ("(all)", 98_004, 21_440))
    return [
        _unknown("profile", "customers", "psi_largest", "psi_largest_attribute"),
        result(
            "engagement",
            _bands(28_011, 188_240),
            figures={"customers_total": 188_240, "active": 28_011, "active_share": 0.1488},
            parameters=as_of,
        ),
        _unknown("goods", "order_lines", "goods_a", "goods_total", "goods_a_share"),
        result(
            "response_index",
            [
                _index(
                    attribute="city",
                    value="成都",
                    cut="channel",
                    cut_value="email",
                    answered=11,
                    rate=0.3667,
                    rate_of_all=0.0927,
                )
            ],
            figures={"response_rate": 0.0927, "cells_tested": 44, "cells_told": 1},
            parameters=as_of,
        ),
        _unknown("profile_value", "customers", "iv_largest", "iv_largest_attribute"),
        _unknown("preference", "order_lines", "cells_tested", "cells_told"),
        result(
            "conversion",
            [
                {
                    "channel": channel,
                    "visits": visits,
                    "visitors": visits // 3,
                    "converted": converted,
                    "conversion_rate": converted / visits,
                    "median_lead_days": 1.5,
                }
                for channel, visits, converted in channels
            ],
            figures={"visits": 98_004, "conversion_rate": 0.2188, "warned": 811},
            parameters=as_of,
        ),
        result(
            "interest",
            [{"external_id": "4021", "product_id": "SKU-1", "score": 7.0}],
            figures={"customers": 2_811, "products": 418},
            parameters=as_of,
        ),
        _unknown("baskets", "order_lines", "pairs", "pairs_above_chance"),
        _unknown("next_due", "order_lines", "customers_due"),
        _tiers({"key": (211, 1_204_884_100), "smb": (9_001, 1_001_244_000)}),
        _matrix(
            {"Q1": (9_011, 1_800_204_100, "retain"), "Q3": (52_789, 1_087_341_350, "maintain")}
        ),
        sources(margin=0.3),
        result(
            "rejoin",
            [
                {"outcome": "renewed", "terms": 4_528, "terms_share": 0.3},
                {
                    "outcome": BELOW,
                    "terms": 1_811,
                    "terms_share": 0.12,
                    "median_wait_days": 41.0,
                    "price_lost_minor": 18_110_000,
                },
            ],
            figures={
                "leak_minor": 61_204_400,
                "pseudo_new": 1_811,
                "reported_retention": 0.3,
                "true_retention": 0.42,
            },
            parameters=as_of,
        ),
    ]


def sources(*, margin: float | None, costed: bool = True) -> Result:
    """Two known sources, one of them with a cost, and who came from nobody knows where."""
    kept = 1.0 if margin is None else margin
    told = (("小程序", 9_011, 61_200, 4_100), ("门店", 12_204, 74_400, None),
            ("(unknown)", 811, 90_000, None))  # fmt: skip
    rows = [
        {
            "place": place,
            "source": source,
            "customers": customers,
            "ready": customers // 2,
            "second_rate": 0.41,
            "revenue_per_customer_minor": float(revenue),
            "value_per_customer_minor": kept * revenue,
            "cost_minor": None if cost is None else cost * customers,
            "cost_per_customer_minor": cost,
            "net_per_customer_minor": None if cost is None else kept * revenue - cost,
            "payback_days": None if cost is None else 77,
        }
        for place, (source, customers, revenue, paid) in enumerate(told, start=1)
        for cost in [paid if costed else None]
    ]
    return result(
        "sources",
        rows,
        figures={"customers": 22_026, "known_share": 0.963, "cost_total_minor": 36_945_100},
        parameters={
            "as_of": dt.date(2025, 12, 29),
            "window_days": 730,
            "horizon_days": 365,
            "margin": margin,
        },
    )


def _tiers(held: Mapping[str, tuple[int, int]] | None) -> Result:
    if held is None:
        no_marks = Text("Unknown: nobody is marked as a business.", "未知：没有标明企业客户。")
        return result("tiers", [], notes=(Note("no_marks", no_marks),))
    customers, revenue = (sum(entry[i] for entry in held.values()) for i in (0, 1))
    rows = [
        {
            "tier": tier,
            "customers": count,
            "customer_share": count / customers,
            "revenue_minor": amount,
            "revenue_share": amount / revenue,
        }
        for tier, (count, amount) in held.items()
    ]
    return result("tiers", rows, parameters={"window_days": 365})


def _matrix(held: Mapping[str, tuple[int, int, str]]) -> Result:
    customers, amounts = (sum(int(entry[i]) for entry in held.values()) for i in (0, 1))
    rows = [
        {
            "quadrant": name,
            "customers": count,
            "customer_share": count / customers,
            "amount_minor": amount,
            "amount_share": amount / amounts,
            "ticket_minor": amount / count / 30,
            "action": action,
        }
        for name, (count, amount, action) in held.items()
    ]
    return result("matrix", rows, parameters={"window_days": 365})
