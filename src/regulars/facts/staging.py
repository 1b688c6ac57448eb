"""Rows of the files in declared types, each failing one with its reason: the ``staged`` table."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING

from regulars.facts import casting, foreign
from regulars.facts.mapping import ColumnMapping
from regulars.facts.plan import Plan
from regulars.facts.reading import Source
from regulars.facts.rules import NOTHING, rules
from regulars.facts.sql import identifier, literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EMPTY = "empty"
# Asked for by name whatever the files hold.
_ALWAYS = ("customer_id", "customer_source")


@lru_cache(maxsize=8)
def staged_columns(plan: Plan) -> dict[str, str]:
    """The columns of ``staged`` with their types: those that may hold anything."""
    columns: dict[str, str] = {}
    values = rules(plan)[0]
    identities = plan.table.name == "identities"
    for one in plan.fields.values():
        name = "customer_id" if one.target == "customer_key" else one.target
        if values.get(name, NOTHING) != NOTHING or name in _ALWAYS or identities:
            columns[name] = "VARCHAR" if name == "customer_id" else one.type
    return columns


def stage(con: DuckDBPyConnection, plan: Plan, source: Source) -> int:
    """Append one source's rows to ``staged``; returns how many, empty ones included."""
    known = con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'staged'").fetchall()
    if not known:
        con.execute(f"CREATE TABLE staged AS {select(plan, source)}").fetchall()
        return _count(con)
    before = _count(con)
    con.execute(f"INSERT INTO staged BY NAME {select(plan, source)}").fetchall()
    return _count(con) - before


def _count(con: DuckDBPyConnection) -> int:
    return int(con.execute("SELECT count(*) FROM staged").fetchall()[0][0])


def select(plan: Plan, source: Source) -> str:
    """One SELECT: clean the fields, cast them, apply the table's rules, find the reason."""
    types = _types(plan, source)
    quick = _quick(plan, types)
    clean = ", ".join(f"{_clean(plan, source, n)} AS {identifier('s_' + n)}" for n in plan.names)
    read = f"SELECT *, {clean} FROM {source.relation}"
    for stage_of in (_parsed, _trusted, _odd) if quick else ():
        read = f"SELECT *, {', '.join(stage_of(plan, quick))} FROM ({read})"
    cast = f"SELECT *, {', '.join(_casts(plan, source, types, quick))} FROM ({read})"
    if plan.has_rates:
        cast = foreign.with_rates(cast, day=rules(plan, quick)[0]["day"])
    ruled = f"SELECT *, {', '.join(_ruled(plan, quick))} FROM ({cast})"
    reasoned = f"SELECT *, {_reason(plan, source, types, quick)} AS row_reason FROM ({ruled})"
    kept = ", ".join(f"{identifier('r_' + n)} AS {identifier(n)}" for n in staged_columns(plan))
    return (
        f"SELECT {kept}, row_rounded, row_turned, row_reason, CASE WHEN row_reason IS NOT NULL "
        f"THEN {raw_row(source)} END AS row_raw FROM ({reasoned})"
        f"{' ORDER BY place' if plan.has_rates else ''}"
    )


def _parsed(plan: Plan, quick: dict[str, str]) -> list[str]:
    return [f"{sql} AS {identifier('p_' + name)}" for name, sql in quick.items()]


def _trusted(plan: Plan, quick: dict[str, str]) -> list[str]:
    return [
        casting.trusted(
            plan.fields[name], identifier("s_" + name), identifier("p_" + name), plan.money
        )
        + f" AS {identifier('q_' + name)}"
        for name in quick
    ]


def _odd(plan: Plan, quick: dict[str, str]) -> list[str]:
    """The texts that the quick way left; only they are cleaned."""
    return [
        f"CASE WHEN {identifier('q_' + name)} IS NULL THEN clean({identifier('s_' + name)}) END "
        f"AS {identifier('o_' + name)}"
        for name in quick
    ]


def _quick(plan: Plan, types: dict[str, str]) -> dict[str, str]:
    """Fields whose commonest form is read quickly, each with its SQL."""
    found = {
        name: casting.parsed(
            plan.fields[name], identifier("s_" + name), types[name], plan.mapping.decimal_mark
        )
        for name in plan.names
    }
    return {name: sql for name, sql in found.items() if sql is not None}


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
    one, kind = plan.fields[name], source.types[place]
    if casting.parsed(one, value, kind, plan.mapping.decimal_mark) is not None:
        return f"c{place}"
    if kind == "VARCHAR" and one.type != "VARCHAR":
        return f"something({value})"
    return value


def _casts(plan: Plan, source: Source, types: dict[str, str], quick: dict[str, str]) -> list[str]:
    out: list[str] = []
    amounts: list[str] = []
    for name in plan.names:
        value, first, odd = (identifier(f"{stage_of}_{name}") for stage_of in "sqo")
        one, kind = plan.fields[name], types[name]
        if name in quick:
            made = casting.cast_parsed(one, odd, first, plan.money)
        else:
            made = casting.cast(one, value, kind, plan.money)
        out.append(f"{made} AS {identifier('v_' + name)}")
        if one.major and name in quick:
            amounts.append(casting.rounded_parsed(odd, first, plan.money))
        elif one.major:
            amounts.append(casting.rounded(value, kind, plan.money))
        if name == plan.table.instant:
            is_day = casting.is_day_only(odd if name in quick else value, kind)
            out.append(f"{f'coalesce({is_day}, false)' if name in quick else is_day} AS day_only")
    out.append(f"{' OR '.join(amounts) or 'false'} AS row_rounded")
    if plan.mapping.attributes and "attributes" in staged_columns(plan):
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


def _ruled(plan: Plan, quick: Collection[str]) -> list[str]:
    """Each staged column as ``r_<name>``."""
    values, turned = rules(plan, quick)
    out = [
        f"CAST({values[name]} AS {kind}) AS {identifier('r_' + name)}"
        for name, kind in staged_columns(plan).items()
    ]
    return [*out, f"coalesce({turned}, false) AS row_turned"]


def _reason(plan: Plan, source: Source, types: dict[str, str], quick: Collection[str]) -> str:
    """``field:code`` of the first thing wrong with a row; NULL when nothing is."""
    # Most rows are known not to be empty by a field that was cleaned already.
    cleaned = [
        f"CAST({identifier('s_' + name)} AS VARCHAR)"
        for name, column in plan.mapping.columns.items()
        if isinstance(column, str)
        and name not in plan.mapping.fixed
        and plan.fields[name].type == "VARCHAR"
    ]
    every = ", ".join(
        [*cleaned, *(f"clean(CAST(c{i} AS VARCHAR))" for i in range(len(source.header)))]
    )
    whens = [f"WHEN coalesce({every}) IS NULL THEN ':{EMPTY}'"]
    for name in plan.names:
        one = plan.fields[name]
        if name == "status" or (one.type == "VARCHAR" and not one.column.choices):
            continue
        # Words for nothing, such as "null", are looked for where no value was found only.
        said = identifier(("o_" if name in quick else "s_") + name)
        said = f"something({said})" if types[name] == "VARCHAR" else said
        whens.append(
            f"WHEN {identifier('v_' + name)} IS NULL AND {said} IS NOT NULL "
            f"THEN {literal(f'{name}:{casting.reason_code(one)}')}"
        )
    if "source_amount" in staged_columns(plan):
        whens.append(
            "WHEN r_amount_minor IS NULL AND r_source_amount IS NOT NULL THEN 'amount:no_rate'"
        )
    if plan.last_day and plan.table.instant and "day" in staged_columns(plan):
        named = plan.table.instant if plan.table.instant in plan.names else "day"
        whens.append(
            f"WHEN r_day > DATE {literal(plan.last_day)} THEN {literal(f'{named}:in_the_future')}"
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
    if made or staged not in staged_columns(plan):  # made later, or not asked of a withdrawal
        return []
    shown = staged.removesuffix("_minor")
    live = " AND r_status = 'live'" if not key and "status" in staged_columns(plan) else ""
    return [f"WHEN {identifier('r_' + staged)} IS NULL{live} THEN {literal(f'{shown}:missing')}"]
