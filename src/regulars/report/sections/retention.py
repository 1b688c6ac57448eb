"""Of those who buy in a period, how many buy in the next; of terms that come up, how many renew."""

from __future__ import annotations

from typing import Any

from regulars import charts
from regulars.charts import terms
from regulars.charts.numbers import known
from regulars.charts.retention import SEEN
from regulars.report.answers import Answers
from regulars.report.columns import Shown, table_of
from regulars.report.parts import Block, Section, Sentence
from regulars.report.words import phrases
from regulars.report.words import retention as words

Rows = list[dict[str, Any]]


def section(answers: Answers) -> Section:
    rows = [row for row in answers.rows("retention") if known(_rate(row)[0])]
    if rows:
        blocks = [_retention(answers, rows)]
    else:
        blocks = [answers.unknown_block("retention", words.SUBJECT, "retention")]
    renewed = [r for r in answers.rows("renewals") if (r["plan"], r["auto_renew"]) == ALL]
    if len(renewed) > 1:
        blocks.append(_renewals(answers, renewed))
    return Section(
        name="retention", label=phrases.SECTION_RETENTION.say(answers.lang), blocks=blocks
    )


ALL = ("all", "all")


def _rate(row: dict[str, Any]) -> tuple[float | None, float | None, float | None]:
    return row["retention"], row["retention_low"], row["retention_high"]


def _retention(answers: Answers, rows: Rows) -> Block:
    numbers, kind = answers.numbers, _kind(answers)
    noun = words.PERIODS[kind].say(answers.lang)
    drawn = [_drawn(row) for row in rows]
    seen = sum(row["rate_from"] == SEEN for row in rows)
    first = numbers.share_interval(*_rate(rows[0]))
    lead = [answers.say(words.LEAD, period=noun, days=answers.figure("retention", "period_days"))]
    if seen:
        text = words.BEYOND if seen < len(rows) else words.SEEN
        lead.append(answers.say(text, seen=numbers.count(seen)))
    across = terms.after_first(kind, answers.lang)
    return Block(
        name="retention",
        title=_title(answers, rows, noun, first, seen=seen),
        lead=lead,
        picture=answers.draw(
            "retention",
            answers.say(words.PICTURE, period=noun, rate=first),
            lambda canvas: charts.retention(drawn, canvas, across=across),
        ),
        source=answers.say(phrases.SOURCE, as_of=answers.as_of()),
        tables=[table_of(answers, "retention", _listed(rows), COLUMNS, caption=words.TABLE)],
        notes=answers.notes("retention"),
    )


def _title(answers: Answers, rows: Rows, noun: str, first: Any, *, seen: int) -> Sentence:
    if not seen:
        return answers.say(words.TITLE_EXPECTED, period=noun, rate=first)
    # A title rests on half of the customers at least; the picture shows the rest.
    firm = [r for r in rows[:seen] if 2 * r["customers"] >= rows[0]["customers"]]
    if len(firm) < 2:
        return answers.say(words.TITLE, period=noun, rate=first)
    later = answers.numbers.share_interval(*_rate(firm[-1]))
    return answers.say(words.TITLE_LATER, period=noun, rate=first, later=later)


def _kind(answers: Answers) -> str:
    kind = str(answers.results["retention"].parameters.get("period"))
    return kind if kind in words.PERIODS else "quarter"


def _drawn(row: dict[str, Any]) -> dict[str, Any]:
    share, low, high = _rate(row)
    return {
        "period": row["period"] + 1,
        "share": share,
        "low": low,
        "high": high,
        "rate_from": row["rate_from"],
    }


def _listed(rows: Rows) -> Rows:
    """The period that a rate leads into."""
    return [{**row, "period": row["period"] + 1} for row in rows]


def _renewals(answers: Answers, rows: Rows) -> Block:
    numbers, whole = answers.numbers, rows[0]
    steps = [row for row in rows if row["tenure"] > 0]
    left = [{"period": 0, "share": 1.0, "low": 1.0, "high": 1.0, "rate_from": SEEN}]
    left += [
        {
            "period": row["tenure"],
            "share": row["survival"],
            "low": row["survival_low"],
            "high": row["survival_high"],
            "rate_from": row["rate_from"],
        }
        for row in steps
    ]
    across = words.RENEWALS_ACROSS.say(answers.lang)
    seen = sum(row["rate_from"] == SEEN for row in steps)
    text = words.BEYOND if seen < len(steps) else words.SEEN
    rate = (whole["renewal_rate"], whole["renewal_rate_low"], whole["renewal_rate_high"])
    return Block(
        name="renewals",
        title=answers.say(words.RENEWALS_TITLE, rate=numbers.share_interval(*rate)),
        lead=[
            answers.say(
                words.RENEWALS_LEAD,
                renewed=numbers.count(whole["renewed"]),
                due=numbers.count(whole["due"]),
            ),
            answers.say(text, seen=numbers.count(seen)),
        ],
        picture=answers.draw(
            "renewals",
            answers.say(
                words.RENEWALS_PICTURE,
                first=numbers.share(steps[0]["survival"]),
                last=numbers.share(steps[-1]["survival"]),
                n=steps[-1]["tenure"],
            ),
            lambda canvas: charts.retention(left, canvas, across=across),
        ),
        source=answers.say(phrases.SOURCE, as_of=answers.as_of()),
        tables=[table_of(answers, "renewals", steps, RENEWALS, caption=words.RENEWALS_TABLE)],
        notes=answers.notes("renewals"),
    )


COLUMNS = (
    Shown(head=words.PERIOD, column="period", kind="count"),
    Shown(head=words.COUNTED, column="customers", kind="count"),
    Shown(head=words.RATE, column="retention", kind="share"),
    Shown(head=words.LOW, column="retention_low", kind="share"),
    Shown(head=words.HIGH, column="retention_high", kind="share"),
    Shown(head=words.FROM, column="rate_from"),
)
RENEWALS = (
    Shown(head=words.RENEWAL, column="tenure", kind="count"),
    Shown(head=words.DUE, column="due", kind="count"),
    Shown(head=words.RENEWED, column="renewed", kind="count"),
    Shown(head=words.RENEWAL_RATE, column="renewal_rate", kind="share"),
    Shown(head=words.LEFT, column="survival", kind="share"),
    Shown(head=words.LOW, column="survival_low", kind="share"),
    Shown(head=words.HIGH, column="survival_high", kind="share"),
    Shown(head=words.FROM, column="rate_from"),
)
