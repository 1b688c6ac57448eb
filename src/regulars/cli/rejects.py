"""`regulars rejects`: the rows that an import did not take, with file, line, column and reason."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.cli.options import Lang, LangOption, WorkspaceOption, open_workspace
from regulars.cli.output import Format, check_target, write_text
from regulars.errors import ParameterError, UnknownName

if TYPE_CHECKING:
    from regulars.facts import Lake

HEADS = ("file", "line", "column", "reason", "row")


def register(app: typer.Typer) -> None:
    @app.command("rejects")
    def rejects(
        import_id: Annotated[
            str | None,
            typer.Argument(metavar="ID", help="The import. Default: the last one that had any."),
        ] = None,
        workspace: WorkspaceOption = None,
        form: Annotated[
            Format, typer.Option("--format", "-f", metavar="table|json|csv", help="Form.")
        ] = Format.table,
        output: Annotated[
            Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.")
        ] = None,
        limit: Annotated[
            int, typer.Option("--limit", min=0, metavar="N", help="The first N; 0 for all.")
        ] = 20,
        lang: LangOption = Lang.en,
    ) -> None:
        """List rows that an import did not take: file, line, column, reason, content."""
        if form is Format.parquet:
            raise ParameterError("The rejects are given as table, json or csv.")
        check_target(form, output)
        lake = open_workspace(workspace).lake
        found = lake.rejects(import_id or _last(lake))
        shown = found if form is not Format.table or not limit else found[:limit]
        write_text(_text(shown, form, lang), output)
        if len(shown) < len(found):
            typer.echo(f"{len(found) - len(shown):,} more: --limit 0 shows all.", err=True)


def _last(lake: Lake) -> str:
    for report in reversed(lake.imports()):
        if report.rejected:
            return report.import_id
    raise UnknownName("No import in this workspace has rejected rows.")


def _text(found: Sequence[dict[str, Any]], form: Format, lang: Lang) -> str:
    from regulars.facts.reasons import REASONS

    rows = [
        [r["file"], r["line"], r["column"], REASONS[r["code"]].say(lang.value), r["raw"]]
        for r in found
    ]
    if form is Format.json:
        listed = [dict(r, reason=row[3]) for r, row in zip(found, rows, strict=True)]
        return json.dumps({"rejects": listed}, ensure_ascii=False) + "\n"
    if form is Format.csv:
        from regulars.result import csv_text

        return csv_text(HEADS, rows)
    from regulars.cli.table import lines, printable

    cells = [["" if v is None else printable(str(v)) for v in row] for row in rows]
    return "\n".join(lines(list(HEADS), cells, right=[False] * len(HEADS), bold=False)) + "\n"
