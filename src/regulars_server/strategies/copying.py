"""The cells of a plan, as somebody would have typed them (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from regulars.plans.kinds.table import LENGTHS, TablePlan
from regulars.strategy import LifetimeValueTable
from regulars_server.strategies.cells import said_as
from regulars_server.strategies.measured import Measured
from regulars_server.strategies.sheet import EMPTY, ROWS, WANTED, Sheet, Side, is_rate

DIGITS = Decimal("0.000001")


def sheet_of(plan: TablePlan, lang: str, scenario: str | None = None) -> Sheet:
    """The cells of a plan, with one of its scenarios beside it (None: the first, if any).

    Rates with more digits than a cell shows are rounded to six decimals.
    """
    table, header = plan.table, plan.header
    cells = dict(_cells("now", table))
    name = scenario if scenario is not None else next(iter(plan.scenarios), None)
    chosen = plan.scenarios[name] if name is not None else None
    if chosen is not None:
        cells |= dict(_cells("plan", chosen.table))
    period = next((n for n, days in LENGTHS.items() if days == table.period_days), "days")
    decimals = table.discount_decimals
    return Sheet(
        title=header.title.say("zh" if lang == "zh" else "en"), currency=header.currency,
        cells=cells, periods=table.periods or 1, period=period,
        period_days=said_as(Decimal(table.period_days)),
        decimals="" if decimals is None else str(decimals),
        planned=chosen is not None,
        plan_title=chosen.title.say("zh" if lang == "zh" else "en") if chosen else "",
        illustrative=header.illustrative, returning=table.returning,
        measured=_measured(plan),
    )  # fmt: skip


def _measured(plan: TablePlan) -> Measured | None:
    if "retention" not in plan.errors:
        return None
    found = np.asarray(plan.errors["retention"], dtype=float)
    rates = plan.table.inputs["retention"]
    if found.ndim == 0:
        steps = max(len(rates) - 1, 1)
        covariance = np.full((steps, steps), float(found) ** 2)
    else:
        covariance = np.diag(found**2) if found.ndim == 1 else found
    return Measured(
        rates=tuple(map(_rounded, rates[: len(covariance)])),
        covariance=tuple(map(tuple, covariance.tolist())),
        said={lang: plan.retention.words(lang) for lang in ("en", "zh")},
    )


def _cells(side: Side, table: LifetimeValueTable) -> Iterator[tuple[str, str]]:
    for name in ROWS:
        value = table.inputs[name]
        values = value if isinstance(value, tuple) else (value,)
        for at, one in enumerate(values, 1):
            if one is None or (name not in WANTED and one == EMPTY.get(name, 0)):
                text = ""
            elif is_rate(name):
                text = said_as(_rounded(one) * 100)
            else:
                text = said_as(_rounded(Decimal(one)), grouped=True)
            yield f"{side}.{name}.{at}", text


def _rounded(value: Decimal) -> Decimal:
    """As many decimals as a cell can show; a value that has fewer stays as it is."""
    exact = Decimal(value)
    digits = exact.as_tuple().exponent
    return exact if isinstance(digits, int) and digits >= -6 else exact.quantize(DIGITS)
