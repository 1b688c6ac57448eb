"""Made-up answers of `decline`: a few in a grocery, far more than a page holds in another shop."""

from __future__ import annotations

import datetime as dt
from typing import Any

from regulars.declare import Text
from regulars.result import Note, Result
from report.answered import result

ONE_LIST = Note(
    "one_list",
    Text(
        "The list is tested as one: asking again tomorrow makes another list.",
        "名单作为一个整体检验：明天再查将是另一份名单。",
    ),
)


def _rows(count: int, *, stake: int, as_of: dt.date) -> list[dict[str, Any]]:
    return [
        {
            "external_id": f"{4021 + 37 * i}",
            "customer_key": i + 1,
            "state": "slowed",
            "at_stake_minor": stake * (count - i) // count + 17 * i,
            "spoke": "silence" if i % 3 else "slowing",
            "last_day": as_of - dt.timedelta(days=9 + 5 * i),
            "repeats_before": 31 - i % 9,
            "repeats_recent": i % 3,
            "expected_recent": 12.5 - 0.25 * (i % 17),
            "p_value": 0.00002 * (i + 1),
            "q_value": 0.0031 * (1 + i / count),
            "local_fdr": 0.011 * (1 + i / count),
        }
        for i in range(count)
    ]


def of_grocery() -> Result:
    rows = _rows(9, stake=318_044, as_of=dt.date(2018, 1, 1))
    return result(
        "decline",
        rows,
        figures={
            "measured": 2469,
            "testable": 2198,
            "too_few": 271,
            "named": len(rows),
            "quickened": 2,
            "mirror_share": 0.3333,
            "named_excess": 6,
            "at_stake_named_minor": sum(r["at_stake_minor"] for r in rows),
            "share_slowed": 0.031,
            "slowed_factor": 0.42,
            "slowed_about": 76,
            "regularity": 1.21,
            "regularity_error": 0.02,
        },
        parameters={"as_of": dt.date(2018, 1, 1), "recent_days": 91, "q": 0.1},
        notes=(ONE_LIST,),
    )


def of_shrinking() -> Result:
    """A list longer than the page, of which the answer holds the first rows."""
    rows = _rows(40, stake=2_204_100, as_of=dt.date(2025, 12, 29))
    return result(
        "decline",
        rows,
        figures={
            "measured": 188_240,
            "testable": 30_118,
            "too_few": 158_122,
            "named": 1_412,
            "quickened": 508,
            "mirror_share": 0.3605,
            "named_excess": 903,
            "at_stake_named_minor": 918_204_400,
            "share_slowed": None,
            "slowed_factor": None,
            "slowed_about": None,
            "regularity": 0.93,
            "regularity_error": None,
        },
        parameters={"as_of": dt.date(2025, 12, 29), "recent_days": 91, "q": 0.1},
        notes=(ONE_LIST,),
    )
