"""`value`: what each customer is worth, and how sure that is (decision 5)."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.analyses import value_words as words
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import CUSTOMER_KEY
from regulars.analyses.staleness import stale, unfitting
from regulars.analyses.value_columns import COLUMNS, SPENT
from regulars.analyses.value_parameters import INTERVALS, PARAMETERS
from regulars.analyses.valuing import STEPS, suffix_of, values
from regulars.declare import Text
from regulars.steps.compose import Target


def plan(question: Ask) -> Plan:
    suffix = suffix_of(question)
    rows = Target(f"value_rows{suffix}", order_by=(f"-{SPENT.name}", "customer_key"))
    return Plan(
        (rows, Target(f"value_told{suffix}")),
        values(question),
        notes=(*stale(question), *unfitting(question)),
    )


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    (rows,) = (found for name, found in fetched.items() if name.startswith("value_told"))
    found = words.told(rows)
    notes = words.notes(found, minor_per_major=question.minor_per_major)
    return Answer([], words.figures(found), notes)


ANALYSIS = Analysis(
    name="value",
    title=Text("Customer value", "客户价值"),
    question=Text(
        "What is each customer worth from here on, and how sure is that?",
        "每位客户今后价值几何，把握有多大？",
    ),
    rows=Text(
        "One customer who ever bought, highest expected spend first.",
        "一位买过的客户，预期消费额高者在前。",
    ),
    source="8-statistics, decision 5",
    grain="customer",
    inputs=("orders",),
    helps=("identities", "customers"),
    parameters=(*PARAMETERS, INTERVALS),
    columns=(CUSTOMER_KEY, *COLUMNS),
    figures=(words.MODEL_COLUMN, *words.TOTAL_COLUMNS),
    steps=STEPS,
    plan=plan,
    finish=finish,
)
