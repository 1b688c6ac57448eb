"""The words that a fact table is declared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.declare import Column, SqlType, Text, Unit

_CUSTOMER_COLUMNS = ("customer_key", "other_key", "merged_from", "merged_into")


@dataclass(frozen=True, kw_only=True)
class FactTable:
    """A declared table of facts.

    Attributes
    ----------
    name, meaning : what it is called and what one row says.
    columns : the declared columns, in order; public names.
    key : the columns that tell one row from another.
    key_from : where a file has no key of its own, the columns its key is made from (with a
        running number behind them where they repeat).
    instant : the instant whose local date becomes ``day``.
    personal : the table names people; it is purged at once when somebody is forgotten.
    file_fields : fields that a file may carry beside the declared columns.
    own : Regulars writes it itself; no file is imported into it.
    """

    name: str
    meaning: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    key_from: tuple[str, ...] = ()
    instant: str | None = None
    personal: bool = False
    file_fields: tuple[Column, ...] = ()
    own: bool = False

    @property
    def stored_columns(self) -> tuple[Column, ...]:
        """The declared columns and those that every row carries."""
        return self.columns + ROW_COLUMNS

    @property
    def names_customers(self) -> bool:
        """Whether its rows belong to a customer (and a file names that customer)."""
        return any(c.name == "customer_key" for c in self.columns)

    @property
    def customer_columns(self) -> tuple[str, ...]:
        """The columns that hold a customer's key."""
        return tuple(c.name for c in self.columns if c.name in _CUSTOMER_COLUMNS)

    def column(self, name: str) -> Column:
        for column in self.stored_columns + self.file_fields:
            if column.name == name:
                return column
        raise KeyError(name)


def text(name: str, en: str, zh: str, **more: Any) -> Column:
    return _column(name, "VARCHAR", en, zh, **more)


def day(name: str, en: str, zh: str, **more: Any) -> Column:
    return _column(name, "DATE", en, zh, **more)


def instant(name: str, en: str, zh: str, **more: Any) -> Column:
    return _column(name, "TIMESTAMP", en, zh, **more)


def whole(name: str, en: str, zh: str, **more: Any) -> Column:
    return _column(name, "BIGINT", en, zh, **more)


def exact(name: str, en: str, zh: str, **more: Any) -> Column:
    return _column(name, "DECIMAL(18, 6)", en, zh, **more)


def number(name: str, en: str, zh: str, **more: Any) -> Column:
    return _column(name, "DOUBLE", en, zh, **more)


def flag(name: str, en: str, zh: str, **more: Any) -> Column:
    return _column(name, "BOOLEAN", en, zh, **more)


def money(name: str, en: str, zh: str, **more: Any) -> Column:
    """An amount in minor units; a file may give it in major units under the name's stem."""
    return _column(name, "BIGINT", en, zh, unit="minor", **more)


def _column(
    name: str, sql: SqlType, en: str, zh: str, unit: Unit | None = None, **more: Any
) -> Column:
    return Column(name=name, type=sql, meaning=Text(en, zh), unit=unit, **more)


def customer(**more: Any) -> Column:
    return whole(
        "customer_key",
        "The customer; a number of ours, never made from the outside id and never used twice",
        "客户；系统自编号，与外部编号无关，永不重复使用",
        **more,
    )


ROW_COLUMNS: tuple[Column, ...] = (
    whole("import_seq", "The import that last wrote this row", "最后写入本行的导入序号"),
    text("row_hash", "Fingerprint of the row's content", "本行内容的指纹"),
    instant("recorded_at", "When the import was made (UTC)", "导入时间（UTC）"),
    text(
        "status",
        "Whether the row counts: live, or void when it was withdrawn",
        "是否有效：live 有效，void 已作废",
        choices=("live", "void"),
    ),
)
