"""`regulars identities`: which records are one customer; match, review, merge, unmerge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.cli.options import (
    Form,
    FormOption,
    Lang,
    LangOption,
    WorkspaceOption,
    open_workspace,
)
from regulars.errors import ParameterError
from regulars.settings import check_output

if TYPE_CHECKING:
    from regulars.identities import Change

HELP = "Find the records that are one customer, decide on doubtful ones, take a merging back."

WhoOption = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", help="Who decides, for the journal. Default: the user."),
]
CustomerArgument = Annotated[
    str,
    typer.Argument(metavar="ID", help="A customer's id; source:id where several sources know it."),
]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
    group.command("match")(match)
    group.command("review")(review)
    group.command("show")(show)
    group.command("merge")(merge)
    group.command("unmerge")(unmerge)
    app.add_typer(group, name="identities", help=HELP)


def match(
    workspace: WorkspaceOption = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="KEYS", help="Keys to match by, of id,email,phone,card. Default: all."
        ),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Merge, instead of only saying what would be merged.")
    ] = False,
    probable: Annotated[
        bool,
        typer.Option(
            "--probable",
            help="Match by probability, from names, dates and addresses (Splink). It runs on DuckDB"
            " on this machine, whatever the workspace's engine.",
        ),
    ] = False,
    threshold: Annotated[
        float,
        typer.Option(
            "--threshold", metavar="P", help="With --probable: merge from this probability on."
        ),
    ] = 0.95,
    review_from: Annotated[
        float,
        typer.Option(
            "--review-from",
            metavar="P",
            help="With --probable: pairs from this probability on go on the review list.",
        ),
    ] = 0.7,
    seed: Annotated[
        int,
        typer.Option("--seed", metavar="N", help="With --probable: seed of the random sample."),
    ] = 1,
    region: Annotated[
        str | None,
        typer.Option(
            "--region",
            metavar="XX",
            help="Country of telephone numbers without a country code, e.g. CN. Default: "
            "region under [identities] in regulars.toml, else that of the time zone.",
        ),
    ] = None,
    drop_plus_tags: Annotated[
        bool,
        typer.Option("--drop-plus-tags", help="Take anna+news@… and anna@… for one address."),
    ] = False,
    fixed_lines: Annotated[
        bool, typer.Option("--fixed-lines", help="Let fixed telephone lines join customers too.")
    ] = False,
    largest: Annotated[
        int,
        typer.Option(
            "--largest",
            metavar="N",
            help="A key that more customers share, and a customer of more records, is not merged.",
        ),
    ] = 10,
    who: WhoOption = None,
    form: FormOption = Form.table,
    lang: LangOption = Lang.en,
) -> None:
    """Find the records that are one customer, and say what would be merged and why.

    Nothing is changed without --apply; what was merged can be taken back with unmerge.
    """
    from regulars.cli.identity_tables import print_report

    opened = open_workspace(workspace).identities
    region_and_more: dict[str, Any] = {
        "apply": apply, "region": region, "plus_tags": not drop_plus_tags, "largest": largest,
        "decided_by": _who(who), "waiting": _waiting,
    }  # fmt: skip
    if probable:
        if by is not None or fixed_lines:
            raise ParameterError("--by and --fixed-lines belong to exact matching, not --probable.")
        report = opened.match_probable(
            threshold=threshold,
            review_from=review_from,
            seed=seed,
            **region_and_more,
        )
    else:
        report = opened.match(by, fixed_lines=fixed_lines, **region_and_more)
    print_report(report, form=form, lang=lang.value)


def review(
    workspace: WorkspaceOption = None,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="PAIR", help="This pair is one customer: merge it."),
    ] = None,
    reject: Annotated[
        list[str] | None,
        typer.Option("--reject", metavar="PAIR", help="This pair is two customers, for good."),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE.csv", help="Write the list, to decide elsewhere."),
    ] = None,
    take: Annotated[
        Path | None,
        typer.Option("--import", metavar="FILE.csv", help="Take the decisions of such a file."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also show the pairs that are decided.")
    ] = False,
    who: WhoOption = None,
    form: FormOption = Form.table,
    lang: LangOption = Lang.en,
) -> None:
    """List the pairs of records that may be one customer, and decide on them."""
    from regulars.cli.identity_tables import print_pairs
    from regulars.identities import words

    opened = open_workspace(workspace).identities
    decision = None if every else "open"
    if take is not None:
        counts = opened.decide_from(take, decided_by=_who(who))
        typer.echo(words.IMPORTED.fill(lang.value, **counts))
    for pair in accept or ():
        _print_change(opened.accept(pair, decided_by=_who(who), waiting=_waiting), lang)
    for pair in reject or ():
        _print_change(opened.reject(pair, decided_by=_who(who), waiting=_waiting), lang)
    if export is not None:
        check_output(export)
        count = opened.export(export, decision=decision)
        typer.echo(words.WROTE.fill(lang.value, pairs=f"{count:,}", path=export))
    if not (take or accept or reject or export):
        print_pairs(opened.review(decision=decision), form=form, lang=lang.value)


def show(
    customer: CustomerArgument,
    workspace: WorkspaceOption = None,
    form: FormOption = Form.table,
    lang: LangOption = Lang.en,
) -> None:
    """Show the records that a customer is made of, and how they came together."""
    from regulars.cli.identity_tables import print_identity

    print_identity(open_workspace(workspace).identities.show(customer), form=form, lang=lang.value)


def merge(
    customer: CustomerArgument,
    other: CustomerArgument,
    workspace: WorkspaceOption = None,
    who: WhoOption = None,
    lang: LangOption = Lang.en,
) -> None:
    """Make two customers one, by hand. The older one stays."""
    change = open_workspace(workspace).identities.merge(
        customer, other, decided_by=_who(who), waiting=_waiting
    )
    _print_change(change, lang)


def unmerge(
    customer: CustomerArgument,
    workspace: WorkspaceOption = None,
    who: WhoOption = None,
    lang: LangOption = Lang.en,
) -> None:
    """Take the last merging of a customer back; matching will not join them again."""
    from regulars.identities import words

    change = open_workspace(workspace).identities.unmerge(
        customer, decided_by=_who(who), waiting=_waiting
    )
    _print_change(change, lang)
    typer.echo(words.NOT_AGAIN.say(lang.value))


def _print_change(change: Change, lang: Lang) -> None:
    from regulars.cli.table import printable
    from regulars.identities import words

    if not change.records:
        typer.echo(words.DECIDED.say(lang.value))
        return
    joint = "、" if lang is Lang.zh else ", "
    typer.echo(
        words.CHANGED.fill(
            lang.value, records=f"{change.records:,}", version=change.facts_version,
            customers=joint.join(printable(name) for name in change.customers),
        )
    )  # fmt: skip


def _who(given: str | None) -> str | None:
    if given is not None:
        return given
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return None


def _waiting(holder: str) -> None:
    typer.echo(f"Waiting for {holder} …", err=True)
