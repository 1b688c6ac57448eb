"""What the base is worth and how well that was foretold: questions, and findings from answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from regulars.datasets import notice
from regulars.declare import Text
from regulars.errors import RegularsError
from regulars.report.answers import Answers
from regulars.report.columns import Shown, table_of
from regulars.report.days import as_day
from regulars.report.parts import Block
from regulars.report.sections import backtest, value
from regulars.report.write import context_of
from regulars.result import Result
from regulars_server.analyses.asking import DESK, Question, Working
from regulars_server.console.language import library_language
from regulars_server.console.workspace import opened, version_of
from regulars_server.errors import NotNow
from regulars_server.web.problems import told

WORTH = ("value_distribution", "value_totals", "value_matrix", "value_fit")
BACKTEST = ("value_backtest", "value_tracking", "value_calibration")
PARTS: Mapping[str, Sequence[str]] = {"worth": WORTH, "backtest": BACKTEST}
AT_A_TIME = 2
"""So many questions of a page are worked out at once; the others wait for a place."""

BACKTEST_BLOCKS = ("value-backtest", "value-calibration")


@dataclass(frozen=True, kw_only=True)
class Found:
    """The answers to a part of the page; some may still be worked out.

    Attributes
    ----------
    results : those that are there, by analysis.
    failures : why one gave no answer, in words.
    working : seconds since the longest that is still worked out was begun; None: all are there.
    """

    results: Mapping[str, Result]
    failures: Mapping[str, str]
    working: float | None

    @property
    def done(self) -> int:
        return len(self.results) + len(self.failures)

    @property
    def seconds(self) -> int:
        """Whole seconds that have passed."""
        return int(self.working or 0)


def ask(part: str, parameters: Mapping[str, str], *, user_id: int) -> Found:
    """Ask for a part of the page; those that are not there yet are begun, a few at a time."""
    results: dict[str, Result] = {}
    failures: dict[str, str] = {}
    waits: list[float] = []
    for name in PARTS[part]:
        if len(waits) == AT_A_TIME:
            break
        question = Question(name=name, parameters=taken(name, parameters))
        try:
            found = DESK.in_turn(question, user_id=user_id)
        except (RegularsError, NotNow) as error:
            problem = told(error)
            failures[name] = str(problem.detail or problem.title)
            continue
        if isinstance(found, Working):
            waits.append(found.seconds)
        else:
            results[name] = found.result()
    return Found(
        results=results, failures=failures, working=max(waits) if waits else None
    )  # fmt: skip


def taken(name: str, parameters: Mapping[str, str]) -> dict[str, str]:
    """Those of the page's parameters that this analysis has."""
    from regulars_server.analyses.catalogue import declared

    known = {one["name"] for one in declared(name)["parameters"]}
    return {key: given for key, given in parameters.items() if given and key in known}


def answers_of(found: Found) -> Answers:
    """The answers as the report's sections take them."""
    ws = opened()
    days = [as_day(one.parameters.get("as_of")) for one in found.results.values()]
    context = replace(
        context_of(ws.settings),
        as_of=max((day for day in days if day), default=None),
        facts_version=version_of(ws),
        data_notice=notice(ws.settings.root),
        failures=found.failures,
    )
    return Answers(results=found.results, context=context, lang=library_language())


def blocks(part: str, answers: Answers) -> list[Block]:
    """The findings of a part, as the report has them."""
    if part == "backtest":
        return backtest.blocks(answers)
    found = [b for b in value.section(answers).blocks if b.name not in BACKTEST_BLOCKS]
    return [*found, *_fit(answers)]


PARAMETERS = (
    Shown(head=Text("Segment", "分组"), column="segment"),
    Shown(head=Text("Model", "模型"), column="model"),
    Shown(head=Text("Parameter", "参数"), column="parameter"),
    Shown(head=Text("Value", "估计值"), column="value", kind="number", decimals=4),
    Shown(head=Text("Low", "下限"), column="low", kind="number", decimals=4),
    Shown(head=Text("High", "上限"), column="high", kind="number", decimals=4),
    Shown(head=Text("How well determined", "确定程度"), column="determined"),
    Shown(head=Text("Customers", "客户数"), column="customers", kind="count"),
)
FIT_TITLE = Text(
    "The model behind these figures has {n} parameters, fitted to {customers} customers",
    "以上数字所用的模型有{n}个参数，由{customers}位客户拟合得到",
)
FIT_TABLE = Text("Parameters of the fitted models", "拟合模型的参数")


def _fit(answers: Answers) -> list[Block]:
    rows = answers.rows("value_fit")
    if not rows:
        return []
    customers = max((row["customers"] or 0) for row in rows)
    return [
        Block(
            name="value-fit",
            title=answers.say(
                FIT_TITLE,
                n=len({(row["model"], row["parameter"]) for row in rows}),
                customers=answers.numbers.count(customers),
            ),
            tables=[table_of(answers, "value_fit", rows, PARAMETERS, caption=FIT_TABLE)],
        )
    ]


def about(found: Found) -> list[dict[str, Any]]:
    """The parameters that the answers were worked out with, each once, by their names."""
    said: dict[str, Any] = {}
    for result in found.results.values():
        for name, given in result.parameters.items():
            if given is not None and name not in said:
                said[name] = given
    return [{"name": name, "value": given} for name, given in said.items()]
