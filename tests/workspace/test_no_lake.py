"""A workspace without a lake: the company's own tables, the same answers, nothing written."""

from __future__ import annotations

import importlib.util
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import regulars as rg
from analyses.shops import COLUMNS, ShopFacts, write_files
from regulars.analyses import catalogue
from regulars.analyses.run import Session, run
from regulars.engines import open_engine
from regulars.errors import EngineError, FactsError, ParameterError, UnknownName, WorkspaceError
from regulars.testing.awkward import awkward_shop
from regulars.testing.generate import Shop
from workspace.company import MAPPINGS, as_files, in_postgres

FACTS = ("orders", "order_lines", "customers", "identities")
KEPT = ("pg_catalog", "information_schema")


@pytest.fixture(scope="module")
def shop() -> Shop:
    made = awkward_shop(customers=120)
    return Shop({name: made.facts[name] for name in FACTS}, made.truth)


@pytest.fixture(scope="module")
def lake(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> ShopFacts:
    return write_files(shop.facts, tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest, shop: Shop) -> str:
    """URL of a database that holds the company's tables; everything in it is its own."""
    if importlib.util.find_spec("adbc_driver_postgresql") is None:
        pytest.skip("needs the PostgreSQL driver: pip install regulars[postgres]")
    import adbc_driver_postgresql.dbapi as postgresql

    url = str(request.getfixturevalue("postgres_url"))
    with postgresql.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("create database company")
    url = url.rpartition("/")[0] + "/company"
    in_postgres(shop.facts, url, COLUMNS)
    return url


@pytest.fixture(params=["postgres", "files"])
def company(request: pytest.FixtureRequest, shop: Shop, tmp_path: Path) -> rg.Workspace:
    """A workspace on the company's tables, mapped."""
    mappings = dict(MAPPINGS)
    if request.param == "files":
        as_files(shop.facts, tmp_path, COLUMNS)
        files = {"orders": "0.parquet", "identities": "1.parquet", "customers": "1.parquet",
                 "order_lines": "2.csv"}  # fmt: skip
        mappings = {name: (f"../{files[name]}", m[1]) for name, m in mappings.items()}
        engine = "duckdb"
    else:
        url = request.getfixturevalue("database")
        engine = url.replace("//regulars@", "//reader:p%40ss%3Aword@")
    ws = rg.init(tmp_path / "客户 w", zone="UTC", currency="EUR", engine=engine, lake=False)
    for name, (relation, columns) in mappings.items():
        count = ws.map_facts(name, relation, columns)
        assert count.read == len(shop.facts[name if name != "customers" else "identities"])
        assert not count.repeated
    return rg.open(ws.settings.root)


def parameters_of(analysis: Any, shop: Shop) -> dict[str, Any]:
    names = {parameter.name for parameter in analysis.parameters}
    known = {"before": "2024-01-01..2024-07-01", "after": "2024-07-01..2024-12-30"}
    if "after" in names:
        return {k: v for k, v in known.items() if k in names}
    return {"as_of": shop.truth["as_of"]} if "as_of" in names else {}


def alike(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> bool:
    """The same rows in any order. Engines add floats in an order of their own: the last digits of
    such a sum may differ, nothing else."""

    def whole(row: dict[str, Any]) -> str:
        return repr([(k, v) for k, v in row.items() if not isinstance(v, float)])

    def same(ours: Any, theirs: Any) -> bool:
        if isinstance(ours, float) and isinstance(theirs, float):
            return math.isclose(ours, theirs, rel_tol=1e-12)
        if isinstance(ours, dict) and isinstance(theirs, dict):  # a curve, among the figures
            return ours.keys() == theirs.keys() and all(same(ours[k], theirs[k]) for k in ours)
        if isinstance(ours, list) and isinstance(theirs, list):
            return len(ours) == len(theirs) and all(map(same, ours, theirs))
        return bool(ours == theirs)

    return len(found) == len(expected) and all(
        ours.keys() == theirs.keys() and all(same(ours[name], theirs[name]) for name in ours)
        for ours, theirs in zip(sorted(found, key=whole), sorted(expected, key=whole), strict=True)
    )


def test_every_analysis_answers_as_from_the_lake(
    company: rg.Workspace, lake: ShopFacts, shop: Shop
) -> None:
    different = []
    for analysis in catalogue():
        given = parameters_of(analysis, shop)
        engine = open_engine("duckdb")
        try:
            expected = run(analysis, given, Session(engine, lake, minor_per_major=100))
        finally:
            engine.close()
        found = company.show(analysis.name, **given)
        if not alike(found.rows, expected.rows) or not alike([found.figures], [expected.figures]):
            different.append(analysis.name)
        assert [n.code for n in found.notes] == [n.code for n in expected.notes], analysis.name
    assert different == []


def test_one_customer_and_a_snapshot(company: rg.Workspace, shop: Shop) -> None:
    one = company.show("summary", customer="C0000003", as_of=shop.truth["as_of"])
    assert [row["external_id"] for row in one.rows] == ["C0000003"]
    with pytest.raises(UnknownName, match="no customer"):
        company.show("summary", customer="C9")
    assert "C9" not in (company.settings.root / "runs.jsonl").read_text()
    first, again = company.analyse(), company.analyse()
    # No version tells whether the tables changed in between: each run is a snapshot of its own.
    assert first.id != again.id
    assert first.manifest["facts_version"] is None
    assert first.manifest["facts_read_at"] < again.manifest["facts_read_at"]
    row = company.customer("C0000003")
    assert row["snapshot"] == again.id
    assert row["orders"] == one.rows[0]["orders"]
    with pytest.raises(UnknownName, match="not in the snapshot"):
        company.customer("C9")


def test_what_needs_a_lake_is_refused_in_words(company: rg.Workspace, shop: Shop) -> None:
    for refused in (
        lambda: company.import_facts("orders", shop.facts["orders"]),
        lambda: company.forget("C0000003"),
        lambda: company.customer_key("C0000003"),
    ):
        with pytest.raises(WorkspaceError, match="keeps no facts of its own"):
            refused()
    assert not (company.settings.root / "facts").exists()
    assert {status.table: status.live for status in company.facts()}["orders"] == sum(
        shop.facts["orders"]["status"] == "live"
    )


def execute(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """The rows of the last of some statements, on a connection of their own."""
    import adbc_driver_postgresql.dbapi as postgresql

    with postgresql.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


PERMANENT = """
    select n.nspname, c.relname, c.relkind::text, c.oid::bigint, c.relfilenode::bigint
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname !~ '^pg_(temp|toast)' order by 1, 2"""
LEFT_BEHIND = """
    select count(*) from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname ~ '^pg_temp'"""
COUNTS = """
    select relname, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_user_tables order by 1"""


@pytest.fixture
def reader(database: str, tmp_path: Path) -> rg.Workspace:
    engine = database.replace("//regulars@", "//reader:p%40ss%3Aword@")
    ws = rg.init(tmp_path / "w", zone="UTC", currency="EUR", engine=engine, lake=False)
    relation, columns = MAPPINGS["orders"]
    ws.map_facts("orders", relation, columns)
    return ws


def test_nothing_is_written_but_temporary_objects(reader: rg.Workspace, database: str) -> None:
    before, counts = execute(database, PERMANENT), execute(database, COUNTS)
    assert len(before) > 100
    reader.show("groups")
    reader.analyse()
    assert execute(database, PERMANENT) == before
    assert execute(database, COUNTS) == counts
    assert execute(database, LEFT_BEHIND) == [(0,)]


def test_a_changed_order_shows_in_the_next_run(reader: rg.Workspace, database: str) -> None:
    def spend() -> int:
        total = reader.show("groups").figures["revenue_total_minor"]
        assert isinstance(total, int)
        return total

    change = 'update "Sales Data"."Order Head" set total = total {} 10 where "Order No." = \'{}\''
    at = execute(
        database,
        'select "Order No." from "Sales Data"."Order Head" where typ = \'STD\' and not cancelled'
        ' and placed < (select max(placed) from "Sales Data"."Order Head") - interval \'30 days\''
        " order by placed desc limit 1",
    )[0][0]
    before = spend()
    execute(database, change.format("+", at))
    try:
        assert spend() == before + 1000
    finally:
        execute(database, change.format("-", at))
    assert spend() == before
    assert reader.show("groups").facts_version is None


ODD = """
    create collation if not exists blind
        (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    create table {schema}.kauf (
        nr int primary key, kunde text {collation}, "Wann" timestamptz, lokal timestamp,
        preis double precision, art char(3), waehrung text);
    insert into {schema}.kauf values
        (1, 'a', '2025-03-01 23:30+00', '2025-03-30 02:30', 1.005, 'S', 'EUR'),
        (2, 'A', '2025-03-01 23:30+00', '2025-03-30 02:30', 2, 'S', 'EUR'),
        (3, 'a ', '2025-03-02 12:00+00', '2025-03-30 12:00', 4, 'S', 'EUR'),
        (4, 'ä', '2025-03-03 12:00+00', '2025-03-30 12:00', 8, 'S', 'EUR'),
        (5, '', '2025-03-03 12:00+00', '2025-03-30 12:00', 16, 'S', 'EUR'),
        (6, null, '2025-03-03 12:00+00', '2025-03-30 12:00', 32, 'S', 'EUR'),
        (7, 'ä', '2025-03-03 12:00+00', '2025-03-30 12:00', 3, 'R', 'EUR'),
        (8, 'ä', null, '2025-03-30 12:00', 64, 'S', 'EUR')"""
PLAIN = {
    "order_id": "nr",
    "customer_id": "kunde",
    "occurred_at": "Wann",
    "amount": "preis",
    "kind": "case when art = 'R' then 'refund' else 'sale' end",
}


@pytest.fixture
def odd(database: str, tmp_path: Path) -> Iterator[rg.Workspace]:
    """A small table of odd customers, in a database that cannot tell capitals from others."""
    try:
        execute(database, "create schema odd", *ODD.format(
            schema="odd", collation="collate blind").split(";"))  # fmt: skip
        execute(
            database, "grant usage on schema odd to reader", "grant select on odd.kauf to reader"
        )
        engine = database.replace("//regulars@", "//reader:p%40ss%3Aword@")
        yield rg.init(
            tmp_path / "odd", zone="Asia/Shanghai", currency="EUR", engine=engine, lake=False
        )
    finally:
        execute(database, "drop schema odd cascade")


def test_customer_keys_are_opaque_bytes(odd: rg.Workspace) -> None:
    count = odd.map_facts("orders", "odd.kauf", PLAIN)
    assert count.read == 8
    assert count.left_out == {"customer_key": 2, "day": 1}
    rows = odd.show("summary").rows
    spent = {row["external_id"]: row["spend_minor"] for row in rows}
    # Capitals, accents and blanks at the end part customers; half a cent is rounded up.
    assert spent == {"A": 200, "a": 101, "a ": 400, "ä": 500}
    by_bytes = sorted(rows, key=lambda row: row["external_id"].encode())
    assert [row["customer_key"] for row in by_bytes] == [1, 2, 3, 4]
    checks = {row["check"]: row["rows"] for row in odd.show("quality").rows}
    assert checks["orders_without_customer"] == 2


def test_days_are_those_of_the_workspaces_zone(odd: rg.Workspace) -> None:
    odd.map_facts("orders", "odd.kauf", PLAIN)
    assert str(odd.show("summary", customer="A").rows[0]["first_day"]) == "2025-03-02"
    # Local times of Berlin: 02:30 was left out when the clocks went forward that night.
    odd.map_facts("orders", "odd.kauf", {**PLAIN, "occurred_at": "lokal"}, zone="Europe/Berlin")
    assert str(odd.show("summary", customer="A").rows[0]["first_day"]) == "2025-03-30"
    odd.map_facts("orders", "odd.kauf", {**PLAIN, "occurred_at": "lokal"}, zone="America/New_York")
    assert str(odd.show("summary", customer="a ").rows[0]["first_day"]) == "2025-03-31"


def test_a_key_that_repeats_is_said(odd: rg.Workspace) -> None:
    count = odd.map_facts("orders", "odd.kauf", {**PLAIN, "order_id": "waehrung"})
    assert count.repeated == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": "waehrung"}, "holds text; it wants whole numbers or numbers"),
        ({"amount": "pries"}, "did you mean 'preis'"),
        ({"amount": "(select 1)"}, "not allowed in a mapping"),
        ({"amount": "sum(preis)"}, "not allowed in a mapping"),
        ({"amount": "pg_sleep(9)"}, "not allowed in a mapping"),
        ({"amount": "preis; drop table odd.kauf"}, "not allowed in a mapping"),
        ({"amount": "x.preis"}, "without a table before it"),
        ({"occurred_at": "preis"}, "holds numbers; it wants days"),
        ({"betrag": "preis"}, "has no field 'betrag'"),
        ({"amount_minor": "nr"}, "filled twice"),
    ],
)
def test_a_wrong_mapping_is_refused_in_words(
    odd: rg.Workspace, change: dict[str, str], words: str
) -> None:
    with pytest.raises(ParameterError, match=re.escape(words)):
        odd.map_facts("orders", "odd.kauf", {**PLAIN, **change})
    assert not odd.settings.facts


def test_a_missing_field_is_named(odd: rg.Workspace) -> None:
    without = {name: text for name, text in PLAIN.items() if name != "occurred_at"}
    with pytest.raises(ParameterError, match="orders needs occurred_at"):
        odd.map_facts("orders", "odd.kauf", without)


def test_what_the_database_refuses_is_said_in_words(odd: rg.Workspace, database: str) -> None:
    for relation in ("odd.nothing", "nowhere.kauf"):
        with pytest.raises(FactsError, match="no such table"):
            odd.map_facts("orders", relation, PLAIN)
    execute(database, "revoke select on odd.kauf from reader")
    with pytest.raises(FactsError, match="lacks a right"):
        odd.map_facts("orders", "odd.kauf", PLAIN)
    execute(database, "grant select on odd.kauf to reader")
    odd.map_facts("orders", "odd.kauf", PLAIN)
    execute(database, 'alter table odd.kauf rename column preis to "Preis neu"')
    with pytest.raises(ParameterError, match="no column 'preis'"):
        odd.show("groups")
    execute(database, 'alter table odd.kauf rename column "Preis neu" to preis')
    execute(database, "update odd.kauf set preis = 'Infinity' where nr = 1")
    with pytest.raises(EngineError, match="a value does not fit its column"):
        odd.show("groups")


def test_an_account_that_may_not_make_temporary_tables(odd: rg.Workspace, database: str) -> None:
    odd.map_facts("orders", "odd.kauf", PLAIN)
    execute(database, "revoke temporary on database company from public")
    try:
        with pytest.raises(FactsError, match="GRANT TEMPORARY"):
            odd.show("groups")
    finally:
        execute(database, "grant temporary on database company to public")


def test_no_message_and_no_log_holds_the_password(tmp_path: Path, database: str) -> None:
    port = database.rpartition(":")[2].partition("/")[0]
    for number, url in enumerate(
        (
            "postgresql://reader:gehei:m@w0rt@127.0.0.1:1/none",
            f"postgresql://nobody:geheimw0rt@127.0.0.1:{port}/company",
            "postgresql://reader:geheim w0rt@127.0.0.1:1/none",
            "postgresql://127.0.0.1:1/none?user=reader&password=geheimw0rt",
        )
    ):
        ws = rg.init(tmp_path / str(number), zone="UTC", currency="EUR", engine=url, lake=False)
        with pytest.raises(EngineError, match="postgresql could not connect") as caught:
            ws.show("groups")
        said = str(caught.value) + (ws.settings.root / "runs.jsonl").read_text()
        said += ws.settings.engine_shown
        assert "gehei" not in said
        assert "w0rt" not in said
        assert (ws.settings.root / "regulars.toml").stat().st_mode & 0o077 == 0


def test_only_an_engine_with_tables_goes_without_a_lake(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="postgresql, duckdb"):
        rg.init(tmp_path / "w", zone="UTC", currency="EUR", engine="spark:local", lake=False)
    ws = rg.init(tmp_path / "l", zone="UTC", currency="EUR")
    with pytest.raises(WorkspaceError, match="has a lake"):
        ws.map_facts("orders", "orders", PLAIN)


def test_a_value_that_cannot_be_read_is_not_kept_in_the_log(tmp_path: Path) -> None:
    import duckdb

    def put(amount: str) -> None:
        with duckdb.connect() as con:
            con.execute(
                "COPY (SELECT '1' AS order_id, 'c' AS customer_id, DATE '2025-01-01' AS day, "
                f"'{amount}' AS amount) TO '{root / 'orders.parquet'}'"
            ).fetchall()

    root = tmp_path / "w"
    ws = rg.init(root, zone="UTC", currency="EUR", lake=False)
    put("1.5")
    columns = {name: name for name in ("order_id", "customer_id", "day")}
    ws.map_facts(
        "orders", "orders.parquet", {**columns, "amount": "cast(amount as decimal(18, 2))"}
    )
    put("Quirinius Planted")
    with pytest.raises(EngineError, match="Quirinius Planted"):
        ws.show("rfm")
    assert ws.runs()[-1]["error"].startswith("EngineError: duckdb could not run a statement")
    assert "Quirinius" not in (root / "runs.jsonl").read_text("utf-8")


def test_maintenance_cleans_scratch_and_leaves_the_tables_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from regulars.cli.app import run

    orders = tmp_path / "orders.csv"
    orders.write_text("order_id,customer,day,amount\n1,a,2025-01-01,10\n", "utf-8")
    ws = rg.init(tmp_path / "w", zone="UTC", currency="EUR", lake=False)
    ws.map_facts("orders", "../orders.csv", {
        "order_id": "order_id", "customer_id": "customer", "day": "day", "amount": "amount",
    })  # fmt: skip
    spilled = tmp_path / "w" / "scratch" / "spilled.tmp"
    spilled.parent.mkdir(exist_ok=True)
    spilled.write_bytes(b"1234")
    with ws._session("groups", {}):
        busy = ws.maintain()
        assert (busy.busy, spilled.exists()) == (1, True), "a run under way uses it"
    assert run(["maintain", "-w", str(tmp_path / "w"), "--lang", "zh"]) == 0
    assert "此处不保存事实数据" in capsys.readouterr().out
    assert not spilled.exists()
    assert orders.exists()
    assert ws.maintain().lake is None
