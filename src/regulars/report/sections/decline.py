"""Customers who slowed beyond chance, with the evidence for each (000-1b)."""

from __future__ import annotations

from typing import Any

from regulars import charts
from regulars.report.answers import Answers, Row
from regulars.report.days import as_day, say_day
from regulars.report.parts import Block, Section, Sentence, Table
from regulars.report.words import decline as words

DRAWN, LISTED = 12, 25


def section(answers: Answers) -> Section:
    return Section(name="decline", label=words.LABEL.say(answers.lang), blocks=[_block(answers)])


def _block(answers: Answers) -> Block:
    named = answers.figure("decline", "named")
    if named is None:
        return answers.unknown_block("decline", words.SUBJECT, "decline")
    if not named:
        return Block(name="decline", title=answers.say(words.TITLE_NONE), lead=[_tell(answers)])
    rows = answers.rows("decline")
    money = answers.numbers.money(answers.figure("decline", "at_stake_named_minor"))
    title = words.TITLE_ONE if named == 1 else words.TITLE
    return Block(
        name="decline",
        title=answers.say(title, named=answers.numbers.about(named), money=money),
        lead=[_claim(answers), _tell(answers), *_about(answers)],
        picture=answers.draw(
            "decline",
            answers.say(words.PICTURE),
            lambda canvas: charts.shortfalls(_drawn(answers, rows[:DRAWN]), canvas),
        ),
        source=_source(answers),
        tables=[_table(answers, rows[:LISTED])],
        notes=answers.notes("decline", said=SAID),
        commands=_more(answers, named),
    )


# What the sentences of the block say already.
SAID = ("excess", "slowed_about", "too_few")


def _claim(answers: Answers) -> Sentence:
    excess = answers.figure("decline", "named_excess")
    numbers = answers.numbers
    return answers.say(
        words.CLAIM if excess else words.CLAIM_NONE,
        quickened=numbers.about(answers.figure("decline", "quickened")),
        excess=numbers.about(excess),
    )


def _tell(answers: Answers) -> Sentence:
    numbers = answers.numbers
    testable, measured = (answers.figure("decline", name) for name in ("testable", "measured"))
    return answers.say(
        words.TELL, testable=numbers.about(testable), measured=numbers.about(measured)
    )


def _about(answers: Answers) -> list[Sentence]:
    slowed, factor = (answers.figure("decline", n) for n in ("slowed_about", "slowed_factor"))
    if not slowed or factor is None:
        return []
    numbers = answers.numbers
    return [answers.say(words.ABOUT, slowed=numbers.about(slowed), factor=numbers.share(factor))]


def _source(answers: Answers) -> Sentence:
    asked = answers.results["decline"].parameters
    return answers.say(
        words.SOURCE, days=asked["recent_days"], as_of=answers.as_of(), q=f"{asked['q']:.0%}"
    )


def _name(answers: Answers, row: Row) -> str:
    return str(row.get("external_id") or words.NO_NAME.say(answers.lang))


def _drawn(answers: Answers, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "name": _name(answers, row),
            "expected": row["expected_recent"],
            "made": row["repeats_recent"],
            "value": str(answers.numbers.money(row["at_stake_minor"])),
        }
        for row in rows
    ]


def _table(answers: Answers, rows: list[dict[str, Any]]) -> Table:
    numbers, lang = answers.numbers, answers.lang
    why = answers.why("decline")
    cells = []
    for row in rows:
        last, evidence = as_day(row["last_day"]), words.EVIDENCE.get(row["spoke"])
        cells.append(
            [
                _name(answers, row),
                numbers.amount(row["at_stake_minor"], reason=why),
                say_day(last, lang) if last else numbers.unknown(why),
                numbers.number(row["expected_recent"], reason=why),
                numbers.count(row["repeats_recent"], reason=why),
                evidence.say(lang) if evidence else str(row["spoke"]),
                numbers.probability(row["p_value"]),
                numbers.share(row["local_fdr"], reason=why),
            ]
        )
    heads = [
        answers.head(words.CUSTOMER, numeric=False),
        answers.money_head(words.AT_STAKE),
        answers.head(words.LAST_DAY),
        answers.head(words.EXPECTED),
        answers.head(words.MADE),
        answers.head(words.SPOKE, numeric=False),
        answers.head(words.P_VALUE),
        answers.head(words.FDR),
    ]
    return Table(caption=answers.say(words.TABLE), heads=heads, rows=cells)


def _more(answers: Answers, named: int) -> list[str]:
    return [words.MORE.say(answers.lang)] if named > LISTED else []
