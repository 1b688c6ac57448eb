"""`regulars upgrade`: bring a workspace to the form that this program writes."""

from __future__ import annotations

from typing import Annotated

import typer

from regulars.cli.options import Lang, LangOption, WorkspaceOption, workspace_folder
from regulars.declare import Text

NOTHING = Text(
    "Nothing to do: the workspace is of schema {after}, as this program writes it.",
    "无需升级：工作区格式为第{after}版，与本程序一致。",
)
WOULD = Text(
    "Would bring the workspace from schema {before} to {after}. Nothing was changed.",
    "将把工作区格式从第{before}版升级到第{after}版。目前未做任何改动。",
)
DONE = Text(
    "The workspace is now of schema {after} (was {before}).",
    "工作区格式已从第{before}版升级到第{after}版。",
)


def register(app: typer.Typer) -> None:
    @app.command("upgrade")
    def upgrade(
        workspace: WorkspaceOption = None,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
        ] = False,
        lang: LangOption = Lang.en,
    ) -> None:
        """Bring a workspace of an older Regulars up to date; interrupted, run it again.

        A workspace of an older Regulars can be read and backed up as it is.
        """
        from regulars import upkeep

        report = upkeep.upgrade(workspace_folder(workspace), dry_run=dry_run, waiting=_say_waiting)
        said = (WOULD if dry_run else DONE) if report.before != report.after else NOTHING
        typer.echo(said.fill(lang.value, before=report.before, after=report.after))
        for step in report.steps:
            typer.echo(f"  {step.id}: {step.meaning.say(lang.value)}")


def _say_waiting(holder: str) -> None:
    typer.echo(f"Waiting for another writer to end: {holder}.", err=True)
