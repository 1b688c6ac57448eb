"""What the figures rest on."""

from __future__ import annotations

from regulars.charts.numbers import known
from regulars.report.answers import Answers, total
from regulars.report.parts import Block, Section, Table
from regulars.report.words import phrases
from regulars.report.words import quality as words


def section(answers: Answers) -> Section:
    return Section(
        name="quality",
        label=phrases.SECTION_QUALITY.say(answers.lang),
        blocks=[_block(answers)],
    )


def _block(answers: Answers) -> Block:
    rows = answers.rows("quality")
    if not rows:
        return answers.unknown_block("quality", words.SUBJECT, "quality")
    numbers = answers.numbers
    orders = total(rows, "rows", check="orders")
    title = (
        answers.say(words.TITLE, orders=numbers.about(orders))
        if orders is not None
        else answers.say(phrases.UNKNOWN_SECTION, subject=words.SUBJECT.say(answers.lang))
    )
    lead = []
    once = next((r["share"] for r in rows if r["check"] == "one_time_customers"), None)
    if known(once):
        lead.append(answers.say(words.ONE_TIME, share=numbers.share(once)))
    missing = sum(not known(r["rows"]) for r in rows)
    if missing:
        reason = _why(answers)
        lead.append(answers.say(words.MISSING, checks=missing, total=len(rows), reason=reason))
    return Block(
        name="quality",
        title=title,
        lead=lead,
        source=answers.say(phrases.SOURCE, as_of=answers.as_of()),
        tables=[_table(answers)],
        notes=answers.notes("quality"),
    )


def _why(answers: Answers) -> str:
    """Why some checks were not made; without lines, those of lines cannot be."""
    missing = [r["check"] for r in answers.rows("quality") if not known(r["rows"])]
    if not answers.reasons("quality") and all("lines" in check for check in missing):
        return words.NO_LINES.say(answers.lang)
    return answers.why("quality")


def _table(answers: Answers) -> Table:
    numbers, lang, why = answers.numbers, answers.lang, _why(answers)
    cells = [
        [
            words.CHECKS[r["check"]].say(lang) if r["check"] in words.CHECKS else r["check"],
            numbers.count(r["rows"], reason=why),
            numbers.percent(r["share"], reason=words.NO_SHARE.say(lang)),
        ]
        for r in answers.rows("quality")
    ]
    heads = [
        answers.head(words.CHECK, numeric=False),
        answers.head(words.ROWS),
        answers.head(phrases.SHARE),
    ]
    return Table(caption=answers.say(words.TABLE), heads=heads, rows=cells)
