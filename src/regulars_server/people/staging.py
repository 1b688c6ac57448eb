"""Many rows beside the index, and one statement each that makes them the index.

They wait in temporary tables of this connection: nobody else sees them, no other writer waits
for them, and nothing of them outlives the connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from regulars_server.people.models import ErasedKey, Person, Term

PERSON = ("customer_key", "name", "phone", "email", "known", "digest")
TERM = ("kind", "text", "customer_key")
_PERSON_MADE = (
    "CREATE TEMP TABLE staged_person (customer_key BIGINT, name TEXT, phone TEXT, email TEXT,"
    " known TEXT, digest TEXT)"
)
_MADE = (
    _PERSON_MADE,
    "CREATE TEMP TABLE staged_term (kind TEXT, text TEXT, customer_key BIGINT)",
    "CREATE TEMP TABLE staged_gone (customer_key BIGINT PRIMARY KEY)",
)
_NAMES = ("staged_person", "staged_term", "staged_gone")


class Staged:
    """The temporary tables of one refresh."""

    def add(self, people: Sequence[tuple[Any, ...]], found: Sequence[tuple[Any, ...]]) -> None:
        _load("staged_person", PERSON, people)
        _load("staged_term", TERM, found)

    def clear(self) -> None:
        with connection.cursor() as cursor:
            for name in _NAMES:
                cursor.execute(f"DELETE FROM {name}")

    def swap(self, gone: Iterable[int]) -> None:
        """Replace what differs; within the transaction that holds the index's lock."""
        person, term, erased = (m._meta.db_table for m in (Person, Term, ErasedKey))
        _load("staged_gone", ("customer_key",), [(key,) for key in gone])
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO staged_gone SELECT s.customer_key FROM staged_person s"
                f" JOIN {person} p ON p.customer_key = s.customer_key"
            )
            for table in (person, term):
                cursor.execute(
                    f"DELETE FROM {table} WHERE customer_key IN"
                    " (SELECT customer_key FROM staged_gone)"
                )
            # Somebody erased while the facts were read must not come back by them.
            kept = f"NOT EXISTS (SELECT 1 FROM {erased} e WHERE e.customer_key = s.customer_key)"
            names = ", ".join(PERSON)
            cursor.execute(
                f"INSERT INTO {person} ({names}) SELECT {names} FROM staged_person s WHERE {kept}"
                " ORDER BY customer_key"
            )
            cursor.execute(
                f"INSERT INTO {term} (kind, text, customer_key) SELECT kind, text, customer_key"
                f" FROM staged_term s WHERE {kept} ORDER BY kind, text, customer_key"
            )


@contextmanager
def tables() -> Iterator[Staged]:
    """Empty temporary tables, dropped at the end."""
    with connection.cursor() as cursor:
        for name in _NAMES:
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in _MADE:
            cursor.execute(statement)
        try:
            yield Staged()
        finally:
            # A connection that broke has dropped them itself.
            if connection.is_usable():
                for name in _NAMES:
                    cursor.execute(f"DROP TABLE IF EXISTS {name}")


def _load(table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        # One transaction a batch, not one a row; of the temporary database alone, so that it
        # takes no lock that another writer waits for.
        own = not connection.in_atomic_block
        if own:
            cursor.execute("BEGIN")
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
        if own:
            cursor.execute("COMMIT")
