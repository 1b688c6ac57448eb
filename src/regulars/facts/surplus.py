"""Columns that a saved mapping does not know: what an earlier file did not have, and this one has.

A mapping that was saved is used without a question. A later file may bring a column of currencies,
or say which rows are refunds: unread, that would be wrong money without a word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regulars.errors import FactsError
from regulars.facts.guessing import guess_mapping
from regulars.facts.mapping import ASK_BELOW, ColumnMapping, file_fields
from regulars.facts.tables import fact_table

# Without these a row would say something else: what kind it is, in which money, of whose id.
DECISIVE = ("status", "customer_source")
DECISIVE_OF_ORDERS = ("kind", "source_currency")


def unread_columns(
    mapping: ColumnMapping,
    header: Sequence[str],
    sample: Mapping[str, Sequence[object]],
) -> dict[str, str]:
    """Fields that nothing fills, and the column of the file that plainly is one of them."""
    fields = file_fields(fact_table(mapping.table))
    filled = {fields[name].target for name in (*mapping.columns, *mapping.fixed)}
    used = set(mapping.left_out)
    for column in mapping.columns.values():
        used.update(column if isinstance(column, tuple) else (column,))
    spare = [column for column in header if column not in used]
    guess = guess_mapping(mapping.table, spare, {c: sample[c] for c in spare if c in sample})
    return {
        name: str(column)
        for name, column in guess.columns.items()
        if guess.sure[name] >= ASK_BELOW and fields[name].target not in filled
    }


def refuse_unread(mapping: ColumnMapping, unread: Mapping[str, str], *, file: str) -> None:
    """Raise `FactsError` when one of the columns decides what a row means."""
    decisive = DECISIVE + (DECISIVE_OF_ORDERS if mapping.table == "orders" else ())
    found = {name: column for name, column in unread.items() if name in decisive}
    if not found:
        return
    named = ", ".join(map(repr, found.values()))
    take = " ".join(f"--mapping {name}={column}" for name, column in found.items())
    leave = " ".join(f"--mapping {name}=" for name in found)
    raise FactsError(
        f"{file} has the column {named}, which the mapping saved for {mapping.table} from "
        f"{mapping.source} does not read, and its rows may mean something else without it. "
        f"Nothing was changed. To read it: {take}; to leave it out: {leave}."
    )
