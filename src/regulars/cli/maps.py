"""`regulars map`: say which table of the company is a fact, in a workspace without a lake."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli.options import WorkspaceOption, open_workspace
from regulars.errors import ParameterError

if TYPE_CHECKING:
    from regulars.facts import ColumnMapping
    from regulars.sources import TableCount


def register(app: typer.Typer) -> None:
    @app.command("map")
    def map_facts(
        fact: Annotated[
            str, typer.Argument(metavar="FACT", help="Table of facts: orders, order_lines, …")
        ],
        table: Annotated[
            str,
            typer.Argument(
                metavar="TABLE", help="The company's table: sales.orders, '\"Odd Name\".orders'."
            ),
        ],
        workspace: WorkspaceOption = None,
        column: Annotated[
            list[str] | None,
            typer.Option(
                "--column",
                "-c",
                metavar="FIELD=COLUMN",
                help="Fill a field from this column, or from an expression over columns of the"
                " row; may be given several times.",
            ),
        ] = None,
        zone: Annotated[
            str | None,
            typer.Option("--zone", help="Time zone of times that carry none, if not ours."),
        ] = None,
        yes: Annotated[
            bool, typer.Option("--yes", "-y", help="Take the mapping as guessed; ask nothing.")
        ] = False,
    ) -> None:
        """Read a table of the company as facts, where it is. Nothing is copied or changed."""
        opened = open_workspace(workspace)
        mapping, guess = opened.guess_map(fact, table)
        said = _said(column or ())
        chosen = {**_without(mapping.columns, said), **said}
        _show(fact, table, chosen, said, guess)
        _confirm([name for name in guess.unsure if name in chosen and name not in said], yes=yes)
        count = opened.map_facts(fact, table, chosen, zone=zone)
        typer.echo("\n".join(_lines(count)))
        typer.echo("Next: regulars facts, regulars show quality", err=True)


def _said(pairs: Sequence[str]) -> dict[str, str]:
    said = {}
    for pair in pairs:
        field, equals, text = pair.partition("=")
        if not equals or not field.strip() or not text.strip():
            raise ParameterError(f"{pair!r} is not FIELD=COLUMN, e.g. amount=total.")
        said[field.strip()] = text.strip()
    return said


def _without(guessed: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """The guess without what was said otherwise, in major units or in minor ones."""
    stems = {name.removesuffix("_minor") for name in said}
    columns = set(said.values())
    return {
        name: column
        for name, column in guessed.items()
        if name.removesuffix("_minor") not in stems and column not in columns
    }


def _show(
    fact: str, table: str, chosen: Mapping[str, str], said: Mapping[str, str], guess: ColumnMapping
) -> None:
    from regulars.cli.table import lines, printable

    typer.echo(f"How {fact} is read from {table}:", err=True)
    rows = [
        [f"  {name}", printable(text), "look" if name in guess.unsure and name not in said else ""]
        for name, text in chosen.items()
    ]
    shown = lines(["  field", "column or expression", ""], rows, right=[False] * 3, bold=False)
    typer.echo("\n".join(shown), err=True)
    unused = [name for name in guess.unused if name not in chosen.values()]
    if unused:
        typer.echo(f"  not used: {', '.join(printable(name) for name in unused)}", err=True)


def _confirm(unsure: Sequence[str], *, yes: bool) -> None:
    if yes:
        return
    if sys.stdin.isatty():
        if not typer.confirm("Is this right?", default=not unsure, err=True):
            raise ParameterError("Nothing was saved. Say which is which with --column.")
    elif unsure:
        raise ParameterError(
            f"Not sure about {', '.join(unsure)}. Nothing was saved. Confirm with"
            " --column FIELD=COLUMN, or take the guess with --yes."
        )


def _lines(count: TableCount) -> list[str]:
    """What the mapping gave, in words."""
    days = f", {count.first_day} to {count.last_day}" if count.first_day else ""
    told = [f"{count.table}: {count.read:,} rows, {count.live:,} live, {count.void:,} void{days}."]
    told += [
        f"* {rows:,} rows without {column}"
        + (" belong to nobody." if column == "customer_key" else " are left out.")
        for column, rows in count.left_out.items()
    ]
    if count.repeated:
        told.append(
            f"* {count.repeated:,} keys stand on more than one row, and each row counts: is this"
            " the column that tells rows apart?"
        )
    return told
