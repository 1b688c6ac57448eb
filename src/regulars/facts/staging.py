"""Rows of the files in declared types, each failing one with its reason: the ``staged`` table."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regulars.facts import casting
from regulars.facts.casting import Money
from regulars.facts.mapping import ColumnMapping, FileField, file_fields
from regulars.facts.reading import Source
from regulars.facts.sql import identifier, literal
from regulars.facts.tables import FactTable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EMPTY = "empty"


@dataclass
class Plan:
    """How one table's files become staged rows.

    ``mapped`` are the declared columns that the files fill; ``void`` withdraws every row.
    """

    table: FactTable
    mapping: ColumnMapping
    money: Money
    zone: str
    void: bool = False
    fields: dict[str, FileField] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fields = file_fields(self.table)

    @property
    def names(self) -> list[str]:
        """Fields that the files fill."""
        return [*self.mapping.columns, *self.mapping.fixed]

    @property
    def mapped(self) -> set[str]:
        return {self.fields[name].target for name in self.names}

    @property
    def staged_columns(self) -> dict[str, str]:
        """Every column of ``staged`` with its type, whatever the mapping."""
        columns: dict[str, str] = {}
        for one in self.fields.values():
            if one.target == "customer_key":
                columns["customer_id"] = "VARCHAR"
            else:
                columns[one.target] = one.type
        return columns


def stage(con: DuckDBPyConnection, plan: Plan, source: Source) -> int:
    """Append one source's rows to ``staged``; returns how many, empty ones included."""
    con.execute(_create(plan)).fetchall()
    before = _count(con)
    con.execute(f"INSERT INTO staged BY NAME {select(plan, source)}").fetchall()
    return _count(con) - before


def _count(con: DuckDBPyConnection) -> int:
    return int(con.execute("SELECT count(*) FROM staged").fetchall()[0][0])


def _create(plan: Plan) -> str:
    columns = {**plan.staged_columns, "row_rounded": "BOOLEAN", "row_turned": "BOOLEAN"}
    columns |= {"row_reason": "VARCHAR", "row_raw": "VARCHAR"}
    listed = ", ".join(f"{identifier(n)} {t}" for n, t in columns.items())
    return f"CREATE TABLE IF NOT EXISTS staged ({listed})"


def select(plan: Plan, source: Source) -> str:
    """One SELECT: clean the fields, cast them, apply the table's rules, find the reason."""
    types = _types(plan, source)
    clean = ", ".join(f"{_clean(plan, source, n)} AS {identifier('s_' + n)}" for n in plan.names)
    read = f"SELECT *, {clean} FROM {source.relation}"
    cast = f"SELECT *, {', '.join(_casts(plan, source, types))} FROM ({read})"
    ruled = f"SELECT *, {', '.join(_rules(plan, types))} FROM ({cast})"
    reasoned = f"SELECT *, {_reason(plan, source, types)} AS row_reason FROM ({ruled})"
    kept = ", ".join(f"{identifier('r_' + n)} AS {identifier(n)}" for n in plan.staged_columns)
    return (
        f"SELECT {kept}, row_rounded, row_turned, row_reason, CASE WHEN row_reason IS NOT NULL "
        f"THEN {raw_row(source)} END AS row_raw FROM ({reasoned})"
    )


def raw_row(source: Source) -> str:
    """The row as it stood in the file, as JSON."""
    pairs = ", ".join(f"{literal(name)}, c{i}" for i, name in enumerate(source.header))
    return f"CAST(json_object({pairs}) AS VARCHAR)"


def _types(plan: Plan, source: Source) -> dict[str, str]:
    """Type of each cleaned field."""
    types: dict[str, str] = {}
    for name in plan.names:
        column = plan.mapping.columns.get(name)
        if isinstance(column, str) and name not in plan.mapping.fixed:
            types[name] = casting.kept_type(source.types[source.header.index(column)])
        else:
            types[name] = "VARCHAR"
    return types


def _clean(plan: Plan, source: Source, name: str) -> str:
    if name in plan.mapping.fixed:
        return f"clean({literal(plan.mapping.fixed[name])})"
    column = plan.mapping.columns[name]
    if isinstance(column, tuple):
        parts = [source.header.index(part) for part in column]
        texts = ", ".join(f"clean(CAST(c{i} AS VARCHAR))" for i in parts)
        return f"nullif(concat_ws(' > ', {texts}), '')"
    place = source.header.index(column)
    value = casting.cleaned(f"c{place}", source.types[place])
    if source.types[place] == "VARCHAR" and plan.fields[name].type != "VARCHAR":
        return f"something({value})"
    return value


def _casts(plan: Plan, source: Source, types: dict[str, str]) -> list[str]:
    out: list[str] = []
    amounts: list[str] = []
    for name in plan.names:
        value = identifier("s_" + name)
        one = plan.fields[name]
        out.append(f"{casting.cast(one, value, types[name], plan.money)} AS "
                   f"{identifier('v_' + name)}")  # fmt: skip
        if one.major:
            amounts.append(casting.rounded(value, types[name], plan.money))
        if name == plan.table.instant:
            out.append(f"{casting.is_day_only(value, types[name])} AS day_only")
    out.append(f"{' OR '.join(amounts) or 'false'} AS row_rounded")
    if plan.mapping.attributes and "attributes" in plan.staged_columns:
        used = _used(plan.mapping)
        pairs = ", ".join(
            f"{literal(h)}, clean(CAST(c{i} AS VARCHAR))"
            for i, h in enumerate(source.header)
            if h not in used
        )
        out.append(f"CAST(json_object({pairs}) AS VARCHAR) AS v_attributes")
    return out


def _used(mapping: ColumnMapping) -> set[str]:
    return {
        part
        for column in mapping.columns.values()
        for part in (column if isinstance(column, tuple) else (column,))
    }


def _rules(plan: Plan, types: dict[str, str]) -> list[str]:
    """Each staged column as ``r_<name>``, after the table's own rules."""
    values: dict[str, str] = dict.fromkeys(plan.staged_columns, "NULL")
    for name in plan.names:
        target = plan.fields[name].target
        values["customer_id" if target == "customer_key" else target] = identifier("v_" + name)
    if plan.mapping.attributes and "attributes" in values:
        values["attributes"] = "v_attributes"
    instant = plan.table.instant
    if instant in plan.names and "day" in values:
        values["day"] = f"coalesce({values['day']}, day_of({identifier(f'v_{instant}')}))"
        values[str(instant)] = f"CASE WHEN NOT day_only THEN {identifier(f'v_{instant}')} END"
    values["status"] = "'void'" if plan.void else f"coalesce({values['status']}, 'live')"
    turned = "false"
    if plan.table.name == "orders":
        turned = order_rules(values, plan.mapped, plan.money)
    if plan.table.name == "order_lines":
        line_rules(values, plan.mapped)
    if plan.table.name == "prices":
        values["seller"] = f"coalesce({values['seller']}, 'own')"
    columns = plan.staged_columns
    out = [
        f"CAST({value} AS {columns[name]}) AS {identifier('r_' + name)}"
        for name, value in values.items()
    ]
    return [*out, f"coalesce({turned}, false) AS row_turned"]


def order_rules(values: dict[str, str], mapped: Collection[str], money: Money) -> str:
    """Sign and kind of an order; its amount from a foreign one. Returns "a sale was negative".

    ``values`` holds the SQL of each declared column and is changed; ``mapped`` names those given.
    """
    factor = 10**money.exponent
    amount = values["amount_minor"]
    if "source_amount" in mapped:
        currency = f"upper({values['source_currency']})"
        rate = (
            f"coalesce({values['rate']}, CASE WHEN coalesce({currency}, "
            f"{literal(money.currency)}) = {literal(money.currency)} THEN 1 END)"
        )
        worked = (
            f"minor(CAST({values['source_amount']} AS DECIMAL(18, 6)) * "
            f"CAST({rate} AS DECIMAL(18, 6)), {factor})"
        )
        amount = f"coalesce({amount}, {worked})"
        values["rate"] = rate
        values["source_currency"] = (
            f"CASE WHEN {values['source_amount']} IS NOT NULL "
            f"THEN coalesce({currency}, {literal(money.currency)}) END"
        )
    kind = values["kind"]
    is_refund = f"({amount} < 0 OR {kind} IS NOT DISTINCT FROM 'refund')"
    values["kind"] = f"CASE WHEN {is_refund} THEN 'refund' ELSE 'sale' END"
    signed = f"(CASE WHEN {is_refund} THEN -abs({amount}) ELSE {amount} END)"
    sign = f"(CASE WHEN {is_refund} THEN -1 ELSE 1 END)"
    listed = f"({sign} * abs({values['list_amount_minor']}))"
    discount = f"({sign} * abs({values['discount_minor']}))"
    values["amount_minor"] = signed
    values["list_amount_minor"] = f"coalesce({listed}, {signed} + {discount})"
    values["discount_minor"] = f"coalesce({discount}, {listed} - {signed})"
    return f"({kind} = 'sale' AND {amount} < 0)"


def line_rules(values: dict[str, str], mapped: Collection[str]) -> None:
    """Discounts are amounts off; a list price is worked out from the shop's own discounts."""
    sign = f"(CASE WHEN {values['amount_minor']} < 0 THEN -1 ELSE 1 END)"
    own = ("shop_discount_minor", "coupon_match_discount_minor", "other_discount_minor")
    for name in (*own, "coupon_discount_minor"):
        values[name] = f"({sign} * abs({values[name]}))"
    if any(name in mapped for name in own):
        total = " + ".join(f"coalesce({values[name]}, 0)" for name in own)
        values["list_amount_minor"] = (
            f"coalesce({values['list_amount_minor']}, {values['amount_minor']} + {total})"
        )


def _reason(plan: Plan, source: Source, types: dict[str, str]) -> str:
    """``field:code`` of the first thing wrong with a row; NULL when nothing is."""
    every = ", ".join(f"clean(CAST(c{i} AS VARCHAR))" for i in range(len(source.header)))
    whens = [f"WHEN coalesce({every}) IS NULL THEN ':{EMPTY}'"]
    for name in plan.names:
        one = plan.fields[name]
        if name == "status" or (one.type == "VARCHAR" and not one.column.choices):
            continue
        whens.append(
            f"WHEN {identifier('s_' + name)} IS NOT NULL AND {identifier('v_' + name)} IS NULL "
            f"THEN {literal(f'{name}:{casting.reason_code(one)}')}"
        )
    if plan.table.name == "orders" and "source_amount" in plan.mapped:
        whens.append(
            "WHEN r_amount_minor IS NULL AND r_source_amount IS NOT NULL THEN 'amount:no_rate'"
        )
    for column in plan.table.columns:
        whens += _missing(plan, column.name, required=column.required, key=column.key)
    return f"CASE {' '.join(whens)} END"


def _missing(plan: Plan, name: str, *, required: bool, key: bool) -> list[str]:
    if not required:
        return []
    staged = "customer_id" if name == "customer_key" else name
    if plan.table.name == "identities" and name in ("source", "customer_key"):
        return []
    made = name not in plan.mapped and (name in plan.table.key and staged != "customer_id")
    if made:  # line numbers, order ids: made later
        return []
    shown = staged.removesuffix("_minor")
    live = "" if key else " AND r_status = 'live'"
    return [f"WHEN {identifier('r_' + staged)} IS NULL{live} THEN {literal(f'{shown}:missing')}"]
