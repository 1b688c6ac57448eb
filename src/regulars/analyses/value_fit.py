"""`value_fit`: the parameters of the fitted models, how sure they are, how well determined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from regulars.analyses import value_words as words
from regulars.analyses.analysis import Analysis, Answer, Ask, Plan, Rows
from regulars.analyses.columns import count, number, text
from regulars.analyses.staleness import stale, unfitting
from regulars.analyses.value_parameters import PARAMETERS
from regulars.analyses.value_totals import WHOLE
from regulars.analyses.valuing import STEPS, suffix_of, values
from regulars.declare import Text
from regulars.steps.compose import Target

STATUSES = ("well", "weakly", "ridge", "boundary", "not_found")


def plan(question: Ask) -> Plan:
    target = Target(f"value_told{suffix_of(question)}")
    return Plan((target,), values(question), notes=(*stale(question), *unfitting(question)))


def finish(question: Ask, plan: Plan, fetched: Mapping[str, Rows]) -> Answer:
    (rows,) = fetched.values()
    found = words.told(rows)
    if question.stored is not None and "failed" not in found:
        # Why this model was taken is known of the fit, not of those who ask for it later.
        found["choice"] = question.stored["choice"]
    notes = words.notes(found, minor_per_major=question.minor_per_major)
    if "failed" in found:
        return Answer([], {"log_likelihood": None, "model": None}, notes)
    fitted = found["fitted"]
    figures = {
        "model": fitted["model"],
        "log_likelihood": fitted["purchases"]["whole"]["log_likelihood"],
    }
    return Answer(list(_rows(fitted)), figures, notes)


def _rows(fitted: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    from regulars.value import Fitted

    read = Fitted.of(fitted)
    for pooled in (read.purchases, read.spends):
        if pooled is not None:
            yield from _parameters(WHOLE, pooled.whole)
            for segment, fit in pooled.parts.items():
                yield from _parameters(segment, fit)


def _parameters(segment: str, fit: Any) -> Iterator[dict[str, Any]]:
    errors, bounds = fit.standard_errors, fit.interval()
    for name, value in fit.parameters.items():
        yield {
            "segment": segment,
            "model": fit.model.name,
            "parameter": name,
            "value": value,
            "standard_error": errors[name],
            "low": bounds[name][0],
            "high": bounds[name][1],
            "determined": fit.determination.status,
            "customers": round(fit.customers),
        }


ANALYSIS = Analysis(
    name="value_fit",
    title=Text("The fitted models", "模型拟合"),
    question=Text(
        "Which parameters were fitted, and how well do the data determine them?",
        "拟合出哪些参数，数据对它们的约束有多强？",
    ),
    rows=Text(
        "One parameter of one model, in days and minor units.", "一个模型参数（天、最小货币单位）。"
    ),
    source="7-model-references",
    grain="table",
    inputs=("orders",),
    helps=("identities", "customers"),
    parameters=PARAMETERS,
    columns=(
        text("segment", "Segment; (all) is the whole base.", "分组；(all) 为整体。"),
        text("model", "Model.", "模型。"),
        text("parameter", "Parameter.", "参数。"),
        number("value", "Its estimate.", "估计值。"),
        number("standard_error", "Its standard error.", "标准误。"),
        number("low", "Lower end of its 95% interval.", "95%区间下限。"),
        number("high", "Upper end of its 95% interval.", "95%区间上限。"),
        text(
            "determined",
            "How well the data determine this model: well, weakly, along a flat ridge only, at the"
            " end of the range, or not found.",
            "数据对该模型的约束：充分（well）、较弱（weakly）、平坦山脊（ridge）、"
            "边界（boundary）、未找到（not_found）。",
            choices=STATUSES,
        ),
        count("customers", "Customers it was fitted to.", "拟合所用客户数。"),
    ),
    figures=(
        words.MODEL_COLUMN,
        number("log_likelihood", "Log-likelihood of the purchase model.", "购买模型的对数似然。"),
    ),
    steps=STEPS,
    plan=plan,
    finish=finish,
)
