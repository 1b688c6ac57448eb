"""Where a workspace's facts come from: its own lake, or the company's tables as they stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.errors import (
    EngineError,
    FactsError,
    ParameterError,
    UnknownName,
    WorkspaceError,
)

if TYPE_CHECKING:
    from regulars.declare import Column
    from regulars.engines import Engine, FactSource
    from regulars.facts import ColumnMapping, FactsVersion, Lake, TableStatus
    from regulars.facts.mapped import TableMapping
    from regulars.facts.mapped_sql import Kind, Mapped
    from regulars.settings import Settings

WITHOUT_LAKE = ("postgresql", "duckdb")

Record = tuple[str, int, int | None]
"""source, customer_key and merged_into of one outside id."""


def _declared() -> Mapping[str, Sequence[Column]]:
    from regulars.facts import FACTS

    return {name: table.stored_columns for name, table in FACTS.items()}


@dataclass(frozen=True)
class LakeFacts:
    """One version of the lake's facts, as a run reads them."""

    lake: Lake
    at: FactsVersion | None
    read_at: str | None = None

    @property
    def version(self) -> int | None:
        return self.at.number if self.at else None

    @property
    def imported(self) -> frozenset[str]:
        return frozenset(self.at.tables) if self.at else frozenset()

    @cached_property
    def columns(self) -> Mapping[str, Sequence[Column]]:
        return _declared()

    def source(self, name: str) -> FactSource:
        from regulars.engines import FactFiles

        return FactFiles(self.lake.files(name, self.at) if self.at else ())

    def records(self, external_id: str) -> tuple[int, ...]:
        """See `find_records`."""
        return find_records(self._identities, external_id)

    def _identities(self, column: str, value: Any) -> list[Record]:
        import duckdb

        files = list(self.lake.files("identities", self.at)) if self.at else []
        if not files:
            return []
        with duckdb.connect() as connection:
            return connection.execute(
                "select source, customer_key, merged_into from read_parquet($files)"
                f" where {column} = $value order by source, customer_key",
                {"files": files, "value": value},
            ).fetchall()


class TableFacts:
    """The company's tables, read where they are; nothing is written but temporary objects.

    Customers get whole-number keys for the length of the run, in the order of their outside ids'
    bytes: the same data give the same keys, other data may give others.

    Parameters
    ----------
    engine : opened for this run.
    mappings : which table is which fact.
    settings : the workspace's.
    read_at : the instant of the run; it stands for the version that such tables do not have.

    Raises
    ------
    FactsError : a table or column is not there, or may not be read.
    ParameterError : a mapping does not fit its table.
    """

    version = None

    def __init__(
        self,
        engine: Engine,
        mappings: Mapping[str, TableMapping],
        *,
        settings: Settings,
        read_at: str,
    ) -> None:
        from regulars.facts import mapped_sql

        self._engine, self._settings = engine, settings
        self.read_at: str | None = read_at
        # All their tables first: once ours are open, a table `orders` of theirs is hidden.
        for mapping in mappings.values():
            self._open(mapping)
        self._mapped = {name: self._describe(mapping) for name, mapping in mappings.items()}
        self.mapped = tuple(self._mapped)
        self._named = [one for one in self._mapped.values() if one.named]
        if self._named:
            engine.open_fact(
                mapped_sql.KEYS, (), self._query(mapped_sql.keys_sql(self._named), kept=True)
            )

    @property
    def imported(self) -> frozenset[str]:
        return frozenset(self._mapped) | ({"identities"} if self._named else set())

    @cached_property
    def columns(self) -> Mapping[str, Sequence[Column]]:
        return _declared()

    def source(self, name: str) -> FactSource:
        from regulars.engines import FactFiles
        from regulars.facts import mapped_sql

        if name == "identities" and self._named:
            own = self._mapped.get(name)
            return self._query(mapped_sql.identities_sql(own, self._settings.source))
        if name in self._mapped:
            return self._query(mapped_sql.fact_sql(self._mapped[name]))
        return FactFiles()

    def records(self, external_id: str) -> tuple[int, ...]:
        """See `find_records`."""
        return find_records(self._identities, external_id)

    def count(self, name: str) -> TableCount:
        """What a mapped table holds."""
        from regulars.facts import mapped_sql

        days = any(column.name == "day" for column in self.columns[name])
        span = ", min(day) as first_day, max(day) as last_day" if days else ""
        is_live = "cast(sum(case when status = 'live' then 1 else 0 end) as bigint)"
        fact = mapped_sql.fact_sql(self._mapped[name])
        found = self._rows(f"select {is_live} as live, count(*) as rows{span} from ({fact}) as f")[
            0
        ]
        lacking = self._rows(mapped_sql.left_out_sql(self._mapped[name]))[0]
        live = int(found["live"] or 0)
        return TableCount(
            table=name,
            read=int(lacking.pop("rows")),
            live=live,
            void=int(found["rows"]) - live,
            first_day=found.get("first_day"),
            last_day=found.get("last_day"),
            left_out={column: int(rows) for column, rows in lacking.items() if rows},
            repeated=self._repeated(name),
        )

    def _repeated(self, name: str) -> int:
        """How many keys stand on more than one row."""
        from regulars.facts import FACTS, mapped_sql
        from regulars.facts.sql import identifiers

        key = identifiers(FACTS[name].key)
        fact = mapped_sql.fact_sql(self._mapped[name])
        twice = f"select {key} from ({fact}) as f group by {key} having count(*) > 1"
        return int(self._rows(f"select count(*) as n from ({twice}) as t")[0]["n"])

    def _identities(self, column: str, value: Any) -> list[Record]:
        from regulars.facts import mapped_sql
        from regulars.facts.sql import literal

        if not self._named:
            return []
        ids = mapped_sql.identities_sql(self._mapped.get("identities"), self._settings.source)
        wanted = literal(value) if isinstance(value, str) else str(int(value))
        rows = self._rows(
            f"select source, customer_key, merged_into from ({ids}) as i"
            f" where {column} = {wanted} order by source, customer_key"
        )
        return [(row["source"], row["customer_key"], row["merged_into"]) for row in rows]

    def _open(self, mapping: TableMapping) -> None:
        from regulars.facts import mapped, mapped_sql

        theirs = mapped.relation(mapping.relation, self._settings.root)
        query = self._query(f"select * from {theirs}")
        with _named(mapping.table, mapping.relation):
            self._engine.open_fact(mapped_sql.source(mapping.table), (), query)

    def _describe(self, mapping: TableMapping) -> Mapped:
        from regulars.facts import mapped_sql
        from regulars.facts.casting import Money

        mapping.check()
        with _named(mapping.table, mapping.relation):
            kinds = self._kinds(f"select * from {mapped_sql.source(mapping.table)}")
        present = tuple(kinds)
        fields = mapped_sql.fields_sql(mapping, present)
        return mapped_sql.Mapped(
            mapping=mapping,
            present=present,
            kinds=self._kinds(fields),
            money=Money(self._settings.currency, self._settings.exponent),
            zone=self._settings.zone,
        )

    def _kinds(self, sql: str) -> dict[str, Kind]:
        none = self._engine.fetch(self._transpiled(f"select * from ({sql}) as q limit 0"))
        fields = (none.schema.field(place) for place in range(len(none.column_names)))
        return {field.name: kind_of(field) for field in fields}

    def _rows(self, sql: str) -> list[dict[str, Any]]:
        from regulars.result import rows_of

        return rows_of(self._engine.fetch(self._transpiled(sql)))

    def _query(self, sql: str, *, kept: bool = False) -> FactSource:
        from regulars.engines import FactQuery

        return FactQuery(self._transpiled(sql), kept)

    def _transpiled(self, sql: str) -> str:
        import sqlglot

        from regulars.facts.mapped import OUR_DIALECT

        return sqlglot.transpile(sql, read=OUR_DIALECT, write=self._engine.dialect)[0]

    @classmethod
    def of(cls, settings: Settings, engine: Engine, *, read_at: dt.datetime) -> TableFacts:
        """The tables that a workspace's settings map."""
        from regulars.facts.mapped import TableMapping

        given = {name: TableMapping.from_dict(name, kept) for name, kept in settings.facts.items()}
        return cls(engine, given, settings=settings, read_at=read_at.isoformat())


@dataclass(frozen=True, kw_only=True)
class TableCount:
    """What a company's table holds, read through its mapping.

    Attributes
    ----------
    read : its rows. ``live`` and ``void`` of them are facts.
    left_out : rows without a required value, by column.
    repeated : keys that stand on more than one row; each of these rows counts.
    """

    table: str
    read: int
    live: int
    void: int
    left_out: Mapping[str, int]
    repeated: int
    first_day: dt.date | None = None
    last_day: dt.date | None = None


def status(facts: Any) -> list[TableStatus]:
    """What the mapped tables hold."""
    from regulars.facts import TableStatus

    counts = [facts.count(name) for name in facts.mapped]
    return [
        TableStatus(
            table=c.table, live=c.live, void=c.void, first_day=c.first_day, last_day=c.last_day,
            last_import=None,
        )
        for c in counts
    ]  # fmt: skip


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """The engine of a workspace without a lake, outside a run.

    Raises
    ------
    WorkspaceError : the workspace has a lake, into which facts are imported.
    """
    from regulars.engines import open_engine

    if settings.lake:
        raise WorkspaceError(
            "this workspace has a lake: import facts into it. To read tables where they are, make"
            " one with `regulars init --no-lake`."
        )
    engine = open_engine(settings.engine, scratch=settings.root / "scratch")
    try:
        yield engine
    finally:
        engine.close()


def guess(
    settings: Settings, engine: Engine, table: str, relation: str
) -> tuple[TableMapping, ColumnMapping]:
    """Which columns of a table fill which fields, guessed from their names and values."""
    from regulars.facts import guess_mapping
    from regulars.facts.mapped import TableMapping, fields_of

    header, sample = describe(engine, relation, table=table, root=settings.root)
    guessed = guess_mapping(table, header, sample, source=settings.source)
    known = fields_of(table)
    columns = {
        name: column
        for name, column in guessed.columns.items()
        if name in known and isinstance(column, str)
    }
    return TableMapping(table=table, relation=relation, columns=columns), guessed


def tried(
    settings: Settings,
    engine: Engine,
    table: str,
    relation: str,
    columns: Mapping[str, str],
    zone: str | None,
) -> tuple[TableMapping, TableCount]:
    """A mapping that was read through once, and what that gave."""
    from regulars.facts.mapped import TableMapping

    mapping = TableMapping(table=table, relation=relation, columns=dict(columns), zone=zone)
    facts = TableFacts(engine, {table: mapping}, settings=settings, read_at="")
    return mapping, facts.count(table)


def describe(engine: Engine, relation: str, *, table: str, root: Path) -> tuple[list[str], Any]:
    """The columns of a company's table and some of its values, for a guess at its mapping.

    Raises
    ------
    FactsError : it is not there, or may not be read.
    """
    import sqlglot

    from regulars.facts import mapped

    theirs = mapped.relation(relation, root)
    sql = sqlglot.transpile(
        f"select * from {theirs} limit 200", read=mapped.OUR_DIALECT, write=engine.dialect
    )[0]
    with _named(table, relation):
        rows = engine.fetch(sql)
    names = list(rows.column_names)
    return names, {name: rows.column(name).to_pylist() for name in names}


def kind_of(field: Any) -> Kind:
    """What a field of an Arrow schema holds, in the words of a mapping."""
    metadata = field.metadata or {}
    if b"numeric" in (metadata.get(b"POSTGRESQL:type"), metadata.get(b"ADBC:postgresql:typname")):
        return "number"  # which travels as text
    shown = str(field.type).partition("<")[2].strip().removesuffix(">")
    if shown.startswith("Timestamp"):
        return "instant" if '"' in shown else "local"
    kinds: dict[str, Kind] = {
        "Int": "whole", "UInt": "whole", "Float": "number", "Decimal": "number",
        "Date": "day", "Bool": "truth", "Utf8": "text", "LargeUtf8": "text", "Dictionary": "text",
    }  # fmt: skip
    return next((kind for start, kind in kinds.items() if shown.startswith(start)), "other")


def find_records(identities: Any, external_id: str) -> tuple[int, ...]:
    """A customer's key, then those of the records that were merged into it.

    Parameters
    ----------
    identities : gives the `Record` of a column's value.
    external_id : alone, or as ``source:id``.

    Raises
    ------
    UnknownName : nobody of this id.
    ParameterError : several sources know this id.
    """

    def owners(value: str) -> list[tuple[str, int]]:
        found = identities("external_id", value)
        return [(source, key if owner is None else owner) for source, key, owner in found]

    found = owners(external_id)
    if not found and ":" in external_id:
        source, _, own = external_id.partition(":")
        found = [row for row in owners(own) if row[0] == source]
    keys = {key for _, key in found}
    if not keys:
        raise UnknownName(f"there is no customer {external_id!r}")
    if len(keys) > 1:
        names = ", ".join(f"{source}:{external_id}" for source, _ in found)
        raise ParameterError(f"several customers have this id; name one of {names}")
    key = int(keys.pop())
    merged = identities("merged_into", key)
    return (key, *sorted({int(own) for _, own, _ in merged} - {key}))


@contextmanager
def _named(table: str, relation: str) -> Iterator[None]:
    """Say of which table an engine's refusal is."""
    try:
        yield
    except EngineError as error:
        why = str(error).partition("\n")[0].rstrip()
        raise FactsError(f"{table} cannot be read from {relation}: {why}") from error
