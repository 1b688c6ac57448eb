"""`regulars map`: guessed, shown, confirmed; then facts, answers and the report."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.cli.app import run

CSV = "order_id,customer_id,order_date,total,note\n" + "".join(
    f"o{i},c{i % 7},2025-{i % 9 + 1:02d}-11,{i}.50,x\n" for i in range(80)
)


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders.csv").write_text(CSV, encoding="utf-8")
    assert run(["init", "w", "--zone", "UTC", "--currency", "EUR", "--no-lake"]) == 0
    monkeypatch.chdir(tmp_path / "w")
    return tmp_path


def test_a_table_is_mapped_and_answered(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", "orders", "../orders.csv", "--yes"]) == 0
    out, err = capsys.readouterr()
    assert "80 rows, 80 live" in out
    assert "customer_id" in err
    assert "not used: note" in err
    assert run(["facts"]) == 0
    assert "orders    80" in capsys.readouterr().out
    assert run(["show", "summary", "--customer", "c3"]) == 0
    assert "c3" in capsys.readouterr().out
    assert run(["report"]) == 0
    assert (company / "w/report.html").exists()


def test_what_was_guessed_is_confirmed_first(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = CSV.replace("total", "order_total_x")
    (company / "orders.csv").write_text(text, encoding="utf-8")
    assert run(["map", "orders", "../orders.csv"]) == 2
    assert "Not sure about amount. Nothing was saved" in capsys.readouterr().err
    assert "[facts" not in (company / "w/regulars.toml").read_text()
    assert run(["map", "orders", "../orders.csv", "-c", "amount=order_total_x * 2"]) == 0


def test_a_wrong_pair_is_refused(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", "orders", "../orders.csv", "-c", "amount"]) == 2
    assert "FIELD=COLUMN" in capsys.readouterr().err


def test_importing_is_refused_in_words(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "orders", "../orders.csv"]) == 1
    assert "keeps no facts of its own" in capsys.readouterr().err


def test_a_workspace_with_a_lake_maps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init", "w", "--zone", "UTC", "--currency", "EUR"]) == 0
    assert run(["map", "orders", "orders.csv", "--workspace", "w"]) == 1
    assert "has a lake" in capsys.readouterr().err
