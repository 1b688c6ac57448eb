"""`regulars forget`: remove a person, for good."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli.options import WorkspaceOption, open_workspace
from regulars.errors import ParameterError, UnknownName

if TYPE_CHECKING:
    from regulars.facts.forgotten import Erasure


def register(app: typer.Typer) -> None:
    @app.command("forget")
    def forget(
        external_id: Annotated[
            str, typer.Argument(metavar="ID", help="The customer's id in the source.")
        ],
        workspace: WorkspaceOption = None,
        source: Annotated[
            str, typer.Option("--source", metavar="NAME", help="The system that gave the id.")
        ] = "shop",
        purge: Annotated[
            bool,
            typer.Option("--purge", help="Also remove the orders and all else that this one did."),
        ] = False,
        confirm: Annotated[
            str | None,
            typer.Option("--confirm", metavar="ID", help="The id again, where nobody can type it."),
        ] = None,
    ) -> None:
        """Forget a person, for good.

        Names, addresses, ids and kept files go at once and cannot come back. Orders stay and
        count, but belong to nobody; --purge removes them too.
        """
        opened = open_workspace(workspace)
        _confirm(external_id, source=source, purge=purge, typed=confirm)
        report = opened.forget(external_id, source=source, purge=purge)
        if not report.found and report.before is not None:
            raise UnknownName(_again(external_id, source, report.before, purge=purge))
        if not report.found:
            raise UnknownName(
                f"Nobody is known as {external_id!r} of the source {source!r}, so no table was "
                "changed. Is the id written as in the files, and is it of this --source? "
                f"{report.rejects:,} rejected rows that named it were emptied, and no import "
                "will take it in."
            )
        kept = "Orders were removed too." if purge else "Orders still count, but name nobody."
        typer.echo(f"The person is forgotten. {kept}")


def _again(external_id: str, source: str, before: Erasure, *, purge: bool) -> str:
    """Why somebody who was forgotten cannot be forgotten, or purged, again."""
    on = f" on {before.at[:10]}" if before.at else ""
    said = f"{external_id!r} of the source {source!r} was forgotten already{on}"
    if not purge:
        return f"{said}: nothing that names them is left."
    if before.purged:
        return f"{said}, with --purge: nothing of them is left to remove."
    return (
        f"{said}, without --purge. What they did names nobody since then, so it cannot be told "
        "from what others did: it stays, and belongs to nobody. Where a backup from before is "
        "restored, it is removed together with them. For others, give --purge the first time."
    )


def _confirm(external_id: str, *, source: str, purge: bool, typed: str | None) -> None:
    """Ask for the id a second time: this cannot be undone."""
    if typed is None:
        if not sys.stdin.isatty():
            raise ParameterError("Nobody is there to confirm: repeat the id with --confirm ID.")
        what = "and everything they did " if purge else ""
        typer.echo(
            f"This removes who {external_id!r} of {source} is {what}for good. "
            "It cannot be undone, not from a backup either.",
            err=True,
        )
        typed = str(typer.prompt("Type the id again to go on", err=True))
    if typed.strip() != external_id:
        raise ParameterError("The ids differ; nothing was removed.")
