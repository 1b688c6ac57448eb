"""A strategy of tests: a draft that lacks nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from regulars_server.access.models import User
from regulars_server.strategies import workbooks
from regulars_server.strategies.models import Workbook
from server.people import actor

OFFER = {"kind": "relationship", "title": "A call", "unit_cost_minor": 250, "takers": 400}
WHOLE: dict[str, Any] = {
    "segment": "Quiet regulars", "condition": "recency_days > 90", "as_of": dt.date(2026, 5, 1),
    "snapshot_id": "s1", "customers": 1000, "base_customers": 5000, "unknown_customers": 0,
    "expected_spend_minor": 4_200_000, "metric": "retention", "metric_now": Decimal(31),
    "target": Decimal(50), "due": dt.date(2099, 12, 31), "needs": "I want to be recognised",
    "control": Decimal("0.1"), "budget_minor": 120_000,
}  # fmt: skip


def whole_strategy(user: User, **changes: Any) -> Workbook:
    """A draft of this user's with everything that an approval asks for, but for what is changed."""
    return workbooks.begin(
        actor=actor(user), title="Quiet regulars", currency="USD", values={**WHOLE, **changes},
        offers=(OFFER,),
    )  # fmt: skip
