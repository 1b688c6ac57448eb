"""A workspace: made, opened, asked; its settings, its runs, its refusals."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import regulars as rg
from regulars import settings
from regulars.errors import FactsError, MissingExtra, ParameterError, UnknownName, WorkspaceError
from regulars.facts import ColumnMapping

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ORDERS = pd.DataFrame(
    {
        "order_id": ["1", "2", "3", "4"],
        "customer_id": ["ann", "ann", "bob", "cy"],
        "date": ["2025-01-05", "2025-06-01", "2025-06-02", "2025-12-31"],
        "amount": [10.0, 20.5, 5.0, 7.25],
    }
)


@pytest.fixture
def ws(tmp_path: Path) -> rg.Workspace:
    made = rg.init(tmp_path / "客户 data", zone="Asia/Shanghai", currency="CNY")
    made.import_facts("orders", ORDERS, recorded_at=AT)
    return made


def test_import_regulars_loads_the_standard_library_only() -> None:
    code = (
        "import sys, regulars; names = {m.partition('.')[0] for m in sys.modules};"
        "print(sorted(n for n in names if n not in sys.stdlib_module_names and n != 'regulars'"
        " and not n.startswith('_')))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout.replace("'", '"')) == []


def test_everything_public_is_there() -> None:
    assert all(hasattr(rg, name) for name in rg.__all__)
    with pytest.raises(AttributeError):
        rg.nothing_of_this_name  # noqa: B018


def test_an_answer_becomes_pandas_polars_json_in_one_call(ws: rg.Workspace) -> None:
    answer = ws.show("groups", as_of="2026-01-01")
    frame = answer.to_pandas()
    assert list(frame["group"]) == ["A", "B", "C", "D", "E"]
    assert answer.to_polars()["customers"].to_list() == frame["customers"].tolist()
    kept = answer.to_json()
    assert {"parameters", "columns", "rows"} <= kept.keys()
    assert kept["parameters"]["as_of"] == "2026-01-01"
    json.dumps(kept)


def test_the_as_of_day_is_the_day_after_the_last_order_unless_given(ws: rg.Workspace) -> None:
    assert ws.show("summary").parameters["as_of"] == dt.date(2026, 1, 1)
    early = ws.show("summary", as_of=dt.date(2025, 6, 2))
    assert [row["external_id"] for row in early.rows] == ["ann"]  # bob's order is of that day


def test_limit_and_customer(ws: rg.Workspace) -> None:
    assert len(ws.show("summary", limit=2)) == 2
    row = ws.show("summary", customer="ann").rows[0]
    assert (row["external_id"], row["orders"], row["spend_minor"]) == ("ann", 2, 3050)
    assert ws.show("summary", customer="shop:ann").rows == [row]
    with pytest.raises(UnknownName, match="zoe"):
        ws.show("summary", customer="zoe")
    with pytest.raises(ParameterError, match="no row per customer"):
        ws.show("groups", customer="ann")


def test_one_customer_of_the_snapshot(ws: rg.Workspace) -> None:
    with pytest.raises(WorkspaceError, match="no snapshot yet"):
        ws.customer("ann")
    snapshot = ws.analyse(as_of="2026-01-01")
    assert snapshot.rows == 3
    row = ws.customer("ann")
    assert (row["orders"], row["spend_minor"], row["snapshot"]) == (2, 3050, snapshot.id)
    assert [s.id for s in ws.snapshots()] == [snapshot.id]


def test_unknown_names_and_parameters_suggest_the_nearest(ws: rg.Workspace) -> None:
    with pytest.raises(UnknownName, match="did you mean groups"):
        ws.show("group")
    with pytest.raises(ParameterError, match="did you mean window_days"):
        ws.show("groups", window_day=3)


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("groups", {"as_of": "01/02/2026"}, "write it as 2026-11-22"),
        ("groups", {"window_days": 0}, "at least 1"),
        ("groups", {"window_days": "many"}, "not a whole number"),
        ("groups", {"frequency_unit": "visits"}, "one of days, orders"),
        ("migration", {"before": "2025-01-01"}, "FROM..TO"),
        ("migration", {"after": "2025-07-01..2025-01-01"}, "ends before it starts"),
        ("migration", {"before": "2025-01-01..2025-07-01"}, "needs after"),
        (
            "migration",
            {"before": "2025-01-01..2025-07-01", "after": "2025-07-01..2025-08-01"},
            "equally long",
        ),
        (
            "migration",
            {"before": "2025-01-01..2025-07-01", "after": "2025-06-01..2025-11-29"},
            "must end before",
        ),
        ("bridge", {"core_share": 1.5}, "at most"),
        ("bridge", {"core_share": "nan"}, "not a number"),
        ("cohorts", {"period": "decade"}, "one of week, month"),
        (
            "migration",
            {"as_of": "2025-07-01", "after": "2025-07-01..2025-12-01"},
            "inside the later period",
        ),
    ],
)
def test_impossible_parameters_are_refused_in_words(
    ws: rg.Workspace, name: str, parameters: dict[str, object], words: str
) -> None:
    with pytest.raises(ParameterError, match=words):
        ws.show(name, **parameters)


@pytest.mark.parametrize("analysis", rg.catalogue(), ids=lambda a: a.name)
def test_without_orders_every_analysis_answers_unknown_in_words(
    tmp_path: Path, analysis: object
) -> None:
    empty = rg.init(tmp_path / "empty", zone="UTC", currency="USD")
    answer = empty.show(analysis.name)  # type: ignore[attr-defined]
    assert answer.rows == []
    needed = analysis.inputs[0]  # type: ignore[attr-defined]
    assert answer.notes[0].say("en") == f"Unknown: no {needed} imported."
    assert "未知" in answer.notes[0].say("zh")


@pytest.mark.parametrize("analysis", rg.catalogue(), ids=lambda a: a.name)
def test_before_the_first_order_every_analysis_answers_unknown(
    ws: rg.Workspace, analysis: object
) -> None:
    answer = ws.show(analysis.name, as_of="2020-01-01")  # type: ignore[attr-defined]
    assert answer.rows == []
    missing = [t for t in analysis.inputs if t not in ("orders", "identities")]  # type: ignore[attr-defined]
    expected = [*(["not_imported"] * bool(missing)), *(["before_history"] * (not missing))]
    assert [note.code for note in answer.notes] == expected


def test_days_outside_the_calendar_are_refused_in_words(ws: rg.Workspace) -> None:
    with pytest.raises(ParameterError, match="calendar"):
        ws.show("bridge", after="0001-01-05..0001-01-09", as_of="2026-01-01")
    with pytest.raises(ParameterError, match="at most"):
        ws.show("groups", window_days=10**12)
    with pytest.raises(ParameterError, match="at most"):
        ws.analyse(window_days=10**8)


def test_nobody_in_the_earlier_period_means_no_groups_to_leave(ws: rg.Workspace) -> None:
    answer = ws.show("migration", before="2025-02-01..2025-03-01", after="2025-03-01..2025-03-29")
    assert answer.rows == []
    assert answer.notes[-1].code == "no_threshold"
    given = ws.show(
        "migration",
        before="2025-02-01..2025-03-01",
        after="2025-03-01..2025-03-29",
        value_threshold_minor=1000,
    )
    assert len(given.rows) == 30


@pytest.mark.parametrize("analysis", rg.catalogue(), ids=lambda a: a.name)
def test_answers_have_the_declared_columns_and_figures(ws: rg.Workspace, analysis: object) -> None:
    names = {p.name for p in analysis.parameters}  # type: ignore[attr-defined]
    asked = {"window_days": 100} if "window_days" in names else {}
    answer = ws.show(analysis.name, **asked)  # type: ignore[attr-defined]
    assert answer.table.column_names == [c.name for c in answer.columns]
    declared = {f.name for f in analysis.figures}  # type: ignore[attr-defined]
    assert set(answer.figures) == declared


def test_every_run_leaves_a_line_with_its_sql(ws: rg.Workspace) -> None:
    ws.show("groups", as_of="2026-01-01")
    with pytest.raises(ParameterError):
        ws.show("groups", window_days=0)
    good, bad = ws.runs()[-2:]
    assert (good["name"], good["engine"], good["rows"], good["error"]) == (
        "groups",
        "duckdb",
        5,
        None,
    )
    assert good["parameters"]["as_of"] == "2026-01-01"
    assert any("customer_groups" in sql for sql in good["sql"])
    assert "at least 1" in bad["error"]


def test_a_run_log_cut_short_by_a_crash_is_still_read(ws: rg.Workspace) -> None:
    ws.show("quality")
    path = ws.settings.root / "runs.jsonl"
    path.write_text(path.read_text() + '{"id": "half')
    assert ws.runs()[-1]["name"] == "quality"
    ws.show("rfm", method="nested", salt="line\u2028separator")
    assert [run["name"] for run in ws.runs()[-2:]] == ["quality", "rfm"]


def test_init_refuses_what_cannot_stand(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="time zone"):
        rg.init(tmp_path / "a", zone="Middle/Earth", currency="USD")
    with pytest.raises(ParameterError, match="currency"):
        rg.init(tmp_path / "a", zone="UTC", currency="dollars")
    with pytest.raises(UnknownName, match="engine"):
        rg.init(tmp_path / "a", zone="UTC", currency="USD", engine="oracle://x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("mine")
    with pytest.raises(WorkspaceError, match="not empty"):
        rg.init(tmp_path / "full", zone="UTC", currency="USD")
    assert not (tmp_path / "a").exists()


def test_what_is_no_workspace_or_a_newer_one_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="regulars init"):
        rg.open(tmp_path)
    made = rg.init(tmp_path / "w", zone="UTC", currency="USD")
    path = made.settings.root / settings.FILE
    path.write_text(path.read_text().replace(f"schema = {settings.SCHEMA}", "schema = 99"))
    with pytest.raises(WorkspaceError, match="newer Regulars"):
        rg.open(made.settings.root)
    path.write_text("[workspace\n")
    with pytest.raises(WorkspaceError, match="cannot be read"):
        rg.open(made.settings.root)


def test_a_mapping_is_saved_and_used_again_and_comments_stay(tmp_path: Path) -> None:
    ws = rg.init(tmp_path / "w", zone="UTC", currency="USD")
    path = ws.settings.root / settings.FILE
    path.write_text(path.read_text() + "# our own words\n")
    strange = ORDERS.rename(columns={"order_id": '单 "号"', "amount": "wert"})
    mapping = ColumnMapping(
        table="orders",
        source="shop",
        columns={
            "order_id": '单 "号"',
            "customer_id": "customer_id",
            "day": "date",
            "amount": "wert",
        },
    )
    ws.import_facts("orders", strange, mapping=mapping, recorded_at=AT)
    later = strange.assign(**{'单 "号"': ["5", "6", "7", "8"]})
    again = rg.open(ws.settings.root)
    assert again.import_facts("orders", later, recorded_at=AT).new == 4
    again.import_facts("orders", later, mapping=mapping, recorded_at=AT)
    text = path.read_text()
    assert text.count("[mappings.orders.shop]") == 1
    assert "# our own words" in text


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    monkeypatch.delitem(sys.modules, "regulars.engines.spark", raising=False)
    ws = rg.init(tmp_path / "w", zone="UTC", currency="USD", engine="spark:local[1]")
    with pytest.raises(MissingExtra, match=r"regulars\[spark\]"):
        ws.show("groups")


def test_rows_are_written_without_passing_through_memory(ws: rg.Workspace, tmp_path: Path) -> None:
    target = tmp_path / "结果 rows.parquet"
    target.write_text("an earlier file")
    assert ws.write("summary", target, as_of="2026-01-01") == 3
    written = pd.read_parquet(target).sort_values("external_id", ignore_index=True)
    shown = ws.show("summary", as_of="2026-01-01").to_pandas()
    assert list(written.columns) == list(shown.columns)
    assert written["spend_minor"].tolist() == shown["spend_minor"].tolist()
    assert ws.write("groups", target) == 5
    assert ws.write("summary", target, as_of="2020-01-01") == 0  # before the history: no rows
    assert pd.read_parquet(target).empty
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
    with pytest.raises(ParameterError, match="is a folder"):
        ws.write("summary", tmp_path)


@pytest.mark.parametrize("columns", [["spend_minor", "customer_key"], ["external_id"]])
def test_only_the_columns_asked_for_are_given_and_written(
    ws: rg.Workspace, tmp_path: Path, columns: list[str]
) -> None:
    whole = ws.show("summary").to_pandas()
    shown = ws.show("summary", columns=columns)
    assert [column.name for column in shown.columns] == columns
    assert shown.to_pandas().equals(whole[columns])
    assert ws.write("summary", tmp_path / "few.parquet", columns=columns) == len(whole)
    written = pd.read_parquet(tmp_path / "few.parquet")
    assert list(written.columns) == columns
    assert sorted(written[columns[0]]) == sorted(whole[columns[0]])


def test_what_only_others_need_is_not_worked_out(ws: rg.Workspace, tmp_path: Path) -> None:
    ws.write("summary", tmp_path / "few.parquet", columns=["spend_minor"])
    assert "external_id" not in ws.runs()[-1]["sql"][-1]


def test_a_file_of_value_holds_what_is_shown(ws: rg.Workspace, tmp_path: Path) -> None:
    given = {"model": "bg_nbd", "margin": 0.3}
    shown = ws.show("value", **given).to_pandas().set_index("customer_key")
    for columns in (["clv_365d_minor", "p_alive"], ["clv_lifetime_minor"], None):
        ws.write("value", tmp_path / "value.parquet", **given,
                 columns=None if columns is None else ["customer_key", *columns])  # fmt: skip
        written = pd.read_parquet(tmp_path / "value.parquet").set_index("customer_key")
        for name in written.columns:
            left, right = (frame[name].sort_index() for frame in (written, shown))
            assert left.isna().equals(right.isna()), name
            assert left.dropna().to_list() == right.dropna().to_list(), name


def test_columns_of_tables_and_of_cuts_can_be_chosen(ws: rg.Workspace, tmp_path: Path) -> None:
    assert ws.show("groups", columns=["customers"]).to_pandas().columns.tolist() == ["customers"]
    cut = ws.show("groups", by="year", columns=["year", "group", "customers"])
    assert [column.name for column in cut.columns] == ["year", "group", "customers"]
    assert ws.write("groups", tmp_path / "few.parquet", columns=["group"]) == 5


@pytest.mark.parametrize("columns", [["spent"], [], ["customer_key", "customer_key"]])
def test_columns_that_are_none_or_come_twice_are_refused(
    ws: rg.Workspace, tmp_path: Path, columns: list[str]
) -> None:
    with pytest.raises(ParameterError, match="column"):
        ws.show("summary", columns=columns)
    with pytest.raises(ParameterError, match="column"):
        ws.write("summary", tmp_path / "few.parquet", columns=columns)
    assert not (tmp_path / "few.parquet").exists()


def test_two_programs_that_save_a_mapping_at_once_keep_both(ws: rg.Workspace) -> None:
    code = (
        "import sys; from pathlib import Path; from regulars import settings\n"
        "for n in range(40):\n"
        "    settings.save_mapping(Path(sys.argv[1]), 'orders', f'{sys.argv[2]}{n}',"
        " {'columns': {'day': 'd'}})"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(ws.settings.root), name]) for name in "ab"
    ]
    assert [one.wait() for one in running] == [0, 0]
    assert len(settings.read(ws.settings.root).mappings["orders"]) == 80


def test_settings_that_only_their_owner_may_read_stay_so(ws: rg.Workspace) -> None:
    path = ws.settings.root / "regulars.toml"
    path.chmod(0o600)
    settings.save_mapping(ws.settings.root, "orders", "shop", {"columns": {"day": "d"}})
    assert path.stat().st_mode & 0o077 == 0


KILLED = """
import os, signal, sys
import regulars as rg
from regulars.facts import forgetting
published = forgetting.publish
def publish(*given):
    published(*given)
    os.kill(os.getpid(), signal.SIGKILL)
forgetting.publish = publish
rg.open(sys.argv[1]).forget("ann", purge=True)
"""


def test_a_purge_that_was_killed_takes_the_snapshots_when_it_is_finished(
    ws: rg.Workspace,
) -> None:
    ws.import_facts("orders", ORDERS)
    ws.analyse()
    done = subprocess.run([sys.executable, "-c", KILLED, str(ws.settings.root)], check=False)
    assert done.returncode == -9
    assert len(ws.snapshots()) == 1
    ws.maintain()  # the next writer, whoever it is, finishes it
    assert ws.snapshots() == []


def test_a_snapshot_made_during_a_purge_is_not_kept(
    ws: rg.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars.analyses import snapshots

    ws.import_facts("orders", ORDERS)
    written = snapshots._write

    def meanwhile(*given: Any) -> int:
        rows = written(*given)
        # Forgetting makes the folder empty; the snapshot is put into it afterwards.
        kept = given[3].rename(ws.settings.root / "aside")
        ws.forget("ann", purge=True)
        given[3].parent.mkdir(exist_ok=True)
        kept.rename(given[3])
        return rows

    monkeypatch.setattr(snapshots, "_write", meanwhile)
    with pytest.raises(FactsError, match="somebody was forgotten"):
        ws.analyse()
    assert ws.snapshots() == []


def test_snapshots_that_cannot_be_removed_are_said(
    ws: rg.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars.facts import forgetting

    ws.import_facts("orders", ORDERS)
    ws.analyse()
    with monkeypatch.context() as patch:
        patch.setattr(forgetting.shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(FactsError, match="could not be removed"):
            ws.forget("ann", purge=True)
    ws.maintain()
    assert ws.snapshots() == []


@pytest.mark.parametrize("name", ["regulars.toml", "facts/orders/x.parquet", "runs.jsonl"])
def test_no_answer_is_written_over_the_workspace_itself(ws: rg.Workspace, name: str) -> None:
    from regulars.cli.identities import review
    from regulars.cli.output import Format, check_target
    from regulars.report import write_report

    ws.import_facts("orders", ORDERS)
    ws.show("summary")
    target = ws.settings.root / name
    before = target.read_bytes() if target.exists() else None
    for write in (
        lambda: ws.write("rfm", target),
        lambda: review(workspace=ws.settings.root, export=target),
        lambda: write_report(ws, target),
        lambda: write_report(ws, ws.settings.root / "r.html", tables=target),
        lambda: check_target(Format.csv, target),
    ):
        with pytest.raises(ParameterError, match="belongs to the workspace"):
            write()
    assert (target.read_bytes() if target.exists() else None) == before
    assert ws.write("rfm", ws.settings.root / "rfm.parquet") == 3


def test_two_writers_of_one_file_do_not_share_their_drafts(tmp_path: Path) -> None:
    from regulars.result import aside_of, written_aside

    target = tmp_path / "a.csv"
    assert aside_of(target) != aside_of(target)
    with written_aside(target) as first, written_aside(target) as second:
        first.write_text("1", "utf-8")
        second.write_text("2", "utf-8")
    assert target.read_text("utf-8") == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_a_draft_that_fails_leaves_nothing(tmp_path: Path) -> None:
    from regulars.result import written_aside

    def write() -> None:
        with written_aside(tmp_path / "a.csv") as aside:
            aside.write_text("half", "utf-8")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        write()
    assert list(tmp_path.iterdir()) == []


def test_answers_asked_together_are_those_asked_alone_and_share_their_steps(
    ws: rg.Workspace,
) -> None:
    names = ("value_totals", "value_distribution", "value_matrix")
    asked = {"as_of": "2026-01-01", "model": "mbg_nbd"}
    found = ws.show_together(names, **asked)
    assert tuple(found) == names
    for name in names:
        alone = ws.show(name, **asked)
        assert found[name].rows == alone.rows
        assert found[name].figures == alone.figures
    (line,) = [run for run in ws.runs() if run["name"] == "+".join(names)]
    assert 1 <= sum("spenders" in sql.lower() for sql in line["sql"]) <= 1


def test_only_analyses_of_the_same_parameters_are_asked_together(ws: rg.Workspace) -> None:
    with pytest.raises(ParameterError, match="do not take the same parameters"):
        ws.show_together(("groups", "value_totals"))
