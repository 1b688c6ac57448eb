"""Matching's answers as text: what joins whom, what is held back, pairs side by side."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from regulars.cli.options import Form
from regulars.cli.table import UNKNOWN, lines, printable
from regulars.declare import Language
from regulars.identities import words

if TYPE_CHECKING:
    from regulars.identities import Identity, MatchReport, ReviewPair

MEMBERS = 5


def print_report(report: MatchReport, *, form: Form, lang: Language) -> None:
    if form is Form.json:
        typer.echo(_json(report.to_dict()))
        return
    typer.echo("\n".join(_summary(report, lang)))
    if report.biggest:
        typer.echo(f"\n{words.BIGGEST.say(lang)}")
        typer.echo("\n".join(_biggest(report, lang)))
    if report.held:
        typer.echo(f"\n{words.HELD.say(lang)}")
        typer.echo("\n".join(_held(report, lang)))
    if report.review:
        said = words.REVIEW if report.applied else words.REVIEW_LATER
        typer.echo("\n" + said.fill(lang, pairs=f"{report.review:,}"))


def _summary(report: MatchReport, lang: Language) -> list[str]:
    said = words.NOTHING
    if report.merged:
        said = words.MERGED if report.applied else words.WOULD_MERGE
    counts = {
        "before": f"{report.customers_before:,}", "after": f"{report.customers_after:,}",
        "merged": f"{report.merged:,}", "clusters": f"{report.clusters:,}",
        "version": report.facts_version,
    }  # fmt: skip
    return [
        said.fill(lang, **counts),
        *(words.JOINED_BY.fill(lang, rule=r, pairs=f"{n:,}") for r, n in report.by_rule.items()),
        *(
            words.UNUSABLE.fill(lang, rule=r, texts=f"{n:,}")
            for r, n in report.unusable.items()
            if n
        ),
    ]


def _biggest(report: MatchReport, lang: Language) -> list[str]:
    rows = []
    for one in report.biggest:
        others = [printable(name) for name in one.records if name != one.survivor]
        more = ", …" if len(others) > MEMBERS or one.size > len(one.records) else ""
        rows.append(
            [printable(one.survivor), f"{one.size:,}", ", ".join(one.rules),
             ", ".join(others[:MEMBERS]) + more]
        )  # fmt: skip
    heads = (words.HEAD_GROUP, words.HEAD_RECORDS, words.HEAD_RULES, words.HEAD_MEMBERS)
    return _table(heads, rows, right=(False, True, False, False), lang=lang)


def _held(report: MatchReport, lang: Language) -> list[str]:
    rows = [
        [one.rule, printable(one.value or UNKNOWN), f"{one.records:,}", printable(one.example),
         words.REASONS[one.reason].say(lang)]
        for one in report.held
    ]  # fmt: skip
    heads = (
        words.HEAD_RULES, words.HEAD_VALUE, words.HEAD_RECORDS, words.HEAD_EXAMPLE,
        words.HEAD_REASON,
    )  # fmt: skip
    return _table(heads, rows, right=(False, False, True, False, False), lang=lang)


def print_pairs(pairs: Sequence[ReviewPair], *, form: Form, lang: Language) -> None:
    if form is Form.json:
        typer.echo(_json({"pairs": [one.to_dict() for one in pairs]}))
        return
    if not pairs:
        typer.echo(words.NO_PAIRS.say(lang))
        return
    typer.echo("\n\n".join("\n".join(_pair(one, lang)) for one in pairs))


def _pair(pair: ReviewPair, lang: Language) -> list[str]:
    chance = UNKNOWN if pair.probability is None else f"{pair.probability:.1%}"
    rows = [
        [name, _cell(pair.left[name]), _cell(pair.right[name]), words.AGREEMENT[said].say(lang)]
        for name, said in pair.agreement.items()
    ]
    heads = [pair.pair_id, _cell(pair.left["id"]), _cell(pair.right["id"]), ""]
    said = (
        f"{words.HEAD_RULES.say(lang)} {pair.rule} · {words.HEAD_PROBABILITY.say(lang)} {chance} · "
        f"{words.DECISIONS[pair.decision].say(lang)}"
    )
    return [*lines(heads, rows, right=[False] * 4, bold=False), said]


def print_identity(identity: Identity, *, form: Form, lang: Language) -> None:
    if form is Form.json:
        typer.echo(_json(identity.to_dict()))
        return
    customer = printable(identity.customer)
    typer.echo(words.CUSTOMER.fill(lang, customer=customer, records=len(identity.records)))
    heads = [name for name in identity.records[0] if name != "customer_key"]
    rows = [[_cell(record[name]) for name in heads] for record in identity.records]
    typer.echo("\n".join(lines(heads, rows, right=[False] * len(heads), bold=False)))
    for one in identity.mergings:
        said = words.MERGING.fill(
            lang, at=_cell(one.decided_at), record=printable(one.record),
            into=printable(one.into), rule=one.rule, by=_cell(one.decided_by),
        )  # fmt: skip
        undone = words.UNDONE.fill(lang, at=_cell(one.undone_at)) if one.undone_at else ""
        typer.echo(said + undone)


def _cell(value: Any) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "minutes")
    return printable(str(value))


def _table(
    heads: Sequence[Any], rows: Sequence[Sequence[str]], *, right: Sequence[bool], lang: Language
) -> list[str]:
    return lines([head.say(lang) for head in heads], rows, right=right, bold=False)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
