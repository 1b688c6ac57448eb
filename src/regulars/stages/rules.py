"""The stages, why they change, and the rules by which they do (002-5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

STAGES = ("acquisition", "growth", "mature", "decline", "lost", "returned", "unknown")
ACQUISITION, GROWTH, MATURE, DECLINE, LOST, RETURNED, UNKNOWN = range(1, 8)
NO_STAGE = 0

REASONS = (
    "first_seen",
    "first_order",
    "third_order",
    "order",
    "order_after_lost",
    "return_over",
    "silence",
    "contract_ended",
    "orders_fell",
    "spend_fell",
    "visits_fell",
    "fall_over",
    "refund_only",
    "no_rhythm",
)
(
    FIRST_SEEN,
    FIRST_ORDER,
    THIRD_ORDER,
    ORDER,
    ORDER_AFTER_LOST,
    RETURN_OVER,
    SILENCE,
    CONTRACT_ENDED,
    ORDERS_FELL,
    SPEND_FELL,
    VISITS_FELL,
    FALL_OVER,
    REFUND_ONLY,
    NO_RHYTHM,
) = range(1, 15)

FAR = 1 << 30  # a day that never comes; fits 32 bits

MATURE_ORDERS = 3
MEASURED_GAPS = 2
WEEK = 7
MONDAY = 4  # 1970-01-05, in days since 1970-01-01


@dataclass(frozen=True)
class Rules:
    """The settings of a replay. g is a customer's usual gap in days between purchase days.

    Attributes
    ----------
    scheme : "gaps" judges silence by multiples of g, "calibrated" by how improbable it is.
    decline_gaps, lost_gaps : "gaps": Decline when recency > 2g, Lost when > 4g.
    decline_level, lost_level : "calibrated": Decline when the probability of so long a silence,
        had the customer kept on, is at most .10; Lost at most .01.
    regularity : k of the gamma law of gaps; 1 is Poisson.
    floor_days : g is never less.
    fall_share, window_gaps, slowing_level : the trend clause: down by at least this share in each
        of two successive windows of 3g, and slowing beyond chance at this level.
    return_days, return_orders : Returned lasts so many days or so many further purchase days.
    """

    scheme: Literal["gaps", "calibrated"] = "gaps"
    decline_gaps: float = 2.0
    lost_gaps: float = 4.0
    decline_level: float = 0.10
    lost_level: float = 0.01
    regularity: float = 1.0
    floor_days: float = 7.0
    fall_share: float = 0.30
    window_gaps: float = 3.0
    slowing_level: float = 0.05
    return_days: int = 90
    return_orders: int = 2
