"""`regulars init`: make a workspace."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from regulars.errors import ParameterError


def register(app: typer.Typer) -> None:
    @app.command("init")
    def init(
        path: Annotated[Path, typer.Argument(metavar="PATH", help="Folder to make.")],
        zone: Annotated[
            str | None,
            typer.Option(
                metavar="ZONE",
                help="IANA time zone that days are counted in, e.g. Europe/Berlin, Asia/Shanghai.",
            ),
        ] = None,
        currency: Annotated[
            str | None,
            typer.Option(metavar="CODE", help="Reporting currency (ISO 4217), e.g. EUR, CNY."),
        ] = None,
        engine: Annotated[
            str,
            typer.Option(
                metavar="URL",
                help="Where questions are computed: duckdb, postgresql://…, spark:local[2],"
                " clickhouse.",
            ),
        ] = "duckdb",
        no_lake: Annotated[
            bool,
            typer.Option(
                "--no-lake",
                help="Import nothing: read tables that the engine's database already has.",
            ),
        ] = False,
    ) -> None:
        """Make a workspace: a folder for settings and facts."""
        zone = zone or _ask("Time zone (e.g. Europe/Berlin, Asia/Shanghai)", "--zone")
        currency = currency or _ask("Currency (e.g. EUR, CNY)", "--currency")

        from regulars import workspace

        made = workspace.init(
            path, zone=zone, currency=currency.upper(), engine=engine, lake=not no_lake
        )
        settings = made.settings
        typer.echo(
            f"Made the workspace {settings.root}: days in {settings.zone}, "
            f"money in {settings.currency}, computed by {settings.engine_shown}."
        )
        if settings.engine_shown != settings.engine:
            typer.echo(
                "The password stands in regulars.toml, which nobody else may read now. Better:"
                " leave it out of the URL and keep it in ~/.pgpass or PGPASSWORD.",
                err=True,
            )
        step = "map orders SCHEMA.TABLE" if no_lake else "import orders FILE.csv"
        typer.echo(f"Next: regulars {step} --workspace {path}", err=True)


def _ask(question: str, option: str) -> str:
    """Ask a person; where nobody is there to answer, say which option is missing."""
    if not sys.stdin.isatty():
        raise ParameterError(f"{option} is missing; it cannot be changed once facts are imported.")
    return str(typer.prompt(question, err=True)).strip()
