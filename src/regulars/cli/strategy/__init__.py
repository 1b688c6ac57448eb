"""`regulars strategy`: scenario files as text, JSON, page or workbook."""

from __future__ import annotations

import typer

from regulars.cli.strategy import commands

HELP = "What a plan would change: lifetime-value tables, budgets, renewals; from YAML files."


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
    for name, command in commands.ALL.items():
        group.command(name)(command)
    app.add_typer(group, name="strategy", help=HELP)
