"""What is kept of each import: its report and its rejects, in a folder of its own.

``imports/00000007-<import id>/`` belongs to import 7 once a published version counts that far;
``refused/<import id>/`` keeps the report and rejects of an import that was refused.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from regulars.errors import FactsError, UnknownName
from regulars.facts.reports import ImportReport
from regulars.facts.versions import sync_folder, write_whole

REJECTS = "rejects.parquet"


def folder_of(facts: Path, seq: int, import_id: str) -> Path:
    return facts / "imports" / f"{seq:08d}-{import_id}"


def refused_folder(facts: Path, import_id: str) -> Path:
    return facts / "refused" / import_id


def write_record(folder: Path, report: ImportReport) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    content = json.dumps(report.to_dict(), ensure_ascii=False, indent=1)
    write_whole(folder / "report.json", content.encode())
    rejects = folder / REJECTS
    if rejects.exists():
        with rejects.open("rb") as file:
            os.fsync(file.fileno())
    sync_folder(folder)
    sync_folder(folder.parent)


def read_record(folder: Path) -> ImportReport:
    try:
        return ImportReport.from_dict(json.loads((folder / "report.json").read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FactsError(f"The record of import {folder.name} is damaged: {error}") from error


def published(facts: Path, last_seq: int) -> list[Path]:
    """Folders of the imports that published versions count, oldest first."""
    place = facts / "imports"
    if not place.is_dir():
        return []
    return sorted(f for f in place.iterdir() if 0 < _seq(f) <= last_seq)


def find(facts: Path, import_id: str, last_seq: int) -> Path | None:
    """The folder of an import that was made before."""
    for folder in published(facts, last_seq):
        if folder.name[9:] == import_id:
            return folder
    return None


def remove_unpublished(facts: Path, last_seq: int) -> None:
    """Take away what an import left that died before its publication."""
    place = facts / "imports"
    if place.is_dir():
        for folder in place.iterdir():
            if _seq(folder) > last_seq:
                shutil.rmtree(folder)


def rejected(facts: Path, import_id: str, last_seq: int) -> Path:
    """Where the rejected rows of an import lie, a refused one's too; it may have had none.

    Raises
    ------
    UnknownName : no import has this id.
    """
    folder = find(facts, import_id, last_seq) or refused_folder(facts, import_id)
    if not folder.is_dir():
        raise UnknownName(f"There is no import {import_id!r}.")
    return folder / REJECTS


def _seq(folder: Path) -> int:
    """The import's number; 0 for anything that is no import's folder."""
    return int(folder.name[:8]) if folder.is_dir() and folder.name[:8].isdigit() else 0
