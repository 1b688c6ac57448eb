"""From purchases to value: distinct histories, fitted and scored once, joined back.

The engine groups customers by (x, t_x, T); a pure function fits the models and scores the groups;
the engine joins the scores to the customers. No customer leaves the engine.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from regulars.analyses.analysis import Ask
from regulars.analyses.columns import count
from regulars.analyses.value_columns import CLV_LIFETIME, SELECT, on, plain
from regulars.analyses.value_evidence import (
    BUYERS,
    BUYERS_OF_TOTALS,
    CUT_CUSTOMERS,
    REPEAT_SPEND,
    SEGMENTING,
    VALUE_DAYS,
    customers_step,
    evidence_step,
    read_evidence,
)
from regulars.declare import Column
from regulars.errors import ParameterError
from regulars.steps import Derived, Node, Step

LONGEST_HOLDOUT_DAYS = 365

_SEGMENT_NAME = plain("segment", "VARCHAR")
_SCORED: tuple[Column, ...] = (
    count("x", "Repeats.", "复购天数。", "days"),
    count("t_x", "Time of the last.", "末次时点。", "days"),
    count("t", "Time observed.", "观察时长。", "days"),
    *(
        plain(name)
        for name in (
            "p_alive", "orders", "orders_low", "orders_high", "spend_base", "spend_slope",
            "spend_new", "spend_low", "spend_high", "value_year", "value_lifetime",
        )
    ),
    plain("next_due", "DATE"),
    plain("told", "VARCHAR"),
)  # fmt: skip

PASSED = (
    "as_of", "model", "margin", "yearly_rate", "lifetime_years", "intervals", "fitted",
    "holdout_days", "sums", "lifetime",
)  # fmt: skip


def scored(arrays: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Fit and score, from the rows of the evidence.

    One row is no history (x = −1): its ``told`` holds the fit and the totals as JSON.
    """
    from regulars.value import Fitted, Terms, value

    base, spends, held = read_evidence(arrays, values["holdout_days"])
    segmented = "segment" in arrays
    terms = Terms(
        margin=values["margin"],
        yearly_rate=values["yearly_rate"],
        lifetime_years=values["lifetime_years"],
        intervals=values["intervals"],
        due_after_one="segment" in arrays,
    )
    fitted = None if values["fitted"] is None else Fitted.of(values["fitted"])
    try:
        done = value(
            base,
            spends,
            model=values["model"],
            terms=terms,
            held=held,
            fitted=fitted,
            sums=values["sums"],
            lifetime=values["lifetime"],
        )
    except ValueError as error:
        told = json.dumps({"failed": str(error)})
        return _columns(base, None, values, told, segmented=segmented)
    told = json.dumps(done.to_dict(), sort_keys=True)
    return _columns(base, done.scores, values, told, segmented=segmented)


def _columns(
    base: Any, scores: Any, values: Mapping[str, Any], told: str, *, segmented: bool
) -> dict[str, Any]:
    """One row a history, and the row that tells."""
    n = len(base)
    nothing = np.full(n, np.nan)
    found = dict.fromkeys(_NUMBERS, nothing)
    wait = nothing
    if scores is not None:
        margin = np.nan if values["margin"] is None else values["margin"]
        wait = scores.wait_days
        found = {
            "p_alive": scores.alive,
            "orders": scores.orders,
            "orders_low": scores.orders_low,
            "orders_high": scores.orders_high,
            "spend_base": scores.spend_base,
            "spend_slope": scores.spend_slope,
            "spend_new": scores.spend_new,
            "spend_low": scores.spend_low,
            "spend_high": scores.spend_high,
            "value_year": scores.year * margin,
            "value_lifetime": scores.lifetime * margin,
        }
    due = np.full(n + 1, np.datetime64("NaT"), dtype="datetime64[D]")
    (known,) = np.nonzero(np.isfinite(wait))
    due[known] = np.datetime64(values["as_of"], "D") + np.ceil(wait[known]).astype(int)
    texts = np.full(n + 1, None, dtype=object)
    texts[n] = told
    g = base.given
    segment = {"segment": np.append(base.segment, "")} if segmented else {}
    return {
        **segment,
        **{
            name: np.append(column, -1).astype(np.int64)
            for name, column in (("x", g.x), ("t_x", g.t_x), ("t", g.T))
        },
        **{name: np.ma.masked_invalid(np.append(column, np.nan)) for name, column in found.items()},
        "next_due": np.ma.masked_array(due, mask=np.isnat(due)),
        "told": np.ma.masked_array(texts, mask=[True] * n + [False]),
    }


_NUMBERS = tuple(c.name for c in _SCORED if c.type == "DOUBLE")


def _scored(name: str, reads: str, *, segmented: bool) -> Derived:
    segment = (_SEGMENT_NAME,) if segmented else ()
    return Derived(
        name=name,
        one_row="one distinct history, scored; and one row that tells of the fit",
        key=(*(column.name for column in segment), "x", "t_x", "t"),
        reads=reads,
        columns=(*segment, *_SCORED),
        parameters=PASSED,
        apply=scored,
    )


def variant(*, segmented: bool, held: bool) -> str:
    """The end of the names of the steps that answer so."""
    return ("_by_segment" if segmented else "") + ("_held" if held else "")


def _rows(suffix: str, customers: str) -> Step:
    chosen = ", ".join(f"{sql} as {name}" for name, sql in SELECT.items())
    return Step(
        name=f"value_rows{suffix}",
        one_row="one customer with a purchase day, valued",
        key=("customer_key",),
        sql=f"select c.customer_key, c.x, c.t_x, c.t, {chosen} from {customers} as c"
        f" left join value_scored{suffix} as s on {on(suffix)}",
    )


def _told(suffix: str) -> Step:
    return Step(
        name=f"value_told{suffix}",
        one_row="the fit and the totals, as JSON",
        key=(),
        sql=f"select told from value_scored{suffix} where x < 0",
    )


def _steps() -> tuple[Node, ...]:
    made: list[Node] = [VALUE_DAYS, BUYERS, *SEGMENTING, CUT_CUSTOMERS]
    for segmented in (False, True):
        customers = "value_customers" + ("_by_segment" if segmented else "")
        made.append(customers_step(customers, segmented=segmented))
        for held in (False, True):
            suffix = variant(segmented=segmented, held=held)
            evidence = f"value_evidence{suffix}"
            made += [
                evidence_step(evidence, customers, segmented=segmented, held=held),
                _scored(f"value_scored{suffix}", evidence, segmented=segmented),
                _rows(suffix, customers),
                _told(suffix),
            ]
    return tuple(made)


STEPS = _steps()
IN_SNAPSHOTS: tuple[Node, ...] = (
    REPEAT_SPEND,
    BUYERS_OF_TOTALS,
    *(step for step in STEPS if step not in (VALUE_DAYS, BUYERS)),
)


def values(question: Ask) -> dict[str, Any]:
    """What the steps take."""
    as_of: dt.date = question["as_of"]
    cut, days = holdout(as_of, question.span.first_day)
    wanted = question.wanted
    return {
        "as_of": as_of,
        "sums": wanted is None,
        "lifetime": wanted is None or CLV_LIFETIME.name in wanted,
        **({"segment": question["segment"]} if question["segment"] != "none" else {}),
        **({"cut": cut} if holds_out(question) else {}),
        "holdout_days": days,
        "grain": question["grain"],
        "intervals": question.values.get("intervals", False),
        "fitted": _stored(question),
        **{name: question[name] for name in ("model", "margin", "yearly_rate", "lifetime_years")},
    }


def _stored(question: Ask) -> Mapping[str, Any] | None:
    """The fit asked for.

    Raises
    ------
    ParameterError : it is damaged, or of another model than the one asked for.
    """
    from regulars.value import Fitted

    if question.stored is None:
        return None
    fitted: Mapping[str, Any] = question.stored["fitted"]
    try:
        Fitted.of(fitted)
    except ValueError as error:
        raise ParameterError(f"fit: {error}") from None
    asked = question["model"]
    if asked not in ("auto", fitted["model"]):
        raise ParameterError(
            f"model: the fit is one of {fitted['model']}, not of {asked}; leave out model or fit"
        )
    return fitted


def holdout(as_of: dt.date, first: dt.date | None) -> tuple[dt.date, int]:
    """The last third of the history, at most a year, is held back to choose the model by."""
    days = 0 if first is None else min((as_of - first).days // 3, LONGEST_HOLDOUT_DAYS)
    return as_of - dt.timedelta(days=days), days


def holds_out(question: Ask) -> bool:
    """Whether a part of the history is needed to choose the model by."""
    return question["model"] == "auto" and question["fit"] is None


def suffix_of(question: Ask) -> str:
    """Which of the steps answer: with segments or without, with a holdout or without."""
    return variant(segmented=question["segment"] != "none", held=holds_out(question))
