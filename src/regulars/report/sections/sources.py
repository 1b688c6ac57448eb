"""Which sources bring customers worth more than they cost (001-10), and who lapses to come back
cheaper (001-5)."""

from __future__ import annotations

import datetime as dt

from regulars.declare import Text
from regulars.report.answers import Answers, Row
from regulars.report.columns import Kind, Shown, table_of
from regulars.report.days import as_day, say_day
from regulars.report.parts import Block, Section, Sentence
from regulars.report.words import phrases
from regulars.report.words import sources as words

LISTED = 12
UNKNOWN = "(unknown)"
# What a customer of a source is measured by: the best that is known of any.
MEASURES = (
    ("net_per_customer_minor", words.TITLE_NET, words.TITLE_SPENT),
    ("value_per_customer_minor", words.TITLE_VALUE, words.TITLE_REVENUE),
)


def section(answers: Answers) -> Section | None:
    """None where neither was asked."""
    blocks = [_sources(answers)] if _asked(answers, "sources") else []
    # Without subscriptions there is nothing to lapse from: it stands among what is not known.
    if answers.rows("rejoin"):
        blocks.append(_rejoin(answers))
    if not blocks:
        return None
    return Section(name="sources", label=words.LABEL.say(answers.lang), blocks=blocks)


def _asked(answers: Answers, name: str) -> bool:
    return name in answers.results or name in answers.context.failures


def _shown(head: Text, column: str, kind: Kind = "text", decimals: int | None = None) -> Shown:
    return Shown(head=head, column=column, kind=kind, decimals=decimals)


def _sources(answers: Answers) -> Block:
    rows = answers.rows("sources")
    if not rows:
        return answers.unknown_block("sources", words.SUBJECT, "sources")
    costed = any(row["cost_minor"] is not None for row in rows)
    with_margin = _margin(answers) is not None
    columns = [
        _shown(words.SOURCE, "source"),
        _shown(phrases.CUSTOMERS, "customers", "count"),
        _shown(words.READY, "ready", "count"),
        _shown(words.SECOND, "second_rate", "share"),
        _shown(words.REVENUE, "revenue_per_customer_minor", "money"),
    ]
    if with_margin:
        columns.append(_shown(words.VALUE, "value_per_customer_minor", "money"))
    if costed:
        columns += [
            _shown(words.COST, "cost_per_customer_minor", "money"),
            _shown(words.NET, "net_per_customer_minor", "money"),
            _shown(words.PAYBACK, "payback_days", "count"),
        ]
    return Block(
        name="sources",
        title=_title(answers, rows),
        lead=_lead(answers),
        tables=[
            table_of(answers, "sources", rows[:LISTED], columns, caption=words.TABLE, folded=False)
        ],
        notes=answers.notes("sources"),
    )


def _margin(answers: Answers) -> object:
    return answers.results["sources"].parameters.get("margin")


def _title(answers: Answers, rows: list[dict[str, object]]) -> Sentence:
    """The first of the known sources, by the best measure that is known of it."""
    known = [row for row in rows if row["source"] != UNKNOWN]
    for column, of_margin, of_money in MEASURES:
        there: list[Row] = [row for row in known if row[column] is not None]
        if there:
            best = max(there, key=lambda row: float(row[column]))
            # Without a margin it is money spent, and not called value.
            title = of_money if _margin(answers) is None else of_margin
            money = answers.numbers.money(best[column])
            return answers.say(title, source=best["source"], money=money)
    return answers.say(words.TITLE_EARLY)


def _lead(answers: Answers) -> list[Sentence]:
    asked = answers.results["sources"].parameters
    end, share = as_day(asked.get("as_of")), answers.figure("sources", "known_share")
    if end is None or share is None:
        return []
    start = end - dt.timedelta(days=asked["window_days"])
    return [
        answers.say(
            words.LEAD,
            customers=answers.numbers.about(answers.figure("sources", "customers")),
            start=say_day(start, answers.lang),
            share=answers.numbers.share(share),
            days=asked["horizon_days"],
        )
    ]


def _rejoin(answers: Answers) -> Block:
    rows, figure, numbers = answers.rows("rejoin"), answers.figure, answers.numbers
    again, leak = figure("rejoin", "pseudo_new"), figure("rejoin", "leak_minor")
    reported, true = (figure("rejoin", name) for name in ("reported_retention", "true_retention"))
    if reported is None or true is None:
        return answers.unknown_block("rejoin", words.REJOIN_SUBJECT, "rejoin")
    shares = {"reported": numbers.share(reported), "true": numbers.share(true)}
    columns = [
        _shown(words.OUTCOME, "outcome"),
        _shown(words.TERMS, "terms", "count"),
        _shown(words.SHARE_OF_TERMS, "terms_share", "share"),
        _shown(words.WAIT, "median_wait_days", "number", 0),
        _shown(words.LOST, "price_lost_minor", "money"),
    ]
    return Block(
        name="rejoin",
        title=answers.say(words.REJOIN_TITLE, customers=numbers.about(again), **shares)
        if again
        else answers.say(words.REJOIN_PLAIN, reported=shares["reported"]),
        lead=[answers.say(words.REJOIN_LEAK, money=numbers.money(leak))] if again and leak else [],
        tables=[
            table_of(answers, "rejoin", rows, columns, caption=words.REJOIN_TABLE, folded=False)
        ],
        notes=answers.notes("rejoin"),
    )
