"""Spreadsheets: one sheet read cell by cell into plain text, as exactly as it was stored.

A spreadsheet is small on disk and large in memory: its reader makes a whole grid of every cell up
to the last one used. So the file's parts are streamed first, and what would unpack too far or span
too wide a grid is refused before the reader sees it.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.errors import FactsError, MissingExtra
from regulars.facts.textfiles import LONGEST_LINE, different
from regulars.facts.unpacking import BLOCK, Limits

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

LIMITS = Limits(most=1 << 30, ratio=200, free=16 << 20)
# A cell takes about 32 bytes in the reader: this is 640 MB, a million rows of twenty columns.
MOST_CELLS = 20_000_000
_LARGEST_OLD = 64 << 20
_LOOK_FOR_HEADER = 50

_PLACES = re.compile(rb'<c [^>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})"')
_ROWS = re.compile(rb'<row [^>]{0,200}?\br="(\d{1,7})"')


@dataclass(frozen=True)
class SheetFile:
    """One sheet as a CSV file.

    Attributes
    ----------
    path : the CSV file, without its header.
    sheet, header_row : what was taken; rows count from 1.
    others : names of further sheets that hold something.
    """

    path: Path
    header: tuple[str, ...]
    sheet: str
    header_row: int
    others: tuple[str, ...]


def read_sheet(
    path: Path,
    work: Path,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    tell: Callable[[float], None] | None = None,
) -> SheetFile:
    """Read one sheet of a spreadsheet into a CSV file in the working folder.

    Parameters
    ----------
    sheet : its name; None takes the first visible sheet that holds anything.
    header_row : the row of the column names, from 1; None looks for it.

    Raises
    ------
    FactsError : damaged, locked with a password, too large, no such sheet, or no header.
    MissingExtra : the reader is not installed.
    """
    check_size(path, tell)
    book = _open(path)
    name, others = _choose(path.name, book, sheet)
    found = _sheet(path.name, book, name)
    place = _header_place(path.name, name, found, header_row)
    rows = found.iter_rows()
    header = different([text_of(value) for value in next(islice(rows, place, None))])
    while header and header[-1].startswith("column "):  # beyond the last named column
        header.pop()
    target = work / f"{path.stem}.{abs(hash(str(path)))}.sheet.csv"
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for number, row in enumerate(rows, place + 2):
            texts = [text_of(value) for value in row[: len(header)]]
            if sum(map(len, texts)) > LONGEST_LINE:
                raise FactsError(
                    f"{path.name}, sheet {name!r}, row {number}: the row holds more than "
                    f"{LONGEST_LINE:,} characters. Take it out and import the file again."
                )
            writer.writerow(texts)
    return SheetFile(target, tuple(header), name, place + 1, others)


def check_size(path: Path, tell: Callable[[float], None] | None = None) -> None:
    """Stream through a spreadsheet's parts; refuse what its reader could not bear."""
    if not zipfile.is_zipfile(path):
        if path.stat().st_size > _LARGEST_OLD:
            raise FactsError(f"{path.name} is too large for an old .xls file: save it as CSV.")
        return
    unpacked = 0
    try:
        with zipfile.ZipFile(path) as file:
            for part in file.infolist():
                is_sheet = part.filename.startswith("xl/worksheets/")
                extent = _Extent(path.name)
                with file.open(part) as opened:
                    while block := opened.read(BLOCK):
                        unpacked += len(block)
                        LIMITS.check(path.name, packed=path.stat().st_size, unpacked=unpacked)
                        if is_sheet:
                            extent.add(block)
                if tell:
                    tell(float(part.header_offset + part.compress_size))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise _damaged(path.name, error) from error


class _Extent:
    """How wide and tall a grid the cells of a sheet span, from its XML in blocks."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tail = b""
        self._width = self._height = 0
        self._unplaced = 0

    def add(self, block: bytes) -> None:
        text = self._tail + block
        # A tag cut at the block's end is looked at whole with the next block.
        cut = text.rfind(b"<")
        cut = len(text) if cut < 0 or len(text) - cut > 1024 else cut
        text, self._tail = text[:cut], text[cut:]
        places = _PLACES.findall(text)
        rows = [int(row) for row in _ROWS.findall(text)] + [int(row) for _, row in places]
        self._height = max([self._height, *rows])
        self._width = max([self._width, *(_number(c) for c in {c for c, _ in places})])
        self._unplaced += text.count(b"<c>") + text.count(b"<c ") - len(places)
        self._unplaced += text.count(b"<row>")
        width = self._width + self._unplaced
        if width * (self._height + self._unplaced) > MOST_CELLS:
            raise FactsError(
                f"{self._name} spans {self._height:,} rows and {width:,} columns, more cells "
                f"than the {MOST_CELLS:,} that are read from a spreadsheet. Remove what stands "
                "far outside the table, or save it as CSV."
            )


def _number(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number


def _open(path: Path) -> CalamineWorkbook:
    try:
        import python_calamine as calamine
    except ImportError:
        raise MissingExtra(
            "Reading spreadsheets needs an extra: pip install regulars[files]; or save the file "
            "as CSV."
        ) from None
    try:
        return calamine.load_workbook(str(path))
    except calamine.PasswordError as error:
        raise FactsError(f"{path.name} is locked with a password: save it without one.") from error
    except calamine.CalamineError as error:
        raise _damaged(path.name, error) from error


def _damaged(name: str, error: Exception) -> FactsError:
    return FactsError(
        f"{name} cannot be read as a spreadsheet ({error}). It is damaged or cut short: fetch it "
        "again, or save it as CSV."
    )


def _choose(file: str, book: CalamineWorkbook, wanted: str | None) -> tuple[str, tuple[str, ...]]:
    """The sheet to read, and the others that hold something."""
    names = list(book.sheet_names)
    if wanted is not None:
        if wanted not in names:
            raise FactsError(f"{file} has no sheet {wanted!r}; its sheets: {', '.join(names)}.")
        return wanted, ()
    visible = [meta.name for meta in book.sheets_metadata if str(meta.visible).endswith("Visible")]
    filled = [name for name in visible if _sheet(file, book, name).height]
    if not filled:
        raise FactsError(f"The file {file} is empty: no visible sheet holds anything.")
    return filled[0], tuple(filled[1:])


def _sheet(file: str, book: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except Exception as error:  # the reader's own errors are many, all of them damage
        raise _damaged(f"{file}, sheet {name!r}", error) from error


def _header_place(file: str, sheet: str, found: CalamineSheet, said: int | None) -> int:
    """Where the column names stand, from 0: the first row about as full of text as any."""
    if said is not None:
        total = (found.end or (-1, 0))[0] + 1
        if not 1 <= said <= total:
            raise FactsError(f"{file}, sheet {sheet!r}: there is no row {said} of {total}.")
        return said - 1
    rows = list(islice(found.iter_rows(), _LOOK_FOR_HEADER))
    named = [_named(row) for row in rows]
    most = max(named, default=0)
    if not most:
        raise FactsError(f"{file}, sheet {sheet!r}: no row of column names was found.")
    return next(n for n, count in enumerate(named) if 4 * count >= 3 * most)


def _named(row: Sequence[Any]) -> int:
    """How many cells could be names of columns."""
    return sum(isinstance(value, str) and bool(value.strip()) for value in row)


def text_of(value: Any) -> str:
    """A cell as text: days and times as ISO, whole numbers without a point.

    Other numbers have the 15 digits that a spreadsheet shows: 3.3000000000000003 is 3.3.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value.is_integer() and abs(value) <= 2**53:
            return str(int(value))
        return format(value, ".15g")
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def sample_rows(path: Path, most: int) -> Iterator[list[str]]:
    """The first rows of a sheet's CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from islice(csv.reader(file), most)
