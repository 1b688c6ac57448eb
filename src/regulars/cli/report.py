"""`regulars report`: the report as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli.options import AsOfOption, Lang, LangOption, WorkspaceOption, open_workspace

if TYPE_CHECKING:
    from regulars.workspace import Workspace


def register(app: typer.Typer) -> None:
    @app.command("report")
    def report(
        workspace: WorkspaceOption = None,
        as_of: AsOfOption = None,
        window_days: Annotated[
            int | None,
            typer.Option(
                "--window-days", min=1, metavar="N", help="Days that recent buying covers."
            ),
        ] = None,
        before: Annotated[
            str | None, typer.Option("--before", metavar="FROM..TO", help="The earlier period.")
        ] = None,
        after: Annotated[
            str | None, typer.Option("--after", metavar="FROM..TO", help="The later period.")
        ] = None,
        lang: LangOption = Lang.en,
        output: Annotated[
            Path,
            typer.Option("--output", "-o", metavar="FILE", help="File to write, or a folder."),
        ] = Path("report.html"),
        tables: Annotated[
            Path | None,
            typer.Option("--tables", metavar="FILE", help="Also write every table as XLSX."),
        ] = None,
    ) -> None:
        """Write the report: one HTML file that opens without a network."""
        opened = open_workspace(workspace)
        written = write_report(
            opened,
            lang=lang,
            output=output,
            as_of=as_of,
            window_days=window_days,
            before=before,
            after=after,
            tables=tables,
        )
        typer.echo(f"Report: {written}")
        if tables is not None:
            typer.echo(f"Tables: {tables}")


def write_report(
    opened: Workspace,
    *,
    lang: Lang,
    output: Path,
    as_of: str | None = None,
    window_days: int | None = None,
    before: str | None = None,
    after: str | None = None,
    tables: Path | None = None,
) -> Path:
    """Write the report, with the notice of the data set where the workspace is a demo."""
    from regulars.cli.progress import working
    from regulars.datasets import notice
    from regulars.report import write_report as write

    with working("report"):
        return write(
            opened,
            output,
            as_of=as_of,
            lang=lang.value,
            data_notice=notice(opened.settings.root),
            window_days=window_days,
            before=before,
            after=after,
            tables=tables,
        )
