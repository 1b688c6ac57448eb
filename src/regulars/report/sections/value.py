"""What customers are worth from here on: totals, who brings it, where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regulars import charts
from regulars.charts import terms
from regulars.charts.numbers import known
from regulars.report.answers import Answers, Row
from regulars.report.parts import Block, Opening, Section, Sentence, Table, Target
from regulars.report.sections import backtest
from regulars.report.words import phrases
from regulars.report.words import value as words
from regulars.words import codes

WHOLE = "(all)"
EVERYBODY = Target(analysis="value")
IN_LEAD = ("model_chosen", "not_held_out", "alive_by_rule", "beyond_history")


def section(answers: Answers) -> Section:
    if answers.figure("value_distribution", "alive") is None:
        blocks = [answers.unknown_block("value", words.SUBJECT, "value_distribution")]
    else:
        blocks = [_distribution(answers), *matrix(answers), *by_segment(answers)]
        blocks += backtest.blocks(answers)
    return Section(name="value", label=phrases.SECTION_VALUE.say(answers.lang), blocks=blocks)


def _distribution(answers: Answers) -> Block:
    rows = answers.rows("value_distribution")
    drawn = [r for r in rows if known(r["spend_share"])]
    tables = [_tenths_table(answers, rows)]
    if answers.rows("value_totals") and not _segments(answers):
        tables.insert(0, _totals_table(answers))
    return Block(
        name="value",
        title=_title(answers),
        lead=_lead(answers),
        picture=answers.draw(
            "value_distribution",
            answers.say(words.PICTURE),
            lambda canvas: charts.value_distribution(rows, canvas),
            opens={str(r["tenth"]): _in_tenth(r["tenth"]) for r in rows},
        )
        if drawn
        else None,
        source=_source(answers),
        tables=tables,
        notes=answers.notes("value_distribution", said=IN_LEAD),
    )


def _title(answers: Answers) -> Sentence:
    numbers, spend = answers.numbers, answers.figure("value_totals", "expected_spend_365d_minor")
    top = answers.figure("value_distribution", "top_tenth_share")
    if top is not None:
        return answers.say(words.TITLE, share=numbers.share(top))
    if spend is not None:
        return answers.say(words.TITLE_FEW, spend=numbers.money(spend))
    return answers.say(words.TITLE_NO_SPEND)


def _lead(answers: Answers) -> list[Sentence]:
    figures, numbers = answers.figures("value_distribution"), answers.numbers
    spend, low, high = (_spend(figures, end) for end in ("", "_low", "_high"))
    customers = figures["customers"]
    lead = []
    if known(spend):
        said = {
            "customers": Opening(numbers.about(customers), EVERYBODY),
            "spend": numbers.money(spend),
            "day": answers.as_of(),
        }
        if known(low) and known(high):
            lead.append(answers.say(words.TOTAL, range=numbers.money_range(low, high), **said))
        else:
            lead.append(answers.say(words.TOTAL_BARE, **said))
    lead.append(
        answers.say(
            words.ALIVE,
            alive=numbers.about(round(figures["alive"])),
            share=numbers.share(figures["alive"] / customers if customers else None),
            orders=numbers.about(round(figures["expected_orders_365d"])),
            range=_range(answers, figures),
        )
    )
    lead += _noted(answers, "model_chosen", "not_held_out", "alive_by_rule")
    lead += _lifetime(answers)
    unknown = figures["value_unknown_customers"]
    if unknown and known(spend):
        lead.append(
            answers.say(
                words.UNKNOWN_SOME, customers=Opening(numbers.about(unknown), _in_tenth(None))
            )
        )
    return lead


def _range(answers: Answers, figures: Mapping[str, Any]) -> str:
    low, high = (figures[f"expected_orders_365d_{end}"] for end in ("low", "high"))
    if not (known(low) and known(high)):
        return ""
    ends = (answers.numbers.about(round(end)) for end in (low, high))
    return words.RANGE.fill(answers.lang, **dict(zip(("low", "high"), ends, strict=True)))


def _spend(figures: Any, end: str) -> float | None:
    found: float | None = figures[f"expected_spend_365d{end}_minor"]
    return found


def _noted(answers: Answers, *wanted: str) -> list[Sentence]:
    """Notes of the analysis that belong above the picture."""
    notes = answers.results["value_distribution"].notes
    return [
        answers.say(words.SAID, said=note.say(answers.lang))
        for note in notes
        if note.code in wanted
    ]


def _lifetime(answers: Answers) -> list[Sentence]:
    """The lifetime value where a margin is given, and how much of it lies beyond the history."""
    figures, numbers = answers.figures("value_distribution"), answers.numbers
    parameters = answers.results["value_distribution"].parameters
    years = numbers.number(parameters.get("lifetime_years"), decimals=0)
    lead = []
    if known(figures["clv_lifetime_minor"]):
        lead.append(
            answers.say(
                words.LIFETIME,
                years=years,
                margin=numbers.share(parameters["margin"]),
                value=numbers.money(figures["clv_lifetime_minor"]),
                range=numbers.money_range(
                    figures["clv_lifetime_low_minor"], figures["clv_lifetime_high_minor"]
                ),
                rate=numbers.share(parameters["yearly_rate"]),
            )
        )
    if known(figures["beyond_history"]):
        beyond = numbers.share(figures["beyond_history"])
        lead.append(answers.say(words.FAR, years=years, share=beyond))
    return lead


def _source(answers: Answers) -> Sentence:
    customers = answers.figure("value_distribution", "customers")
    if customers is None:
        return answers.say(phrases.SOURCE, as_of=answers.as_of())
    return answers.say(
        words.SOURCE, as_of=answers.as_of(), customers=answers.numbers.count(customers)
    )


def _tenths_table(answers: Answers, rows: Sequence[Row]) -> Table:
    numbers, lang, why = answers.numbers, answers.lang, answers.why("value_distribution")
    cells = []
    for r in rows:
        name = str(r["tenth"])
        if r["tenth"] is None:
            reason = _reason(r["value_unknown"], answers)
            name = words.UNKNOWN_ROW.fill(lang, why=reason)
            why = reason
        cells.append(
            [
                name,
                Opening(numbers.count(r["customers"]), _in_tenth(r["tenth"])),
                numbers.count(_rounded(r["alive"]), reason=why),
                numbers.count(_rounded(r["expected_orders_365d"]), reason=why),
                numbers.estimate(r["expected_spend_365d_minor"], reason=why),
                numbers.percent(r["spend_share"], reason=why),
                numbers.percent(r["cumulative_share"], reason=why),
                numbers.amount(r["least_spend_365d_minor"], reason=why),
            ]
        )
    heads = [
        answers.head(words.TENTH, numeric=False),
        answers.head(phrases.CUSTOMERS),
        answers.head(words.EXPECTED_ACTIVE),
        answers.head(words.PURCHASE_DAYS),
        answers.money_head(words.SPEND),
        answers.head(words.SHARE_OF_SPEND),
        answers.head(words.CUMULATIVE),
        answers.money_head(words.LEAST),
    ]
    return Table(caption=answers.say(words.TENTHS), heads=heads, rows=cells, folded=True)


def _in_tenth(tenth: int | None) -> Target:
    """Those of a tenth; where their value is unknown, those."""
    where = (("tenth", "" if tenth is None else str(tenth)),)
    return Target(analysis="value_tenths", where=where)


def _opened(counted: Any, segment: str) -> Any:
    """Everybody opens the list of them; a segment is no column of it."""
    return Opening(counted, EVERYBODY) if segment == WHOLE else counted


def _reason(code: str | None, answers: Answers) -> str:
    """The words of a reason."""
    found = codes.CODES["value_unknown"].get(code or "")
    return found.say(answers.lang) if found else phrases.NO_REASON.say(answers.lang)


def _rounded(value: float | None) -> int | None:
    return round(value) if known(value) and value is not None else None


# ---- frequency by recency -----------------------------------------------------------------------


def matrix(answers: Answers) -> list[Block]:
    rows = answers.rows("value_matrix")
    if not rows:
        return []
    blocks = [_active(answers, rows)]
    if any(known(r["expected_spend_365d_minor"]) for r in rows):
        blocks.append(_worth(answers, rows))
    return blocks


def _active(answers: Answers, rows: Sequence[Row]) -> Block:
    numbers = answers.numbers
    # Where most are expected to have left: a finding wherever customers stay away at all.
    most = max(rows, key=lambda r: r["customers"] * (1 - (r["p_alive"] or 0)))
    return Block(
        name="value-active",
        title=answers.say(
            words.ACTIVE_TITLE,
            customers=numbers.about(most["customers"]),
            history=_history(answers, most),
            alive=numbers.share(most["p_alive"]),
        ),
        lead=[answers.say(words.ACTIVE_LEAD)],
        picture=answers.draw(
            "value_matrix",
            answers.say(words.ACTIVE_PICTURE),
            lambda canvas: charts.value_matrix(rows, canvas),
        ),
        source=_source(answers),
        tables=[_matrix_table(answers, rows)],
    )


def _worth(answers: Answers, rows: Sequence[Row]) -> Block:
    numbers = answers.numbers
    valued = [r for r in rows if known(r["expected_spend_365d_minor"])]
    whole = sum(r["expected_spend_365d_minor"] for r in valued)
    most = max(valued, key=lambda r: r["expected_spend_365d_minor"])
    share = most["expected_spend_365d_minor"] / whole if whole > 0 else None
    return Block(
        name="value-worth",
        title=answers.say(
            words.WORTH_TITLE,
            share=numbers.share(share),
            customers=numbers.about(most["customers"]),
            history=_history(answers, most),
        ),
        lead=[answers.say(words.WORTH_LEAD, currency=numbers.currency_name)],
        picture=answers.draw(
            "value_matrix_spend",
            answers.say(words.WORTH_PICTURE),
            lambda canvas: charts.value_matrix(rows, canvas, measure="spend"),
        ),
        source=_source(answers),
    )


def _history(answers: Answers, row: Row) -> str:
    ends, silent = (row["purchase_days_from"], row["purchase_days_to"]), _silent(answers, row)
    if ends == (1, 1):
        return words.HISTORY_ONCE.fill(answers.lang, silent=silent)
    return words.HISTORY.fill(answers.lang, days=terms.span(ends), silent=silent)


def _silent(answers: Answers, row: Row) -> str:
    low, high = row["recency_days_from"], row["recency_days_to"]
    if high is None:
        return words.OVER_AGO.fill(answers.lang, days=max(low - 1, 0))
    if low == 0:
        return words.WITHIN_AGO.fill(answers.lang, days=high)
    return words.DAYS_AGO.fill(answers.lang, days=terms.span((low, high)))


def _matrix_table(answers: Answers, rows: Sequence[Row]) -> Table:
    numbers, why = answers.numbers, answers.why("value_matrix")
    cells = [
        [
            terms.span((r["purchase_days_from"], r["purchase_days_to"])),
            terms.span((r["recency_days_from"], r["recency_days_to"])),
            numbers.count(r["customers"]),
            numbers.percent(r["p_alive"], reason=why),
            numbers.amount(r["expected_spend_per_customer_minor"], reason=why),
            numbers.estimate(r["expected_spend_365d_minor"], reason=why),
        ]
        for r in rows
    ]
    heads = [
        answers.head(words.OFTEN, numeric=False),
        answers.head(words.SILENT, numeric=False),
        answers.head(phrases.CUSTOMERS),
        answers.head(words.ACTIVE),
        answers.money_head(words.EACH),
        answers.money_head(words.SPEND),
    ]
    return Table(caption=answers.say(words.MATRIX), heads=heads, rows=cells, folded=True)


# ---- totals -------------------------------------------------------------------------------------


def _segments(answers: Answers) -> list[Row]:
    return [r for r in answers.rows("value_totals") if r["segment"] != WHOLE]


def by_segment(answers: Answers) -> list[Block]:
    rows = [r for r in _segments(answers) if known(r["expected_spend_365d_minor"])]
    if not rows:
        return []
    numbers = answers.numbers
    most = max(rows, key=lambda r: r["expected_spend_365d_minor"])
    names = {r["segment"]: _named(answers, r["segment"]) for r in rows}
    low, high = (most[f"expected_spend_365d_{end}_minor"] for end in ("low", "high"))
    return [
        Block(
            name="value-totals",
            title=answers.say(
                words.BY_SEGMENT,
                segment=names[most["segment"]],
                spend=numbers.money(most["expected_spend_365d_minor"]),
                range=numbers.money_range(low, high),
            ),
            lead=[answers.say(words.BY_SEGMENT_LEAD)],
            picture=answers.draw(
                "value_totals",
                answers.say(words.BY_SEGMENT_PICTURE),
                lambda canvas: charts.value_totals(rows, canvas, names=names),
            ),
            source=_source(answers),
            tables=[_totals_table(answers)],
        )
    ]


def _by_year(answers: Answers) -> bool:
    return bool(answers.results["value_totals"].parameters.get("segment") == "year")


def _named(answers: Answers, segment: str) -> str:
    if segment == WHOLE:
        return phrases.TOTAL.say(answers.lang)
    found = codes.CODES["value"].get(segment)
    return found.say(answers.lang) if found else segment


def _totals_table(answers: Answers) -> Table:
    numbers, why = answers.numbers, answers.why("value_totals")
    rows = answers.rows("value_totals")
    parts = [r for r in rows if r["segment"] != WHOLE]
    lifetime = any(known(r["clv_lifetime_minor"]) for r in rows)
    cells = [
        [
            _named(answers, r["segment"]),
            _opened(numbers.count(r["customers"]), r["segment"]),
            numbers.count(_rounded(r["alive"]), reason=why),
            numbers.count(_rounded(r["expected_orders_365d"]), reason=why),
            numbers.estimate(r["expected_spend_365d_minor"], reason=why),
            numbers.estimate_range(
                r["expected_spend_365d_low_minor"], r["expected_spend_365d_high_minor"], reason=why
            ),
            *(_lifetime_cells(answers, r, why) if lifetime else ()),
        ]
        for r in [*parts, *(r for r in rows if r["segment"] == WHOLE)]
    ]
    by_year = _by_year(answers) and bool(parts)
    heads = [
        answers.head(words.YEAR if by_year else words.SEGMENT, numeric=False),
        answers.head(phrases.CUSTOMERS),
        answers.head(words.EXPECTED_ACTIVE),
        answers.head(words.PURCHASE_DAYS),
        answers.money_head(words.SPEND),
        answers.head(phrases.INTERVAL),
    ]
    if lifetime:
        heads += [answers.money_head(words.LIFETIME_HEAD), answers.head(phrases.INTERVAL)]
    return Table(
        caption=answers.say(words.TOTALS_BY_YEAR if by_year else words.TOTALS),
        heads=heads,
        rows=cells,
        totalled=bool(parts),
    )


def _lifetime_cells(answers: Answers, row: Row, why: str) -> tuple[Any, Any]:
    low, high = (row[f"clv_lifetime_{end}_minor"] for end in ("low", "high"))
    numbers = answers.numbers
    return (
        numbers.estimate(row["clv_lifetime_minor"], reason=why),
        numbers.estimate_range(low, high, reason=why),
    )
