"""Text and foreign types made into declared types, by SQL over whole columns.

A value that cannot be read becomes NULL and its row a reject with a reason. The rules:

- amounts: ``1234.56``, ``1,234.56``, ``¥12``, ``(12.00)``; or with a decimal comma when the
  mapping says so; more decimals than the currency has are rounded half away from zero;
- days: ``2024-01-31``, ``2024/1/31``, ``20240131``, ``2024年1月31日``, ``31.01.2024``, and
  ``31/01/2024`` or ``01/31/2024`` when the mapping or the file's own rows say which;
- times: with an offset they are instants; without one they are local times of the mapping's
  zone. A local time that a clock change leaves out is moved forward by the change; one that
  occurs twice is taken as the second, in standard time. Ten or thirteen digits are seconds or
  milliseconds since 1970.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from regulars.facts.mapping import AUTO, ColumnMapping, FileField
from regulars.facts.sql import literal
from regulars.facts.synonyms import CHOICE_WORDS, VOID_WORDS
from regulars.facts.textfiles import TextFile

NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL",
)  # fmt: skip

REASON_OF = {
    "BIGINT": "not_a_whole_number",
    "INTEGER": "not_a_whole_number",
    "DOUBLE": "not_a_number",
    "DECIMAL(18, 6)": "not_a_number",
    "DATE": "not_a_day",
    "TIMESTAMP": "not_a_time",
    "BOOLEAN": "not_yes_or_no",
}

_DAYS = {
    "ymd": ("%Y%m%d", "%Y年%m月%d日", "%Y.%m.%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y",
            "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y"),
    "dmy": ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d.%m.%y", "%d-%m-%y"),
    "mdy": ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%y", "%m-%d-%y"),
}  # fmt: skip

_TIMES = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H:%M:%S.%f", "%I:%M%p")


_PLAIN = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?", re.ASCII)

_BLANKS = " \t\r\n\u3000\u00a0\ufeff"

_TEXT_MACROS = {
    # Most values need no trimming, and looking is ten times cheaper than trimming.
    "clean(x)": (
        r"nullif(CASE WHEN regexp_matches(x, '^[!-~](.*[!-~])?$') THEN x "
        f"ELSE trim(x, {literal(_BLANKS)}) END, '')"
    ),
    "something(x)": (
        # A list of values to compare with would become a join, made for every row.
        r"CASE WHEN length(x) < 5 AND contains(';\n;null;nan;none;n/a;#n/a;nat;<na>;', "
        "';' || lower(x) || ';') THEN NULL ELSE x END"
    ),
    "bare_number(x)": (
        "regexp_replace(regexp_replace(regexp_replace(replace(x, '−', '-'), "
        r"'[\s¥¥$€£元圆]|CNY|RMB|USD|EUR', '', 'g'), '^\((.*)\)$', '-\1'), "
        r"'^([^-].*)-$', '-\1')"
    ),
    "whole(d)": (
        "CASE WHEN d = floor(d) AND abs(d) < 9000000000000000000 THEN CAST(d AS BIGINT) END"
    ),
    "minor(d, factor)": (
        "CASE WHEN abs(d) < 10000000000000 THEN CAST(round(d * factor) AS BIGINT) END"
    ),
}

_TIME_MACROS = {
    "sane_day(d)": "CASE WHEN d BETWEEN DATE '1800-01-01' AND DATE '2200-12-31' THEN d END",
    "sane_time(t)": (
        "CASE WHEN t BETWEEN TIMESTAMP '1800-01-01' AND TIMESTAMP '2200-12-31' THEN t END"
    ),
    "is_epoch(x)": r"length(x) IN (10, 13) AND regexp_full_match(x, '\d{10}(\d{3})?')",
    "is_day(x)": (
        "NOT contains(x, ':') AND NOT "
        r"(length(x) IN (10, 13, 14) AND regexp_full_match(x, '\d+'))"
    ),
    "has_offset(x)": "contains(x, ':') AND regexp_matches(right(x, 6), '[-+]|[ZzCT]$')",
    # Or "epoch" and "infinity" would be days.
    "with_digits(x)": r"CASE WHEN regexp_matches(x, '\d') THEN x END",
    "year_first(x)": "substr(x, 5, 1) IN ('-', '/')",
    "as_utc(x)": (
        "CASE WHEN is_epoch(x) THEN make_timestamp(CAST(x AS BIGINT) * "
        "CASE WHEN length(x) = 10 THEN 1000000 ELSE 1000 END) "
        "WHEN has_offset(x) THEN sane_time(timezone('UTC', TRY_CAST(x AS TIMESTAMPTZ))) "
        "WHEN is_day(x) THEN utc_of_local(CAST(plain_day(x) AS TIMESTAMP)) "
        "ELSE utc_of_local(local_time(x)) END"
    ),
    "as_day(x)": "CASE WHEN is_day(x) THEN plain_day(x) ELSE day_of(as_utc(x)) END",
}

_CALLING_OTHERS = ("as_utc(x)", "as_day(x)")

# What a decimal of 64 bits with eight digits behind the point can hold.
_QUICK = 9_999_999_999


@dataclass(frozen=True)
class Money:
    """The workspace's reporting currency and its decimals."""

    currency: str
    exponent: int


def macros(
    mapping: ColumnMapping,
    *,
    zone: str,
    seen: Sequence[str] = (),
    text: TextFile | None = None,
    utc_of_local: str | None = None,
) -> list[str]:
    """The functions that the casts are written with, for this mapping and workspace zone.

    ``seen`` are some days and times as the files write them; the patterns that they follow are
    tried first. ``text`` is the file, when it is one of text; ``utc_of_local`` SQL for the instant
    of a local time ``t``, where a quicker one is known.

    No expression that only odd values need stands twice in a macro: DuckDB would work out the
    common part for every row.
    """
    days, times = time_patterns(mapping.day_order, seen)
    every = {**_TEXT_MACROS, **_TIME_MACROS}
    if text is not None and text.few_blanks:
        every["clean(x)"] = _clean_of_spaces(text)
    every["as_decimal(x)"] = _decimal(mapping.decimal_mark)
    every["local_time(x)"] = (
        "sane_time(coalesce(CASE WHEN year_first(x) THEN TRY_CAST(x AS TIMESTAMP) END, "
        f"try_strptime(with_digits(x), {times!r})))"
    )
    every["plain_day(x)"] = (
        "sane_day(coalesce(CASE WHEN year_first(x) THEN TRY_CAST(x AS DATE) END, "
        f"CAST(try_strptime(with_digits(x), {days!r}) AS DATE)))"
    )
    long_way = f"make_timestamp(epoch_us(timezone({literal(mapping.zone or zone)}, t)))"
    every["utc_of_local(t)"] = utc_of_local or long_way
    every["day_of(utc)"] = f"CAST(timezone({literal(zone)}, timezone('UTC', utc)) AS DATE)"
    order = [name for name in every if name not in _CALLING_OTHERS]
    return [
        f"CREATE OR REPLACE MACRO {name} AS {every[name]}" for name in (*order, *_CALLING_OTHERS)
    ]


def _clean_of_spaces(text: TextFile) -> str:
    """What begins above a space and does not end with one needs no trimming."""
    narrow = "" if text.ascii else " AND strlen(x) = length(x)"
    return (
        f"CASE WHEN x >= '!' AND NOT ends_with(x, ' '){narrow} THEN x "
        f"ELSE nullif(trim(x, {literal(_BLANKS)}), '') END"
    )


def time_patterns(day_order: str, seen: Sequence[str]) -> tuple[list[str], list[str]]:
    """Patterns of days and of times, those that the seen values follow first."""
    # Left open means that no day needs the order: then only forms that have but one are read.
    day_order = "ymd" if day_order == AUTO else day_order
    days = list(_DAYS[day_order] + (_DAYS["ymd"] if day_order != "ymd" else ()))
    times = [f"{day} {time}" for day in days for time in _TIMES]
    times += ["%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M"]

    # What is written in the plain way follows none of them; asking takes a while.
    odd = [value for value in seen if not _PLAIN.fullmatch(value)]

    def misses(pattern: str) -> int:
        return sum(not _follows(value, pattern) for value in odd)

    return sorted(days, key=misses), sorted(times, key=misses)


def _follows(value: str, pattern: str) -> bool:
    try:
        dt.datetime.strptime(value, pattern)  # noqa: DTZ007  (only whether it fits)
    except ValueError:
        return False
    return True


def _decimal(mark: str) -> str:
    if mark == ".":
        return (
            "coalesce(TRY_CAST(x AS DECIMAL(38, 8)), TRY_CAST(replace(bare_number(x), ',', "
            r"CASE WHEN regexp_matches(x, '^[^\d,.]*\d{1,3}(,\d{3})+(\.\d*)?[^\d,.]*$') "
            "THEN '' ELSE '?' END) AS DECIMAL(38, 8)))"
        )
    return (
        "TRY_CAST(CASE WHEN "
        r"regexp_matches(x, '^[^\d,.]*(\d+|\d{1,3}(\.\d{3})+)(,\d*)?[^\d,.]*$') "
        "THEN replace(replace(bare_number(x), '.', ''), ',', '.') END AS DECIMAL(38, 8))"
    )


def is_number(sql_type: str) -> bool:
    return sql_type.split("(")[0] in NUMBERS


def cleaned(column: str, sql_type: str) -> str:
    """A column of a file without blanks around it; its own type is kept where it helps."""
    if sql_type == "VARCHAR":
        return f"clean({column})"
    if sql_type in ("FLOAT", "DOUBLE"):
        return f"CASE WHEN isfinite({column}) THEN {column} END"
    if is_number(sql_type) or sql_type in ("BOOLEAN", "DATE") or sql_type.startswith("TIMESTAMP"):
        return column
    return f"clean(CAST({column} AS VARCHAR))"


def kept_type(sql_type: str) -> str:
    """The type that `cleaned` leaves."""
    keeps = is_number(sql_type) or sql_type in ("BOOLEAN", "DATE")
    return sql_type if keeps or sql_type.startswith("TIMESTAMP") else "VARCHAR"


def as_text(value: str, sql_type: str) -> str:
    """Text of a value; a whole number that came as a float loses its ``.0``."""
    if sql_type in ("FLOAT", "DOUBLE"):
        return (
            f"CASE WHEN {value} = floor({value}) AND abs({value}) < 9e15 "
            f"THEN CAST(CAST({value} AS BIGINT) AS VARCHAR) ELSE CAST({value} AS VARCHAR) END"
        )
    return value if sql_type == "VARCHAR" else f"CAST({value} AS VARCHAR)"


def parsed(field: FileField, value: str, sql_type: str, mark: str) -> str | None:
    """SQL that reads the commonest form of a value quickly; None where there is no quicker way.

    A decimal of 64 bits has ten digits before its point and, as the one of 128 bits that `cast`
    reads, eight behind.
    """
    if sql_type != "VARCHAR" or field.column.choices:
        return None
    if field.type in ("TIMESTAMP", "DATE"):
        return f"TRY_CAST({value} AS {field.type})"
    if field.type in ("VARCHAR", "BOOLEAN") or mark != ".":
        return None
    return f"TRY_CAST({value} AS DECIMAL(18, 8))"


def trusted(field: FileField, value: str, quick: str, money: Money) -> str:
    """What `parsed` gave, where it means what `cast` would give; else NULL, for `cast` to read."""
    if field.type in ("TIMESTAMP", "DATE"):
        form = "____-__-__ __:__:__" if field.type == "TIMESTAMP" else "____-__-__"
        years = f"{field.type} '1800-01-01' AND {field.type} '2200-12-31'"
        return f"CASE WHEN {value} LIKE '{form}' AND {quick} BETWEEN {years} THEN {quick} END"
    if field.major:
        return f"CASE WHEN abs({quick}) < {_QUICK // 10**money.exponent} THEN {quick} END"
    if field.type in ("BIGINT", "INTEGER"):
        return f"CASE WHEN {quick} = floor({quick}) THEN {quick} END"
    return quick


def cast_parsed(field: FileField, odd: str, quick: str, money: Money) -> str:
    """As `cast`, where ``quick`` holds what `trusted` gave and ``odd`` the text that it left.

    All of the long way is written over ``odd``: what of it DuckDB works out for every row then
    meets NULLs.
    """
    made = f"CAST({quick} AS {field.type})"
    if field.type == "TIMESTAMP":
        made = f"utc_of_local({quick})"
    elif field.type == "DATE":
        made = quick
    elif field.major:
        made = f"CAST(round({quick} * {10**money.exponent}) AS BIGINT)"
    elif field.type in ("BIGINT", "INTEGER"):
        made = f"CAST({quick} AS BIGINT)"
    return (
        f"CASE WHEN {quick} IS NOT NULL THEN {made} ELSE {cast(field, odd, 'VARCHAR', money)} END"
    )


def rounded_parsed(odd: str, quick: str, money: Money) -> str:
    """As `rounded`, where ``quick`` holds what `trusted` gave and ``odd`` the text that it left."""
    factor = 10**money.exponent
    return (
        f"CASE WHEN {quick} IS NOT NULL THEN {quick} * {factor} <> round({quick} * {factor}) "
        f"ELSE {rounded(odd, 'VARCHAR', money)} END"
    )


def cast(field: FileField, value: str, sql_type: str, money: Money) -> str:
    """SQL of the declared type for a cleaned value; NULL when it cannot be read."""
    if field.name == "status":
        words = ", ".join(literal(word) for word in VOID_WORDS)
        return f"CASE WHEN lower({as_text(value, sql_type)}) IN ({words}) THEN 'void' END"
    if field.column.choices and field.type == "VARCHAR":
        return _choice(field, as_text(value, sql_type))
    if field.type == "VARCHAR":
        return as_text(value, sql_type)
    if field.type in ("DATE", "TIMESTAMP"):
        return _time(field, value, sql_type)
    if field.type == "BOOLEAN":
        return _flag(value, sql_type)
    number = f"as_decimal({value})"
    if sql_type != "VARCHAR":
        number = f"TRY_CAST({value} AS DECIMAL(38, 8))"
    if field.major:
        return f"minor({number}, {10**money.exponent})"
    if field.type in ("BIGINT", "INTEGER"):
        return f"whole({number})"
    if field.type == "DOUBLE":
        return f"CAST({number} AS DOUBLE)"
    return f"TRY_CAST({number} AS {field.type})"


def rounded(value: str, sql_type: str, money: Money) -> str:
    """Whether an amount in major units has more decimals than the currency."""
    number = (
        f"as_decimal({value})"
        if sql_type == "VARCHAR"
        else (f"TRY_CAST({value} AS DECIMAL(38, 8))")
    )
    factor = 10**money.exponent
    return (
        f"coalesce(CASE WHEN abs({number}) < 10000000000000 "
        f"THEN {number} * {factor} <> round({number} * {factor}) END, false)"
    )


def is_day_only(value: str, sql_type: str) -> str:
    """Whether an instant was given as a day."""
    if sql_type == "DATE":
        return "true"
    if sql_type.startswith("TIMESTAMP"):
        return "false"
    return f"is_day({as_text(value, sql_type)})"


def _time(field: FileField, value: str, sql_type: str) -> str:
    if sql_type == "TIMESTAMP WITH TIME ZONE":
        instant = f"sane_time(timezone('UTC', {value}))"
    elif sql_type == "DATE" and field.type == "DATE":
        return f"sane_day({value})"
    elif sql_type == "DATE" or sql_type.startswith("TIMESTAMP"):
        instant = f"utc_of_local(sane_time(CAST({value} AS TIMESTAMP)))"
    else:
        text = as_text(value, sql_type)
        return f"as_day({text})" if field.type == "DATE" else f"as_utc({text})"
    return f"day_of({instant})" if field.type == "DATE" else instant


def _flag(value: str, sql_type: str) -> str:
    if sql_type == "BOOLEAN":
        return value
    return (
        f"CASE WHEN lower({as_text(value, sql_type)}) IN "
        "('1', 'true', 't', 'yes', 'y', '是', '真', '有') THEN true "
        f"WHEN lower({as_text(value, sql_type)}) IN "
        "('0', 'false', 'f', 'no', 'n', '否', '假', '无') THEN false END"
    )


def _choice(field: FileField, text: str) -> str:
    words = {word: choice for choice in field.column.choices for word in CHOICE_WORDS[choice]}
    whens = " ".join(f"WHEN {literal(w)} THEN {literal(v)}" for w, v in words.items())
    return f"CASE lower({text}) {whens} END"


def reason_code(field: FileField) -> str:
    if field.column.choices and field.type == "VARCHAR":
        return "not_a_choice"
    if field.major:
        return "not_an_amount"
    return REASON_OF.get(field.type, "broken_line")
