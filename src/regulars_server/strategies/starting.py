"""What a new value table starts from: a shipped example, the base's own orders, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from regulars import plans
from regulars.charts import Numbers
from regulars.declare import Language
from regulars.errors import RegularsError
from regulars.plans.kinds.table import LENGTHS, TablePlan
from regulars_server.analyses.asking import DESK, Question, Working
from regulars_server.console.workspace import opened
from regulars_server.errors import Invalid, NotFound
from regulars_server.strategies.cells import said_as
from regulars_server.strategies.copying import DIGITS
from regulars_server.strategies.measured import Measured
from regulars_server.strategies.sheet import Sheet

FALLBACK = "USD"


@dataclass(frozen=True, kw_only=True)
class Example:
    """A shipped table, with the scenarios that can stand beside it: name and title."""

    name: str
    title: str
    about: str
    scenarios: list[tuple[str, str]]


def examples(lang: Language) -> list[Example]:
    """Every shipped table."""
    found = []
    for name, kind in plans.EXAMPLES.items():
        if kind == "table":
            plan = example(name)
            about = plan.header.about
            found.append(
                Example(
                    name=name, title=plan.header.title.say(lang),
                    about=about.say(lang) if about else "",
                    scenarios=[(n, s.title.say(lang)) for n, s in plan.scenarios.items()],
                )
            )  # fmt: skip
    return found


def example(name: str) -> TablePlan:
    """One of them; `NotFound` where there is no table of this name."""
    if plans.EXAMPLES.get(name) != "table":
        raise NotFound
    found = plans.example(name)
    assert isinstance(found, TablePlan)
    return found


def currency() -> str:
    """Of the workspace; a common one where there is none."""
    try:
        return own_currency()
    except RegularsError:
        return FALLBACK


def own_currency() -> str:
    """Of the workspace, for what keeps it for good.

    Raises
    ------
    RegularsError : the workspace cannot be read.
    """
    return opened().settings.currency


def blank(money: str) -> Sheet:
    """A table with nothing in it but three years."""
    return Sheet(title=_("New table"), currency=money, cells={})


def from_orders(*, period: str, periods: int, user_id: int) -> Sheet | None:
    """What the orders tell of a table: customers, retention, orders, order value.

    Costs stay empty: no order tells them. None while the orders are being counted.

    Raises
    ------
    RegularsError : the workspace cannot be read. Invalid : the orders tell no rate yet.
    """
    asked = {"period": period, "periods": str(periods - 1)}
    found = DESK.ask(
        Question(name="retention", parameters=asked), user_id=user_id, wait_seconds=0.0
    )
    if isinstance(found, Working):
        return None
    ws = opened()
    curve = ws.curve_of(found.result())
    told = curve.table_inputs()
    if "retention" not in told:
        said = " ".join(curve.words("en")) or _("The orders tell no rate yet.")
        raise Invalid(said)
    return _sheet(curve, told, ws.settings.currency, period)


def _sheet(curve: Any, told: Mapping[str, Any], money: str, period: str) -> Sheet:
    rates = tuple(Decimal(repr(float(r))).quantize(DIGITS) for r in told["retention"])
    series: dict[str, list[str]] = {
        "customers": [said_as(Decimal(told["customers"]), grouped=True)],
        "retention": [said_as(rate * 100) for rate in rates],
        "orders": [_short(value, 4) for value in told.get("orders", ())],
        "aov": [_short(value, 4) for value in told.get("aov", ())],
    }
    cells = {
        f"now.{name}.{at}": text
        for name, texts in series.items()
        for at, text in enumerate(texts, 1)
    }
    days = Decimal(str(told.get("period_days", 365)))
    known = next((name for name, length in LENGTHS.items() if length == days), "days")
    return Sheet(
        title=_("Our customers"), currency=money, cells=cells, periods=len(rates) + 1,
        period=known, period_days=said_as(days), returning=bool(told.get("returning")),
        measured=Measured(
            rates=rates, covariance=tuple(map(tuple, curve.covariance.tolist())),
            said={"en": curve.words("en"), "zh": curve.words("zh")},
        ),
    )  # fmt: skip


def _short(value: float, decimals: int) -> str:
    return said_as(round(Decimal(repr(float(value))), decimals), grouped=True)


def shown(summary: Mapping[str, Any] | None, lang: Language) -> dict[str, Any]:
    """What a list says of a saved table: money in words."""
    if not summary:
        return {}
    numbers = Numbers(
        lang=lang, currency=summary["currency"], exponent=int(summary["exponent"])
    )  # fmt: skip
    scale = 10 ** int(summary["exponent"])

    def money(name: str, *, signed: bool = False) -> Any:
        given = summary.get(name)
        return None if given is None else numbers.money(float(given) * scale, signed=signed)

    return {
        "value": money("value"), "gain": money("gain", signed=True),
        "plan": summary.get("plan", ""), "total": money("total_gain", signed=True),
        "illustrative": summary.get("illustrative", False),
    }  # fmt: skip
