"""What each of the ten models found, in one sentence; None where it is not known."""

from __future__ import annotations

from typing import Any

from regulars.charts.numbers import known
from regulars.report.answers import Answers
from regulars.report.parts import Sentence
from regulars.report.words import models as words


def _figures(answers: Answers, analysis: str, *names: str) -> list[Any] | None:
    """These figures; None where one is not known."""
    found = [answers.figure(analysis, name) for name in names]
    return None if any(value is None for value in found) else found


def _row_of(answers: Answers, analysis: str, attribute: str) -> dict[str, Any]:
    rows = answers.rows(analysis)
    return next((r for r in rows if r["attribute"] == attribute and r["value"] == "(all)"), {})


def profile(answers: Answers) -> Sentence | None:
    found = _figures(answers, "profile", "psi_largest", "psi_largest_attribute")
    if found is None:
        return None
    psi, attribute = found
    text = words.SHIFTS.get(str(_row_of(answers, "profile", attribute).get("shift")))
    if text is None:
        return None
    return answers.say(text, attribute=attribute, psi=answers.numbers.least(psi, decimals=3))


def engagement(answers: Answers) -> Sentence | None:
    found = _figures(answers, "engagement", "active", "customers_total", "active_share")
    if found is None:
        return None
    about, share = answers.numbers.about, answers.numbers.share
    return answers.say(
        words.ENGAGED, active=about(found[0]), total=about(found[1]), share=share(found[2])
    )


def consumption(answers: Answers) -> Sentence | None:
    rows = answers.rows("segments")
    best = [r for r in rows if r["r_score"] >= 4 and r["f_score"] >= 4]
    values = [r[name] for r in rows for name in ("customers", "spend_share")]
    everybody = sum(r["customers"] or 0 for r in rows)
    if not everybody or not all(known(value) for value in values):
        return None
    share = answers.numbers.share
    return answers.say(
        words.SCORED,
        customers=share(sum(r["customers"] for r in best) / everybody),
        spend=share(sum(r["spend_share"] for r in best)),
    )


def goods(answers: Answers) -> Sentence | None:
    found = _figures(answers, "goods", "goods_a", "goods_total", "goods_a_share")
    if found is None:
        return None
    about, share = answers.numbers.about, answers.numbers.share
    return answers.say(words.GOODS, a=about(found[0]), total=about(found[1]), share=share(found[2]))


def reactions(answers: Answers) -> Sentence | None:
    found = _figures(answers, "response_index", "response_rate", "cells_told", "cells_tested")
    if found is None:
        return None
    rate, told, tested = found
    about = answers.numbers.about
    return answers.say(
        words.REACTS if told else words.REACTS_NONE,
        rate=answers.numbers.share(rate),
        told=about(told),
        tested=about(tested),
    )


def value(answers: Answers) -> Sentence | None:
    found = _figures(answers, "profile_value", "iv_largest", "iv_largest_attribute")
    if found is None:
        return None
    iv, attribute = found
    text = words.STRENGTHS.get(str(_row_of(answers, "profile_value", attribute).get("strength")))
    if text is None:
        return None
    return answers.say(text, attribute=attribute, iv=answers.numbers.number(iv))


def preference(answers: Answers) -> Sentence | None:
    found = _figures(answers, "preference", "cells_tested", "cells_told")
    if found is None:
        return None
    tested, told = found
    numbers = answers.numbers
    first = next((r for r in answers.rows("preference") if r["verdict"] in ("more", "less")), None)
    if first is None:
        return answers.say(words.PREFERS_NONE, tested=numbers.about(tested))
    return answers.say(
        words.PREFERS,
        told=numbers.about(told),
        tested=numbers.about(tested),
        value=first["value"],
        attribute=first["attribute"],
        category=first["category"],
        index=numbers.number(first["index"], decimals=0),
    )


def conversion(answers: Answers) -> Sentence | None:
    found = _figures(answers, "conversion", "visits", "conversion_rate")
    if found is None:
        return None
    visits, rate = found
    warned = answers.figure("conversion", "warned")
    numbers = answers.numbers
    said = {"visits": numbers.about(visits), "share": numbers.share(rate)}
    if not warned:
        return answers.say(words.CONVERTS, **said)
    return answers.say(words.CONVERTS_WARNED, **said, warned=numbers.about(warned))


def interest(answers: Answers) -> Sentence | None:
    found = _figures(answers, "interest", "customers", "products")
    if found is None:
        return None
    about = answers.numbers.about
    return answers.say(words.INTEREST, customers=about(found[0]), products=about(found[1]))


def baskets(answers: Answers) -> Sentence | None:
    pairs = answers.figure("baskets", "pairs_above_chance")
    if pairs is None:
        return None
    lifts = [r["lift"] for r in answers.rows("baskets") if known(r["lift"])]
    if not pairs or not lifts:
        return answers.say(words.TOGETHER_NONE)
    numbers = answers.numbers
    # Figures count each pair both ways.
    return answers.say(
        words.TOGETHER, pairs=numbers.about(pairs // 2), lift=numbers.about(max(lifts))
    )


def due(answers: Answers) -> Sentence | None:
    customers = answers.figure("next_due", "customers_due")
    if customers is None:
        return None
    return answers.say(words.DUE, customers=answers.numbers.about(customers))
