"""`regulars restore`: a workspace from a backup, without whoever was forgotten since."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from regulars.cli.options import Lang, LangOption
from regulars.cli.progress import bar
from regulars.declare import Text

DONE = Text(
    "Restored {root} as of {made_at}.",
    "已将{root}恢复到{made_at}的状态。",
)
APPLIED = Text(
    "Applied {lists}: {listed:,} forgotten ids, {found:,} customer records named in the backup "
    "were forgotten again, {rejects:,} rejected rows emptied.",
    "已执行{lists}：{listed:,}个被遗忘的编号，备份中{found:,}条仍留有姓名的客户记录已再次遗忘，"
    "{rejects:,}条被拒的行已清空。",
)
OWN = Text("the backup's own list of forgotten people", "备份自带的遗忘名单")


def register(app: typer.Typer) -> None:
    @app.command("restore")
    def restore(
        backup: Annotated[Path, typer.Argument(metavar="BACKUP", help="File of regulars backup.")],
        folder: Annotated[
            Path, typer.Argument(metavar="FOLDER", help="New or empty folder for the workspace.")
        ],
        erasures: Annotated[
            list[Path] | None,
            typer.Option(
                "--erasures",
                metavar="PATH",
                help="List of forgotten people: a file, or the present workspace. Several times. "
                "Lists beside the backup are applied unasked.",
            ),
        ] = None,
        without_erasures: Annotated[
            bool,
            typer.Option(
                "--without-erasures", help="There is no such list: nobody was forgotten since."
            ),
        ] = False,
        lang: LangOption = Lang.en,
    ) -> None:
        """Make a workspace of a backup, and forget again whoever was forgotten since."""
        from regulars import upkeep

        with bar() as shown:
            report = upkeep.restore(
                backup, folder, erasures=erasures or (), without_erasures=without_erasures,
                at=dt.datetime.now(dt.UTC), progress=shown,
            )  # fmt: skip
        lists = ", ".join(map(str, report.lists)) or OWN.say(lang.value)
        typer.echo(DONE.fill(lang.value, root=report.root, made_at=report.made_at))
        typer.echo(APPLIED.fill(lang.value, **{**vars(report.erased), "lists": lists}))
        typer.echo(f"Next: regulars facts --workspace {folder}", err=True)
