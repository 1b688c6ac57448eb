"""Results as files and streams: JSON for machines, CSV that no spreadsheet runs, Parquet, XLSX."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.declare import Language
from regulars.errors import ParameterError
from regulars.result import Result, written_aside
from regulars.settings import check_output

if TYPE_CHECKING:
    from regulars.settings import Settings


class Format(StrEnum):
    """How an answer is given."""

    table = "table"
    json = "json"
    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"


BINARY = {Format.parquet: "Parquet", Format.xlsx: "XLSX"}


def as_json(result: Result, lang: Language) -> str:
    """The result as one JSON object."""
    return json.dumps(result.to_json(lang), ensure_ascii=False, allow_nan=False) + "\n"


def write_text(text: str, path: Path | None) -> None:
    """Write to a file, first aside and then under its name; to stdout without one."""
    if path is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    with written_aside(path) as aside:
        aside.write_text(text, encoding="utf-8", newline="")


def write(
    result: Result, form: Format, path: Path | None, lang: Language, settings: Settings
) -> None:
    """Give a result in a form for machines.

    Raises
    ------
    ParameterError : Parquet or XLSX needs a file to go to; the folder of the file does not exist.
    """
    check_target(form, path)
    if form is Format.parquet:
        assert path is not None
        result.write_parquet(path)
    elif form is Format.xlsx:
        from regulars.report import write_workbook
        from regulars.report.write import context_of

        assert path is not None
        write_workbook({result.name: result}, path, context=context_of(settings), lang=lang)
    else:
        write_text(as_json(result, lang) if form is Format.json else result.to_csv(), path)


def check_target(form: Format, path: Path | None) -> None:
    """Refuse a target before any work is done."""
    if form in BINARY and path is None:
        raise ParameterError(
            f"{BINARY[form]} is not text: name a file with --output FILE.{form.value}."
        )
    if path is not None and path.is_dir():
        raise ParameterError(f"{path} is a folder; name a file in it.")
    if path is not None:
        check_output(path)
    if path is not None and not path.absolute().parent.is_dir():
        raise ParameterError(f"There is no folder {path.absolute().parent} to write {path} to.")
