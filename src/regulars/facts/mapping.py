"""Which column of a file is which field: as said, confirmed and saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from regulars.declare import Column, SqlType
from regulars.errors import FactsError, ParameterError
from regulars.facts.tables import FactTable, fact_table

ASK_BELOW = 0.8
AUTO = "auto"
DAY_ORDERS = ("ymd", "dmy", "mdy")

FileColumn = str | tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FileField:
    """A field that a file may carry: ``target`` is the declared column it fills.

    ``major`` says that the file gives money in major units (12.34) for a column in minor ones.
    """

    name: str
    target: str
    type: SqlType
    column: Column
    major: bool = False


@dataclass(frozen=True, kw_only=True)
class ColumnMapping:
    """Which column of a file fills which field, and how the file writes its values.

    Attributes
    ----------
    columns : field to file column; several file columns become one text parted by ``" > "``.
    sure : 0 to 1 for each field; 1 when confirmed or saved, under 0.8 somebody should look.
    unused : columns of the file that fill nothing.
    fixed : fields with one value for the whole file.
    zone : IANA zone of local times in the file; None means the workspace's.
    decimal_mark : ``"."`` or ``","``.
    day_order : ``"ymd"``, ``"dmy"`` or ``"mdy"``, for days such as 03/04/2024; ``"auto"`` finds
        it out, and refuses to guess when no row decides.
    sheet, header_row : of a spreadsheet; None takes the first sheet that holds anything and
        looks for the row of the names.
    encoding, delimiter : None means found out from the file.
    attributes : put the unused columns, as JSON, into ``attributes``.
    left_out : columns of the file that are known and shall fill nothing.
    kept : it was saved for an earlier file: nobody has looked at the columns of this one.
    """

    table: str
    source: str
    columns: Mapping[str, FileColumn]
    sure: Mapping[str, float] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    zone: str | None = None
    decimal_mark: str = "."
    day_order: str = AUTO
    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    attributes: bool = False
    left_out: tuple[str, ...] = ()
    kept: bool = field(default=False, compare=False)

    @property
    def unsure(self) -> tuple[str, ...]:
        """Fields that somebody should confirm."""
        return tuple(name for name, share in self.sure.items() if share < ASK_BELOW)

    def confirm(self) -> ColumnMapping:
        """The same mapping, taken as right."""
        return replace(self, sure={}, kept=False)

    def for_withdrawal(self, present: Sequence[str]) -> ColumnMapping:
        """The same mapping without what a file of withdrawals need not carry and does not.

        Such a file often names the key only; what the mapping says of other columns is no error.
        """
        table, have = fact_table(self.table), set(present)
        fields = file_fields(table)

        def wanted(name: str, column: FileColumn) -> bool:
            parts = column if isinstance(column, tuple) else (column,)
            is_key = name in fields and fields[name].target in table.key
            return is_key or have.issuperset(parts)

        kept = {name: column for name, column in self.columns.items() if wanted(name, column)}
        return replace(self, columns=kept)

    def to_dict(self) -> dict[str, Any]:
        """What is saved under ``[mappings.<table>.<source>]``; defaults are left out."""
        kept: dict[str, Any] = {
            "columns": {
                name: list(column) if isinstance(column, tuple) else column
                for name, column in self.columns.items()
            }
        }
        if self.fixed:
            kept["fixed"] = dict(self.fixed)
        for name, usual in _USUAL.items():
            value = getattr(self, name)
            if value != usual:
                kept[name] = list(value) if isinstance(value, tuple) else value
        return kept

    @classmethod
    def from_dict(cls, table: str, source: str, kept: Mapping[str, Any]) -> ColumnMapping:
        """Read what `to_dict` gave. Unknown words are an error that names them."""
        unknown = set(kept) - {"columns", "fixed", *_USUAL}
        if unknown:
            raise ParameterError(
                f"The mapping of {table} from {source} holds unknown settings: "
                f"{', '.join(sorted(unknown))}."
            )
        columns = {
            name: tuple(column) if isinstance(column, list) else column
            for name, column in kept.get("columns", {}).items()
        }
        mapping = cls(
            table=table,
            source=source,
            columns=columns,
            fixed=dict(kept.get("fixed", {})),
            kept=True,
            left_out=tuple(kept.get("left_out", ())),
            **{name: kept[name] for name in _USUAL if name in kept and name != "left_out"},
        )
        mapping.check_words()
        return mapping

    def check_words(self) -> None:
        """Raise `ParameterError` when a field or setting of the mapping is unknown."""
        known = file_fields(fact_table(self.table))
        unknown = [name for name in (*self.columns, *self.fixed) if name not in known]
        if unknown:
            raise ParameterError(
                f"{self.table} has no field {', '.join(map(repr, unknown))}; "
                f"its fields: {', '.join(known)}."
            )
        filled = [known[name].target for name in {**self.columns, **self.fixed}]
        twice = sorted({target for target in filled if filled.count(target) > 1})
        if twice:
            raise ParameterError(
                f"The mapping of {self.table} fills {', '.join(twice)} from more than one column."
            )
        if self.decimal_mark not in (".", ",") or self.day_order not in (AUTO, *DAY_ORDERS):
            raise ParameterError(
                "decimal_mark is '.' or ',' and day_order one of auto, ymd, dmy, mdy; got "
                f"{self.decimal_mark!r} and {self.day_order!r}."
            )

    def check_columns(self, present: Sequence[str], *, file: str = "the file") -> None:
        """Raise `FactsError` when a mapped column is not in the file."""
        for name, column in self.columns.items():
            for wanted in column if isinstance(column, tuple) else (column,):
                if wanted not in present:
                    raise FactsError(
                        f"The mapping takes {name} from the column {wanted!r}, but {file} has: "
                        f"{', '.join(present)}. Correct the file, or say which column it is with "
                        f"--mapping {name}=COLUMN."
                    )

    def check_required(self, present: Sequence[str], *, void: bool, file: str = "the file") -> None:
        """Raise `FactsError` when nothing fills a required column; name what the file has."""
        table = fact_table(self.table)
        filled = {file_fields(table)[name].target for name in (*self.columns, *self.fixed)}
        for column in table.columns:
            if column.name in filled or not (column.key if void else column.required):
                continue
            if void and not column.required:
                continue
            if can_be_made(table, column.name, filled):
                continue
            name = "customer_id" if column.name == "customer_key" else column.name
            raise FactsError(
                f"{table.name} needs {name.removesuffix('_minor')} and no column of {file} was "
                f"taken for it. It has: {', '.join(present)}. Say which one it is with "
                f"--mapping {name.removesuffix('_minor')}=COLUMN."
            )


@dataclass(frozen=True)
class Preview:
    """What the beginning of a file shows.

    Attributes
    ----------
    mapping : guessed from names and values.
    header : the columns of the file.
    sample : the first values of each column, as the file has them.
    """

    mapping: ColumnMapping
    header: tuple[str, ...]
    sample: Mapping[str, Sequence[Any]]


_USUAL: dict[str, Any] = {
    "zone": None,
    "decimal_mark": ".",
    "day_order": AUTO,
    "sheet": None,
    "header_row": None,
    "encoding": None,
    "delimiter": None,
    "attributes": False,
    "left_out": (),
}


def can_be_made(table: FactTable, name: str, filled: set[str]) -> bool:
    """Whether import works the column out when the file does not carry it."""
    if name == "day" and table.instant in filled:
        return True
    if name in table.key and table.key_from and name != "customer_key":
        return True
    made = {
        "orders": {"kind": True, "amount_minor": "source_amount" in filled},
        "order_lines": {"line": True},
        "assignments": {"unit": "customer_key" in filled},
        "identities": {"customer_key": True, "source": True},
    }
    return bool(made.get(table.name, {}).get(name, False))


def file_fields(table: FactTable) -> dict[str, FileField]:
    """Every field that a file for this table may carry, by name.

    A customer is named by ``customer_id`` (and ``customer_source`` where one file mixes
    sources); an amount may come in major units under its stem.
    """
    fields: dict[str, FileField] = {}
    for column in (*table.columns, *table.file_fields):
        if table.name == "identities" and column.name in ("customer_key", "merged_into"):
            continue
        if column.name in ("from_lines",):
            continue
        if column.name == "customer_key":
            for name in ("customer_id", "customer_source"):
                fields[name] = FileField(
                    name=name,
                    target="customer_key" if name == "customer_id" else name,
                    type="VARCHAR",
                    column=column,
                )
            continue
        if column.name.endswith("_minor"):
            stem = column.name.removesuffix("_minor")
            fields[stem] = FileField(
                name=stem, target=column.name, type=column.type, column=column, major=True
            )
        fields[column.name] = FileField(
            name=column.name, target=column.name, type=column.type, column=column
        )
    status = table.column("status")
    fields["status"] = FileField(name="status", target="status", type="VARCHAR", column=status)
    return fields
