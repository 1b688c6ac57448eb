"""`regulars backup`: the workspace in one file, and whether such a file is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regulars.cli.options import Lang, LangOption, WorkspaceOption, open_workspace
from regulars.cli.progress import bar
from regulars.declare import Text

MADE = Text(
    "Backed up facts version {version} to {path}: {files:,} files, {bytes:,} bytes.",
    "已将事实版本{version}备份到 {path}：{files:,}个文件，{bytes:,}字节。",
)
WHOLE = Text(
    "{path} is whole: facts version {version} of {made_at}, {files:,} files, {bytes:,} bytes.",
    "{path} 完整无损：事实版本{version}，备份于{made_at}，{files:,}个文件，{bytes:,}字节。",
)
LISTED = Text(
    "The list of forgotten people: {path}. Keep a copy of it elsewhere.",
    "遗忘名单：{path}。请在别处另存一份。",
)
NO_FACTS = Text("(nothing imported)", "（尚未导入）")


def register(app: typer.Typer) -> None:
    @app.command("backup")
    def backup(
        target: Annotated[
            Path,
            typer.Argument(
                metavar="FILE|FOLDER", help="A new file, or a folder that gets one named by date."
            ),
        ],
        workspace: WorkspaceOption = None,
        check: Annotated[
            bool,
            typer.Option("--check", help="Make none: read the backup FILE and verify every hash."),
        ] = False,
        lang: LangOption = Lang.en,
    ) -> None:
        """Copy the whole workspace into one file; imports and questions go on meanwhile.

        The file names people and holds the workspace's secret. Give it to nobody who may not
        read the workspace.
        """
        from regulars import upkeep

        if check:
            report, said = upkeep.check(target), WHOLE
        else:
            opened = open_workspace(workspace)
            with bar() as shown:
                report, said = opened.backup(target, progress=shown), MADE
        version = report.facts_version or NO_FACTS.say(lang.value)
        typer.echo(said.fill(lang.value, **{**vars(report), "version": version}))
        if report.erasures is not None:
            typer.echo(LISTED.fill(lang.value, path=report.erasures), err=True)
