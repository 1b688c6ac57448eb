"""`value_totals`: what the base and its segments are worth, with intervals of the sum."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.analyses import value_words as words
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import text
from regulars.analyses.staleness import stale, unfitting
from regulars.analyses.value_parameters import PARAMETERS
from regulars.analyses.valuing import STEPS, suffix_of, values
from regulars.declare import Text
from regulars.steps.compose import Target

WHOLE = "(all)"


def plan(question: Ask) -> Plan:
    target = Target(f"value_told{suffix_of(question)}")
    return Plan((target,), values(question), notes=(*stale(question), *unfitting(question)))


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    (rows,) = fetched.values()
    found = words.told(rows)
    totals = [
        {"segment": total["segment"] or WHOLE, **words.total_row(total)}
        for total in found.get("totals", [])
    ]
    notes = words.notes(found, minor_per_major=question.minor_per_major)
    return Answer(totals, words.figures(found), notes)


ANALYSIS = Analysis(
    name="value_totals",
    title=Text("Value of the base and its segments", "客户群价值合计"),
    question=Text(
        "What will the base and each segment buy and be worth, and between what bounds?",
        "整体与各分组预计会买多少、价值多少，区间如何？",
    ),
    rows=Text("The whole base, then one row a segment.", "先整体，后每个分组一行。"),
    source="8-statistics",
    grain="table",
    inputs=("orders",),
    helps=("identities", "customers"),
    parameters=PARAMETERS,
    columns=(
        text("segment", "Segment; (all) is the whole base.", "分组；(all) 为整体。"),
        *words.TOTAL_COLUMNS,
    ),
    figures=(words.MODEL_COLUMN, *words.TOTAL_COLUMNS),
    steps=STEPS,
    plan=plan,
    finish=finish,
)
