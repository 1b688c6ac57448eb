"""Value of a workspace: its settings, kept fits, snapshots, and shops with little in them."""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

import regulars as rg
from regulars import upkeep
from regulars.analyses import find
from regulars.analyses.value_columns import COLUMNS
from regulars.errors import ParameterError, UnknownName, WorkspaceError

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
AS_OF = dt.date(2025, 7, 1)
NAMES = [column.name for column in COLUMNS]


def orders(customers: int = 150, seed: int = 5) -> pd.DataFrame:
    """Customers who buy for a while and stop."""
    draw = random.Random(seed)
    rows = []
    for number in range(customers):
        day = dt.date(2023, 7, 1) + dt.timedelta(days=draw.randrange(700))
        while day < AS_OF:
            rows.append((f"c{number:03}", day.isoformat(), round(draw.gammavariate(4, 8), 2)))
            if draw.random() < 0.3:
                break
            day += dt.timedelta(days=1 + int(draw.expovariate(1 / 60)))
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "amount"])
    return frame.assign(order_id=[f"o{i}" for i in range(len(frame))])


def made(folder: Path, frame: pd.DataFrame, **tables: pd.DataFrame) -> rg.Workspace:
    ws = rg.init(folder / "w", zone="UTC", currency="EUR")
    ws.import_facts("orders", frame, recorded_at=AT)
    for name, table in tables.items():
        ws.import_facts(name, table, recorded_at=AT)
    return ws


@pytest.fixture
def ws(tmp_path: Path) -> rg.Workspace:
    return made(tmp_path, orders())


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> rg.Workspace:
    """For tests that change nothing."""
    return made(tmp_path_factory.mktemp("shared"), orders())


def say(ws: rg.Workspace, text: str) -> rg.Workspace:
    """The workspace with this under [value]."""
    path = ws.settings.root / "regulars.toml"
    path.write_text(f"{path.read_text('utf-8')}\n[value]\n{text}\n", encoding="utf-8")
    return rg.open(ws.settings.root)


def codes(result: Any) -> list[str]:
    return [note.code for note in result.notes]


# ---- answers -------------------------------------------------------------------------------------


def test_totals_are_the_sums_of_the_customers(shared: rg.Workspace) -> None:
    asked = {"as_of": AS_OF, "margin": 0.3}
    rows = shared.show("value", **asked).rows
    (total,) = shared.show("value_totals", **asked).rows
    assert total["customers"] == len(rows) == 150
    for name in ("expected_orders_365d", "expected_spend_365d_minor", "clv_365d_minor",
                 "clv_lifetime_minor"):  # fmt: skip
        assert total[name] == pytest.approx(sum(row[name] for row in rows), rel=1e-9)
        low, high = (name.replace("_minor", "") + end for end in ("_low", "_high"))
        minor = "_minor" if name.endswith("_minor") else ""
        assert total[low + minor] < total[name] < total[high + minor]
    assert total["alive"] == pytest.approx(sum(row["p_alive"] for row in rows), rel=1e-9)


def test_without_a_margin_lifetime_value_is_unknown_with_the_reason(shared: rg.Workspace) -> None:
    result = shared.show("value", as_of=AS_OF)
    assert "no_margin" in codes(result)
    assert "beyond_history" not in codes(result)  # nothing is said of what is unknown
    for row in result.rows:
        assert row["clv_365d_minor"] is row["clv_lifetime_minor"] is None
        assert row["value_unknown"] in ("no_margin", "refunds_beyond_spend")
        assert row["expected_spend_365d_minor"] is not None
        assert (row["next_order_due"] is None) == (row["next_order_unknown"] is not None)


def test_a_customer_alone_is_valued_as_among_all(shared: rg.Workspace) -> None:
    rows = shared.show("value", as_of=AS_OF, margin=0.2).rows
    one = next(row for row in rows if row["external_id"] == "c007")
    (alone,) = shared.show("value", as_of=AS_OF, margin=0.2, customer="c007").rows
    assert alone == one


def test_by_week_the_answer_is_nearly_the_same(shared: rg.Workspace) -> None:
    day, week = (
        shared.show("value_totals", as_of=AS_OF, model="mbg_nbd", grain=grain).rows[0]
        for grain in ("day", "week")
    )
    for name in ("expected_orders_365d", "expected_spend_365d_minor", "alive"):
        assert week[name] == pytest.approx(day[name], rel=0.03)


def test_orders_on_the_as_of_day_do_not_count(tmp_path: Path) -> None:
    late = pd.DataFrame({"customer_id": ["c000", "new"], "day": [AS_OF.isoformat()] * 2,
                         "amount": [900.0, 900.0], "order_id": ["l1", "l2"]})  # fmt: skip
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    without = made(tmp_path / "a", orders())
    with_late = made(tmp_path / "b", pd.concat([orders(), late]))
    for name in ("value", "value_totals", "value_fit"):
        left = without.show(name, as_of=AS_OF).rows
        right = with_late.show(name, as_of=AS_OF).rows
        drop = {"customer_key"}
        assert [{k: v for k, v in r.items() if k not in drop} for r in left] == [
            {k: v for k, v in r.items() if k not in drop} for r in right
        ]


# ---- shops with little in them -------------------------------------------------------------------


def few(*rows: tuple[str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "amount"])
    return frame.assign(
        order_id=[f"o{i}" for i in range(len(frame))],
        kind=["refund" if amount < 0 else "sale" for amount in frame["amount"]],
    )


ODD: dict[str, list[tuple[str, str, float]]] = {
    "one customer once": [("ann", "2025-01-05", 10)],
    "one customer often": [("ann", f"2025-0{m}-05", 10) for m in range(1, 7)],
    "all once": [(f"c{i}", f"2025-0{1 + i % 5}-11", 10 + i) for i in range(40)],
    "all on one day": [(f"c{i}", "2025-06-30", 10 + i) for i in range(40)],
    "free of charge": [(f"c{i}", f"2025-0{1 + m}-11", 0) for i in range(40) for m in range(i % 3)],
    "repeats refunded": [
        ("ann", "2025-01-05", 10), ("ann", "2025-02-05", 30), ("ann", "2025-02-09", -30),
        ("bob", "2025-01-05", 10), ("bob", "2025-03-05", 5), ("bob", "2025-03-06", -90),
        ("cy", "2025-01-05", 10), ("cy", "2025-04-05", 20),
    ],
    "a refund before any order": [("ann", "2025-01-05", -10), ("ann", "2025-02-05", 30)],
}  # fmt: skip


@pytest.mark.parametrize("rows", ODD.values(), ids=ODD)
def test_little_shops_give_numbers_or_reasons(
    tmp_path: Path, rows: list[tuple[str, str, float]]
) -> None:
    ws = made(tmp_path, few(*rows))
    asked = {"as_of": AS_OF, "margin": 0.5}
    result = ws.show("value", **asked)
    bought = {who for who, _, amount in rows if amount >= 0}
    assert {row["external_id"] for row in result.rows} == bought
    for row in result.rows:
        known = [row[name] for name in NAMES if isinstance(row[name], float)]
        assert all(value == value and abs(value) < 1e15 for value in known)
        if row["clv_365d_minor"] is None:
            assert row["value_unknown"] is not None
    for name in ("value_totals", "value_fit"):
        json.dumps(ws.show(name, **asked).figures, allow_nan=False)
    snapshot = ws.analyse(as_of=AS_OF)
    assert snapshot.rows >= len(bought)


def test_repeats_that_were_all_refunded_take_the_spend_of_the_base(tmp_path: Path) -> None:
    ws = made(tmp_path, few(*ODD["repeats refunded"]))
    rows = {row["external_id"]: row for row in ws.show("value", as_of=AS_OF, margin=0.5).rows}
    assert rows["ann"]["value_unknown"] == rows["bob"]["value_unknown"] == "refunds_beyond_spend"
    assert rows["cy"]["value_unknown"] is None
    per_order = {row["expected_spend_per_order_minor"] for row in rows.values()}
    assert per_order == {2000.0}  # the only repeat spend that stood


def test_refunds_only_and_nothing_at_all_are_no_answer(tmp_path: Path) -> None:
    ws = made(tmp_path, few(("ann", "2025-01-05", -10.0)))
    for name in ("value", "value_totals", "value_fit"):
        assert codes(ws.show(name)) == ["no_orders"]
    with pytest.raises(WorkspaceError, match="nothing could be fitted"):
        ws.fit_value()
    empty = rg.init(tmp_path / "empty", zone="UTC", currency="EUR")
    assert codes(empty.show("value")) == ["not_imported"]
    with pytest.raises(WorkspaceError, match="nothing could be fitted"):
        empty.fit_value()


def test_a_snapshot_before_the_first_order_values_nobody(ws: rg.Workspace) -> None:
    assert ws.analyse(as_of="2020-01-01").rows == 0


def test_a_merged_customer_is_one_history(ws: rg.Workspace) -> None:
    before = {row["external_id"]: row for row in ws.show("value", as_of=AS_OF).rows}
    keys = {ws.customer_key("c001"), ws.customer_key("c002")}
    ws.identities.merge("c001", "c002")
    rows = ws.show("value", as_of=AS_OF).rows
    assert len(rows) == len(before) - 1
    assert len(keys & {row["customer_key"] for row in rows}) == 1
    (one,) = ws.show("value", as_of=AS_OF, customer="c001").rows
    (other,) = ws.show("value", as_of=AS_OF, customer="c002").rows
    assert one == other


# ---- segments ------------------------------------------------------------------------------------


def regions(customers: int = 150) -> pd.DataFrame:
    named = {i: ("north" if i < 60 else "south") for i in range(130)}
    named |= {i: f"Villa {i}, by the lake" for i in range(130, 140)}  # one customer each
    return pd.DataFrame(
        {
            "customer_id": [f"c{i:03}" for i in range(customers)],
            "region": [named.get(i) for i in range(customers)],
        }
    )


def test_segments_that_could_name_somebody_are_put_together(tmp_path: Path) -> None:
    ws = made(tmp_path, orders(), customers=regions())
    asked = {"as_of": AS_OF, "segment": "region", "model": "mbg_nbd"}
    rows = ws.show("value_totals", **asked).rows
    assert [row["segment"] for row in rows] == ["(all)", "(other)", "(unknown)", "north", "south"]
    assert [row["customers"] for row in rows] == [150, 10, 10, 60, 70]
    fit = ws.fit_value(**asked)
    say(ws, f'segment = "region"\nmodel = "mbg_nbd"\nfit = "{fit.id}"').analyse(as_of=AS_OF)
    written = [p for p in ws.settings.root.rglob("*") if p.is_file() and "facts" not in p.parts]
    assert not [p for p in written if b"Villa" in p.read_bytes()]


def test_years_are_segments_of_their_own(shared: rg.Workspace) -> None:
    rows = shared.show("value_totals", as_of=AS_OF, segment="year", model="mbg_nbd").rows
    assert [row["segment"] for row in rows] == ["(all)", "2023", "2024", "2025"]
    parts = sum(row["expected_orders_365d"] for row in rows[1:])
    assert parts == pytest.approx(rows[0]["expected_orders_365d"])
    fitted = shared.show("value_fit", as_of=AS_OF, segment="year", model="mbg_nbd").rows
    assert {row["segment"] for row in fitted} == {"(all)", "2023", "2024", "2025"}
    assert all(row["low"] < row["value"] < row["high"] for row in fitted)


# ---- settings ------------------------------------------------------------------------------------


def test_settings_are_the_defaults_of_every_answer_of_value(ws: rg.Workspace) -> None:
    expected = ws.show("value", as_of=AS_OF, margin=0.25, model="bg_nbd", grain="week")
    said = say(ws, 'margin = 0.25\nmodel = "bg_nbd"\ngrain = "week"\nyearly_rate = 0.10')
    found = said.show("value", as_of=AS_OF)
    assert found.rows == expected.rows
    assert found.parameters == expected.parameters
    assert said.show("value", as_of=AS_OF, margin=0.5).parameters["margin"] == 0.5
    for analysis in rg.catalogue():
        if any(p.name == "margin" and p.section for p in analysis.parameters):
            assert said.show(analysis.name, as_of=AS_OF).parameters["margin"] == 0.25
    assert said.fit_value(as_of=AS_OF).parameters["grain"] == "week"
    target = ws.settings.root.parent / "v.parquet"
    said.write("value", target, as_of=AS_OF)
    with duckdb.connect() as connection:
        written = connection.sql(f"select sum(clv_365d_minor) from '{target}'").fetchall()
    assert written[0][0] == pytest.approx(sum(row["clv_365d_minor"] for row in expected.rows))
    # What has nothing to do with value does not look at them.
    assert "margin" not in said.show("groups").parameters


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("margn = 0.2", "margn"),
        ("margin = 1.2", "margin"),
        ('margin = "a lot"', "margin"),
        ('model = "best"', "model"),
        ('as_of = "2025-01-01"', "as_of"),
        ("lifetime_years = 0", "lifetime_years"),
    ],
)
def test_a_wrong_setting_is_named(ws: rg.Workspace, text: str, names: str) -> None:
    said = say(ws, text)
    for ask in (lambda: said.show("value"), said.fit_value, said.analyse):
        with pytest.raises(ParameterError, match=rf"regulars.toml, \[value\]: .*{names}"):
            ask()
    assert len(said.show("groups")) == 5


def test_a_snapshot_says_what_show_says(ws: rg.Workspace) -> None:
    said = say(ws, "margin = 0.25\nyearly_rate = 0.2\nlifetime_years = 3")
    shown = {row["customer_key"]: row for row in said.show("value", as_of=AS_OF).rows}
    snapshot = said.analyse(as_of=AS_OF)
    with duckdb.connect() as connection:
        found = connection.execute("select * from read_parquet($f)", {"f": snapshot.files})
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert {row["customer_key"] for row in rows} == set(shown)
    for row in rows:
        for name in NAMES:
            expected = shown[row["customer_key"]][name]
            if isinstance(expected, float):
                expected = pytest.approx(expected, rel=1e-9)
            assert row[name] == expected, name
    (total,) = said.show("value_totals", as_of=AS_OF).rows
    told = snapshot.manifest["told"]["value"]["totals"][0]
    assert told["spend"]["value"] == pytest.approx(total["expected_spend_365d_minor"])


# ---- kept fits -----------------------------------------------------------------------------------


def test_a_kept_fit_gives_the_scores_that_it_was_made_with(ws: rg.Workspace) -> None:
    fresh = ws.show("value", as_of=AS_OF, margin=0.3).rows
    fit = ws.fit_value(as_of=AS_OF, margin=0.3)
    assert ws.fit_value(as_of=AS_OF, margin=0.3).id == fit.id
    assert [one.id for one in ws.fits()] == [fit.id]
    for asked in (fit.id, "latest"):
        kept = ws.show("value", as_of=AS_OF, margin=0.3, fit=asked).rows
        for one, other in zip(kept, fresh, strict=True):
            assert one.keys() == other.keys()
            for name, value in one.items():
                if isinstance(value, float):
                    assert value == pytest.approx(other[name], rel=1e-9)
                else:
                    assert value == other[name]
    another = "bg_nbd" if fit.model != "bg_nbd" else "mbg_nbd"
    with pytest.raises(ParameterError, match="model"):
        ws.show("value", as_of=AS_OF, fit=fit.id, model=another)


@pytest.mark.parametrize("name", ["value", "value_totals", "value_fit"])
def test_a_fit_that_does_not_go_with_the_question_says_so(ws: rg.Workspace, name: str) -> None:
    whole = ws.fit_value(as_of=AS_OF)
    parted = ws.fit_value(as_of=AS_OF, segment="year")

    def codes(**given: Any) -> set[str]:
        notes = ws.show(name, **given).notes
        return {note.code for note in notes} & {"fit_of_later", "fit_of_other_segments"}

    assert codes(as_of=AS_OF, fit=whole.id) == set()
    assert codes(as_of=AS_OF, fit=parted.id, segment="year") == set()
    assert codes(as_of=AS_OF, fit=whole.id, segment="year") == {"fit_of_other_segments"}
    assert codes(as_of="2025-01-01", fit=whole.id) == {"fit_of_later"}


def test_snapshots_use_the_fit_that_was_chosen(ws: rg.Workspace) -> None:
    said = say(ws, "intervals = false\nmargin = 0.3")
    fit = said.fit_value(as_of="2025-01-01", use=True)
    assert said.settings.value["fit"] == fit.id
    assert said.settings.value["intervals"] is False  # the other settings stay
    assert said.settings.value["margin"] == 0.3
    told = rg.open(ws.settings.root).analyse(as_of=AS_OF).manifest["told"]["value"]
    assert told["fitted"] == fit.told["fitted"]
    # An answer asked for by hand is fitted anew, unless told otherwise.
    assert said.show("value", as_of=AS_OF).parameters["fit"] is None


@pytest.mark.parametrize(
    "name", ["nothing", "../regulars", "..", ".", "", "a/b", "/etc/passwd", "x\0y", "客户"]
)
def test_a_fit_that_is_not_there_is_said(shared: rg.Workspace, name: str) -> None:
    with pytest.raises(UnknownName, match="no fit"):
        shared.show("value", fit=name)


def test_damaged_and_newer_fits_are_said(ws: rg.Workspace) -> None:
    fit = ws.fit_value(as_of=AS_OF)
    path = ws.settings.root / "fits" / f"{fit.id}.json"
    whole = json.loads(path.read_text("utf-8"))
    for text in ("", "[]", "{}", json.dumps({**whole, "told": {}}), json.dumps(whole)[:-40]):
        path.write_text(text, encoding="utf-8")
        for ask in (ws.fits, lambda: ws.show("value", fit=fit.id)):
            with pytest.raises(WorkspaceError, match="damaged"):
                ask()
    path.write_text(json.dumps({**whole, "schema": 99}), encoding="utf-8")
    with pytest.raises(WorkspaceError, match="newer"):
        ws.fits()
    whole["told"]["fitted"]["purchases"]["whole"]["parameters"]["r"] = -1
    path.write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(ParameterError, match="fit: "):
        ws.show("value", as_of=AS_OF, fit=fit.id)


def test_a_backup_carries_the_fits_and_maintenance_leaves_them(
    ws: rg.Workspace, tmp_path: Path
) -> None:
    fit = ws.fit_value(as_of=AS_OF, use=True)
    ws.maintain(keep_days=0)
    assert [one.id for one in ws.fits()] == [fit.id]
    archive = ws.backup(tmp_path / "b.tar").path
    upkeep.restore(archive, tmp_path / "copy", without_erasures=True, at=AT)
    copy = rg.open(tmp_path / "copy")
    assert copy.fits() == ws.fits()
    assert copy.analyse(as_of=AS_OF).manifest["told"]["value"] is not None


def test_every_analysis_of_value_takes_its_settings() -> None:
    own = {p.name for p in find("value").parameters if p.section}
    for analysis in rg.catalogue():
        if analysis.name.startswith("value"):
            for parameter in analysis.parameters:
                if parameter.name in own:
                    assert parameter.section == "value", (analysis.name, parameter.name)
