"""Whether new customers come back, by the period of their first order."""

from __future__ import annotations

from typing import Any

from regulars import charts
from regulars.charts.numbers import known
from regulars.report.answers import Answers
from regulars.report.parts import Block, Opening, Section, Sentence, Table, Target
from regulars.report.words import cohorts as words
from regulars.report.words import phrases

Rows = list[dict[str, Any]]


def section(answers: Answers) -> Section:
    rows = answers.rows("cohorts")
    whole = _later(rows, "all")
    if not whole:
        reason = words.TOO_SHORT.say(answers.lang) if rows else ""
        blocks = [answers.unknown_block("cohorts", words.SUBJECT, "cohorts", reason=reason)]
    else:
        blocks = [_curves(answers, rows, whole)]
        if any(r["cohort"] != "all" and r["period"] > 0 for r in rows):
            blocks.append(_triangle(answers, rows))
    return Section(name="cohorts", label=phrases.SECTION_COHORTS.say(answers.lang), blocks=blocks)


def _later(rows: Rows, cohort: str) -> Rows:
    """Periods after the first order's own whose share is known and rests on enough people."""
    own = [r for r in rows if r["cohort"] == cohort]
    begun = max((r["customers"] or 0 for r in own), default=0)
    return sorted(
        (
            r
            for r in own
            if r["period"] > 0 and known(r["active_share"]) and 2 * r["customers"] >= begun
        ),
        key=lambda r: int(r["period"]),
    )


def _kind(answers: Answers) -> str:
    return str(answers.results["cohorts"].parameters.get("period", "month"))


def _period(answers: Answers) -> tuple[str, int]:
    name = _kind(answers)
    noun = words.PERIODS[name].say(answers.lang) if name in words.PERIODS else name
    return noun, words.LENGTHS.get(name, 0)


def _curves(answers: Answers, rows: Rows, whole: Rows) -> Block:
    numbers = answers.numbers
    noun, days = _period(answers)
    first, last = whole[0], whole[-1]
    shares = {
        "first": numbers.share(first["active_share"]),
        "later": numbers.share(last["active_share"]),
    }
    if first["period"] != 1:
        title = answers.say(phrases.UNKNOWN_SECTION, subject=words.SUBJECT.say(answers.lang))
    elif last is first:
        title = answers.say(words.TITLE, period=noun, first=shares["first"])
    else:
        title = answers.say(words.TITLE_LONG, period=noun, last=last["period"], **shares)
    lead = [answers.say(words.LEAD, period=noun, days=days)]
    if known(first["repeat_rate"]):
        repeat = numbers.share(first["repeat_rate"])
        lead.append(answers.say(words.REPEAT, period=noun, repeat=repeat))
    return Block(
        name="cohorts",
        title=title,
        lead=lead,
        picture=answers.draw(
            "cohort_curves",
            answers.say(words.PICTURE, **shares),
            lambda canvas: charts.cohort_curves(rows, canvas, period=_kind(answers)),
            opens=_active(rows),
        ),
        source=answers.say(phrases.SOURCE, as_of=answers.as_of()),
        tables=[_table(answers, rows)],
        notes=answers.notes("cohorts"),
    )


def _triangle(answers: Answers, rows: Rows) -> Block:
    noun, _ = _period(answers)
    starts = [
        r["active_share"]
        for r in rows
        if r["cohort"] != "all" and r["period"] == 1 and r["complete"] and known(r["active_share"])
    ]
    share = answers.numbers.share
    title: Sentence = (
        answers.say(words.TRIANGLE, low=share(min(starts)), high=share(max(starts)), period=noun)
        if len(starts) > 1
        else answers.say(words.TRIANGLE_SUBJECT)
    )
    return Block(
        name="cohort-triangle",
        title=title,
        lead=[answers.say(words.TRIANGLE_LEAD)],
        picture=answers.draw(
            "cohort_triangle",
            answers.say(words.TRIANGLE_PICTURE),
            lambda canvas: charts.cohort_triangle(rows, canvas, period=_kind(answers)),
            opens=_active(rows),
        ),
        source=answers.say(phrases.SOURCE, as_of=answers.as_of()),
    )


def _who(row: dict[str, Any], *, active: bool = False) -> Target:
    """Those of a cohort who have completed a period; of these, who bought in it."""
    where = [("cohort", row["cohort"])] if row["cohort"] != "all" else []
    where += [("bought", "true")] if active else []
    return Target(
        analysis="cohort_customers",
        where=tuple(where),
        asked=(("number", str(row["period"])),),
    )


def _active(rows: Rows) -> dict[str, Target]:
    """Who bought in each period, by cohort and period as pictures name them."""
    return {f"{r['cohort']} {r['period']}": _who(r, active=True) for r in rows}


def _table(answers: Answers, rows: Rows) -> Table:
    numbers, lang = answers.numbers, answers.lang
    why = words.NOBODY_DONE.say(lang)
    next_why = words.NEXT_NOT_DONE.say(lang)
    cells = [
        [
            words.ALL.say(lang) if r["cohort"] == "all" else r["cohort"],
            numbers.count(r["period"]),
            Opening(numbers.count(r["customers"], reason=why), _who(r)),
            Opening(numbers.count(r["active"], reason=why), _who(r, active=True)),
            numbers.percent(r["active_share"], reason=why),
            numbers.percent(r["retention"], reason=next_why),
            numbers.percent(r["repeat_rate"], reason=next_why),
            numbers.amount(r["spend_minor"], reason=why),
            (words.OVER if r["complete"] else words.NOT_OVER).say(lang),
        ]
        for r in rows
    ]
    heads = [
        answers.head(words.COHORT, numeric=False),
        answers.head(words.PERIOD),
        answers.head(words.COUNTED),
        answers.head(words.ACTIVE),
        answers.head(words.ACTIVE_SHARE),
        answers.head(words.RETENTION),
        answers.head(words.REPEAT_RATE),
        answers.money_head(words.SPEND),
        answers.head(words.STATE, numeric=False),
    ]
    return Table(caption=answers.say(words.TABLE), heads=heads, rows=cells, folded=True)
