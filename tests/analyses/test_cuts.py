"""``--by``: any analysis for each store, channel or year is that analysis on that part."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from analyses.conftest import OpenShop
from analyses.shops import ShopFacts, write_files
from regulars.analyses import catalogue, find
from regulars.analyses.cuts import MOST, run_by
from regulars.analyses.run import Session, run
from regulars.engines import open_engine
from regulars.errors import ParameterError
from regulars.result import Result
from regulars.testing.generate import Shop

# An analysis with a channel of its own says so and is not cut by channel.
CUTTABLE = [
    one.name
    for one in catalogue()
    if "orders" in one.inputs and "channel" not in {column.name for column in one.columns}
]
RANDOM = ("verdict", "verdict_low_minor", "verdict_high_minor", "excess")


def fixed(name: str, shop: Shop) -> dict[str, Any]:
    """Every parameter that would else follow from the history, which a cut must not change."""
    names = {parameter.name for parameter in find(name).parameters}
    all_of: dict[str, Any] = {
        "as_of": shop.truth["as_of"],
        "window_days": 120,
        "before": "2024-01-01..2024-07-01",
        "after": "2024-07-01..2024-12-30",
    }
    given = {key: value for key, value in all_of.items() if key in names}
    if "after" in given:
        given.pop("window_days", None)
        given.pop("as_of", None)
    return given


def cut(engine: OpenShop, name: str, by: str, given: dict[str, Any]) -> Result:
    opened = engine.engine()
    try:
        return run_by(find(name), by, given, Session(opened, engine.facts))
    finally:
        opened.close()


def parts(shop: Shop, by: str, until: dt.date, folder: Path) -> dict[str | None, ShopFacts]:
    orders = shop.facts["orders"]
    live = orders[(orders["status"] == "live") & (orders["day"] < until)]
    found: dict[str | None, ShopFacts] = {}
    for number, (value, own) in enumerate(orders.groupby(by, dropna=False)):
        if value not in set(live[by]):
            continue
        place = folder / str(number)
        place.mkdir()
        known = value if isinstance(value, str) else None
        found[known] = write_files({**shop.facts, "orders": own}, place)
    return found


def canonical(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted(
        (tuple(round(v, 9) if isinstance(v, float) else v for v in row.values()) for row in rows),
        key=str,
    )


@pytest.mark.parametrize(
    ("name", "by"), [*((name, "channel") for name in CUTTABLE), ("groups", "store")]
)
def test_a_cut_is_the_analysis_on_that_part(
    shop_files: tuple[Shop, ShopFacts], tmp_path: Path, name: str, by: str
) -> None:
    shop, facts = shop_files
    given = fixed(name, shop)
    whole = cut(OpenShop(shop, facts, "duckdb"), name, by, given)
    session = Session(open_engine("duckdb"), facts)
    until = whole.parameters.get("as_of") or session.span.last_day
    alone = parts(shop, by, until, tmp_path)
    assert set(whole.figures) == {str(value) for value in alone}
    for value, own in alone.items():
        # What follows from the whole history (a window, the first cohort) is of the whole.
        part = Session(open_engine("duckdb"), own, _span=session.span)
        expected = run(find(name), given, part)
        part.engine.close()
        got = [{k: v for k, v in row.items() if k != by} for row in whole.rows if row[by] == value]
        assert canonical(got) == canonical(expected.rows)
        figures = whole.figures[str(value)]
        for figure, figured in expected.figures.items():
            if figure not in RANDOM:
                assert figures[figure] == pytest.approx(figured, nan_ok=True), figure


def test_every_engine_cuts_alike(engine: OpenShop) -> None:
    given = fixed("groups", engine.shop)
    here = cut(engine, "groups", "channel", given)
    with_duckdb = run_by(
        find("groups"), "channel", given, Session(open_engine("duckdb"), _files(engine))
    )
    assert canonical(here.rows) == canonical(with_duckdb.rows)
    assert here.columns[0].name == "channel"


def _files(engine: OpenShop) -> ShopFacts:
    if engine.url.startswith("postgresql"):
        import tempfile

        return write_files(engine.shop.facts, Path(tempfile.mkdtemp()))
    return engine.facts


def test_years_move_windows_and_periods(shop_files: tuple[Shop, ShopFacts]) -> None:
    shop, facts = shop_files
    opened = OpenShop(shop, facts, "duckdb")
    orders = shop.facts["orders"]
    sold = orders[(orders["status"] == "live") & (orders["kind"] == "sale")]
    last: dt.date = shop.truth["as_of"]
    years = [str(y) for y in range(min(sold["day"]).year, (last - dt.timedelta(days=1)).year + 1)]
    groups = cut(opened, "groups", "year", {"as_of": last})
    assert list(groups.figures) == years
    for year, figures in groups.figures.items():
        end = min(dt.date(int(year) + 1, 1, 1), last)
        assert (figures["from_day"], figures["to_day"]) == (dt.date(int(year), 1, 1), end)
    bridge = cut(opened, "bridge", "year", {"as_of": last})
    assert list(bridge.figures) == years[1:]
    partial = last < dt.date(last.year + 1, 1, 1) and (last.month, last.day) != (1, 1)
    assert partial == any(note.code == "cut_partial_year" for note in groups.notes)


@pytest.mark.parametrize(
    ("name", "by", "says"),
    [
        ("groups", "moon", "by is one of store, channel"),
        ("migration_change", "month", "by is one of"),
    ],
)
def test_what_cannot_be_cut_is_refused(
    shop_files: tuple[Shop, ShopFacts], name: str, by: str, says: str
) -> None:
    with pytest.raises(ParameterError, match=says):
        cut(OpenShop(*shop_files, "duckdb"), name, by, {})


def test_without_values_the_whole_is_answered_and_said(
    shop_files: tuple[Shop, ShopFacts], tmp_path: Path
) -> None:
    shop, _ = shop_files
    orders = shop.facts["orders"].assign(store=None)
    facts = write_files({**shop.facts, "orders": orders}, tmp_path)
    result = cut(OpenShop(shop, facts, "duckdb"), "groups", "store", {})
    assert next(note.code for note in result.notes) == "no_cut_values"
    assert {row["store"] for row in result.rows} == {None}


def test_many_values_are_cut_to_the_largest_and_said(
    shop_files: tuple[Shop, ShopFacts], tmp_path: Path
) -> None:
    shop, _ = shop_files
    orders = shop.facts["orders"]
    names = [f"it's 店 {i % (MOST + 7)}" for i in range(len(orders))]
    facts = write_files({**shop.facts, "orders": orders.assign(campaign=names)}, tmp_path)
    result = cut(OpenShop(shop, facts, "duckdb"), "concentration", "campaign", {})
    assert len(result.figures) == MOST
    rest = next(note for note in result.notes if note.code == "cut_rest")
    assert rest.values["values"] == MOST + 7
    assert result.rows[0]["campaign"].startswith("it's 店")


def test_one_year_alone_compares_with_nothing_and_says_so(
    shop_files: tuple[Shop, ShopFacts], tmp_path: Path
) -> None:
    shop, _ = shop_files
    orders = shop.facts["orders"]
    first = min(orders["day"])
    orders = orders[[day.year == first.year for day in orders["day"]]]
    facts = write_files({**shop.facts, "orders": orders}, tmp_path)
    result = cut(OpenShop(shop, facts, "duckdb"), "bridge", "year", {})
    assert (len(result), "cut_one_year" in {note.code for note in result.notes}) == (0, True)


def test_orders_without_a_value_are_not_called_none(
    shop_files: tuple[Shop, ShopFacts], tmp_path: Path
) -> None:
    shop, _ = shop_files
    orders = shop.facts["orders"].copy()
    orders["store"] = ["A" if amount > 0 else None for amount in orders["amount_minor"]]
    facts = write_files({**shop.facts, "orders": orders}, tmp_path)
    result = cut(OpenShop(shop, facts, "duckdb"), "matrix", "store", {})
    said = [note.say(lang) for note in result.notes for lang in ("en", "zh")]
    assert {row["store"] for row in result.rows} == {"A", None}
    assert any(sentence.startswith("–") for sentence in said)
    assert not any("None" in sentence for sentence in said)


def test_what_values_say_with_figures_of_their_own_is_said_once() -> None:
    from regulars.analyses.cuts import _notes_of
    from regulars.analyses.run import table_of
    from regulars.declare import Text
    from regulars.result import Note, Result

    text, same = Text("{share} unknown.", "{share}未知。"), Note("same", Text("All.", "全部。"))

    def answer(share: str) -> Result:
        return Result(name="x", parameters={}, columns=(), table=table_of([], ()),
                      notes=(Note("no_profile", text, {"share": share}), same))  # fmt: skip

    notes = list(_notes_of([("s1", answer("3%")), ("s2", answer("4%")), ("s3", answer("5%"))]))
    assert [note.code for note in notes] == ["no_profile", "same"]
    assert notes[0].say("en") == (
        "s1: 3% unknown. The same holds, with figures of their own, for 2 other values."
    )
    assert notes[0].say("zh") == "s1：3%未知。另有2个取值同样如此，数值各异。"
    assert notes[1].say("en") == "All."
