"""The headline: what changed, its largest cause, and how sure that is (000-1).

If revenue rose, that comes first. A fall is put down to the term that the comparison with the
preceding pair of periods names; without such a pair to the largest term, and "not compared" is
said; and where nothing is beyond usual turnover no cause is named at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.charts.numbers import known
from regulars.declare import Text
from regulars.report.answers import Answers, total
from regulars.report.days import say_period
from regulars.report.parts import Headline, KeyFigure, Opening, Sentence, Target, either
from regulars.report.sections import concentration
from regulars.report.words import headline as words
from regulars.report.words import phrases

COMPARED, NOTHING, NOT_COMPARED = (
    "compared",
    "nothing beyond usual turnover",
    "not compared",
)
STEADY = 0.005


@dataclass(frozen=True)
class Cause:
    """One candidate for the cause: a term over both tiers, or a cause among those who stayed."""

    name: str
    amount: int
    customers: int | None


def candidates(answers: Answers) -> list[Cause]:
    """Disjoint parts of the change, each with its sum over both tiers."""
    rows = answers.rows("bridge")
    found = [
        Cause(term, amount, total(rows, "customers", term=term))
        for term in ("lost", "first_time", "returned", "new")
        if (amount := total(rows, "amount_minor", term=term)) is not None
    ]
    causes = answers.rows("causes")
    parts = [
        Cause(answers.left_over if cause == "discounts" else cause, amount, None)
        for cause in ("frequency", "basket", "price", "discounts")
        if (amount := total(causes, "amount_minor", cause=cause)) is not None
    ]
    if parts:
        return found + parts
    up, down = (total(rows, "amount_minor", term=term) for term in ("up", "down"))
    if up is None and down is None:
        return found
    return [*found, Cause("stayed", (up or 0) + (down or 0), None)]


def headline(answers: Answers) -> Headline:
    """Title and the sentences beneath it."""
    change = answers.figure("bridge", "change_minor")
    if change is None:
        return Headline(
            title=answers.say(words.UNKNOWN),
            sentences=[answers.say(words.UNKNOWN_WHY, reason=answers.why("bridge"))],
        )
    moved = _moved(answers, change)
    verdict = answers.figure("bridge", "verdict")
    share = answers.figure("bridge", "change_share")
    steady = change == 0 or (share is not None and abs(share) < STEADY)
    named = _named(answers) if verdict == COMPARED else None
    if change > 0 or steady:
        cause = None if steady else _largest(answers, rising=True)
        behind = [answers.say(words.WARNING, cause=named)] if named else []
    else:
        cause = named
        if verdict == NOTHING:
            cause = answers.say(words.NOTHING_UNUSUAL)
        elif named is None:
            cause = _largest(answers, rising=False)
        behind = _behind(answers) if named else []
    title = answers.say(words.WITH_CAUSE, moved=moved, cause=cause) if cause else moved
    sentences = [*_levels(answers), *behind, *_sureness(answers, verdict)]
    return Headline(title=title, sentences=sentences)


def _moved(answers: Answers, change: int) -> Sentence:
    share = answers.figure("bridge", "change_share")
    money = answers.numbers.money(change, signed=True)
    if share is None and change:
        text = words.ROSE_FROM_NOTHING if change > 0 else words.FELL_FROM_NOTHING
        return answers.say(text, change=money)
    if share is None or abs(share) < STEADY:
        return answers.say(words.HELD, change=money)
    text = words.ROSE if change > 0 else words.FELL
    return answers.say(text, share=answers.numbers.share(abs(share)), change=money)


def _largest(answers: Answers, *, rising: bool) -> Sentence | None:
    """The largest part of the change in its own direction."""
    texts = words.CAUSES_UP if rising else words.CAUSES_DOWN
    fitting = [c for c in candidates(answers) if (c.amount > 0) == rising and c.name in texts]
    if not fitting:
        return None
    best = max(fitting, key=lambda c: abs(c.amount))
    money = answers.numbers.money(best.amount, signed=True)
    if best.customers == 1 and best.name in words.CAUSES_OF_ONE:
        return answers.say(words.CAUSES_OF_ONE[best.name], amount=money)
    if best.customers is None:
        return answers.say(texts[best.name], amount=money)
    who = Target(analysis="bridge_customers", where=(("term", best.name),))
    customers = Opening(answers.numbers.about(best.customers), who)
    return answers.say(texts[best.name], amount=money, customers=customers)


def named_excess(answers: Answers) -> Mapping[str, Any]:
    """The row of the excess that the verdict names; its own figures where the list is missing."""
    tier = answers.figure("bridge", "verdict_tier")
    term = answers.figure("bridge", "verdict_term")
    for row in answers.figure("bridge", "excess") or ():
        if row.get("tier") == tier and row.get("term") == term:
            found: Mapping[str, Any] = row
            return found
    rows = answers.rows("bridge")
    return {
        "tier": tier,
        "term": term,
        "amount_minor": total(rows, "amount_minor", tier=str(tier), term=str(term)),
        "excess_minor": answers.figure("bridge", "verdict_amount_minor"),
        "low_minor": answers.figure("bridge", "verdict_low_minor"),
        "high_minor": answers.figure("bridge", "verdict_high_minor"),
    }


def _named(answers: Answers) -> Sentence | None:
    row = named_excess(answers)
    text: Text | None = words.NAMED.get(str(row["tier"]), {}).get(str(row["term"]))
    if text is None:
        return None
    which = "excess" if "{excess}" in text.en else "amount"
    return answers.say(text, **{which: answers.numbers.money(row[f"{which}_minor"], signed=True)})


def _behind(answers: Answers) -> list[Sentence]:
    """Where people who stayed bought less: the largest cause among them, in that tier."""
    row = named_excess(answers)
    if row["term"] not in ("down", "up"):
        return []
    own = [
        r
        for r in answers.rows("causes")
        if r["tier"] == row["tier"] and known(r["amount_minor"]) and r["amount_minor"] < 0
    ]
    if not own:
        return []
    worst = min(own, key=lambda r: int(r["amount_minor"]))
    cause = answers.left_over if worst["cause"] == "discounts" else worst["cause"]
    text = words.BEHIND_IT.get(cause)
    money = answers.numbers.money(worst["amount_minor"], signed=True)
    return [answers.say(text, amount=money)] if text else []


def _levels(answers: Answers) -> list[Sentence]:
    numbers = answers.numbers
    before, after = (
        numbers.money(answers.figure("bridge", f"revenue_{which}_minor"))
        for which in ("before", "after")
    )
    first, second = answers.periods()
    if first is None or second is None:
        return [answers.say(words.LEVELS_ONLY, before=before, after=after)]
    return [
        answers.say(
            words.LEVELS,
            before=before,
            after=after,
            before_period=say_period(first, answers.lang),
            after_period=say_period(second, answers.lang),
        )
    ]


def _sureness(answers: Answers, verdict: str | None) -> list[Sentence]:
    if verdict == NOTHING:
        return [answers.say(words.SURE_NOTHING)]
    if verdict != COMPARED:
        return [answers.say(words.NOT_COMPARED)]
    row = named_excess(answers)
    excess, low, high = (row.get(f"{name}_minor") for name in ("excess", "low", "high"))
    if excess is None or low is None or high is None or not (known(low) and known(high)):
        return [answers.say(words.SURE_NO_INTERVAL)]
    # Unfavourable, so all are below zero: said as how much worse, the smaller end first.
    numbers = answers.numbers
    worse = numbers.money_range(-high, -low)
    return [answers.say(words.SURE, excess=numbers.money(-excess), range=worse)]


def key_figures(answers: Answers) -> list[KeyFigure]:
    """The few figures under the headline, each leading to its section."""
    numbers, lang, figure = answers.numbers, answers.lang, answers.figure
    groups = [r for r in answers.rows("groups") if r["group"] != "A"]
    change, stay = figure("bridge", "change_share"), figure("migration", "e_stay_rate")
    low, high = figure("migration", "e_stay_rate_low"), figure("migration", "e_stay_rate_high")
    everybody = figure("groups", "customers_total")
    signed = numbers.share(change, signed=True)
    return [
        KeyFigure(
            label=words.KEY_REVENUE.say(lang),
            value=numbers.money(
                figure("bridge", "revenue_after_minor"), reason=answers.why("bridge")
            ),
            beside=answers.say(words.KEY_CHANGE, share=signed) if change is not None else None,
            section="bridge",
            target=Target(analysis="bridge_customers"),
        ),
        KeyFigure(
            label=words.KEY_ACTIVE.say(lang),
            value=numbers.about(total(groups, "customers"), reason=answers.why("groups")),
            beside=answers.say(
                words.KEY_ACTIVE_OF,
                total=Opening(numbers.about(everybody), Target(analysis="group_customers")),
            )
            if everybody is not None
            else None,
            section="groups",
            target=Target(
                analysis="group_customers",
                where=(("customer_group", either("B", "C", "D", "E")),),
                condition="customer_group <> 'A'",
            ),
        ),
        KeyFigure(
            label=words.KEY_STAY.say(lang),
            value=numbers.share(
                stay,
                reason=phrases.NOBODY_THERE.say(lang)
                if answers.rows("migration")
                else answers.why("migration"),
            ),
            beside=answers.say(words.KEY_STAY_OF, range=numbers.share_range(low, high))
            if known(low) and known(high)
            else None,
            section="migration",
            target=Target(
                analysis="migration_customers", where=(("from_group", "E"), ("to_group", "E"))
            ),
        ),
        KeyFigure(
            label=words.KEY_TOP.say(lang),
            value=numbers.share(
                figure("concentration", "top_20_share"), reason=answers.why("concentration")
            ),
            beside=answers.say(words.KEY_TOP_OF),
            section="concentration",
            target=concentration.who("top 20%"),
        ),
    ]
