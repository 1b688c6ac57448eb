"""What to look at: a few findings ranked by money, each with how sure it is and who they are.

The items look at the same customers from several sides and overlap; nothing here adds them up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from regulars.charts.numbers import known
from regulars.declare import Text
from regulars.report.answers import Answers, Row
from regulars.report.parts import Item, Sentence, Target, either
from regulars.report.words import attention as words

MOST = 6
LIST = "regulars show {name} --format csv -o {name}.csv"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A candidate: ``minor`` money lost or at stake, never below zero.

    ``who`` lists the customers; of its rows those that have ``having``, in words ``where``; the
    same is selected of a snapshot by ``condition``.
    """

    minor: int
    customers: int
    text: Text
    of_one: Text
    sure: Sentence
    section: str
    who: str
    having: Mapping[str, str] = field(default_factory=dict)
    where: str = ""
    condition: str = ""


def attention(answers: Answers) -> list[Item]:
    """Up to six findings, most money first."""
    found = [f for source in SOURCES for f in source(answers) if f.minor > 0 and f.customers > 0]
    found.sort(key=lambda finding: -finding.minor)
    return [_item(answers, finding) for finding in found[:MOST]]


def _item(answers: Answers, finding: Finding) -> Item:
    one = finding.customers == 1
    rows = finding.where or ", ".join(f"{name} = {value}" for name, value in finding.having.items())
    where = answers.say(words.LIST_WHERE, where=rows) if rows else None
    return Item(
        sentence=answers.say(
            finding.of_one if one else finding.text,
            customers=answers.numbers.about(finding.customers),
        ),
        money=answers.numbers.money(finding.minor),
        sure=finding.sure,
        section=finding.section,
        who=where or answers.say(words.LIST),
        command=LIST.format(name=finding.who),
        target=Target(
            analysis=finding.who,
            where=tuple(finding.having.items()),
            condition=finding.condition,
        ),
    )


def _bridge(answers: Answers) -> Iterator[Finding]:
    """Customers lost and customers buying less, of the core and of the rest."""
    texts: Mapping[str, tuple[Mapping[str, Text], Mapping[str, Text]]] = {
        "lost": (words.LOST, words.LOST_ONE),
        "down": (words.DOWN, words.DOWN_ONE),
    }
    for row in answers.rows("bridge"):
        tier, term = row["tier"], row["term"]
        if term not in texts or tier not in words.LOST or not known(row["amount_minor"]):
            continue
        many, one = texts[term]
        yield Finding(
            minor=-row["amount_minor"],
            customers=row["customers"] or 0,
            text=many[tier],
            of_one=one[tier],
            sure=_beyond_turnover(answers, row),
            section="bridge",
            who="bridge_customers",
            having={"tier": tier, "term": term},
        )


def _beyond_turnover(answers: Answers, row: Row) -> Sentence:
    own: Mapping[str, Any] = next(
        (
            r
            for r in answers.figure("bridge", "excess") or ()
            if r["tier"] == row["tier"] and r["term"] == row["term"]
        ),
        {},
    )
    excess, low, high = (own.get(f"{name}_minor") for name in ("excess", "low", "high"))
    if excess is None or low is None or high is None:
        return answers.say(words.NOT_COMPARED)
    if high >= 0:
        return answers.say(words.WITHIN)
    numbers = answers.numbers
    return answers.say(
        words.BEYOND, excess=numbers.money(-excess), range=numbers.money_range(-high, -low)
    )


def _decline(answers: Answers) -> Iterator[Finding]:
    stake, named = (answers.figure("decline", n) for n in ("at_stake_named_minor", "named"))
    if stake is None or not named:
        return
    excess = answers.figure("decline", "named_excess")
    q = answers.results["decline"].parameters.get("q")
    numbers = answers.numbers
    yield Finding(
        minor=stake,
        customers=named,
        text=words.DECLINE,
        of_one=words.DECLINE_ONE,
        sure=answers.say(words.NAMED, excess=numbers.about(excess), q=numbers.share(q))
        if excess
        else answers.say(words.NAMED_NONE),
        section="decline",
        who="decline",
    )


def _lapsing(answers: Answers) -> Iterator[Finding]:
    for row in answers.rows("lifecycle"):
        if row["stage"] != "decline" or not known(row["revenue_minor"]):
            continue
        steady = row["steady_customers"]
        if not known(steady):
            sure = answers.say(words.STEADY_UNKNOWN)
        else:
            text = words.STEADY_MORE if steady < row["customers"] else words.STEADY_ALL
            sure = answers.say(text, steady=answers.numbers.about(round(steady)))
        yield Finding(
            minor=row["revenue_minor"],
            customers=row["customers"],
            text=words.LAPSING,
            of_one=words.LAPSING_ONE,
            sure=sure,
            section="lifecycle",
            who="lifecycle_customers",
            having={"stage": "decline"},
        )


def _fading(answers: Answers) -> Iterator[Finding]:
    rows = [r for r in answers.rows("segments") if r["r_score"] <= 2 and r["f_score"] >= 4]
    if not rows or not all(known(r["spend_minor"]) and known(r["customers"]) for r in rows):
        return
    yield Finding(
        minor=sum(r["spend_minor"] for r in rows),
        customers=sum(r["customers"] for r in rows),
        text=words.FADING,
        of_one=words.FADING_ONE,
        sure=answers.say(words.NOT_TESTED),
        section="segments",
        who="rfm",
        having={"r_score": either("1", "2"), "f_score": either("4", "5")},
        where="r_score ≤ 2, f_score ≥ 4",
        condition="r_score <= 2 AND f_score >= 4",
    )


def _leak(answers: Answers) -> Iterator[Finding]:
    leak, again = (answers.figure("rejoin", name) for name in ("leak_minor", "pseudo_new"))
    if leak is None or not again:
        return
    yield Finding(
        minor=leak,
        customers=again,
        text=words.LEAK,
        of_one=words.LEAK_ONE,
        sure=answers.say(words.COUNTED),
        section="sources",
        who="rejoin",
    )


SOURCES = (_bridge, _decline, _lapsing, _fading, _leak)
