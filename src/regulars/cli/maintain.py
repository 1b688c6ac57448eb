"""`regulars maintain`: remove what nobody needs any more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli.options import (
    Form,
    FormOption,
    Lang,
    LangOption,
    WorkspaceOption,
    open_workspace,
)
from regulars.declare import Language, Text

if TYPE_CHECKING:
    from regulars.upkeep import Upkeep

REMOVED = Text("Removed {bytes:,} bytes:", "已清理{bytes:,}字节：")
WOULD = Text(
    "Would remove {bytes:,} bytes. Nothing was changed.",
    "将清理{bytes:,}字节。目前未做任何改动。",
)
FILES = Text(
    "{files:,} files of facts ({bytes:,} bytes), {orphans:,} of them left by an interrupted import",
    "{files:,}个事实文件（{bytes:,}字节），其中{orphans:,}个为中断的导入所遗留",
)
VERSIONS = Text(
    "{gone:,} facts versions can no longer be read, {kept:,} can",
    "{gone:,}个事实版本不再可读，{kept:,}个仍可读",
)
NO_LAKE = Text(
    "No facts are kept here: the tables that are read were left alone",
    "此处不保存事实数据：所读取的数据表未作改动",
)
COMPACTED = Text("{table}: {files:,} small files made one", "{table}：{files:,}个小文件合并为一个")
SCRATCH = Text(
    "{scratch:,} leftovers of computing ({scratch_bytes:,} bytes)",
    "{scratch:,}项计算残留（{scratch_bytes:,}字节）",
)
SNAPSHOTS = Text(
    "{snapshots:,} unfinished snapshots ({snapshots_bytes:,} bytes)",
    "{snapshots:,}个未完成的快照（{snapshots_bytes:,}字节）",
)
RUNS = Text(
    "{runs:,} old files of the run log ({runs_bytes:,} bytes)",
    "{runs:,}个旧的运行日志文件（{runs_bytes:,}字节）",
)
BUSY = Text(
    "{busy:,} runs are under way: what they use was left alone",
    "有{busy:,}项运行正在进行，其所用文件未动",
)


def register(app: typer.Typer) -> None:
    @app.command("maintain")
    def maintain(
        workspace: WorkspaceOption = None,
        keep_days: Annotated[
            int,
            typer.Option(
                "--keep-days",
                min=0,
                metavar="N",
                help="Facts versions that were current within N days stay readable.",
            ),
        ] = 30,
        keep_runs_days: Annotated[
            int,
            typer.Option(
                "--keep-runs-days", min=0, metavar="N", help="The run log goes back N days or more."
            ),
        ] = 365,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")
        ] = False,
        form: FormOption = Form.table,
        lang: LangOption = Lang.en,
    ) -> None:
        """Remove files that no facts version needs any more, and make small files one.

        Imports wait meanwhile; questions go on, and what a running one reads stays.
        """
        report = open_workspace(workspace).maintain(
            keep_days=keep_days, keep_runs_days=keep_runs_days, dry_run=dry_run,
            waiting=_say_waiting,
        )  # fmt: skip
        if form is Form.json:
            typer.echo(json.dumps({**asdict(report), "bytes": report.bytes}))
            return
        typer.echo((WOULD if dry_run else REMOVED).fill(lang.value, bytes=report.bytes))
        typer.echo("\n".join(f"  {line}" for line in _lines(report, lang.value)))


def _lines(report: Upkeep, lang: Language) -> Iterator[str]:
    lake, every = report.lake, vars(report)
    if lake is None:
        yield NO_LAKE.say(lang)
    else:
        yield FILES.fill(lang, files=lake.files, bytes=lake.bytes, orphans=lake.orphans)
        yield VERSIONS.fill(lang, gone=len(lake.versions), kept=len(lake.kept))
        for table, files in lake.compacted.items():
            yield COMPACTED.fill(lang, table=table, files=files)
    yield SCRATCH.fill(lang, **every)
    yield SNAPSHOTS.fill(lang, **every)
    yield RUNS.fill(lang, **every)
    if report.busy:
        yield BUSY.fill(lang, **every)


def _say_waiting(holder: str) -> None:
    typer.echo(f"Waiting for another writer to end: {holder}.", err=True)
