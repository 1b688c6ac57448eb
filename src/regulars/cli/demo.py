"""`regulars demo`: real data, imported and analysed, with the findings in words."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli.options import SETTINGS_FILE, Lang, LangOption
from regulars.errors import MissingExtra, RegularsError, WorkspaceError

if TYPE_CHECKING:
    from regulars.datasets import DataSet
    from regulars.workspace import Workspace

HEADLINES = ("bridge", "causes", "groups", "migration", "concentration", "cohorts")


def register(app: typer.Typer) -> None:
    @app.command("demo")
    def demo(
        data: Annotated[
            str,
            typer.Option(
                "--data",
                metavar="complete-journey|cdnow",
                help="The data set; cdnow ships with Regulars, the other with the extra [demo].",
            ),
        ] = "complete-journey",
        path: Annotated[
            Path, typer.Option("--path", metavar="DIR", help="Folder of the demo's workspace.")
        ] = Path("regulars-demo"),
        lang: LangOption = Lang.en,
    ) -> None:
        """Import real data, analyse them, say what was found, report."""
        from regulars.datasets import dataset

        chosen = dataset(data)
        opened = workspace_for(chosen, path)
        typer.echo(f"{chosen.title.say(lang.value)}\n")
        for text in chosen.notice:
            typer.echo(f"* {text.say(lang.value)}")
        typer.echo("")
        fill(opened, chosen)
        tell(opened, lang)
        report(opened, path)


def workspace_for(data: DataSet, path: Path) -> Workspace:
    """The demo's workspace: made, or opened again when it is of the same data.

    Raises
    ------
    WorkspaceError : the folder holds something else; nothing is written there.
    """
    from regulars import workspace
    from regulars.datasets import demo_data, mark

    settings = path / SETTINGS_FILE
    if settings.is_file():
        made_from = demo_data(path)
        if made_from != data.name:
            holds = f"the demo of {made_from}" if made_from else "a workspace of yours"
            raise WorkspaceError(f"{path} holds {holds}. Name another folder with --path DIR.")
        return workspace.open(path)
    if path.exists() and any(path.iterdir()):
        raise WorkspaceError(f"{path} is not empty. Name another folder with --path DIR.")
    opened = workspace.init(path, zone=data.zone, currency=data.currency)
    mark(path, data)
    return opened


def fill(opened: Workspace, data: DataSet) -> None:
    """Import every file of the data set, and make a snapshot."""
    from regulars.cli.imports import report_lines, run_import
    from regulars.cli.progress import working

    with tempfile.TemporaryDirectory(prefix="regulars-demo-") as folder:
        with working("reading the data set"):
            files = data.write(Path(folder))
        for table, file in files.items():
            told = run_import(opened, table, [file], source=data.name, mapping=None)
            typer.echo("\n".join(report_lines(told, "en")), err=True)
    with working("snapshot"):
        opened.analyse()


def tell(opened: Workspace, lang: Lang) -> None:
    """The headline findings, a paragraph each."""
    for line in headlines(opened, lang):
        typer.echo(f"{line}\n")


def headlines(opened: Workspace, lang: Lang) -> Iterator[str]:
    """What moved and why, then what stands out in each of the other answers."""
    from regulars.cli.findings import finding, headline
    from regulars.cli.page import numbers_of
    from regulars.cli.progress import working

    results = {}
    for name in HEADLINES:
        try:
            with working(name):
                results[name] = opened.show(name)
        except RegularsError as error:
            # One question that these data cannot answer leaves the others standing.
            yield f"{name}: {error}"
    yield headline(results, opened.settings, lang.value)
    numbers = numbers_of(opened.settings, lang.value)
    for result in results.values():
        said = finding(result, numbers, opened.settings)
        if said and result.name != "bridge":
            yield said


def report(opened: Workspace, path: Path) -> None:
    """Write the report in both languages and say where everything is."""
    from regulars.cli.report import write_report

    for lang in Lang:
        try:
            written = write_report(opened, lang=lang, output=path / f"report-{lang.value}.html")
        except MissingExtra as error:
            typer.echo(f"No report: {error}", err=True)
            break
        typer.echo(f"Report: {written}")
    typer.echo(f"Workspace: {path}")
    typer.echo(
        f"\nNext: cd {path}\n"
        "      regulars show                   the questions\n"
        "      regulars show groups            who stands where\n"
        "      regulars show rfm --limit 10    customers with their scores",
        err=True,
    )
