"""A look at the beginning of a file, before anything is imported."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from regulars.facts.guessing import guess_mapping
from regulars.facts.mapping import ColumnMapping, Preview
from regulars.facts.patterns import expand
from regulars.facts.reading import beginning, open_source

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def look(
    connect: Callable[[], AbstractContextManager[DuckDBPyConnection]],
    table: str,
    file: Any,
    *,
    source: str,
    opening: dict[str, Any],
) -> Preview:
    """The mapping that the first rows suggest, and these rows.

    Parameters
    ----------
    opening : how the file is opened, by the fields of `ColumnMapping`; what is None is found out.
    """
    first = expand(file)[0]
    mapping = ColumnMapping(table=table, source=source, columns={}, **opening)
    with TemporaryDirectory() as work, connect() as con:
        folder = Path(work)
        opened = open_source(
            con, beginning(first, folder), place=0, work=folder, mapping=mapping, progress=None
        )
    guessed = guess_mapping(table, opened.header, opened.sample, source=source)
    return Preview(replace(guessed, **opening), opened.header, opened.sample)
