"""How much of the revenue hangs on how few customers (004-15)."""

from __future__ import annotations

from regulars import charts
from regulars.charts.numbers import known
from regulars.report.answers import Answers
from regulars.report.parts import Block, Opening, Section, Table, Target
from regulars.report.words import concentration as words
from regulars.report.words import phrases


def section(answers: Answers) -> Section:
    return Section(
        name="concentration",
        label=phrases.SECTION_CONCENTRATION.say(answers.lang),
        blocks=[_block(answers)],
    )


def _block(answers: Answers) -> Block:
    top = answers.figure("concentration", "top_20_share")
    if top is None:
        return answers.unknown_block("concentration", words.SUBJECT, "concentration")
    rows = answers.rows("concentration")
    numbers, figure = answers.numbers, answers.figure
    lead = []
    eighty = figure("concentration", "customers_for_80")
    if known(eighty):
        lead.append(
            answers.say(
                words.EIGHTY_ONE if eighty == 1 else words.EIGHTY,
                customers=Opening(numbers.about(eighty), who("customers for 80%")),
                share=numbers.share(figure("concentration", "customers_for_80_share")),
            )
        )
    gini = figure("concentration", "gini")
    if any(known(r["amount_share"]) and r["amount_share"] > 1 for r in rows):
        lead.append(answers.say(words.OVER_WHOLE))
    elif known(gini):
        lead.append(answers.say(words.GINI, gini=numbers.number(gini)))
    return Block(
        name="concentration",
        title=answers.say(words.TITLE, share=numbers.share(top)),
        lead=lead,
        picture=answers.draw(
            "concentration",
            answers.say(words.PICTURE),
            lambda canvas: charts.concentration(rows, canvas),
            opens={r["question"]: who(r["question"]) for r in rows},
        ),
        source=answers.window_of("concentration"),
        tables=[_table(answers)],
        notes=answers.notes("concentration"),
    )


def who(question: str) -> Target:
    """Those whom one of its questions is about."""
    return Target(analysis="concentration_customers", asked=(("question", question),))


def _table(answers: Answers) -> Table:
    numbers, lang, why = answers.numbers, answers.lang, answers.why("concentration")
    cells = [
        [
            words.QUESTIONS[r["question"]].say(lang)
            if r["question"] in words.QUESTIONS
            else r["question"],
            Opening(numbers.count(r["customers"], reason=why), who(r["question"])),
            numbers.percent(r["customers_share"], reason=why),
            numbers.amount(r["amount_minor"], reason=why),
            numbers.percent(r["amount_share"], reason=why),
        ]
        for r in answers.rows("concentration")
    ]
    heads = [
        answers.head(words.QUESTION, numeric=False),
        answers.head(phrases.CUSTOMERS),
        answers.head(phrases.SHARE_OF_CUSTOMERS),
        answers.money_head(phrases.REVENUE),
        answers.head(phrases.SHARE_OF_REVENUE),
    ]
    return Table(caption=answers.say(words.TABLE), heads=heads, rows=cells)
