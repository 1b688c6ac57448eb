"""What the dialect allows means the same on every engine, and an engine keeps its interface."""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from regulars.declare import Column, SqlType, Text
from regulars.engines import Engine, FactFiles, FactTableName
from regulars.errors import EngineError
from regulars.result import rows_of
from regulars.steps import Library, Step
from regulars.steps.compose import Target, parse, program
from regulars.steps.dialect import violations


def column(name: str, kind: SqlType) -> Column:
    return Column(name=name, type=kind, meaning=Text(name, name))


COLUMNS = (
    column("k", "BIGINT"), column("d", "DATE"), column("n", "BIGINT"),
    column("x", "DOUBLE"), column("s", "VARCHAR"), column("b", "BOOLEAN"),
)  # fmt: skip
ROWS = """
    (1, date '1969-12-31', 10, 0.5, 'a''b', true), (1, date '1970-01-01', -7, null, '客', false),
    (1, date '2024-02-29', 0, 2.5, null, null), (2, date '2200-01-01', null, -2.5, 'Z', true),
    (3, null, 4, 1e9, 'a\\b', false)
"""


@pytest.fixture
def facts(engine: Engine, tmp_path: Path) -> Engine:
    """The engine with a fact `t` of a few odd rows and an empty fact `nothing`."""
    folder = tmp_path / "客户 data's"
    folder.mkdir()
    path = str(folder / "t.parquet")
    names = ", ".join(c.name for c in COLUMNS)
    casts = ", ".join(f"cast({c.name} as {c.type}) as {c.name}" for c in COLUMNS)
    with duckdb.connect() as connection:
        connection.execute(f"create table t as select {casts} from (values {ROWS}) v({names})")
        connection.execute(f"copy t to '{path.replace(chr(39), chr(39) * 2)}'").fetchall()
    engine.open_fact("t", COLUMNS, FactFiles((path,)))
    engine.open_fact("nothing", COLUMNS, FactFiles())
    return engine


def rows(engine: Engine, *steps: str, reused: bool = False) -> list[tuple[object, ...]]:
    """The rows of the last of some steps, which are called step0, step1, …"""
    made = [
        Step(name=f"step{i}", one_row="a row of a test", key=(), sql=sql, reused=reused)
        for i, sql in enumerate(steps)
    ]
    for step in made:
        assert violations(parse(step.sql)) == []
    last = made[-1].name
    ready = program(Library(made), ["t", "nothing"], [Target(last)], {}, engine.dialect)
    for kept in ready.kept:
        engine.keep(kept.step.name, kept.sql, kept.step.key)
    found = [tuple(row.values()) for row in rows_of(engine.fetch(ready.targets[last]))]
    return sorted(found, key=repr)


CASES = {
    "floor, of negatives too": (
        "select k, cast(floor(x + 0.5) as bigint) as y from t where x is not null",
        [(1, 1), (1, 3), (2, -2), (3, 1000000000)],
    ),
    "a remainder has the sign of what is divided": (
        "select n % 3 as y, abs(n) as z from t where n is not null",
        [(-1, 7), (0, 0), (1, 10), (1, 4)],
    ),
    "a power of e": (
        "select cast(floor(1000000 * exp(-0.5 * cast(k as double)) + 0.5) as bigint) as y from t",
        [(223130,), (367879,), (606531,), (606531,), (606531,)],
    ),
    "division by nothing is nothing": (
        "select n / nullif(n, 0) as y, cast(n as double) / 4 as z from t where k = 1",
        [(1.0, -1.75), (1.0, 2.5), (None, 0.0)],
    ),
    "the aggregates of no row": (
        ("select count(*) as a, count(n) as b, sum(n) as c, min(d) as e, max(s) as f, "
        "median(x) as g from nothing"),
        [(0, 0, None, None, None, None)],
    ),
    "the aggregates of no row of a constant": (
        "select count(*) as a, cast(sum(1) as bigint) as c, min(2) as e from nothing",
        [(0, None, None)],
    ),
    "aggregates leave out nulls": (
        ("select k, count(*) as a, count(n) as b, cast(sum(n) as bigint) as c, min(d) as d, "
        "median(x) as e from t group by k"),
        [
            (1, 3, 3, 3, dt.date(1969, 12, 31), 1.5),
            (2, 1, 0, None, dt.date(2200, 1, 1), -2.5),
            (3, 1, 1, 4, None, 1e9),
        ],
    ),
    "an aggregate may be named as its column, and stand beside another of it": (
        ("select cast(sum(n) as bigint) as n, count(distinct n) as m, "
        "cast(sum(case when n > 0 then n else 0 end) as bigint) as o from t"),
        [(7, 4, 14)],
    ),
    "the row before the first is null, also of a column that never is": (
        ("select y, lag(y) over (order by y) as before from "
        "(select 5 as y union all select 7 as y) as u"),
        [(5, None), (7, 5)],
    ),
    "days apart, over the leap day and before 1970": (
        ("select date_diff('day', a.d, b.d) as y from t as a inner join t as b on b.k = a.k "
        "where a.d < b.d"),
        [(1,), (19782,), (19783,)],
    ),
    "a day plus days": (
        (
            "select d + 1 as y, cast(extract(year from d) * 12 + extract(month from d) as bigint)"
            " as z from t where d is not null"
        ),
        [
            (dt.date(1970, 1, 1), 1969 * 12 + 12),
            (dt.date(1970, 1, 2), 1970 * 12 + 1),
            (dt.date(2024, 3, 1), 2024 * 12 + 2),
            (dt.date(2200, 1, 2), 2200 * 12 + 1),
        ],
    ),
    "a left join without a match gives nulls": (
        ("select t.k, u.n as y, u.c from t left join "
        "(select k, n, 1 as c from t where n > 5) as u on u.k = t.k where t.s is not null"),
        [(1, 10, 1), (1, 10, 1), (2, None, None), (3, None, None)],
    ),
    "joined columns keep their own names": (
        ("select z.k, z.m from (select a.k, b.k as m from t as a inner join t as b on a.k = b.k) "
        "as z where z.k > 1"),
        [(2, 2), (3, 3)],
    ),
    "not exists": (
        ("select a.k from t as a where not exists "
        "(select 1 from t as b where b.k = a.k and b.n is not null)"),
        [(2,)],
    ),
    "in and between know nulls": (
        "select k from t where n in (4, 10) or x between -3 and -2",
        [(1,), (2,), (3,)],
    ),
    "windows": (
        ("select k, row_number() over (order by k, d) as a, rank() over (order by k) as b, "
        "ntile(2) over (order by k, d) as c, cast(sum(n) over (partition by k order by d "
        "rows between unbounded preceding and current row) as bigint) as e from t "
        "where d is not null"),
        [(1, 1, 1, 1, 10), (1, 2, 1, 1, 3), (1, 3, 1, 2, 3), (2, 4, 4, 2, None)],
    ),
    "a hash of text": (
        "select md5(cast(k as varchar) || '-' || s) as y from t where k = 2",
        [(hashlib.md5(b"2-Z", usedforsecurity=False).hexdigest(),)],
    ),
    "text as it stands": (
        "select coalesce(s, 'none') as y from t",
        [("Z",), ("a'b",), ("a\\b",), ("none",), ("客",)],
    ),
    "literals with signs in them": (
        "select k from t where s = 'a''b' or s = 'a\\b'",
        [(1,), (3,)],
    ),
    "truth": (
        "select k, case when b then 1 when not b then 0 end as y from t",
        [(1, 0), (1, 1), (1, None), (2, 1), (3, 0)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_means_the_same(facts: Engine, case: str) -> None:
    sql, expected = CASES[case]
    assert rows(facts, sql) == sorted(expected, key=repr)


def test_a_kept_step_is_read_by_others(facts: Engine) -> None:
    found = rows(
        facts,
        "select k, count(*) as n from t group by k",
        "select a.k, a.n, b.n as m from step0 as a left join step0 as b on b.k = a.k + 1",
        reused=True,
    )
    assert found == [(1, 3, 1), (2, 1, 1), (3, 1, None)]


def test_an_older_file_lacks_newer_columns(engine: Engine, tmp_path: Path) -> None:
    paths = []
    with duckdb.connect() as connection:
        for i, sql in enumerate(("select 1 as k", "select 'new' as s, 2::bigint as k, 1 as more")):
            paths.append(str(tmp_path / f"{i}.parquet"))
            connection.execute(f"copy ({sql}) to '{paths[-1]}'").fetchall()
    engine.open_fact("t", COLUMNS, FactFiles(tuple(paths)))
    engine.open_fact("nothing", COLUMNS, FactFiles())
    assert rows(engine, "select k, s, d from t") == [(1, None, None), (2, "new", None)]


def test_days_before_1900(engine: Engine, tmp_path: Path) -> None:
    path = str(tmp_path / "t.parquet")
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select 1::bigint as k, date '1869-12-31' as d) to '{path}'"
        ).fetchall()
    engine.open_fact("t", COLUMNS, FactFiles((path,)))
    assert rows(engine, "select d from t") == [(dt.date(1869, 12, 31),)]


def test_publishes_what_it_fetches(facts: Engine, tmp_path: Path) -> None:
    sql = parse("select k, d, s, x, b from t").sql(dialect=facts.dialect)
    folder = tmp_path / "快照 one" / "data"
    assert facts.publish(sql, folder) == 5
    with duckdb.connect() as connection:
        written = connection.sql(f"select * from read_parquet('{folder}/*.parquet')").fetchall()
    fetched = [tuple(row.values()) for row in rows_of(facts.fetch(sql))]
    assert sorted(written, key=repr) == sorted(fetched, key=repr)
    assert len(written) == 5


def test_offers_the_whole_interface(engine: Engine) -> None:
    verbs = {name for name in vars(Engine) if not name.startswith("_")}
    assert {"open_fact", "keep", "derive", "fetch", "publish", "release", "close"} <= verbs
    assert [name for name in verbs if not callable(getattr(engine, name, None))] == []


def test_what_is_released_may_be_kept_again(facts: Engine) -> None:
    for value in (1, 2):
        facts.keep("one", f"select {value} as x", ("x",))
        assert rows_of(facts.fetch("select x from one")) == [{"x": value}]
        facts.release()
    assert len(rows_of(facts.fetch("select k from t"))) == 5  # facts stay open


def test_a_table_of_the_engines_own_is_cast_and_completed(engine: Engine) -> None:
    if engine.name not in ("postgresql", "spark"):
        with pytest.raises(EngineError, match="no table 'theirs'"):
            engine.open_fact("t", COLUMNS, FactTableName("theirs"))
        return
    engine.keep("theirs", "select 7 as k, '2024-02-29' as d, 1 as more", ("k",))
    engine.open_fact("t", COLUMNS, FactTableName("theirs"))
    found = rows_of(engine.fetch("select k, d, n, s from t"))
    assert found == [{"k": 7, "d": dt.date(2024, 2, 29), "n": None, "s": None}]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads Linux's list of open files")
def test_clickhouse_opens_no_socket(clickhouse_available: bool) -> None:
    code = (
        "import os; from regulars.engines import open_engine; e = open_engine('clickhouse');"
        "assert len(e.fetch('select 1 as x')) == 1;"
        "fds = [f'/proc/self/fd/{f}' for f in os.listdir('/proc/self/fd')];"
        "print([t for t in (os.readlink(f) for f in fds if os.path.islink(f))"
        " if t.startswith('socket')]); e.close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.stdout.strip() == "[]", done.stderr
