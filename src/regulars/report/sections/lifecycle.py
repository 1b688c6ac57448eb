"""Life stages: how many stand in each beside what steady buying would show, and over the months."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from regulars import charts
from regulars.charts import terms
from regulars.charts.numbers import known
from regulars.report.answers import Answers, Row
from regulars.report.days import say_month
from regulars.report.parts import Block, Opening, Section, Sentence, Table, Target, either
from regulars.report.words import lifecycle as words
from regulars.report.words import phrases

SHARE_UNIT = "%"
HALF_A_YEAR = 6
GONE = ("decline", "lost")
EVERYBODY = Target(analysis="lifecycle_customers")
COMMAND = "regulars show lifecycle_customers --format csv -o stages.csv"


def section(answers: Answers) -> Section:
    blocks = [_stages(answers)]
    if any(known(r["share"]) for r in answers.rows("lifecycle_trend")):
        blocks.append(_months(answers))
    return Section(name="lifecycle", label=words.LABEL.say(answers.lang), blocks=blocks)


def _stages(answers: Answers) -> Block:
    rows = [r for r in answers.rows("lifecycle") if r["customers"] or r["steady_customers"]]
    if not any(r["customers"] for r in rows):
        return answers.unknown_block("lifecycle", words.SUBJECT, "lifecycle")
    numbers = answers.numbers
    items = [
        words.PICTURE_ITEM.fill(
            answers.lang,
            stage=terms.named(terms.STAGES, r["stage"], answers.lang),
            customers=numbers.about(r["customers"]),
            steady=numbers.about(r["steady_customers"]),
        )
        for r in rows
    ]
    return Block(
        name="lifecycle",
        title=_title(answers, rows),
        lead=[*_beyond(answers, rows), *_brought(answers, rows), *_rates(answers)],
        picture=answers.draw(
            "lifecycle",
            answers.say(words.PICTURE, list=answers.listed(items)),
            lambda canvas: charts.life_stages(rows, canvas),
            opens={r["stage"]: _who(r["stage"]) for r in rows},
        ),
        source=answers.window_of("lifecycle"),
        tables=[_table(answers, rows)],
        notes=answers.notes("lifecycle"),
        commands=[words.COMMAND.fill(answers.lang, command=COMMAND)],
    )


def gone(rows: list[dict[str, Any]], column: str) -> float | None:
    """Lapsing and lost together; None where either is not known."""
    found = [r[column] for r in rows if r["stage"] in GONE]
    return sum(found) if found and all(known(v) for v in found) else None


def _title(answers: Answers, rows: list[dict[str, Any]]) -> Sentence:
    numbers = answers.numbers
    said = {
        "share": numbers.share(gone(rows, "share")),
        "customers": Opening(numbers.about(gone(rows, "customers")), _who(either(*GONE))),
    }
    steady = gone(rows, "steady_customers")
    if steady is None:
        return answers.say(words.TITLE_ALONE, **said)
    return answers.say(words.TITLE, **said, steady=numbers.about(round(steady)))


def _beyond(answers: Answers, rows: list[dict[str, Any]]) -> list[Sentence]:
    there, steady = gone(rows, "customers"), gone(rows, "steady_customers")
    if there is None or steady is None:
        return []
    more = round(there - steady)
    if more <= 0:
        return [answers.say(words.NOT_MORE)]
    return [answers.say(words.MORE, more=answers.numbers.about(more))]


def _brought(answers: Answers, rows: list[dict[str, Any]]) -> list[Sentence]:
    stages = {r["stage"]: r for r in rows}
    lapsing = stages.get("decline", {}).get("revenue_minor")
    mature = stages.get("mature", {}).get("revenue_share")
    if lapsing is None or not known(mature):
        return []
    numbers = answers.numbers
    return [
        answers.say(words.BROUGHT, lapsing=numbers.money(lapsing), mature=numbers.share(mature))
    ]


RATES = (
    ("second_purchase_rate", words.SECOND),
    ("decline_recovery_rate", words.RECOVERED),
    ("win_back_rate", words.WON_BACK),
)


def _rates(answers: Answers) -> list[Sentence]:
    return [
        answers.say(text, share=answers.numbers.share(rate))
        for name, text in RATES
        if (rate := answers.figure("lifecycle", name)) is not None
    ]


def _table(answers: Answers, rows: list[dict[str, Any]]) -> Table:
    numbers, lang, why = answers.numbers, answers.lang, answers.why("lifecycle")
    cells = [
        [
            terms.named(terms.STAGES, r["stage"], lang),
            Opening(numbers.count(r["customers"], reason=why), _who(r["stage"])),
            numbers.percent(r["share"], reason=why),
            numbers.number(r["steady_customers"], decimals=1, reason=why),
            numbers.percent(r["steady_share"], reason=why),
            numbers.amount(r["revenue_minor"], reason=why),
            numbers.percent(r["revenue_share"], reason=why),
        ]
        for r in rows
    ]
    heads = [
        answers.head(words.STAGE, numeric=False),
        answers.head(phrases.CUSTOMERS),
        answers.head(phrases.SHARE_OF_CUSTOMERS),
        answers.head(words.STEADY),
        answers.head(phrases.SHARE),
        answers.money_head(phrases.REVENUE),
        answers.head(phrases.SHARE_OF_REVENUE),
    ]
    return Table(caption=answers.say(words.TABLE), heads=heads, rows=cells)


def _who(stage: str) -> Target:
    return Target(analysis="lifecycle_customers", where=(("stage", stage),))


def latest(answers: Answers) -> Target:
    """Everybody known when the last of the months was over."""
    months = [str(row["month"]) for row in answers.rows("lifecycle_trend")]
    return replace(_stood(answers, max(months), ""), where=()) if months else EVERYBODY


def _stood(answers: Answers, month: str, stage: str) -> Target:
    """Who stood in a stage when a month was over, judged as the months are."""
    year, number = (int(part) for part in month.split("-"))
    end = f"{year + number // 12}-{number % 12 + 1:02d}-01"
    asked = (("stood_on", end),)
    return Target(analysis="lifecycle_customers", where=(("stage", stage),), asked=asked)


def _months(answers: Answers) -> Block:
    rows = answers.rows("lifecycle_trend")
    months = sorted({str(r["month"]) for r in rows})
    start, end = (say_month(m, answers.lang) for m in (months[0], months[-1]))
    return Block(
        name="lifecycle-months",
        title=_trend_title(answers, rows, months),
        lead=[answers.say(words.TREND_LEAD)] if len(months) > 1 else [],
        picture=answers.draw(
            "lifecycle_months",
            answers.say(words.TREND_PICTURE, start=start, end=end),
            lambda canvas: charts.life_months(rows, canvas),
            opens={
                f"{r['month']} {r['stage']}": _stood(answers, str(r["month"]), r["stage"])
                for r in rows
            },
        ),
        source=answers.say(phrases.SOURCE, as_of=answers.as_of()),
        tables=[_months_table(answers, rows, months)],
        notes=[n for n in answers.notes("lifecycle_trend") if n not in answers.notes("lifecycle")],
    )


def _trend_title(answers: Answers, rows: list[dict[str, Any]], months: list[str]) -> Sentence:
    """The stage whose share changed most in half a year: at the very start all are newcomers."""
    months = months[-HALF_A_YEAR - 1 :]
    ends = {
        r["stage"]: (_share(rows, months[0], r["stage"]), _share(rows, months[-1], r["stage"]))
        for r in rows
    }
    told = {stage: pair for stage, pair in ends.items() if known(pair[0]) and known(pair[1])}
    if len(months) < 2 or not told:
        return answers.say(words.TREND_SUBJECT)
    stage = max(told, key=lambda name: abs(told[name][1] - told[name][0]))
    first, last = told[stage]
    numbers, lang = answers.numbers, answers.lang
    return answers.say(
        words.TREND,
        stage=terms.named(terms.STAGES, stage, lang),
        first=numbers.share(first),
        last=numbers.share(last),
        start=say_month(months[0], lang),
        end=say_month(months[-1], lang),
    )


def _share(rows: list[dict[str, Any]], month: str, stage: str) -> Any:
    return next((r["share"] for r in rows if r["month"] == month and r["stage"] == stage), None)


def _months_table(answers: Answers, rows: list[dict[str, Any]], months: list[str]) -> Table:
    numbers, why = answers.numbers, answers.why("lifecycle_trend")
    stages = [s for s in terms.STAGE_ORDER if any(r["stage"] == s and r["customers"] for r in rows)]
    found: dict[tuple[str, str], Row] = {(str(r["month"]), r["stage"]): r for r in rows}
    cells: list[list[Any]] = []
    for month in months:
        row: list[Any] = [month]
        for stage in stages:
            held = found.get((month, stage), {})
            counted = numbers.count(held.get("customers"), reason=why)
            row.append(Opening(counted, _stood(answers, month, stage)))
        for stage in stages:
            held = found.get((month, stage), {})
            row.append(numbers.percent(held.get("share"), reason=why))
        cells.append(row)
    heads = [answers.head(words.MONTH, numeric=False)]
    heads += [answers.head(terms.STAGES[stage]) for stage in stages]
    heads += [answers.head(terms.STAGES[stage], unit=SHARE_UNIT) for stage in stages]
    return Table(caption=answers.say(words.TREND_TABLE), heads=heads, rows=cells, folded=True)
