"""`regulars show`: the same answer in every form, machines served apart from people."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from regulars.analyses import catalogue
from regulars.cli.show import option_name


def test_json_is_one_object_alone_on_stdout(regulars, filled: Path) -> None:
    ran = regulars("show", "groups", "-w", filled, "--format", "json", "--as-of", "2025-04-01")
    assert (ran.code, ran.err) == (0, "")
    answer = json.loads(ran.out)
    assert list(answer) == [
        "name", "parameters", "facts_version", "columns", "rows", "figures", "notes"
    ]  # fmt: skip
    assert answer["parameters"]["as_of"] == "2025-04-01"
    assert [row["group"] for row in answer["rows"]] == ["A", "B", "C", "D", "E"]
    total = answer["figures"]["revenue_total_minor"]
    assert sum(row["revenue_minor"] for row in answer["rows"]) == total > 0


def test_a_table_opens_with_words_and_is_plain_in_a_pipe(regulars, filled: Path) -> None:
    ran = regulars("show", "groups", "-w", filled)
    assert ran.code == 0
    assert "\x1b" not in ran.out
    assert not set(ran.out) & set("│┃─━┌└╭╰")
    assert ran.out.splitlines()[0].partition(" of ")[2].startswith("4 customers")
    assert "revenue (EUR)" in ran.out
    assert "Next: regulars show migration" in ran.out


def test_money_is_shown_in_major_units_and_shares_in_per_cent(regulars, filled: Path) -> None:
    ran = regulars("show", "concentration", "-w", filled)
    assert "100.00" in ran.out
    assert "%" in ran.out


def test_the_terminal_speaks_chinese_to_its_heads_and_codes(regulars, filled: Path) -> None:
    asked = ("-w", filled, "--lang", "zh", "--as-of", "2025-06-01")
    ran = regulars("show", "groups", *asked)
    assert "位客户" in ran.out
    assert "（统计日：2025-06-01，时间窗天数：" in ran.out
    assert "销售额（" in ran.out
    assert "revenue" not in ran.out
    assert "获取" in regulars("show", "lifecycle", *asked).out


def test_machines_get_the_public_names_and_codes(regulars, filled: Path) -> None:
    asked = ("-w", filled, "--lang", "zh", "--as-of", "2025-06-01", "--format", "csv")
    ran = regulars("show", "lifecycle", *asked)
    assert ran.out.startswith("stage,")
    assert "\nacquisition," in ran.out


def test_csv_runs_no_formula(regulars, filled: Path) -> None:
    ran = regulars("show", "summary", "-w", filled, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert {row["external_id"] for row in rows} == {"anna", "ben", "'=cmd()", "dora"}
    assert {row["spend_minor"] for row in rows} == {"7640", "1200", "999", "10000"}


def test_parquet_holds_the_same_rows(regulars, filled: Path, tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "summary.parquet"
    ran = regulars("show", "summary", "-w", filled, "--format", "parquet", "--output", path)
    assert (ran.code, ran.out) == (0, "")
    with duckdb.connect() as connection:
        rows = connection.sql(f"select external_id, spend_minor from '{path}'").fetchall()
    # A machine's form keeps the text as it is; only CSV is read by spreadsheets.
    assert dict(rows) == {"anna": 7640, "ben": 1200, "=cmd()": 999, "dora": 10000}
    assert list(tmp_path.iterdir()) == [path]


def test_the_columns_can_be_chosen(regulars, filled: Path) -> None:
    asked = ("show", "summary", "-w", filled, "--format", "csv", "--columns")
    ran = regulars(*asked, "external_id, spend_minor")
    assert ran.out.splitlines()[0] == "external_id,spend_minor"
    wrong = regulars(*asked, "spent")
    assert wrong.code == 2
    assert "no column spent; the columns are customer_key, external_id" in wrong.err


def test_parquet_wants_a_file(regulars, filled: Path) -> None:
    ran = regulars("show", "groups", "-w", filled, "--format", "parquet")
    assert ran.code == 2
    assert "--output" in ran.err


def test_a_limit_is_kept_and_said(regulars, filled: Path) -> None:
    ran = regulars("show", "summary", "-w", filled, "--limit", "2")
    assert "Showing 2 rows; --limit 0 shows all." in ran.out
    everybody = regulars("show", "summary", "-w", filled, "--limit", "0", "--format", "json")
    assert len(json.loads(everybody.out)["rows"]) == 4


def test_one_customer_can_be_asked_for(regulars, filled: Path) -> None:
    ran = regulars("show", "summary", "-w", filled, "--customer", "anna", "--format", "json")
    (row,) = json.loads(ran.out)["rows"]
    assert (row["external_id"], row["orders"], row["spend_minor"]) == ("anna", 3, 7640)


def test_an_unknown_name_suggests_the_nearest(regulars, filled: Path) -> None:
    ran = regulars("show", "grups", "-w", filled)
    assert (ran.code, ran.out) == (2, "")
    assert "groups" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--as-of", "yesterday"), "yesterday"),
        (("--window-days", "0"), "window_days"),
        (("--frequency-unit", "weeks"), "frequency_unit"),
        (("--no-such-option", "1"), "--no-such-option"),
    ],
)
def test_a_wrong_parameter_is_said_in_words(
    regulars, filled: Path, arguments: tuple[str, ...], word: str
) -> None:
    ran = regulars("show", "groups", "-w", filled, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert word in ran.err
    assert "Traceback" not in ran.err


def test_help_lists_each_parameter_with_unit_and_default(regulars) -> None:
    ran = regulars("show", "groups", "--help")
    said = " ".join(ran.out.split())
    assert ran.code == 0
    for words in ("--as-of DAY", "--window-days N", "days; at least 1", "--format"):
        assert words in said


@pytest.mark.parametrize("name", [analysis.name for analysis in catalogue()])
def test_every_declared_parameter_is_an_option(regulars, name: str) -> None:
    (analysis,) = (a for a in catalogue() if a.name == name)
    said = regulars("show", name, "--help").out
    for parameter in analysis.parameters:
        assert option_name(parameter) in said


def test_without_a_name_the_questions_are_listed(regulars) -> None:
    ran = regulars("show")
    assert ran.code == 0
    for analysis in catalogue():
        assert analysis.name in ran.out
        assert analysis.question.en in ran.out


def test_every_analysis_can_be_shown(regulars, filled: Path) -> None:
    for analysis in catalogue():
        ran = regulars("show", analysis.name, "-w", filled)
        assert "Traceback" not in ran.err
        if ran.code == 2:
            # Three periods in a row are more than this shop has, and that is said.
            assert analysis.name in ("routes", "migration_change"), (analysis.name, ran.err)
            continue
        assert ran.code == 0, (analysis.name, ran.err)
        assert "{" not in ran.out, ran.out


def test_the_nearest_workspace_upward_is_taken(
    regulars, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(filled / "facts")
    assert regulars("show", "quality").code == 0
    monkeypatch.chdir(filled.parent)
    ran = regulars("show", "quality")
    assert ran.code == 1
    assert "regulars init" in ran.err
    monkeypatch.setenv("REGULARS_WORKSPACE", str(filled))
    assert regulars("show", "quality").code == 0


@pytest.mark.parametrize("form", ["table", "json", "csv", "parquet"])
def test_a_folder_is_no_file_to_write_to(regulars, filled: Path, tmp_path: Path, form: str) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    ran = regulars("show", "groups", "-w", filled, "--format", form, "--output", folder)
    assert ran.code == 2
    assert "is a folder" in ran.err
    assert list(tmp_path.iterdir()) == [folder]
