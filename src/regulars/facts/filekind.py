"""What a file holds, by its first bytes, and whether its ending says the same."""

from __future__ import annotations

import zipfile
from pathlib import Path

from regulars.errors import FactsError

TEXT, GZIP, ZSTD, PARQUET, WORKBOOK = "text", "gzip", "zstd", "parquet", "workbook"

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", PARQUET),
    (b"\x1f\x8b", GZIP),
    (b"\x28\xb5\x2f\xfd", ZSTD),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", WORKBOOK),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"ARROW1", "an Arrow file"),
    (b"Obj\x01", "an Avro file"),
    (b"ORC", "an ORC file"),
)

_ENDINGS = {
    ".parquet": PARQUET,
    ".pq": PARQUET,
    ".gz": GZIP,
    ".zst": ZSTD,
    ".xlsx": WORKBOOK,
    ".xlsm": WORKBOOK,
    ".xls": WORKBOOK,
}

_CALLED = {
    TEXT: ("text", "CSV", ".csv"),
    GZIP: ("a gzip file", "gzip", ".csv.gz"),
    ZSTD: ("a zstd file", "zstd", ".csv.zst"),
    PARQUET: ("a Parquet file", "Parquet", ".parquet"),
    WORKBOOK: ("a spreadsheet", "a spreadsheet", ".xlsx"),
}

_ADVICE = "Regulars reads CSV (also .gz and .zst), Parquet and XLSX: export it as one of these."


def kind_of(path: Path) -> str:
    """What the file holds.

    Raises
    ------
    FactsError : it is no file, its ending says something else than its content, or it holds what
        Regulars does not read.
    """
    if path.is_dir():
        raise FactsError(
            f"{str(path)!r} is a folder. Name its files, for example by the pattern "
            f"'{path / '*.csv'}'."
        )
    if not path.is_file():
        raise FactsError(f"There is no file {str(path)!r}.")
    said = expected(path)
    with path.open("rb") as file:
        first = file.read(512)
    if not first and said == TEXT:
        return said
    found = content_kind(first, path if first[:4] == b"PK\x03\x04" else None)
    if found not in _CALLED:
        raise FactsError(f"{path.name} is {found}. {_ADVICE}")
    if found != said:
        # A cut Parquet file or archive has no name of its own; what it should be is said.
        holds = "nothing" if not first else _CALLED[found][0]
        ending = _CALLED[found][2]
        raise FactsError(
            f"{path.name} says {_CALLED[said][1]} by its ending but holds {holds}. "
            f"If that is right, rename it to end in {ending}; if not, export it again."
        )
    return found


def expected(path: Path) -> str:
    """What the ending of the name says."""
    return _ENDINGS.get(path.suffix.lower(), TEXT)


def content_kind(first: bytes, archive: Path | None = None) -> str:
    """What these first bytes belong to; in words where Regulars does not read it."""
    for magic, kind in _MAGIC:
        if first.startswith(magic):
            return WORKBOOK if archive is not None and _is_workbook(archive) else kind
    start = first.lstrip(b"\xef\xbb\xbf \t\r\n")[:16].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        return "a web page (some systems export one under the name of a spreadsheet)"
    return "XML" if start.startswith(b"<?xml") else TEXT


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as file:
            return any(name.startswith("xl/") for name in file.namelist())
    except (zipfile.BadZipFile, OSError):
        # Cut short: what it was meant to be stands in its ending.
        return expected(path) == WORKBOOK
