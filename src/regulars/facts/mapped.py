"""A company's own table read as one of ours: which column, or small expression, fills what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

from regulars.errors import ParameterError
from regulars.facts.mapping import FileField, file_fields
from regulars.facts.tables import FactTable, fact_table

OUR_DIALECT = "duckdb"

# What an expression may be made of. Subqueries, aggregates, windows and all other functions are
# out: a mapping reads one row and gives one row.
ALLOWED: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren,
        exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.Abs, exp.Floor,
        exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Cast, exp.DataType, exp.DataTypeParam,
        exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.And, exp.Or, exp.Not, exp.Is,
        exp.In, exp.Between, exp.Like, exp.DPipe, exp.Lower, exp.Upper, exp.Trim, exp.Substring,
        exp.AtTimeZone,
    }
)  # fmt: skip

_MADE = {
    ("orders", "kind"),  # a negative amount is a refund, as in an import
    ("order_lines", "line"),
    ("identities", "source"),
    ("identities", "customer_key"),
}

# Fields of files that a mapped table cannot fill.
_NOT_MAPPED = ("customer_source", "from_lines", "merged_into")


@dataclass(frozen=True, kw_only=True)
class TableMapping:
    """Which table of the company is one of ours, and what fills each of its fields.

    Attributes
    ----------
    table : our fact table.
    relation : theirs, as SQL names it: ``sales.orders``, ``"Odd Schema"."Order Lines"``.
    columns : field to one of its columns, or to an expression over them (see `ALLOWED`).
    zone : IANA zone of times that carry none; None means the workspace's.
    """

    table: str
    relation: str
    columns: Mapping[str, str]
    zone: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """What is saved under ``[facts.<table>]``."""
        zone = {"zone": self.zone} if self.zone else {}
        return {"table": self.relation, **zone, "columns": dict(self.columns)}

    @classmethod
    def from_dict(cls, table: str, kept: Mapping[str, Any]) -> TableMapping:
        """Read what `to_dict` gave; unknown words are an error that names them."""
        unknown = sorted(set(kept) - {"table", "zone", "columns"})
        if unknown or not isinstance(kept.get("table"), str):
            wrong = f"knows no {', '.join(unknown)}" if unknown else "lacks table"
            raise ParameterError(f"[facts.{table}] in regulars.toml {wrong}")
        return cls(
            table=table,
            relation=kept["table"],
            columns=dict(kept.get("columns", {})),
            zone=kept.get("zone"),
        )

    def check(self) -> None:
        """Raise `ParameterError` when a field is unknown, filled twice, or required and missing."""
        known, declared = fields_of(self.table), fact_table(self.table)
        unknown = [name for name in self.columns if name not in known]
        if unknown:
            near = get_close_matches(unknown[0], known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ParameterError(
                f"{self.table} has no field {', '.join(map(repr, unknown))}.{hint} "
                f"Its fields: {', '.join(known)}."
            )
        filled = [known[name].target for name in self.columns]
        twice = sorted({target for target in filled if filled.count(target) > 1})
        if twice:
            raise ParameterError(f"{self.table}: {', '.join(twice)} is filled twice")
        missing = [
            _as_field(declared, c.name)
            for c in declared.columns
            if c.required and c.name not in filled and not _made(declared, c.name, set(filled))
        ]
        if missing:
            raise ParameterError(
                f"{self.table} needs {', '.join(missing)}. Say which column of {self.relation} it "
                f"is: --column {missing[0]}=COLUMN."
            )


def _as_field(table: FactTable, name: str) -> str:
    if name == "day" and table.instant:
        return table.instant  # the day follows from it
    return "customer_id" if name == "customer_key" else name.removesuffix("_minor")


def _made(table: FactTable, name: str, filled: set[str]) -> bool:
    """Whether a required column that nothing fills follows from the others."""
    if name == "day":
        return table.instant in filled
    if (table.name, name) == ("assignments", "unit"):
        return "customer_key" in filled
    return (table.name, name) in _MADE


def fields_of(table: str) -> dict[str, FileField]:
    """The fields that a mapped table may fill: the declared columns under their file names."""
    declared = fact_table(table)
    known = file_fields(declared)
    own = {c.name for c in declared.columns} | {"status", "customer_key"}
    extra = {"same_as"} if table == "identities" else set()
    return {
        name: one
        for name, one in known.items()
        if name not in _NOT_MAPPED and (one.target in own or name in extra)
    }


def expression(text: str, present: Sequence[str]) -> exp.Expr:
    """A column's name, or a small expression over columns, as a tree.

    Parameters
    ----------
    text : a name exactly as the table has it (with blanks or signs too), or an expression in
        which names with such signs stand in double quotes.
    present : the table's columns.

    Raises
    ------
    ParameterError : no such column, no expression, or one that goes beyond a row.
    """
    if text in present:
        return exp.column(text, quoted=True)
    try:
        tree = sqlglot.parse_one(text, read=OUR_DIALECT)
    except sqlglot.errors.SqlglotError:
        raise ParameterError(
            f"{text!r} is neither a column nor an expression; the columns: {', '.join(present)}"
        ) from None
    for node in list(tree.walk()):
        if type(node) not in ALLOWED:
            raise ParameterError(
                f"{text!r}: {type(node).__name__} is not allowed in a mapping; it may compare, "
                "calculate, cast and choose (case) from columns of the same row"
            )
        if isinstance(node, exp.Column):
            node.set("this", exp.to_identifier(_present(node, text, present), quoted=True))
    return tree


def _present(node: exp.Column, text: str, present: Sequence[str]) -> str:
    """The column's name as the table writes it."""
    name = node.name
    if node.table:
        raise ParameterError(f"{text!r}: name the column alone, without a table before it")
    if name in present:
        return name
    alike = [] if node.this.quoted else [p for p in present if p.lower() == name.lower()]
    if len(alike) == 1:
        return alike[0]
    near = get_close_matches(name, present, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ParameterError(f"there is no column {name!r}{hint} The columns: {', '.join(present)}")


def relation(text: str, root: Path) -> str:
    """A table's name as SQL, each part as given; files as DuckDB reads them.

    Parameters
    ----------
    root : the folder that relative file names start from.

    Raises
    ------
    ParameterError : it is no name.
    """
    for ending, reader in (("parquet", "read_parquet"), ("csv", "read_csv")):
        if text.lower().endswith(f".{ending}"):
            return exp.func(reader, exp.Literal.string(str(root / text))).sql(OUR_DIALECT)
    try:
        tree = sqlglot.parse_one(text, into=exp.Table, read="postgres")
    except sqlglot.errors.SqlglotError:
        tree = None
    if not isinstance(tree, exp.Table) or {type(n) for n in tree.walk()} - {
        exp.Table,
        exp.Identifier,
    }:
        raise ParameterError(
            f"{text!r} is no table's name; write schema.table, with double quotes around a part "
            'that has blanks, capitals or signs: \'"Sales Data"."Orders"\''
        )
    return tree.sql(OUR_DIALECT)
