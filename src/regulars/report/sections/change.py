"""The bridge from one period's revenue to the next, and why those who stayed changed (000-1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from regulars import charts
from regulars.charts import terms
from regulars.charts.numbers import known
from regulars.report.answers import Answers, total
from regulars.report.parts import Block, Opening, Section, Sentence, Table, Target, either
from regulars.report.words import bridge as words
from regulars.report.words import phrases

TIERS = ("core", "rest")
EVERYBODY = Target(analysis="bridge_customers")
# Who bought in both periods, whether more or less.
STAYED = Target(analysis="bridge_customers", where=(("term", either("up", "down")),))
CORE = Target(analysis="bridge_customers", where=(("tier", "core"),))


def section(answers: Answers) -> Section:
    return Section(
        name="bridge",
        label=phrases.SECTION_BRIDGE.say(answers.lang),
        blocks=[_bridge(answers), _causes(answers)],
    )


def _bridge(answers: Answers) -> Block:
    rows = answers.rows("bridge")
    if answers.figure("bridge", "change_minor") is None or not rows:
        return answers.unknown_block("bridge", words.SUBJECT, "bridge")
    tables = [_terms_table(answers, rows)]
    if answers.figure("bridge", "excess"):
        tables.append(_excess_table(answers))
    return Block(
        name="bridge",
        title=_title(answers, rows),
        lead=_core(answers, rows),
        picture=answers.draw(
            "bridge",
            _picture_words(answers, rows),
            lambda canvas: charts.bridge(rows, answers.figures("bridge"), canvas),
            opens={f"{r['tier']} {r['term']}": _who(r) for r in rows},
        ),
        source=answers.compared("bridge"),
        tables=tables,
        notes=answers.notes("bridge"),
    )


def _title(answers: Answers, rows: list[dict[str, Any]]) -> Sentence:
    sums = {
        "stayed": [total(rows, "amount_minor", term=t) for t in ("up", "down")],
        "lost": [total(rows, "amount_minor", term="lost")],
        "came": [total(rows, "amount_minor", term=t) for t in ("first_time", "returned", "new")],
    }
    money = answers.numbers.money
    said = {}
    for name, parts in sums.items():
        there = [p for p in parts if p is not None]
        said[name] = money(sum(there) if there else None, signed=True, reason=answers.why("bridge"))
    return answers.say(words.TITLE, **said)


def _core(answers: Answers, rows: list[dict[str, Any]]) -> list[Sentence]:
    core = answers.figure("bridge", "core_customers")
    if not core:  # unknown, or no revenue to hold
        return []
    numbers = answers.numbers
    core_sum, rest_sum = (total(rows, "amount_minor", tier=tier) for tier in TIERS)
    parameters = answers.results["bridge"].parameters
    usual = parameters.get("core_by", "both") == "both" and not parameters.get("core_top_share")
    return [
        answers.say(
            words.CORE if usual else words.CORE_AS_SET,
            customers=Opening(numbers.about(core), CORE),
            held=numbers.share(parameters.get("core_share", 0.5)),
            core=numbers.money(core_sum, signed=True, reason=answers.why("bridge")),
            rest=numbers.money(rest_sum, signed=True, reason=answers.why("bridge")),
        )
    ]


def _picture_words(answers: Answers, rows: list[dict[str, Any]]) -> Sentence:
    numbers, lang = answers.numbers, answers.lang
    items = [
        words.PICTURE_ITEM.fill(
            lang,
            tier=terms.named(terms.TIERS, r["tier"], lang),
            term=terms.named(terms.TERMS, r["term"], lang),
            amount=numbers.money(r["amount_minor"], signed=True),
        )
        for r in rows
    ]
    return answers.say(
        words.PICTURE,
        before=numbers.money(answers.figure("bridge", "revenue_before_minor")),
        after=numbers.money(answers.figure("bridge", "revenue_after_minor")),
        list=answers.listed(items),
    )


def _ordered(rows: list[dict[str, Any]], column: str, order: tuple[str, ...]) -> Any:
    """Rows by tier, then in the order of the picture; names nobody foresaw come last."""
    place = {name: i for i, name in enumerate(order)}
    tiers = {name: i for i, name in enumerate(TIERS)}
    return sorted(rows, key=lambda r: (tiers.get(r["tier"], 9), place.get(r[column], 99)))


def _terms_table(answers: Answers, rows: list[dict[str, Any]]) -> Table:
    numbers, lang, why = answers.numbers, answers.lang, answers.why("bridge")
    cells: list[list[Any]] = [
        [
            terms.named(terms.TIERS_SHORT, r["tier"], lang),
            terms.named(terms.TERMS, r["term"], lang),
            Opening(numbers.count(r["customers"], reason=why), _who(r)),
            numbers.amount(r["amount_minor"], signed=True, reason=why),
        ]
        for r in _ordered(rows, "term", terms.TERM_ORDER)
    ]
    change = answers.figure("bridge", "change_minor")
    cells.append(
        [
            phrases.TOTAL.say(lang),
            "",
            Opening(numbers.count(total(rows, "customers"), reason=why), EVERYBODY),
            numbers.amount(change, signed=True, reason=why),
        ]
    )
    heads = [
        answers.head(phrases.TIER, numeric=False),
        answers.head(phrases.TERM, numeric=False),
        answers.head(phrases.CUSTOMERS),
        answers.money_head(phrases.AMOUNT),
    ]
    return Table(caption=answers.say(words.TABLE), heads=heads, rows=cells, totalled=True)


def _who(row: dict[str, Any]) -> Target:
    return Target(analysis="bridge_customers", where=(("tier", row["tier"]), ("term", row["term"])))


def _stayed(row: dict[str, Any]) -> Target:
    return replace(STAYED, where=(("tier", row["tier"]), *STAYED.where))


def _excess_table(answers: Answers) -> Table:
    numbers, lang, why = answers.numbers, answers.lang, answers.why("bridge")
    rows = _ordered(list(answers.figure("bridge", "excess")), "term", terms.TERM_ORDER)
    cells = [
        [
            terms.named(terms.TIERS_SHORT, r["tier"], lang),
            terms.named(terms.TERMS, r["term"], lang),
            numbers.amount(r.get("usual_minor"), signed=True, reason=why),
            numbers.amount(r.get("excess_minor"), signed=True, reason=why),
            numbers.amount_range(r.get("low_minor"), r.get("high_minor"), reason=why),
        ]
        for r in rows
    ]
    heads = [
        answers.head(phrases.TIER, numeric=False),
        answers.head(phrases.TERM, numeric=False),
        answers.money_head(words.USUAL),
        answers.money_head(words.EXCESS_HEAD),
        answers.money_head(words.EXCESS_RANGE),
    ]
    return Table(caption=answers.say(words.EXCESS), heads=heads, rows=cells)


def _causes(answers: Answers) -> Block:
    rows = answers.rows("causes")
    sums = {
        cause: amount
        for cause in terms.CAUSE_ORDER
        if (amount := total(rows, "amount_minor", cause=cause)) is not None
    }
    if not sums:
        return answers.unknown_block("causes", words.CAUSES_SUBJECT, "causes")
    if not any(r["customers"] for r in rows):
        return Block(name="causes", title=answers.say(words.NOBODY_STAYED))
    largest = max(sums, key=lambda cause: abs(sums[cause]))
    rise, fall = words.CAUSES_TITLE[answers.left_over if largest == "discounts" else largest]
    money = answers.numbers.money
    title = (
        answers.say(rise if sums[largest] > 0 else fall, amount=money(sums[largest], signed=True))
        if sums[largest]
        else answers.say(words.CAUSES_SUBJECT)
    )
    lead = [answers.say(words.CAUSES_LEAD, net=money(sum(sums.values()), signed=True))]
    if any(r["cause"] == "price" and not known(r["amount_minor"]) for r in rows):
        lead.append(answers.say(words.NO_PRICE, reason=_no_price(answers)))
    lang = answers.lang
    items = [
        f"{terms.named(terms.CAUSES, r['cause'], lang)} "
        f"({terms.named(terms.TIERS, r['tier'], lang)}) {money(r['amount_minor'], signed=True)}"
        for r in rows
    ]
    return Block(
        name="causes",
        title=title,
        lead=lead,
        picture=answers.draw(
            "causes",
            answers.say(words.CAUSES_PICTURE, list=answers.listed(items)),
            lambda canvas: charts.causes(rows, canvas),
            opens={r["tier"]: _stayed(r) for r in rows},
        ),
        source=answers.compared("causes"),
        tables=[_causes_table(answers, rows)],
        notes=_new_notes(answers),
    )


def _new_notes(answers: Answers) -> list[str]:
    """Notes that neither the bridge above nor a sentence of this block has said."""
    said = {*answers.notes("bridge"), *answers.reasons("causes")}
    return [note for note in answers.notes("causes") if note not in said]


def _no_price(answers: Answers) -> str:
    reasons = answers.reasons("causes")
    return answers.joined(reasons) or words.NO_PRICE_REASON.say(answers.lang)


def _causes_table(answers: Answers, rows: list[dict[str, Any]]) -> Table:
    numbers, lang = answers.numbers, answers.lang
    cells = [
        [
            terms.named(terms.TIERS_SHORT, r["tier"], lang),
            terms.named(terms.CAUSES, r["cause"], lang),
            Opening(numbers.count(r["customers"], reason=answers.why("causes")), _stayed(r)),
            numbers.amount(r["amount_minor"], signed=True, reason=_no_price(answers)),
        ]
        for r in _ordered(rows, "cause", terms.CAUSE_ORDER)
    ]
    heads = [
        answers.head(phrases.TIER, numeric=False),
        answers.head(phrases.CAUSE, numeric=False),
        answers.head(phrases.CUSTOMERS),
        answers.money_head(phrases.AMOUNT),
    ]
    return Table(caption=answers.say(words.CAUSES_TABLE), heads=heads, rows=cells)
