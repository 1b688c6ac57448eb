"""`regulars analyse`: make a snapshot, one row a customer as of a day."""

from __future__ import annotations

from typing import Annotated

import typer

from regulars.cli.options import AsOfOption, WorkspaceOption, open_workspace


def register(app: typer.Typer) -> None:
    @app.command("analyse")
    def analyse(
        workspace: WorkspaceOption = None,
        as_of: AsOfOption = None,
        window_days: Annotated[
            int,
            typer.Option(
                "--window-days", min=1, metavar="N", help="Days that recent spend covers."
            ),
        ] = 365,
    ) -> None:
        """Make a snapshot: every customer as of a day.

        It is an immutable folder of Parquet files with a manifest.
        """
        from regulars.cli.progress import working

        opened = open_workspace(workspace)
        with working("snapshot"):
            snapshot = opened.analyse(as_of=as_of, window_days=window_days)
        manifest = snapshot.manifest
        rows = manifest.get("rows")
        counted = f" of {rows:,} customers" if isinstance(rows, int) else ""
        typer.echo(f"Made the snapshot {snapshot.id}{counted} in {snapshot.path}.")
        typer.echo("Next: regulars show groups, regulars report", err=True)
