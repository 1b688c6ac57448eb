"""Every step keeps to the dialect, and the dialect refuses what engines read differently."""

from __future__ import annotations

import pytest

from regulars.analyses import catalogue
from regulars.analyses.contributions import ALL
from regulars.analyses.run import NAMES
from regulars.analyses.snapshots import BUYERS_ONLY, WITH_PROSPECTS
from regulars.facts import FACTS
from regulars.steps import Library, Step
from regulars.steps.compose import collect, parse, tables_of
from regulars.steps.dialect import violations
from regulars.steps.purchases import STEPS

EVERY_STEP = {
    step.name: step
    for step in (
        *STEPS,
        NAMES,
        BUYERS_ONLY,
        *(step for analysis in catalogue() for step in analysis.steps),
        *(step for contribution in ALL for step in contribution.steps),
    )
}
SELECTS = {name: step for name, step in EVERY_STEP.items() if isinstance(step, Step)}


@pytest.mark.parametrize("name", sorted(SELECTS))
def test_step_keeps_to_the_dialect(name: str) -> None:
    assert violations(parse(SELECTS[name].sql)) == []


def test_other_snapshot_step_keeps_to_the_dialect() -> None:
    assert violations(parse(WITH_PROSPECTS.sql)) == []


@pytest.mark.parametrize("name", sorted(EVERY_STEP))
def test_step_says_what_one_row_is(name: str) -> None:
    assert len(EVERY_STEP[name].one_row) > 10


@pytest.mark.parametrize("analysis", catalogue(), ids=lambda a: a.name)
def test_names_of_steps_do_not_clash_and_all_are_found(analysis: object) -> None:
    library = Library([*STEPS, *analysis.steps])  # type: ignore[attr-defined]
    for step in library.values():
        for table in tables_of(step):
            assert table in library or table in FACTS, f"{step.name} reads {table}"


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("select round(x) as y from t", "Round"),
        ("select cast(x as decimal(10, 2)) as y from t", "cast to"),
        ("select ln(x) as y from t", "Ln"),
        ("select x / y as z from t", "divide by nullif"),
        ("select * from t", "name the columns"),
        ("select a.x from a right join b on a.x = b.x", "join"),
        ("select a.x from a full join b on a.x = b.x", "join"),
        ("select a.x from a join b using (x)", "using"),
        ("select x from t union select x from u", "union all"),
        ("select quantile_cont(x, 0.5) as y from t", "outside"),
        ("select x from t group by all", ""),
        ("select max_by(x, y) as z from t", "outside"),
        ("select extract(week from d) as z from t", "extract"),
        ("select regexp_matches(x, 'a') as z from t", "outside"),
        ("select current_date as z from t", "outside"),
        ("select distinct x from t", ""),
        ("select x from t limit 5", "Limit"),
        ("select date_trunc('month', d) as z from t", "outside"),
        ("select string_agg(x) as z from t", "outside"),
        ("select x from t qualify row_number() over (order by x) = 1", "Qualify"),
    ],
)
def test_dialect_refuses(sql: str, word: str) -> None:
    found = violations(parse(sql))
    assert found
    assert any(word in sentence for sentence in found)


def test_a_step_reading_an_unknown_table_is_an_error() -> None:
    from regulars.errors import UnknownName

    step = Step(name="a", one_row="x", key=(), sql="select x from ordrs")
    near = Step(name="orders_by_day", one_row="x", key=(), sql="select x from orders")
    with pytest.raises(UnknownName, match="ordrs"):
        collect(Library([step, near]), ["orders"], ["a"])
