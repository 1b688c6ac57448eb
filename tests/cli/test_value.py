"""`regulars value`: fit, fits, score, backtest, show."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path

import duckdb
import pytest

from regulars import workspace

AS_OF = "2025-07-01"


@pytest.fixture(scope="session")
def bought(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two years of orders; for tests that do not change it."""
    return _made(tmp_path_factory.mktemp("bought"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return _made(tmp_path)


def _made(folder: Path) -> Path:
    draw = random.Random(3)
    lines = ["order_id,customer_id,day,amount"]
    for customer in range(120):
        day = 1 + draw.randrange(600)
        while day < 730:
            date = f"{2023 + (day + 181) // 365}-{1 + (day + 181) % 365 // 31:02}-{1 + day % 28:02}"
            lines.append(f"{len(lines)},c{customer:03},{date},{draw.randrange(500, 9000) / 100}")
            if draw.random() < 0.3:
                break
            day += 1 + int(draw.expovariate(1 / 50))
    file = folder / "orders.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    opened = workspace.init(folder / "shop", zone="Europe/Berlin", currency="EUR")
    opened.import_facts("orders", [str(file)], source="shop")
    return folder / "shop"


@pytest.mark.parametrize("command", ["fit", "fits", "score", "backtest", "show"])
def test_every_command_has_help(regulars, command: str) -> None:
    ran = regulars("value", command, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert f"value {command}" in ran.out
    assert command in regulars("value", "--help").out


def test_score_is_the_analysis_value(regulars, bought: Path) -> None:
    asked = ("-w", bought, "--as-of", AS_OF, "--margin", "0.3")
    ran = regulars("value", "score", *asked, "-f", "json")
    assert (ran.code, ran.err) == (0, "")
    answer = json.loads(ran.out)
    assert answer["name"] == "value"
    assert answer == json.loads(regulars("show", "value", *asked, "-f", "json").out)
    told = list(csv.DictReader(io.StringIO(regulars("value", "score", *asked, "-f", "csv").out)))
    assert len(told) == len(answer["rows"])
    assert float(told[0]["p_alive"]) == pytest.approx(answer["rows"][0]["p_alive"])


def test_scores_go_to_parquet(regulars, bought: Path, tmp_path: Path) -> None:
    target = tmp_path / "scores.parquet"
    ran = regulars("value", "score", "-w", bought, "-f", "parquet", "-o", target)
    assert ran.code == 0, ran.err
    with duckdb.connect() as connection:
        found = connection.sql(
            f"select count(*), count(p_alive), count(clv_365d_minor) from '{target}'"
        ).fetchall()
    assert found == [(120, 120, 0)]


def test_totals_have_their_intervals(regulars, bought: Path) -> None:
    asked = ("-w", bought, "--as-of", AS_OF, "--segment", "year")
    rows = json.loads(regulars("value", "show", *asked, "-f", "json").out)["rows"]
    assert rows[0]["segment"] == "(all)"
    for row in rows:
        assert (
            row["expected_orders_365d_low"]
            <= row["expected_orders_365d"]
            <= row["expected_orders_365d_high"]
        )


@pytest.mark.parametrize(("lang", "words"), [("en", "margin"), ("zh", "未给毛利率")])
def test_words_are_of_the_language(regulars, bought: Path, lang: str, words: str) -> None:
    for command in ("score", "show", "fit"):
        ran = regulars("value", command, "-w", bought, "--as-of", AS_OF, "--lang", lang)
        assert ran.code == 0, ran.err
        assert words in ran.out
        assert ("拟合" in ran.out or "存活" in ran.out or "客户" in ran.out) == (lang == "zh")


def test_a_fit_is_kept_listed_and_used(regulars, own: Path) -> None:
    assert "No fit is kept here" in regulars("value", "fits", "-w", own).out
    assert "没有保存的拟合" in regulars("value", "fits", "-w", own, "--lang", "zh").out
    ran = regulars("value", "fit", "-w", own, "--as-of", AS_OF, "--margin", "0.3", "--use")
    assert ran.code == 0, ran.err
    (fit,) = workspace.open(own).fits()
    assert f"Kept as {fit.id}" in ran.out
    assert "Snapshots count value by it" in ran.out
    assert "was taken" in ran.out  # and why this model
    assert "Gamma-Gamma" in ran.out
    listed = regulars("value", "fits", "-w", own).out
    assert fit.id in listed
    assert fit.model in listed
    scored = regulars("value", "score", "-w", own, "--fit", fit.id, "-f", "json")
    answer = json.loads(scored.out)
    assert answer["parameters"]["fit"] == fit.id
    assert answer["parameters"]["margin"] == 0.3  # of regulars.toml, where --use wrote it
    snapshot = workspace.open(own).analyse(as_of=AS_OF)
    assert snapshot.manifest["told"]["value"]["fitted"] == fit.told["fitted"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--fit", "2020-01-01-v1-00000000"), "no fit"),
        (("--fit", "../../etc/passwd"), "no fit"),
        (("--margin", "1.5"), "margin"),
        (("--model", "arima"), "model"),
        (("--segment", "shoe size"), "segment"),
    ],
)
def test_what_is_wrong_is_said_in_one_message(
    regulars, bought: Path, arguments: tuple[str, ...], words: str
) -> None:
    for command in ("score", "show"):
        ran = regulars("value", command, "-w", bought, *arguments)
        assert ran.code not in (0, 1) or ran.err
        assert words in ran.err
        assert "Traceback" not in ran.err
        assert ran.out == ""


def test_backtest_stands_beside_plain_rules(regulars, bought: Path) -> None:
    ran = regulars("value", "backtest", "-w", bought, "--as-of", AS_OF, "-f", "json")
    assert ran.code == 0, ran.err
    rows = json.loads(ran.out)["rows"]
    assert {"model", "last_period"} <= {row["forecast"] for row in rows}


def test_settings_are_defaults_on_the_command_line(regulars, own: Path) -> None:
    file = own / "regulars.toml"
    text = file.read_text("utf-8")
    file.write_text(f"{text}\n[value]\nmargin = 0.25\ngrain = 'week'\n", encoding="utf-8")
    told = json.loads(regulars("value", "show", "-w", own, "-f", "json").out)["parameters"]
    assert (told["margin"], told["grain"]) == (0.25, "week")
    told = json.loads(regulars("value", "show", "-w", own, "--margin", "0.5", "-f", "json").out)[
        "parameters"
    ]
    assert told["margin"] == 0.5
    file.write_text(f"{text}\n[value]\nmargn = 0.25\n", encoding="utf-8")
    ran = regulars("value", "show", "-w", own)
    assert ran.code != 0
    assert "[value]" in ran.err
    assert "margin?" in ran.err
