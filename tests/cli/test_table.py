"""Tables on the terminal: units, alignment, intervals, and nothing that steers the terminal."""

from __future__ import annotations

import pytest

from regulars.charts.numbers import Numbers
from regulars.cli import table
from regulars.declare import Column, Text
from regulars.result import csv_text, neutral

SAME = Text("m", "意")
EURO = Numbers(lang="en", currency="EUR", exponent=2)


def column(name: str, kind: str = "BIGINT", unit: str | None = None) -> Column:
    return Column(name=name, type=kind, unit=unit, meaning=SAME)  # type: ignore[arg-type]


def test_figures_stand_right_under_their_heads() -> None:
    columns = [column("group", "VARCHAR"), column("revenue_minor", unit="minor")]
    rows = [{"group": "A", "revenue_minor": 123456}, {"group": "甲组", "revenue_minor": 5}]
    assert table.table(columns, rows, EURO, bold=False) == [
        "group  revenue (EUR)",
        "A           1,234.56",
        "甲组            0.05",
    ]


def test_an_interval_joins_its_estimate() -> None:
    columns = [column(name, "DOUBLE", "share") for name in ("share", "share_low", "share_high")]
    rows = [{"share": 0.3, "share_low": 0.291, "share_high": 0.315}]
    assert table.table(columns, rows, EURO, bold=False)[1].strip() == "30.0% (29.1–31.5)"


def test_the_inner_key_gives_way_to_the_outside_id() -> None:
    columns = [column("customer_key"), column("external_id", "VARCHAR")]
    assert [field.column.name for field in table.fields(columns)] == ["external_id"]


@pytest.mark.parametrize("value", [None, float("nan")])
def test_what_is_not_known_is_a_dash(value: float | None) -> None:
    assert table.scalar(value, column("x", "DOUBLE"), EURO) == "–"


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert table.printable("a\x1b[2Jb\u202e") == "a [2Jb "


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1-cmd()", "@x", "\tx", "\rx", "＝1", "-"])
def test_text_that_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", ["-5", "+1", "-1.25", "-1,234.5", "-3e5", "-2%", "plain", ""])
def test_plain_numbers_stay_numbers(text: str) -> None:
    assert neutral(text) == text


def test_numbers_and_plain_text_are_left_alone_in_csv() -> None:
    assert csv_text(["a", "b", "c"], [[-5, "x,y", None]]) == 'a,b,c\n-5,"x,y",\n'


def test_nearly_nothing_is_not_nothing() -> None:
    number, share = column("x", "DOUBLE"), column("x", "DOUBLE", "share")
    shown = [table.scalar(value, number, EURO) for value in (0.0, 3e-9, -3e-9, 0.0023)]
    assert shown == ["0", "<0.0001", ">-0.0001", "0.0023"]
    shown = [table.scalar(value, share, EURO) for value in (0.0, 0.0004, -0.0004, 0.0006)]
    assert shown == ["0.0%", "<0.1%", ">-0.1%", "0.1%"]
