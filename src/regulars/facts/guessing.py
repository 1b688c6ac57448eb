"""Guessing from names and values which column of a file is which field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from regulars.facts.mapping import AUTO, ColumnMapping, FileColumn, FileField, file_fields
from regulars.facts.synonyms import CHOICE_WORDS, SYNONYMS, normal
from regulars.facts.tables import fact_table

SURE = 1.0
BY_SYNONYM = 0.9
BY_PART = 0.6


def guess_mapping(
    table: str,
    header: Sequence[str],
    sample: Mapping[str, Sequence[object]] | None = None,
    *,
    source: str = "shop",
) -> ColumnMapping:
    """Guess which column is which from their names and some values.

    Parameters
    ----------
    table : fact table.
    header : the file's column names.
    sample : some values of each column; they decide between a day and a time, and lower the
        sureness of a column whose values do not look like the field.
    """
    declared = fact_table(table)
    sample = sample or {}
    fields = file_fields(declared)
    scored = [
        (_score(name, one, column, sample.get(column, ())), name, column)
        for name, one in fields.items()
        for column in header
    ]
    columns: dict[str, FileColumn] = {}
    sure: dict[str, float] = {}
    taken: set[str] = set()
    targets: set[str] = set()
    order = {name: place for place, name in enumerate(fields)}
    for share, name, column in sorted(scored, key=lambda s: (-s[0], order[s[1]])):
        target = fields[name].target
        if share <= 0 or column in taken or target in targets:
            continue
        columns[name] = column
        sure[name] = share
        taken.add(column)
        targets.add(target)
    columns = {name: columns[name] for name in fields if name in columns}
    return ColumnMapping(
        table=table,
        source=source,
        columns=columns,
        sure={name: sure[name] for name in columns},
        unused=tuple(column for column in header if column not in taken),
        day_order=_day_order(fields, columns, sample),
    )


def _score(name: str, one: FileField, column: str, values: Sequence[object]) -> float:
    bare, own = normal(column), normal(name)
    words = SYNONYMS.get(name, ())
    if bare == own:
        share = SURE
    elif bare in words:
        # Earlier synonyms are the likelier ones; the difference only breaks ties.
        share = BY_SYNONYM - 0.0001 * words.index(bare)
    elif any(len(w) > 3 and w in bare for w in (own, *words) if not w.isascii() or len(w) > 5):
        share = BY_PART
    else:
        return 0.0
    texts = [str(v).strip() for v in values if v is not None and str(v).strip()][:200]
    if not texts:
        return share
    fitting = _fitting(name, one, texts, share)
    if share == SURE and not one.column.choices:
        return max(fitting, 0.5)  # so named on purpose: bad values are for the rejects to tell
    return share * fitting if fitting > 0.1 else 0.0


def _fitting(name: str, one: FileField, texts: Sequence[str], share: float) -> float:
    """The share of the values that look like the field."""
    if one.column.choices and name != "status":
        words = {word for choice in one.column.choices for word in CHOICE_WORDS[choice]}
        return sum(text.lower() in words for text in texts) / len(texts)
    looks = _LOOKS.get(one.type)
    if looks is None:
        return 1.0
    fitting = sum(bool(looks.search(t)) for t in texts) / len(texts)
    if one.type == "DATE" and share < SURE and any(":" in t for t in texts):
        return fitting * 0.9  # a time tells more than a day: let occurred_at have it
    if one.type == "TIMESTAMP" and share < SURE and not any(":" in t for t in texts):
        return fitting * (0.95 if re.fullmatch(r"\d{10}(\d{3})?", texts[0]) else 0.85)
    return fitting


_NUMBER = re.compile(r"^[-+(]?\s*[¥¥$€£]?\s*[-+]?[\d.,\s]+(e[-+]?\d+)?\s*元?\)?$", re.IGNORECASE)
_DAY = re.compile(r"^\d{1,4}[-/.年]\s?\d{1,2}|^\d{8}|^\d{10}(\d{3})?$|^\w{3,9} \d")
_LOOKS: dict[str, re.Pattern[str]] = {
    "BIGINT": _NUMBER,
    "INTEGER": _NUMBER,
    "DOUBLE": _NUMBER,
    "DECIMAL(18, 6)": _NUMBER,
    "DATE": _DAY,
    "TIMESTAMP": _DAY,
}


def _day_order(
    fields: Mapping[str, FileField],
    columns: Mapping[str, FileColumn],
    sample: Mapping[str, Sequence[object]],
) -> str:
    """Day before month, or month before day, as far as the sample tells; else left open."""
    first_over, second_over = False, False
    for name, column in columns.items():
        if fields[name].type in ("DATE", "TIMESTAMP") and isinstance(column, str):
            for value in sample.get(column, ()):
                found = re.match(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}", str(value))
                if found:
                    first_over |= int(found[1]) > 12
                    second_over |= int(found[2]) > 12
    if first_over != second_over:
        return "dmy" if first_over else "mdy"
    return AUTO
