"""`regulars erasures`: the list of the forgotten, kept apart, and applied where it is needed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from regulars.cli.options import Lang, LangOption, WorkspaceOption, open_workspace
from regulars.declare import Text

EXPORTED = Text(
    "{path} lists {listed:,} forgotten ids, as keyed hashes that name nobody.",
    "{path} 列有{listed:,}个被遗忘的编号，均为加密哈希，不含任何姓名。",
)
APPLIED = Text(
    "{listed:,} forgotten ids, {new:,} of them new here; {found:,} customer records were still "
    "named and are forgotten now, {purged:,} of them with their orders; {rejects:,} rejected rows "
    "emptied.",
    "共{listed:,}个被遗忘的编号，其中{new:,}个为新增；"
    "{found:,}条仍留有姓名的客户记录现已遗忘，"
    "其中{purged:,}条连同订单一并删除；{rejects:,}条被拒的行已清空。",
)


class Deed(StrEnum):
    """What to do with the list."""

    export = "export"
    apply = "apply"


def register(app: typer.Typer) -> None:
    @app.command("erasures")
    def erasures(
        deed: Annotated[
            Deed,
            typer.Argument(
                metavar="export|apply",
                help="export: write this workspace's list to PATH. "
                "apply: forget here everybody on the list PATH.",
            ),
        ],
        path: Annotated[
            Path, typer.Argument(metavar="PATH", help="The list; for apply also a workspace.")
        ],
        workspace: WorkspaceOption = None,
        lang: LangOption = Lang.en,
    ) -> None:
        """Keep the list of forgotten people elsewhere, or apply it to an old copy."""
        opened = open_workspace(workspace)
        if deed is Deed.export:
            listed = opened.export_erasures(path)
            typer.echo(EXPORTED.fill(lang.value, path=path, listed=listed))
        else:
            typer.echo(APPLIED.fill(lang.value, **vars(opened.apply_erasures(path))))
