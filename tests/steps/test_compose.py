"""Steps become statements: bound by typed literals, composed once, kept where they ask for it."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.declare import Column, Text
from regulars.errors import EngineError, ParameterError
from regulars.steps import Library, Step
from regulars.steps.compose import Target, bind, literal, program


def step(name: str, sql: str, *, reused: bool = False) -> Step:
    return Step(name=name, one_row="a row of a test", key=(), sql=sql, reused=reused)


def run(steps: list[Step], target: str, **values: object) -> list[tuple[object, ...]]:
    made = program(Library(steps), [], [Target(target)], values, "duckdb")
    with duckdb.connect() as connection:
        for kept in made.kept:
            connection.execute(f"create temp table {kept.step.name} as {kept.sql}").fetchall()
        return connection.execute(made.targets[target]).fetchall()


def test_steps_read_one_another_by_name() -> None:
    steps = [
        step("a", "select 1 as x union all select 2 as x"),
        step("b", "select sum(x) as y from a"),
    ]
    assert run(steps, "b") == [(3,)]


def test_a_reused_step_is_kept_once_and_not_written_again() -> None:
    steps = [
        step("a", "select 1 as x", reused=True),
        step("b", "select x from a"),
        step("c", "select b.x + a.x as y from b inner join a on a.x = b.x"),
    ]
    made = program(Library(steps), [], [Target("c")], {}, "duckdb")
    assert [kept.step.name for kept in made.kept] == ["a"]
    assert "SELECT 1" not in made.targets["c"]


def test_a_target_that_another_target_reads_is_computed_once() -> None:
    steps = [step("a", "select 1 as x"), step("b", "select x from a")]
    made = program(Library(steps), [], [Target("a"), Target("b")], {}, "duckdb")
    assert [kept.step.name for kept in made.kept] == ["a"]


def test_a_missing_parameter_is_an_error_that_names_it() -> None:
    with pytest.raises(ParameterError, match=r"\$as_of"):
        program(Library([step("a", "select $as_of as x")]), [], [Target("a")], {}, "duckdb")


def test_an_unused_parameter_is_an_error_that_names_it() -> None:
    with pytest.raises(ParameterError, match="window"):
        program(Library([step("a", "select 1 as x")]), [], [Target("a")], {"window": 3}, "duckdb")


def test_steps_in_a_circle_are_an_error() -> None:
    steps = [step("a", "select x from b"), step("b", "select x from a")]
    with pytest.raises(EngineError, match="a → b → a"):
        program(Library(steps), [], [Target("a")], {}, "duckdb")


def test_two_different_steps_of_one_name_are_an_error() -> None:
    with pytest.raises(ValueError, match="two different"):
        Library([step("a", "select 1 as x"), step("a", "select 2 as x")])


def test_a_step_must_be_a_plain_select() -> None:
    with pytest.raises(EngineError, match="is a SELECT"):
        run([step("a", "create table t (x int)")], "a")
    with pytest.raises(EngineError, match="no WITH"):
        run([step("a", "with b as (select 1 as x) select x from b")], "a")


@settings(deadline=None)
@given(
    st.one_of(
        st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
        st.integers(-(2**63) + 1, 2**63 - 1),
        st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)),
        st.booleans(),
        st.none(),
        st.floats(allow_nan=False, allow_infinity=False),
    )
)
def test_any_value_comes_back_as_it_went_in(value: object) -> None:
    """Injection is impossible: values are literals in the tree, whatever they hold."""
    for dialect in ("duckdb", "postgres", "spark"):
        bind(step("a", "select $v as x"), {"v": value}).sql(dialect=dialect)
    assert run([step("a", "select $v as x")], "a", v=value) == [(value,)]


def test_a_literal_of_another_type_is_refused() -> None:
    with pytest.raises(ParameterError, match="list"):
        literal([1])


def test_answers_are_cast_to_the_declared_types_and_names() -> None:
    column = Column(name="T", type="DOUBLE", meaning=Text("x", "x"))
    target = Target("a", columns=(column,), order_by=("-T",), limit=1)
    made = program(
        Library([step("a", "select 1 as t union all select 2 as t")]), [], [target], {}, "duckdb"
    )
    with duckdb.connect() as connection:
        relation = connection.sql(made.targets["a"])
        assert relation.columns == ["T"]
        assert relation.fetchall() == [(2.0,)]
