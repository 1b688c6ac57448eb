"""Files and data frames as DuckDB relations whose columns are c0, c1, c2 …"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.errors import FactsError, MissingExtra
from regulars.facts.sql import identifier, literal
from regulars.facts.textfiles import LONGEST_LINE, TextFile, make_readable, read_header

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from regulars.facts.mapping import ColumnMapping

Progress = Callable[[str, float, float | None], None]

SAMPLE_ROWS = 1000
_BEGINNING = 1 << 20
_PARQUET = (".parquet", ".pq")
_PACKED = (".xlsx", ".xls", ".zip", ".gz")


@dataclass
class Source:
    """One file or frame to import.

    Attributes
    ----------
    name : file name, or ``frame 1``.
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


def open_source(
    con: DuckDBPyConnection,
    given: Any,
    *,
    place: int,
    work: Path,
    mapping: ColumnMapping | None,
    progress: Progress | None,
) -> Source:
    """Open a path (``.parquet``, or text with any other ending) or anything that is a frame."""
    if not isinstance(given, str | Path):
        return _open_frame(con, given, place)
    path = Path(given)
    if not path.is_file():
        raise FactsError(f"There is no file {str(path)!r}.")
    if path.suffix.lower() in _PARQUET:
        return _open_parquet(con, path, progress)
    if path.suffix.lower() in _PACKED:
        raise FactsError(f"{path.name}: please save it as CSV or Parquet first.")
    return _open_text(path, work, mapping, progress)


def beginning(given: Any, folder: Path) -> Any:
    """The first part of a long text file, to look at; anything else as it is."""
    if not isinstance(given, str | Path):
        return given
    path = Path(given)
    typed = path.suffix.lower() in (*_PARQUET, *_PACKED)
    if typed or not path.is_file() or path.stat().st_size <= _BEGINNING:
        return given
    with path.open("rb") as file:
        block = file.read(_BEGINNING)
    head = folder / path.name
    # Up to a line's end, and in UTF-16 to the second byte of it.
    cut = block.rfind(b"\n") + 1
    head.write_bytes(block[: cut + cut % 2] if b"\0" in block[:4] else block[:cut])
    return head


def _open_text(
    path: Path, work: Path, mapping: ColumnMapping | None, progress: Progress | None
) -> Source:
    size = float(path.stat().st_size)

    def tell(done: float) -> None:
        if progress:
            progress("reading", done, size)

    digest = _digest(path)
    text = make_readable(
        path, work, encoding=mapping.encoding if mapping else None, longest=LONGEST_LINE, tell=tell
    )
    if text.path.stat().st_size == 0:
        raise FactsError(f"The file {path.name} is empty.")
    header, delimiter, rows = read_header(text, mapping.delimiter if mapping else None)
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


def text_relation(path: Path, width: int, delimiter: str) -> str:
    """Read a text file as text, keeping lines that do not fit in ``reject_errors``."""
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    return (
        f"read_csv({literal(str(path))}, auto_detect=false, header=true, "
        f"delim={literal(delimiter)}, quote='\"', escape='\"', columns={{{columns}}}, "
        f"store_rejects=true, rejects_limit=0, max_line_size={LONGEST_LINE * 2})"
    )


def _open_parquet(con: DuckDBPyConnection, path: Path, progress: Progress | None) -> Source:
    if progress:
        progress("reading", 0.0, float(path.stat().st_size))
    place = f"read_parquet({literal(str(path))})"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {place}").fetchall()
    except Exception as error:
        why = str(error).partition("\n")[0]  # the rest quotes a statement of ours
        raise FactsError(f"{path.name} cannot be read as Parquet: {why}") from error
    return _typed_source(con, path.name, described, place, _digest(path))


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
