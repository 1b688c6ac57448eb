"""The connection that conditions run on: reaches the snapshots alone, changes nothing, ends."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from regulars.conditions import parse
from regulars_server.audiences import deck, engine, measuring
from regulars_server.audiences.catalogue import Catalogue, newest
from regulars_server.audiences.engine import TooSlow, cursor, shared

pytestmark = pytest.mark.django_db
STORES = ("sqlite",)


@pytest.fixture
def of(base: Any) -> Catalogue:
    found = newest()
    assert found is not None
    return found


HOSTILE = (
    "SELECT * FROM read_csv('/etc/passwd', delim='|', header=false)",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM '{secret}'",
    "SELECT * FROM read_parquet('{snapshots}/../../{secret_name}')",
    "COPY (SELECT 1) TO '/tmp/regulars-hostile.csv'",
    "ATTACH '{secret}' AS other",
    "EXPORT DATABASE '/tmp/regulars-hostile'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET allowed_directories = ['/']",
    "SET memory_limit = '100GB'",
    "SET threads = 64",
    "PRAGMA enable_profiling",
    "RESET lock_configuration",
    "CREATE SECRET s (TYPE s3, KEY_ID 'x', SECRET 'y')",
    "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
)


@pytest.mark.parametrize("statement", HOSTILE)
def test_whatever_gets_in_is_denied_by_the_connection(
    statement: str, of: Catalogue, tmp_path: Path
) -> None:
    """The second wall: even if the allow-list let something through."""
    secret = tmp_path / "secret.csv"
    secret.write_text("name\nWang\n")
    folder = of.snapshot.path.parent
    filled = statement.format(secret=secret, snapshots=folder, secret_name=secret.name)
    with cursor(of.snapshot) as con, pytest.raises(duckdb.Error):
        con.execute(filled).fetchall()


def test_what_runs_long_is_interrupted_in_words(of: Catalogue) -> None:
    begun = time.monotonic()
    with pytest.raises(TooSlow) as caught, cursor(of.snapshot, seconds=1) as con:
        con.execute("SELECT count(*) FROM range(100000000000) a, range(1000000) b").fetchall()
    assert time.monotonic() - begun < 5
    assert "too long" in str(caught.value.said)
    # The next question is answered.
    assert measuring.measure(of, parse("orders >= 2", of.fields)).customers > 0


def test_memory_has_a_limit(of: Catalogue) -> None:
    values = (
        shared(of.snapshot.path.parent)
        .execute(
            "SELECT current_setting('memory_limit'), current_setting('threads'),"
            " current_setting('enable_external_access'), current_setting('lock_configuration')"
        )
        .fetchone()
    )
    assert values == ("488.2 MiB", 2, False, True)


def test_memory_and_file_give_the_same_counts(of: Catalogue) -> None:
    texts = (
        "", "customer_group = 'E'", "customer_group <> 'nothing' and orders > 1.5",
        "spend_minor / purchase_days >= 2000", "last_day >= as_of - 90 or p_alive < 0.2",
        "median_gap_days is null", "not (median_gap_days > 30)", "next_order_unknown is not null",
        "cell in ('555', '111') and recency_days between 0 and 400", "x + t_x + T > 300",
        "customer_key > 1000000000000",
    )  # fmt: skip
    conditions = [parse(text, of.fields) for text in texts]
    from_file = [measuring.measure(of, one) for one in conditions]
    measuring.forget_all()
    deck.switch_on()
    deck.load(of)
    assert deck.table_of(of) is not None
    from_memory = [measuring.measure(of, one) for one in conditions]
    for one, other in zip(from_file, from_memory, strict=True):
        assert (one.customers, one.unknown, one.parts, one.lacking) == (
            other.customers, other.unknown, other.parts, other.lacking,
        )  # fmt: skip
        assert one.revenue == pytest.approx(other.revenue)
        assert one.value == pytest.approx(other.value)
    assert from_file[0].customers == of.rows
    assert sum(from_file[0].parts["customer_group"].values()) == of.rows


def test_a_table_that_made_room_is_read_from_its_file(of: Catalogue) -> None:
    deck.switch_on()
    deck.load(of)
    table = deck.table_of(of)
    shared(of.snapshot.path.parent).execute(f"DROP TABLE {table}").fetchall()
    assert measuring.measure(of, parse("orders >= 2", of.fields)).customers > 0


def test_the_same_question_is_answered_from_what_is_kept(
    of: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = measuring.measure(of, parse("orders  >=  2", of.fields))
    monkeypatch.setattr(engine, "cursor", None)
    monkeypatch.setattr(measuring, "answered", None)
    assert measuring.measure(of, parse("ORDERS >= 2", of.fields)) is first
