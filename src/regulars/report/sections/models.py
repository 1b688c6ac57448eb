"""Ten models of profile, behaviour, consumption and goods; tiers; amount by frequency (002-6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.charts.numbers import known as is_known
from regulars.declare import Text
from regulars.report.answers import Answers, Row
from regulars.report.columns import Shown, table_of
from regulars.report.parts import Block, Section, Sentence, Table
from regulars.report.sections import findings
from regulars.report.words import models as words
from regulars.report.words import phrases

LISTED = 12
Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A table beneath the ten: of which rows, in which columns."""

    analysis: str
    caption: Text
    columns: Sequence[Shown]
    chosen: Callable[[Rows], Rows] = lambda rows: rows[:LISTED]


@dataclass(frozen=True, kw_only=True)
class Model:
    """One of the ten: the analyses that answer it, and the sentence that says so."""

    code: str
    analyses: tuple[str, ...]
    finding: Callable[[Answers], Sentence | None]


MODELS = (
    Model(code="P", analyses=("profile",), finding=findings.profile),
    Model(code="B", analyses=("engagement",), finding=findings.engagement),
    Model(code="C", analyses=("segments",), finding=findings.consumption),
    Model(code="G", analyses=("goods",), finding=findings.goods),
    Model(code="PB", analyses=("response_index",), finding=findings.reactions),
    Model(code="PC", analyses=("profile_value",), finding=findings.value),
    Model(code="PG", analyses=("preference",), finding=findings.preference),
    Model(code="BC", analyses=("conversion",), finding=findings.conversion),
    Model(code="BG", analyses=("interest",), finding=findings.interest),
    Model(code="CG", analyses=("baskets",), finding=findings.baskets),
    Model(code="CG due", analyses=("next_due",), finding=findings.due),
)


def _whole(rows: Rows) -> Rows:
    """The row of each attribute as a whole."""
    return [row for row in rows if row["value"] == "(all)"]


def _told(rows: Rows) -> Rows:
    return [row for row in rows if row["verdict"] in ("more", "less")][:LISTED]


def _one_way(rows: Rows) -> Rows:
    """Each pair once: in the direction of the larger confidence."""
    found: dict[frozenset[str], dict[str, Any]] = {}
    for row in rows:
        pair = frozenset((row["good"], row["other_good"]))
        if pair not in found or row["confidence"] > found[pair]["confidence"]:
            found[pair] = row
    return list(found.values())[:LISTED]


def _by_day(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: row["due_day"])[:LISTED]


def _shown(head: Text, column: str, kind: Any = "text", decimals: int | None = None) -> Shown:
    return Shown(head=head, column=column, kind=kind, decimals=decimals)


LISTINGS = (
    Listing(
        analysis="profile",
        caption=words.SHIFT_TABLE,
        chosen=_whole,
        columns=(
            _shown(words.ATTRIBUTE, "attribute"),
            _shown(phrases.CUSTOMERS, "customers_after", "count"),
            _shown(words.PSI, "psi", "number", 4),
            _shown(words.BY_CHANCE, "psi_by_chance", "number", 4),
        ),
    ),
    Listing(
        analysis="engagement",
        caption=words.BANDS_TABLE,
        columns=(
            _shown(words.BAND, "activity"),
            _shown(phrases.CUSTOMERS, "customers", "count"),
            _shown(phrases.SHARE_OF_CUSTOMERS, "customers_share", "share"),
            _shown(words.ORDERED, "ordered_share", "share"),
        ),
    ),
    Listing(
        analysis="goods",
        caption=words.GOODS_TABLE,
        columns=(
            _shown(words.GOOD, "good"),
            _shown(phrases.CUSTOMERS, "customers", "count"),
            _shown(words.PENETRATION, "penetration", "share"),
            _shown(words.REPEAT, "repeat_rate", "share"),
            _shown(phrases.REVENUE, "revenue_minor", "money"),
            _shown(words.CLASS, "abc_class"),
        ),
    ),
    Listing(
        analysis="response_index",
        caption=words.REACTS_TABLE,
        chosen=_told,
        columns=(
            _shown(words.ATTRIBUTE, "attribute"),
            _shown(words.VALUE, "value"),
            _shown(words.CUT_VALUE, "cut_value"),
            _shown(phrases.CUSTOMERS, "customers", "count"),
            _shown(words.RATE, "rate", "share"),
            _shown(words.RATE_OF_ALL, "rate_of_all", "share"),
            _shown(words.INDEX, "index", "number", 0),
        ),
    ),
    Listing(
        analysis="profile_value",
        caption=words.VALUE_TABLE,
        chosen=_whole,
        columns=(
            _shown(words.ATTRIBUTE, "attribute"),
            _shown(phrases.CUSTOMERS, "customers", "count"),
            _shown(words.IV, "iv", "number", 3),
            _shown(words.BY_CHANCE, "iv_by_chance", "number", 3),
        ),
    ),
    Listing(
        analysis="preference",
        caption=words.PREFERS_TABLE,
        chosen=_told,
        columns=(
            _shown(words.ATTRIBUTE, "attribute"),
            _shown(words.VALUE, "value"),
            _shown(words.CATEGORY, "category"),
            _shown(phrases.CUSTOMERS, "buyers", "count"),
            _shown(words.RATE, "share", "share"),
            _shown(words.RATE_OF_ALL, "share_of_all", "share"),
            _shown(words.TGI, "index", "number", 0),
        ),
    ),
    Listing(
        analysis="conversion",
        caption=words.CHANNEL_TABLE,
        columns=(
            _shown(words.CHANNEL, "channel"),
            _shown(words.VISITS, "visits", "count"),
            _shown(phrases.CUSTOMERS, "visitors", "count"),
            _shown(words.RATE, "conversion_rate", "share"),
            _shown(words.LEAD_DAYS, "median_lead_days", "number", 1),
        ),
    ),
    Listing(
        analysis="interest",
        caption=words.INTEREST_TABLE,
        columns=(
            _shown(words.CUSTOMER, "external_id"),
            _shown(words.GOOD, "product_id"),
            _shown(words.SCORE, "score", "number", 1),
        ),
    ),
    Listing(
        analysis="baskets",
        caption=words.PAIRS_TABLE,
        chosen=_one_way,
        columns=(
            _shown(words.GOOD, "good"),
            _shown(words.WITH, "other_good"),
            _shown(words.ORDERS, "orders", "count"),
            _shown(words.SUPPORT, "support", "share", 2),
            _shown(words.CONFIDENCE, "confidence", "share"),
            _shown(words.LIFT, "lift", "number", 1),
        ),
    ),
    Listing(
        analysis="next_due",
        caption=words.DUE_TABLE,
        chosen=_by_day,
        columns=(
            _shown(words.CUSTOMER, "external_id"),
            _shown(words.GOOD, "good"),
            _shown(words.DUE_DAY, "due_day", "day"),
            _shown(words.GAP, "gap_days", "number", 1),
        ),
    ),
)


def section(answers: Answers) -> Section | None:
    """None where this version has none of the analyses."""
    there = [m for m in MODELS if any(_asked(answers, name) for name in m.analyses)]
    if not there:
        return None
    blocks = [_ten(answers, there)]
    blocks += [
        block(answers)
        for name, block in (("tiers", tiers), ("matrix", matrix))
        if _asked(answers, name)
    ]
    return Section(name="models", label=words.LABEL.say(answers.lang), blocks=blocks)


def _asked(answers: Answers, name: str) -> bool:
    return name in answers.results or name in answers.context.failures


def _ten(answers: Answers, there: Sequence[Model]) -> Block:
    said = [(model, model.finding(answers)) for model in there]
    cells = [
        [words.NAMES[model.code].say(answers.lang), finding or _unknown(answers, model)]
        for model, finding in said
    ]
    return Block(
        name="models",
        title=_title(
            answers,
            known={model.code.split()[0] for model, finding in said if finding},
            there={model.code.split()[0] for model in there},
        ),
        lead=[answers.say(words.LEAD)],
        tables=[
            Table(
                caption=answers.say(words.TABLE),
                heads=[
                    answers.head(words.MODEL, numeric=False),
                    answers.head(words.FINDING, numeric=False),
                ],
                rows=cells,
            ),
            *_listings(answers),
        ],
        notes=_notes(answers, [model for model, finding in said if finding]),
    )


def _title(answers: Answers, *, known: set[str], there: set[str]) -> Sentence:
    if not known:
        return answers.say(words.TITLE_NONE)
    count = answers.numbers.count
    return answers.say(words.TITLE, known=count(len(known)), all=count(len(there)))


def _unknown(answers: Answers, model: Model) -> Sentence:
    """In words and not as a dash; a reason that begins with its verdict says it once."""
    reason = answers.joined(answers.why(name) for name in model.analyses)
    for start in ("Unknown: ", "未知："):
        reason = reason.removeprefix(start)
    return answers.say(words.UNKNOWN, reason=reason)


def _listings(answers: Answers) -> list[Table]:
    tables = []
    for listing in LISTINGS:
        rows = listing.chosen(answers.rows(listing.analysis))
        if rows:
            tables.append(
                table_of(answers, listing.analysis, rows, listing.columns, caption=listing.caption)
            )
    return tables


def _notes(answers: Answers, models: Sequence[Model]) -> list[str]:
    """Notes of the answers; those of the shared window stand in the first sections already."""
    said = set(answers.notes("groups", "bridge", "segments"))
    names = [name for model in models for name in model.analyses if name != "segments"]
    return [note for note in answers.notes(*names) if note not in said]


def _best(rows: Rows, column: str) -> Row | None:
    there = [row for row in rows if is_known(row[column])]
    return max(there, key=lambda row: float(row[column])) if there else None


def tiers(answers: Answers) -> Block:
    rows = [row for row in answers.rows("tiers") if row["customers"]]
    best = _best(rows, "revenue_share")
    if best is None:
        return answers.unknown_block("tiers", words.TIERS_SUBJECT, "tiers")
    share = answers.numbers.share
    columns = (
        _shown(words.TIER, "tier"),
        _shown(phrases.CUSTOMERS, "customers", "count"),
        _shown(phrases.SHARE_OF_CUSTOMERS, "customer_share", "share"),
        _shown(phrases.REVENUE, "revenue_minor", "money"),
        _shown(phrases.SHARE_OF_REVENUE, "revenue_share", "share"),
    )
    return Block(
        name="tiers",
        title=answers.say(
            words.TIERS_TITLE,
            tier=words.TIERS[best["tier"]].say(answers.lang),
            customers=share(best["customer_share"]),
            revenue=share(best["revenue_share"]),
        ),
        tables=[table_of(answers, "tiers", rows, columns, caption=words.TIERS_TABLE, folded=False)],
        notes=answers.notes("tiers"),
    )


def matrix(answers: Answers) -> Block:
    rows = [row for row in answers.rows("matrix") if row["customers"]]
    best = _best(rows, "amount_share")
    if best is None:
        return answers.unknown_block("matrix", words.MATRIX_SUBJECT, "matrix")
    share = answers.numbers.share
    columns = (
        _shown(words.QUADRANT, "quadrant"),
        _shown(phrases.CUSTOMERS, "customers", "count"),
        _shown(phrases.SHARE_OF_CUSTOMERS, "customer_share", "share"),
        _shown(phrases.REVENUE, "amount_minor", "money"),
        _shown(phrases.SHARE_OF_REVENUE, "amount_share", "share"),
        _shown(words.PER_PURCHASE, "ticket_minor", "money"),
        _shown(words.ACTION, "action"),
    )
    return Block(
        name="matrix",
        title=answers.say(
            words.MATRIX_TITLE,
            quadrant=words.QUADRANTS[best["quadrant"]].say(answers.lang),
            customers=share(best["customer_share"]),
            amount=share(best["amount_share"]),
        ),
        tables=[
            table_of(answers, "matrix", rows, columns, caption=words.MATRIX_TABLE, folded=False)
        ],
        notes=answers.notes("matrix"),
    )
