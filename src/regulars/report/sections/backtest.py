"""How well value was foretold in the past, beside rules that need no model."""

from __future__ import annotations

from regulars import charts
from regulars.charts.numbers import known
from regulars.report.answers import Answers
from regulars.report.columns import Shown, table_of
from regulars.report.days import as_day, say_day
from regulars.report.parts import Block, Sentence
from regulars.report.words import phrases
from regulars.report.words import value as words

MODEL = "model"
VERDICTS = ("total", "model_won", "rule_won", "explains")
RULE_WON = "rule_won"
MOST_NAMED = 2
"""So many measures at which a rule did better are named above the picture; more of them beneath."""


def blocks(answers: Answers) -> list[Block]:
    """Months and tenths of the backtest; why there is none, where there is none."""
    rows = answers.rows("value_backtest")
    if not rows:
        unknown = answers.unknown_block("value-backtest", words.TRACKING_SUBJECT, "value_backtest")
        return [unknown]
    return [_tracking(answers), *calibration(answers)]


def _tracking(answers: Answers) -> Block:
    rows = answers.rows("value_tracking")
    return Block(
        name="value-backtest",
        title=_title(answers),
        lead=_verdicts(answers),
        picture=answers.draw(
            "value_tracking",
            answers.say(words.TRACKING_PICTURE),
            lambda canvas: charts.value_tracking(rows, canvas),
        )
        if any(row["complete"] for row in rows)
        else None,
        source=_source(answers),
        tables=[
            table_of(
                answers,
                "value_backtest",
                answers.rows("value_backtest"),
                METHODS,
                caption=words.METHODS,
            ),
            table_of(answers, "value_tracking", rows, MONTHS, caption=words.MONTHS),
        ],
        notes=_beneath(answers),
    )


def _title(answers: Answers) -> Sentence:
    off = {
        row["forecast"]: abs(row["orders_off"])
        for row in answers.rows("value_backtest")
        if known(row["orders_off"])
    }
    own = off.pop(MODEL, None)
    if own is None:
        return answers.say(words.TRACKING_SUBJECT)
    share = answers.numbers.share
    if not off:
        return answers.say(words.TRACKING_TITLE_ALONE, model=share(own))
    best = min(off.values())
    text = words.TRACKING_TITLE if own <= best else words.TRACKING_TITLE_RULE
    return answers.say(text, model=share(own), rule=share(best))


def _verdicts(answers: Answers) -> list[Sentence]:
    notes = [n for n in answers.results["value_backtest"].notes if n.code.startswith(VERDICTS)]
    lost = sum(note.code.startswith(RULE_WON) for note in notes)
    if lost > MOST_NAMED:
        notes = [note for note in notes if not note.code.startswith(RULE_WON)]
    said = [answers.say(words.SAID, said=note.say(answers.lang)) for note in notes]
    if lost > MOST_NAMED:
        said.append(answers.say(words.RULES_WON, measures=answers.numbers.count(lost)))
    return said


def _beneath(answers: Answers) -> list[str]:
    """What is said under the picture: how it was done, and defeats too many to stand above it."""
    notes = answers.results["value_backtest"].notes
    lost = [note for note in notes if note.code.startswith(RULE_WON)]
    rest = [note for note in notes if not note.code.startswith(VERDICTS)]
    return [note.say(answers.lang) for note in [*(lost if len(lost) > MOST_NAMED else ()), *rest]]


def _source(answers: Answers) -> Sentence:
    cut = as_day(answers.figure("value_backtest", "cut_day"))
    customers = answers.figure("value_backtest", "customers")
    if cut is None:
        return answers.say(phrases.SOURCE, as_of=answers.as_of())
    return answers.say(
        words.BACKTEST_SOURCE,
        cut=say_day(cut, answers.lang),
        as_of=answers.as_of(),
        customers=answers.numbers.count(customers),
    )


def calibration(answers: Answers) -> list[Block]:
    rows = answers.rows("value_calibration")
    told = [row for row in rows if row["orders_covered"] is not None]
    if not told:
        return []
    return [
        Block(
            name="value-calibration",
            title=answers.say(
                words.CALIBRATION_TITLE,
                inside=answers.numbers.count(sum(row["orders_covered"] for row in told)),
                groups=answers.numbers.count(len(told)),
            ),
            lead=[answers.say(words.CALIBRATION_LEAD)],
            picture=answers.draw(
                "value_calibration",
                answers.say(words.CALIBRATION_PICTURE),
                lambda canvas: charts.value_calibration(rows, canvas),
            ),
            source=_source(answers),
            tables=[
                table_of(answers, "value_calibration", rows, TENTHS, caption=words.TENTHS_TESTED)
            ],
        )
    ]


METHODS = (
    Shown(head=words.FORECAST, column="forecast"),
    Shown(head=words.FORETOLD_ORDERS, column="predicted_orders", kind="number", decimals=0),
    Shown(head=words.OFF, column="orders_off", kind="share"),
    Shown(head=words.ERROR, column="orders_rmse", kind="number"),
    Shown(head=words.EXPLAINED, column="orders_explained", kind="share"),
    Shown(head=words.FORETOLD_SPEND, column="predicted_spend_minor", kind="money"),
    Shown(head=words.OFF, column="spend_off", kind="share"),
    Shown(head=words.FOUND, column="top_found", kind="share"),
)
MONTHS = (
    Shown(head=words.FROM, column="from_day", kind="day"),
    Shown(head=words.PHASE, column="phase"),
    Shown(head=words.CAME, column="actual_orders", kind="count"),
    Shown(head=words.EXPECTED, column="expected_orders", kind="number", decimals=0),
    Shown(head=words.LOW, column="expected_low", kind="number", decimals=0),
    Shown(head=words.HIGH, column="expected_high", kind="number", decimals=0),
)
TENTHS = (
    Shown(head=words.TENTH, column="tenth", kind="count"),
    Shown(head=phrases.CUSTOMERS, column="customers", kind="count"),
    Shown(head=words.EXPECTED, column="predicted_orders", kind="number"),
    Shown(head=words.LOW, column="predicted_orders_low", kind="number"),
    Shown(head=words.HIGH, column="predicted_orders_high", kind="number"),
    Shown(head=words.CAME, column="actual_orders", kind="number"),
)
