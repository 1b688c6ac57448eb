"""`regulars facts`: what is in the lake."""

from __future__ import annotations

import json
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
from regulars.declare import Language

if TYPE_CHECKING:
    from regulars.facts import TableStatus


def register(app: typer.Typer) -> None:
    @app.command("facts")
    def facts(
        workspace: WorkspaceOption = None,
        every: Annotated[
            bool, typer.Option("--all", help="Also list declared tables that hold nothing yet.")
        ] = False,
        form: FormOption = Form.table,
        lang: LangOption = Lang.en,
    ) -> None:
        """List the tables of facts: rows, days covered, last import."""
        opened = open_workspace(workspace)
        shown = [status for status in opened.facts() if every or _holds(status)]
        if form is Form.json:
            typer.echo(json.dumps({"tables": [_plain(status) for status in shown]}))
            return
        if not shown:
            typer.echo("No facts yet.")
            step = "import orders FILE.csv" if opened.settings.lake else "map orders SCHEMA.TABLE"
            typer.echo(f"Next: regulars {step}", err=True)
            return
        typer.echo("\n".join(_lines(shown, lang.value)))
        typer.echo("\nNext: regulars show quality", err=True)


def _holds(status: TableStatus) -> bool:
    return bool(status.live or status.void or status.last_import)


def _plain(status: TableStatus) -> dict[str, Any]:
    last = status.last_import
    return {
        "table": status.table,
        "live": status.live,
        "void": status.void,
        "first_day": status.first_day.isoformat() if status.first_day else None,
        "last_day": status.last_day.isoformat() if status.last_day else None,
        "last_import": last.to_dict() if last else None,
    }


def _lines(shown: list[TableStatus], lang: Language) -> list[str]:
    from regulars.cli.table import UNKNOWN, lines
    from regulars.facts import FACTS

    rows = [
        [
            status.table,
            f"{status.live:,}",
            f"{status.void:,}",
            str(status.first_day or UNKNOWN),
            str(status.last_day or UNKNOWN),
            FACTS[status.table].meaning.say(lang),
        ]
        for status in shown
    ]
    heads = ["table", "live", "void", "first day", "last day", "one row is"]
    return lines(heads, rows, right=[False, True, True, False, False, False], bold=False)
