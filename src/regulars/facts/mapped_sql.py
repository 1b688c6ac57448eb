"""The SELECT statements that make a company's tables ours, in our dialect.

Three layers a fact: the fields as the mapping takes them (``r``), each in its declared type
(``x``), and the table's own rules, which are those of an import. Text is compared byte by byte
(``collate "C"``), whatever the company's database does with capitals and accents.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from regulars.errors import ParameterError
from regulars.facts.casting import Money
from regulars.facts.mapped import OUR_DIALECT, TableMapping, expression, fields_of
from regulars.facts.mapping import FileField
from regulars.facts.rules import line_rules, order_rules
from regulars.facts.sql import identifier, literal
from regulars.facts.synonyms import CHOICE_WORDS, VOID_WORDS
from regulars.facts.tables import fact_table

Kind = Literal["text", "whole", "number", "day", "local", "instant", "truth", "other"]

KEYS = "regulars_customer_keys"
SAID = {
    "text": "text", "whole": "whole numbers", "number": "numbers", "day": "days",
    "local": "times without a zone", "instant": "times with a zone", "truth": "true and false",
    "other": "a type of its own",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """A mapped table with what is known of it.

    ``present`` are the table's columns; ``kinds`` what each mapped field holds.
    """

    mapping: TableMapping
    present: tuple[str, ...]
    kinds: Mapping[str, Kind]
    money: Money
    zone: str

    @property
    def named(self) -> str:
        """The customer's field, or "" when the table names none."""
        fields = self.mapping.columns
        return next((n for n in ("customer_id", "external_id") if n in fields), "")


def source(table: str) -> str:
    """The view through which a fact's own table is read; ours may bear the same name as theirs."""
    return f"regulars_{table}"


def fields_sql(mapping: TableMapping, present: Sequence[str]) -> str:
    """The mapped fields as the table holds them."""
    parts = [
        f"{expression(text, present).sql(OUR_DIALECT)} as {identifier(name)}"
        for name, text in mapping.columns.items()
    ]
    return f"select {', '.join(parts)} from {source(mapping.table)}"


def keys_sql(tables: Sequence[Mapped]) -> str:
    """Every outside id that any table names, numbered in the order of its bytes."""
    ids = []
    for one in tables:
        fields = [one.named, *(["same_as"] if "same_as" in one.mapping.columns else [])]
        rows = fields_sql(one.mapping, one.present)
        ids += [f"select {_opaque(identifier(name))} as id from ({rows}) as r" for name in fields]
    return (
        "select id as external_id, row_number() over (order by id) as customer_key "
        f"from ({' union all '.join(ids)}) as named where id <> '' group by id"
    )


def _opaque(value: str) -> str:
    return f'cast({value} as varchar) collate "C"'


def identities_sql(mapped: Mapped | None, source_name: str) -> str:
    """One row an outside id: its key, and the key of the one it was merged into, if any."""
    if mapped is None or "same_as" not in mapped.mapping.columns:
        merged, joins = "cast(null as bigint)", ""
    else:
        same = (
            f"select {_opaque(identifier('external_id'))} as id, "
            f"min({_opaque(identifier('same_as'))}) as same_as "
            f"from ({fields_sql(mapped.mapping, mapped.present)}) as r group by 1"
        )
        merged = "case when o.customer_key <> k.customer_key then o.customer_key end"
        joins = (
            f" left join ({same}) as m on m.id = k.external_id"
            f" left join {KEYS} as o on o.external_id = m.same_as"
        )
    return (
        f"select {literal(source_name)} as source, k.external_id, k.customer_key, "
        f"{merged} as merged_into, {_row_columns({'status': literal('live')})} "
        f"from {KEYS} as k{joins}"
    )


def _row_columns(given: Mapping[str, str]) -> str:
    from regulars.facts.tables import ROW_COLUMNS

    return ", ".join(
        f"cast({given.get(c.name, 'null')} as {c.type}) as {identifier(c.name)}"
        for c in ROW_COLUMNS
    )


def fact_sql(mapped: Mapped) -> str:
    """A mapped table in our columns and types. Rows that lack what is required are left out."""
    table = fact_table(mapped.mapping.table)
    values = {c.name: f"x.{identifier(c.name)}" for c in table.columns}
    have = mapped_columns(mapped)
    for name in values:
        if name not in have:
            values[name] = f"cast(null as {table.column(name).type})"
    _rules(mapped, values, have)
    final = ", ".join(
        f"{_final(values[c.name], c.type)} as {identifier(c.name)}" for c in table.columns
    )
    status = "x.status" if "status" in have else literal("live")
    rows = f"select {final}, {_row_columns({'status': status})} from ({_typed(mapped)}) as x"
    wanted = [
        f"{identifier(c.name)} is not null"
        for c in table.columns
        if c.required and (table.name, c.name) != ("orders", "customer_key")
    ]
    return f"select * from ({rows}) as whole where {' and '.join(wanted)}"


def left_out_sql(mapped: Mapped) -> str:
    """How many rows there are, and how many of them lack which required column."""
    table = fact_table(mapped.mapping.table)
    counts = ["count(*) as rows"]
    for column in table.columns:
        if column.required and column.name in mapped_columns(mapped):
            name = identifier(column.name)
            lacking = f"sum(case when {name} is null then 1 else 0 end)"
            counts.append(f"cast({lacking} as bigint) as {name}")
    return f"select {', '.join(counts)} from ({_typed(mapped)}) as x"


def _final(value: str, kind: str) -> str:
    cast = f"cast({value} as {kind})"
    return f'{cast} collate "C"' if kind == "VARCHAR" else cast


def mapped_columns(mapped: Mapped) -> set[str]:
    """The declared columns that the mapping fills, by themselves or by what follows from them."""
    known = fields_of(mapped.mapping.table)
    have = {known[name].target for name in mapped.mapping.columns if name in known}
    table = fact_table(mapped.mapping.table)
    if table.instant in have and any(c.name == "day" for c in table.columns):
        have.add("day")
    return have


def _rules(mapped: Mapped, values: dict[str, str], have: Collection[str]) -> None:
    name = mapped.mapping.table
    if name == "orders":
        # A foreign amount is told beside; ours is given, or worked out by an expression.
        order_rules(values)
    if name == "order_lines":
        line_rules(values, have)
        if "line" not in have:
            values["line"] = (
                "row_number() over (partition by x.order_id"
                f" order by {values['product_id']}, {values['amount_minor']})"
            )
    if name == "prices":
        values["seller"] = f"coalesce({values['seller']}, 'own')"
    if name == "assignments" and "customer_key" in have:
        values["unit"] = f"coalesce({values['unit']}, cast(x.customer_key as varchar))"


def _typed(mapped: Mapped) -> str:
    """The fields in their declared types; customers by their keys."""
    known, columns, join = fields_of(mapped.mapping.table), [], ""
    taken = mapped.mapping.columns
    for name in taken:
        one, value = known[name], f"r.{identifier(name)}"
        if name == "customer_id":
            columns.append("k.customer_key as customer_key")
            join = f" left join {KEYS} as k on k.external_id = {_opaque(value)}"
        else:
            columns.append(f"{_value(mapped, one, value)} as {identifier(one.target)}")
    instant = fact_table(mapped.mapping.table).instant
    if instant in taken and "day" not in taken and "day" in known:
        moment = f"r.{identifier(str(instant))}"
        columns.append(f"{_day(mapped, mapped.kinds[str(instant)], moment)} as day")
    rows = fields_sql(mapped.mapping, mapped.present)
    return f"select {', '.join(columns)} from ({rows}) as r{join}"


def _value(mapped: Mapped, one: FileField, value: str) -> str:
    kind = mapped.kinds[one.name]
    text = f"trim(cast({value} as varchar))"
    if one.name == "status":
        words = ", ".join(literal(word) for word in VOID_WORDS)
        return f"case when lower({text}) in ({words}) then 'void' else 'live' end"
    if one.type == "VARCHAR" and one.column.choices:
        whens = " ".join(
            f"when {literal(word)} then {literal(choice)}"
            for choice in one.column.choices
            for word in CHOICE_WORDS[choice] or (choice,)
        )
        return f"case lower({text}) {whens} end"
    if one.type == "VARCHAR":
        return f"nullif({text}, '')"
    fitting = _FITTING[one.type]
    if kind not in fitting:
        raise ParameterError(
            f"{mapped.mapping.table}: {one.name} is taken from "
            f"{mapped.mapping.columns[one.name]!r}, which holds {SAID[kind]}; it wants "
            f"{' or '.join(SAID[k] for k in fitting)}. An expression can make it so: "
            f"cast(… as {_CASTS[one.type]})."
        )
    if one.type == "DATE":
        return _day(mapped, kind, value)
    if one.type == "TIMESTAMP":
        return _instant(mapped, kind, value)
    return _number(mapped, one, kind, value)


_FITTING: Mapping[str, tuple[Kind, ...]] = {
    "BIGINT": ("whole", "number"),
    "INTEGER": ("whole", "number"),
    "DOUBLE": ("whole", "number"),
    "DECIMAL(18, 6)": ("whole", "number"),
    "DATE": ("day", "local", "instant"),
    "TIMESTAMP": ("day", "local", "instant"),
    "BOOLEAN": ("truth",),
}
_CASTS = {
    "BIGINT": "decimal(18, 2)",
    "INTEGER": "bigint",
    "DOUBLE": "double",
    "DECIMAL(18, 6)": "decimal(18, 6)",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "BOOLEAN": "boolean",
}


def _number(mapped: Mapped, one: FileField, kind: Kind, value: str) -> str:
    if one.major:
        exact = f"cast({value} as decimal(38, 8))"
        return f"cast(round({exact} * {10**mapped.money.exponent}) as bigint)"
    if one.type in ("BIGINT", "INTEGER") and kind == "number":
        return f"case when {value} = floor({value}) then cast({value} as bigint) end"
    return f"cast({value} as {one.type})"


def _day(mapped: Mapped, kind: Kind, value: str) -> str:
    """The local date in the workspace's zone."""
    if kind == "day":
        return value
    if kind == "local" and mapped.mapping.zone in (None, mapped.zone):
        return f"cast({value} as date)"
    if kind == "local":
        value = f"({value} at time zone {literal(str(mapped.mapping.zone))})"
    return f"cast(({value} at time zone {literal(mapped.zone)}) as date)"


def _instant(mapped: Mapped, kind: Kind, value: str) -> str:
    """The instant in UTC; null where only the day is known, as in an import."""
    if kind == "day":
        return "cast(null as timestamp)"
    if kind == "local":
        value = f"({value} at time zone {literal(mapped.mapping.zone or mapped.zone)})"
    return f"({value} at time zone 'UTC')"
