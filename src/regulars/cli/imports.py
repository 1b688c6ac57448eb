"""`regulars import`: bring facts in from files, with the mapping shown before it is used."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import typer

from regulars.cli.options import Lang, LangOption, WorkspaceOption, open_workspace
from regulars.declare import Language
from regulars.errors import ParameterError

if TYPE_CHECKING:
    from regulars.facts import ColumnMapping, ImportReport
    from regulars.facts.mapping import FileColumn
    from regulars.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the command line says about the file beyond its columns; None means not said."""

    columns: tuple[str, ...]
    zone: str | None
    day_order: str | None
    decimal_mark: str | None
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    header_row: int | None

    @property
    def anything(self) -> bool:
        return bool(self.columns) or bool(self.settings())

    def settings(self) -> dict[str, Any]:
        names = ("zone", "day_order", "decimal_mark", *self._READING)
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    @property
    def reading(self) -> dict[str, Any]:
        """What must be known before the file is opened."""
        return {name: getattr(self, name) for name in self._READING}

    _READING: ClassVar[tuple[str, ...]] = ("encoding", "delimiter", "sheet", "header_row")


def register(app: typer.Typer) -> None:
    @app.command("import")
    def import_facts(
        fact: Annotated[
            str, typer.Argument(metavar="FACT", help="Table of facts: orders, order_lines, …")
        ],
        files: Annotated[
            list[Path],
            typer.Argument(
                metavar="FILE…",
                help="CSV (any encoding, also .gz and .zst), XLSX or Parquet; or a pattern in "
                "quotes, such as 'data/2026-*.csv.gz'.",
            ),
        ],
        workspace: WorkspaceOption = None,
        source: Annotated[
            str, typer.Option("--source", metavar="NAME", help="The system that the ids are of.")
        ] = "shop",
        mapping: Annotated[
            list[str] | None,
            typer.Option(
                "--mapping",
                "-m",
                metavar="FIELD=COLUMN",
                help="Take a field from this column of the file; FIELD= leaves it out. May be given"
                " several times.",
            ),
        ] = None,
        zone: Annotated[
            str | None,
            typer.Option("--zone", help="Time zone of the file's local times, if not ours."),
        ] = None,
        day_order: Annotated[
            str | None,
            typer.Option(
                "--date-order",
                "--day-order",
                metavar="dmy|mdy|ymd",
                help="How 03/04/2026 is meant. Default: found out, never guessed.",
            ),
        ] = None,
        decimal_mark: Annotated[
            str | None, typer.Option("--decimal-mark", metavar=".|,", help="Of the amounts.")
        ] = None,
        encoding: Annotated[
            str | None, typer.Option("--encoding", help="E.g. gb18030. Default: found out.")
        ] = None,
        delimiter: Annotated[
            str | None, typer.Option("--delimiter", help="Of a CSV file. Default: found out.")
        ] = None,
        sheet: Annotated[
            str | None,
            typer.Option(
                "--sheet", metavar="NAME", help="Sheet of an XLSX file, if not the first."
            ),
        ] = None,
        header_row: Annotated[
            int | None,
            typer.Option(
                "--header-row", min=1, metavar="N", help="Its row of column names, if not found."
            ),
        ] = None,
        void: Annotated[
            bool,
            typer.Option("--void", help="Withdraw the rows that the files name instead."),
        ] = False,
        reject_limit: Annotated[
            float,
            typer.Option(
                "--reject-limit",
                min=0.0,
                max=1.0,
                metavar="SHARE",
                help="Refuse the whole import when more than this share of rows is rejected.",
            ),
        ] = 0.05,
        again: Annotated[
            bool,
            typer.Option(
                "--again",
                help="Apply files that were imported before once more, over later changes.",
            ),
        ] = False,
        yes: Annotated[
            bool, typer.Option("--yes", "-y", help="Take the mapping as guessed; ask nothing.")
        ] = False,
        lang: LangOption = Lang.en,
    ) -> None:
        """Import facts from files. The same files again change nothing."""
        opened = open_workspace(workspace)
        said = Said(
            columns=tuple(mapping or ()),
            zone=zone,
            day_order=day_order,
            decimal_mark=decimal_mark,
            encoding=encoding,
            delimiter=delimiter,
            sheet=sheet,
            header_row=header_row,
        )
        chosen = choose_mapping(opened, fact, files, source=source, said=said, yes=yes, void=void)
        report = run_import(
            opened,
            fact,
            files,
            source=source,
            mapping=chosen,
            reject_limit=reject_limit,
            void=void,
            again=again,
        )
        typer.echo("\n".join(report_lines(report, lang.value)))
        typer.echo("Next: regulars facts, regulars show quality", err=True)


def choose_mapping(
    opened: Workspace,
    fact: str,
    files: Sequence[Path],
    *,
    source: str,
    said: Said,
    yes: bool,
    void: bool = False,
) -> ColumnMapping:
    """The saved mapping or a guess, with what the user said; shown, and confirmed by a person."""
    saved = opened.mapping(fact, source)
    if saved is not None and not said.anything:
        return saved
    guessed, header = opened.lake.guess(fact, str(files[0]), source=source, **said.reading)
    if saved is not None and void:
        saved = saved.for_withdrawal(header)
    mapping = with_said(saved or guessed, header, said, guessed) if said.anything else guessed
    typer.echo(f"How {fact} is read from {files[0].name} (source {source}):", err=True)
    for line in mapping_lines(mapping):
        typer.echo(line, err=True)
    if not yes and sys.stdin.isatty():
        if not typer.confirm("Is this right?", default=not mapping.unsure, err=True):
            raise ParameterError(
                "Nothing was imported. Say which column is which with --mapping FIELD=COLUMN."
            )
    elif not yes and mapping.unsure:
        raise ParameterError(
            f"Not sure about {', '.join(mapping.unsure)}. Nothing was imported. Confirm with "
            "--mapping FIELD=COLUMN, or take the guess with --yes."
        )
    return mapping.confirm()


def with_said(
    mapping: ColumnMapping, header: Sequence[str], said: Said, guessed: ColumnMapping
) -> ColumnMapping:
    """The mapping with the user's own words on top; what it leaves out is known by the guess."""
    columns = dict(mapping.columns)
    sure = dict(mapping.sure)
    left_out = list(mapping.left_out)
    for pair in said.columns:
        field, equals, column = pair.partition("=")
        if not equals or not field:
            raise ParameterError(f"{pair!r} is not FIELD=COLUMN, e.g. amount=Total.")
        if not column:
            left_out += _leave_out(field, columns, sure, guessed)
            continue
        left_out = [name for name in left_out if name != column]
        for other in [name for name, taken in columns.items() if taken == column]:
            del columns[other]
            sure.pop(other, None)
        twin = f"{field}_minor" if not field.endswith("_minor") else field.removesuffix("_minor")
        columns.pop(twin, None)
        sure.pop(twin, None)
        columns[field] = column
        sure[field] = 1.0
    changed: dict[str, Any] = said.settings()
    made = replace(
        mapping,
        columns=columns,
        sure=sure,
        unused=tuple(name for name in header if name not in columns.values()),
        left_out=tuple(dict.fromkeys(left_out)),
        **changed,
    )
    made.check_words()
    made.check_columns(header)
    return made


def _leave_out(
    field: str,
    columns: dict[str, FileColumn],
    sure: dict[str, float],
    guessed: ColumnMapping,
) -> list[str]:
    """Drop a field; the columns of the file that it is not to be taken from from now on."""
    from regulars.facts import fact_table
    from regulars.facts.mapping import file_fields

    if field not in file_fields(fact_table(guessed.table)):
        raise ParameterError(f"{guessed.table} has no field {field!r} to leave out.")
    sure.pop(field, None)
    found = (columns.pop(field, None), guessed.columns.get(field))
    return [column for column in found if isinstance(column, str)]


def mapping_lines(mapping: ColumnMapping) -> list[str]:
    """A line for each field: where it comes from, and a mark where somebody should look."""
    from regulars.cli.table import lines, printable

    rows = []
    for field, column in mapping.columns.items():
        taken = " > ".join(column) if isinstance(column, tuple) else column
        rows.append([f"  {field}", printable(taken), "look" if field in mapping.unsure else ""])
    for field, value in mapping.fixed.items():
        rows.append([f"  {field}", f"always {value!r}", ""])
    shown = lines(["  field", "column of the file", ""], rows, right=[False] * 3, bold=False)
    if mapping.day_order in ("dmy", "mdy"):
        first = "day" if mapping.day_order == "dmy" else "month"
        shown.append(f"  days such as 03/04/2026: the {first} first ({mapping.day_order})")
    if mapping.unused:
        shown.append(f"  not used: {', '.join(printable(name) for name in mapping.unused)}")
    return shown


def run_import(
    opened: Workspace,
    fact: str,
    files: Sequence[Path],
    *,
    source: str,
    mapping: ColumnMapping | None,
    reject_limit: float = 0.05,
    void: bool = False,
    again: bool = False,
) -> ImportReport:
    """Import with a bar for a person; the command line is where the clock is read."""
    from regulars.cli.progress import bar

    started = time.monotonic()
    with bar() as shown:
        # What withdraws rows often names their key only: no mapping to be kept for the next file.
        take = opened.lake.import_facts if void else opened.import_facts
        report = take(
            fact,
            [str(file) for file in files],
            source=source,
            mapping=mapping,
            recorded_at=dt.datetime.now(dt.UTC),
            reject_limit=reject_limit,
            void=void,
            again=again,
            progress=shown,
            waiting=_say_waiting,
        )
    return replace(report, seconds=time.monotonic() - started)


def _say_waiting(holder: str) -> None:
    """One import at a time: say what this one waits for."""
    typer.echo(f"Waiting for another writer to end: {holder}.", err=True)


def report_lines(report: ImportReport, lang: Language) -> list[str]:
    """What an import did, in words."""
    from regulars.cli.table import lines

    if report.no_op:
        before = "these very files had been imported before; nothing changed"
        told = [f"{report.table}: {before} (facts version {report.facts_version})."]
        if report.warnings:
            told.append("To apply them over the later changes: --again.")
        return told + [f"* {note.say(lang)}" for note in report.warnings]
    took = f" in {report.seconds:.1f} s" if report.seconds is not None else ""
    became = (
        f"{report.new:,} new, {report.changed:,} changed, {report.unchanged:,} unchanged, "
        f"{report.rejected_rows:,} rejected"
    )
    version = f"facts version {report.facts_version}"
    told = [f"{report.table}: {report.read:,} rows read{took}: {became}; {version}."]
    if report.void:
        told.append(f"{report.void:,} rows are withdrawn and no longer count.")
    if report.rejected:
        rows = [
            [f"  {count.rows:,}", count.reason.say(lang), count.place] for count in report.rejected
        ]
        heads = ["  rows", "rejected because", "first in"]
        told += lines(heads, rows, right=[True, False, False], bold=False)
        told.append(f"All of them: regulars rejects {report.import_id}")
    told += [f"* {note.say(lang)}" for note in report.warnings]
    return told
