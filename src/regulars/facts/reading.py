"""Files and data frames as DuckDB relations whose columns are c0, c1, c2 …"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.errors import FactsError, MissingExtra
from regulars.facts.filekind import GZIP, PARQUET, WORKBOOK, ZSTD, kind_of
from regulars.facts.sheets import read_sheet, sample_rows
from regulars.facts.sql import identifier, literal
from regulars.facts.textfiles import LONGEST_LINE, TextFile, make_readable, read_header
from regulars.facts.unpacking import unpack

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from regulars.facts.mapping import ColumnMapping

Progress = Callable[[str, float, float | None], None]
Tell = Callable[[float], None]

SAMPLE_ROWS = 1000
_BEGINNING = 1 << 20
_LONGEST_SHEET_LINE = 8 * LONGEST_LINE


@dataclass
class Source:
    """One file or frame to import.

    Attributes
    ----------
    name : file name, or ``frame 1``.
    first_row : how a person counts the first row, where rows are counted and not lines.
    notes : warnings to be given, by code.
    reading : makes errors of reading the rows into words.
    header : its column names; ``types`` the DuckDB type of each.
    relation : the SQL to select c0, c1, … from.
    text : how a text file is read; None for Parquet and frames.
    digest : SHA-256 of its bytes (of its values, for a frame).
    """

    name: str
    header: tuple[str, ...]
    types: tuple[str, ...]
    relation: str
    digest: str
    sample: dict[str, list[Any]] = field(default_factory=dict)
    text: TextFile | None = None
    delimiter: str = ","
    first_row: int = 1
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    reading: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext()


def open_source(
    con: DuckDBPyConnection,
    given: Any,
    *,
    place: int,
    work: Path,
    mapping: ColumnMapping | None,
    progress: Progress | None,
) -> Source:
    """Open a path, by what the file holds, or anything that is a frame."""
    if not isinstance(given, str | Path):
        return _open_frame(con, given, place)
    path = Path(given)
    kind = kind_of(path)
    if kind == PARQUET:
        return _open_parquet(con, path, progress)

    size = float(path.stat().st_size)

    def tell(done: float) -> None:
        if progress:
            progress("reading", done, size)

    if kind == WORKBOOK:
        return _open_sheet(path, work, mapping, tell)
    if kind in (GZIP, ZSTD):
        unpacked = unpack(path, kind, work, tell=tell)
        return _open_text(path, unpacked, work, mapping, None)
    return _open_text(path, path, work, mapping, tell)


def beginning(given: Any, folder: Path) -> Any:
    """The first part of a long text file, to look at; anything else as it is."""
    if not isinstance(given, str | Path):
        return given
    path = Path(given)
    kind = kind_of(path)
    if kind in (GZIP, ZSTD):
        path = unpack(path, kind, folder, enough=2 * _BEGINNING)
    if kind in (PARQUET, WORKBOOK) or path.stat().st_size <= _BEGINNING:
        return path
    with path.open("rb") as file:
        block = file.read(_BEGINNING)
    head = folder / f"{Path(given).name}.txt"
    # Up to a line's end, and in UTF-16 to the second byte of it.
    cut = block.rfind(b"\n") + 1
    head.write_bytes(block[: cut + cut % 2] if b"\0" in block[:4] else block[:cut])
    return head


def _open_text(
    path: Path, content: Path, work: Path, mapping: ColumnMapping | None, tell: Tell | None
) -> Source:
    """Open a text file; ``content`` is the file itself, or what was packed in it."""
    # The digest is worked out beside the look at the text: it needs no interpreter.
    with ThreadPoolExecutor(1) as pool:
        digested = pool.submit(_digest, path)
        text = make_readable(
            content, work, encoding=mapping.encoding if mapping else None, longest=LONGEST_LINE,
            tell=tell,
        )  # fmt: skip
        digest = digested.result()
    if text.path.stat().st_size == 0:
        raise FactsError(f"The file {path.name} is empty.")
    header, delimiter, rows = read_header(
        text, mapping.delimiter if mapping else None, name=path.name
    )
    sample = {
        name: [row[place] for row in rows if place < len(row)] for place, name in enumerate(header)
    }
    return Source(
        name=path.name,
        header=tuple(header),
        types=("VARCHAR",) * len(header),
        relation=text_relation(text.path, len(header), delimiter),
        digest=digest,
        sample=sample,
        text=text,
        delimiter=delimiter,
    )


def _open_sheet(path: Path, work: Path, mapping: ColumnMapping | None, tell: Tell) -> Source:
    """Open a sheet; its rejects have the numbers of its rows."""
    found = read_sheet(
        path,
        work,
        sheet=mapping.sheet if mapping else None,
        header_row=mapping.header_row if mapping else None,
        tell=tell,
    )
    rows = list(sample_rows(found.path, SAMPLE_ROWS))
    notes: dict[str, dict[str, Any]] = {}
    if found.others:
        notes["sheet_chosen"] = {
            "file": path.name, "sheet": found.sheet, "others": ", ".join(found.others),
        }  # fmt: skip
    if found.header_row > 1 and not (mapping and mapping.header_row):
        notes["header_row_found"] = {"file": path.name, "row": found.header_row}
    return Source(
        name=path.name,
        header=found.header,
        types=("VARCHAR",) * len(found.header),
        relation=text_relation(
            found.path, len(found.header), ",", header=False, longest=_LONGEST_SHEET_LINE
        ),
        digest=_digest(path),
        sample={name: [row[n] for row in rows] for n, name in enumerate(found.header)},
        first_row=found.header_row + 1,
        notes=notes,
    )


def text_relation(
    path: Path,
    width: int,
    delimiter: str,
    *,
    header: bool = True,
    longest: int = 2 * LONGEST_LINE,
) -> str:
    """Read a text file as text, keeping lines that do not fit in ``reject_errors``."""
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    return (
        f"read_csv({literal(str(path))}, auto_detect=false, header={str(header).lower()}, "
        f"delim={literal(delimiter)}, quote='\"', escape='\"', columns={{{columns}}}, "
        f"store_rejects=true, rejects_limit=0, max_line_size={longest})"
    )


def _open_parquet(con: DuckDBPyConnection, path: Path, progress: Progress | None) -> Source:
    if progress:
        progress("reading", 0.0, float(path.stat().st_size))
    place = f"read_parquet({literal(str(path))})"
    with reading_parquet(path.name):
        described = con.execute(f"DESCRIBE SELECT * FROM {place}").fetchall()
        source = _typed_source(con, path.name, described, place, _digest(path))
    source.reading = reading_parquet
    return source


@contextmanager
def reading_parquet(name: str) -> Iterator[None]:
    """Say what is wrong with a file whose footer or pages are damaged."""
    from duckdb import Error

    try:
        yield
    except Error as error:
        why = str(error).partition("\n")[0]  # the rest quotes a statement of ours
        raise FactsError(
            f"{name} cannot be read as Parquet: {why}. It is damaged or cut short: write it "
            "again, or fetch it again."
        ) from error


def _open_frame(con: DuckDBPyConnection, frame: Any, place: int) -> Source:
    name = f"frame_{place}"
    try:
        from arro3.core import Table

        con.register(name, Table.from_arrow(frame))
    except Exception:
        # pandas streams Arrow through pyarrow, which need not be there; DuckDB reads it itself.
        try:
            con.register(name, frame)
        except Exception as error:
            raise MissingExtra(
                f"A {type(frame).__name__} cannot be read here; give a path, or a pandas, Polars "
                f"or Arrow table: {error}"
            ) from error
    described = con.execute(f"DESCRIBE SELECT * FROM {name}").fetchall()
    source = _typed_source(con, f"frame {place + 1}", described, name, "")
    texts = ", ".join(f"c{i}::VARCHAR" for i in range(len(source.header)))
    row = con.execute(
        "SELECT count(*), bit_xor(md5_number(to_json([n::VARCHAR, "
        f"{texts}])::VARCHAR)) FROM (SELECT row_number() OVER () AS n, * "
        f"FROM {source.relation})"
    ).fetchall()[0]
    known = repr((source.header, source.types, row)).encode()
    source.digest = hashlib.sha256(known).hexdigest()
    return source


def _typed_source(
    con: DuckDBPyConnection,
    name: str,
    described: Sequence[tuple[Any, ...]],
    place: str,
    digest: str,
) -> Source:
    header = tuple(str(row[0]) for row in described)
    types = tuple(str(row[1]) for row in described)
    renamed = ", ".join(f"{identifier(column)} AS c{i}" for i, column in enumerate(header))
    relation = f"(SELECT {renamed} FROM {place})"
    texts = ", ".join(f"c{i}::VARCHAR" for i in range(len(header)))
    rows = con.execute(f"SELECT {texts} FROM {relation} LIMIT {SAMPLE_ROWS}").fetchall()
    sample = {column: [row[i] for row in rows] for i, column in enumerate(header)}
    return Source(
        name=name, header=header, types=types, relation=relation, digest=digest, sample=sample
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
