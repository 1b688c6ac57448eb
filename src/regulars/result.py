"""What an analysis answers: a table with declared columns, figures, notes, and how it was asked."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from regulars.declare import Column, Language, Text
from regulars.errors import MissingExtra, ParameterError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    from arro3.core import Table


def rows_of(table: Table) -> list[dict[str, Any]]:
    """Every row of an Arrow table as a dictionary of Python values."""
    names = list(table.column_names)
    lists = [table.column(name).to_pylist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*lists, strict=True)]


def aside_of(path: Path) -> Path:
    """A name beside a file to write it under until it is whole; each writer gets another."""
    return path.with_name(f".{path.name}.{uuid4().hex[:8]}.writing")


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """Write to the path given; it takes the name when the block ends well, else it goes."""
    aside = aside_of(path)
    try:
        yield aside
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


@dataclass(frozen=True)
class Note:
    """Something the reader must know: an assumption, a fallback, an input that is missing.

    ``code`` is stable (tests and pages look it up); ``text`` is a sentence in both languages.
    """

    code: str
    text: Text
    values: Mapping[str, Any] = field(default_factory=dict)

    def say(self, lang: Language = "en") -> str:
        return self.text.fill(lang, **self.values)


@dataclass(frozen=True, kw_only=True)
class Result:
    """The answer of one analysis.

    Attributes
    ----------
    name : the analysis; ``parameters`` : as used, defaults included, days as ISO text in JSON.
    columns : declared name, type, unit and meaning of each column.
    table : Arrow table (anything that reads the Arrow C stream can take it).
    figures : named scalars beside the table, e.g. ``value_threshold_minor``.
    notes : what the reader must know.
    facts_version : the numbered state of the facts that was read; None without a lake.
    details : what more the answer holds for programs, such as a curve with its covariance; shown
        and written nowhere.
    limit : no more rows were asked for (of each value of a cut) and there may be more; None where
        these are all.
    """

    name: str
    parameters: Mapping[str, Any]
    columns: tuple[Column, ...]
    table: Table
    figures: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    facts_version: int | None = None
    limit: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)

    def only(self, names: Sequence[str]) -> Result:
        """The same answer with these columns, in this order.

        Raises
        ------
        ParameterError : a column that the answer does not have, or none.
        """
        kept = chosen_columns(self.columns, names)
        return replace(self, columns=kept, table=self.table.select([c.name for c in kept]))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Every row as a dictionary of Python values (for tables that a person reads)."""
        return rows_of(self.table)

    def to_pandas(self) -> pd.DataFrame:
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingExtra("to_pandas() needs pandas: pip install pandas") from error
        return pd.DataFrame({name: self.table.column(name).to_pylist() for name in self._names})

    def to_polars(self) -> pl.DataFrame:
        try:
            import polars as pl
        except ImportError as error:
            raise MissingExtra("to_polars() needs Polars: pip install polars") from error
        return pl.DataFrame(self.table)

    def to_json(self, lang: Language = "en") -> dict[str, Any]:
        """One JSON-ready object: name, parameters, columns, rows, figures, notes."""
        return {
            "name": self.name,
            "parameters": plain(self.parameters),
            "facts_version": self.facts_version,
            "columns": [
                {
                    "name": c.name,
                    "type": c.type,
                    "unit": c.unit,
                    "meaning": c.meaning.say(lang),
                }
                for c in self.columns
            ],
            "rows": plain(self.rows),
            "figures": plain(self.figures),
            "notes": [{"code": n.code, "text": n.say(lang)} for n in self.notes],
        }

    def to_csv(self) -> str:
        """The rows as CSV under their declared names; what is unknown is empty.

        Text that a spreadsheet would run as a formula gets a leading quote (see `neutral`).
        """
        columns = [self.table.column(name).to_pylist() for name in self._names]
        return csv_text(self._names, zip(*columns, strict=True))

    def write_parquet(self, path: Path) -> None:
        """Write the rows as Parquet, first aside and then under their name."""
        import duckdb

        with written_aside(path) as aside, duckdb.connect() as connection:
            # Its own progress bar would go to stdout, which may belong to the answer.
            connection.execute("SET enable_progress_bar = false").fetchall()
            connection.from_arrow(self.table).write_parquet(str(aside), compression="zstd")

    @property
    def _names(self) -> list[str]:
        return list(self.table.column_names)


def chosen_columns(columns: Sequence[Column], names: Sequence[str]) -> tuple[Column, ...]:
    """The columns of these names, in the order of the names.

    Raises
    ------
    ParameterError : a name that is none of theirs, or comes twice; or no name at all.
    """
    known = {column.name: column for column in columns}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ParameterError(f"no column {', '.join(unknown)}; the columns are {', '.join(known)}")
    if not names or len(set(names)) < len(names):
        raise ParameterError("name each column that you want once")
    return tuple(known[name] for name in names)


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)*(e[-+]?\d+)?%?", re.IGNORECASE)


def neutral(text: str) -> str:
    """Text for a cell of a spreadsheet: what would be run as a formula gets a leading quote.

    A plain number stays one: ``-5`` is no formula, ``-5+cmd()`` is.
    """
    if text.startswith(_FORMULA) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def csv_text(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Comma-separated rows under their names, fit to be opened in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([neutral(name) for name in names])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutral(value)
    return str(value).lower() if isinstance(value, bool) else plain(value)


def plain(value: Any) -> Any:
    """A value as JSON knows it: days and instants as ISO text, decimals as text."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
