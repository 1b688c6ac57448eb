"""`regulars runs`: what was computed, when, how long it took; the SQL as it was executed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from regulars.cli.options import Form, FormOption, WorkspaceOption, open_workspace
from regulars.errors import UnknownName


def register(app: typer.Typer) -> None:
    @app.command("runs")
    def runs(
        workspace: WorkspaceOption = None,
        sql: Annotated[
            str | None,
            typer.Option("--sql", metavar="ID", help="Print the statements of this run."),
        ] = None,
        limit: Annotated[
            int, typer.Option("--limit", min=0, metavar="N", help="The latest N runs; 0 for all.")
        ] = 20,
        form: FormOption = Form.table,
    ) -> None:
        """List what was computed in this workspace, the latest last."""
        found = open_workspace(workspace).runs()
        if sql is not None:
            typer.echo(_statements(found, sql))
            return
        latest = found[-limit:] if limit else found
        if form is Form.json:
            typer.echo(json.dumps({"runs": latest}, ensure_ascii=False, default=str))
            return
        typer.echo("\n".join(_lines(latest)) if latest else "Nothing was computed here yet.")


def _statements(found: list[dict[str, Any]], wanted: str) -> str:
    for run in found:
        if str(run.get("id")) == wanted:
            return ";\n\n".join(str(sql).strip() for sql in run.get("sql") or ()) + ";"
    known = ", ".join(str(run.get("id")) for run in found[-5:]) or "none"
    raise UnknownName(f"There is no run {wanted!r}. The latest: {known}.")


def _lines(found: list[dict[str, Any]]) -> list[str]:
    from regulars.cli.table import lines

    heads = ["id", "at", "name", "engine", "rows", "seconds", "MB"]
    rows = [[_text(run, head) for head in heads] for run in found]
    return lines(heads, rows, right=[False, False, False, False, True, True, True], bold=False)


def _text(run: Mapping[str, Any], head: str) -> str:
    value = run.get({"MB": "memory_mb"}.get(head, head))
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.2f}" if head == "seconds" else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) and head == "rows" else str(value)
