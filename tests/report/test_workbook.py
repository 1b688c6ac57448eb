"""The workbook: every table, numbers as numbers, and no text that a spreadsheet would run."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import regulars as rg

calamine = pytest.importorskip("python_calamine", reason="pip install python-calamine")
pytest.importorskip("xlsxwriter", reason="pip install 'regulars[report]'")

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NAMES = ['=HYPERLINK("x")', "+1", "-2", "@sum", "\tx", "客户", "o'k", "http://a.b"]


@pytest.fixture
def ws(tmp_path: Path) -> rg.Workspace:
    made = rg.init(tmp_path / "客户 data", zone="UTC", currency="KWD")
    orders = pd.DataFrame(
        {
            "order_id": [f"o{i}" for i in range(40)],
            "customer_id": [NAMES[i % len(NAMES)] for i in range(40)],
            "date": [f"2025-{1 + i % 12:02}-05" for i in range(40)],
            "amount": [10.125 + i for i in range(40)],
        }
    )
    made.import_facts("orders", orders, recorded_at=AT)
    return made


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_workbook_holds_what_the_analyses_answer(
    ws: rg.Workspace, tmp_path: Path, lang: str
) -> None:
    from regulars.report import write_workbook
    from regulars.report.write import context_of

    results = {name: ws.show(name) for name in ("rfm", "groups", "cohorts", "bridge")}
    path = write_workbook(results, tmp_path / "t.xlsx", context=context_of(ws.settings), lang=lang)
    book = calamine.CalamineWorkbook.from_path(str(path))
    assert book.sheet_names[1:5] == list(results)
    for name, result in results.items():
        head, *rows = book.get_sheet_by_name(name).to_python()
        assert len(rows) == len(result)
        assert len(head) == len(result.columns)
        for place, column in enumerate(result.columns):
            shown = [row[place] for row in rows]
            for value, cell in zip(
                result.table.column(column.name).to_pylist(), shown, strict=True
            ):
                if value is None:
                    assert cell == ""
                elif column.unit == "minor":
                    assert cell == pytest.approx(value / 1000)
                elif isinstance(value, float):
                    assert cell == pytest.approx(value)
                elif isinstance(value, str):
                    assert cell == column.said(value, lang)
                else:
                    assert cell == value
    with zipfile.ZipFile(path) as parts:
        sheets = [n for n in parts.namelist() if n.startswith("xl/worksheets/sheet")]
        assert sheets
        assert not any(b"<f>" in parts.read(name) for name in sheets), "a formula"
        assert b"quotePrefix" in parts.read("xl/styles.xml")


def test_the_report_writes_its_tables(ws: rg.Workspace, tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    from regulars.report import write_report

    write_report(ws, tmp_path / "r.html", tables=tmp_path / "r.xlsx")
    names = calamine.CalamineWorkbook.from_path(str(tmp_path / "r.xlsx")).sheet_names
    assert {"groups", "bridge", "quality"} <= set(names)


def test_a_cut_has_its_figures_by_value(ws: rg.Workspace, tmp_path: Path) -> None:
    from regulars.report import write_workbook
    from regulars.report.write import context_of

    cut = ws.show("groups", by="year")
    path = write_workbook({"groups": cut}, tmp_path / "t.xlsx", context=context_of(ws.settings))
    book = calamine.CalamineWorkbook.from_path(str(path))
    figures = book.get_sheet_by_name("Figures").to_python()
    assert {row[0] for row in figures[1:]} == {"groups:2025"}


def test_a_list_that_was_cut_off_says_so(ws: rg.Workspace, tmp_path: Path) -> None:
    from regulars.report import write_workbook
    from regulars.report.write import context_of

    results = {"rfm": ws.show("rfm", limit=3), "summary": ws.show("summary", limit=100)}
    path = write_workbook(results, tmp_path / "t.xlsx", context=context_of(ws.settings))
    book = calamine.CalamineWorkbook.from_path(str(path))
    notes = {row[0]: row[3] for row in book.get_sheet_by_name("Contents").to_python()[1:3]}
    assert "first 3 rows" in notes["rfm"]
    assert "first" not in notes["summary"]


def test_the_columns_are_listed_under_both_names(ws: rg.Workspace, tmp_path: Path) -> None:
    from regulars.report import write_workbook
    from regulars.report.write import context_of

    path = write_workbook(
        {"rfm": ws.show("rfm")}, tmp_path / "t.xlsx", context=context_of(ws.settings), lang="zh"
    )
    rows = calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name("字段说明").to_python()
    assert {(row[1], row[4]) for row in rows} >= {("消费金额（KWD）", "monetary_minor")}
