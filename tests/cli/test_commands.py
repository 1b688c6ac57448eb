"""The other commands: make, list, snapshot, forget, version; errors in words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from regulars.cli import app
from regulars.errors import FactsError


def test_help_lists_every_command(regulars) -> None:
    ran = regulars("--help")
    assert ran.code == 0
    for point in app.commands():
        assert f"\n  {point.name}" in ran.out


def test_init_makes_a_workspace_once(regulars, tmp_path: Path) -> None:
    line = ("init", tmp_path / "shop", "--zone", "Asia/Shanghai", "--currency", "cny")
    made = regulars(*line)
    assert made.code == 0, made.err
    assert "CNY" in made.out
    again = regulars(*line)
    assert again.code == 1
    assert "not empty" in again.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--zone", "Berlin", "--currency", "EUR"),
        ("--zone", "Europe/Berlin", "--currency", "EURO"),
        ("--zone", "Europe/Berlin"),
        ("--currency", "EUR"),
    ],
)
def test_init_says_what_is_wrong(regulars, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = regulars("init", tmp_path / "shop", *arguments)
    assert ran.code == 2, ran
    assert not (tmp_path / "shop").exists()


def test_facts_are_listed_for_people_and_for_machines(regulars, filled: Path) -> None:
    assert "orders" in regulars("facts", "-w", filled).out
    tables = json.loads(regulars("facts", "-w", filled, "--format", "json").out)["tables"]
    (orders,) = (table for table in tables if table["table"] == "orders")
    assert (orders["live"], orders["first_day"]) == (6, "2025-01-06")


def test_analyse_makes_a_snapshot_and_runs_tell_of_it(regulars, shop: Path) -> None:
    regulars("import", "orders", shop.parent / "orders.csv", "-w", shop, "--yes")
    ran = regulars("analyse", "-w", shop, "--as-of", "2025-03-02")
    assert ran.code == 0, ran.err
    assert "of 4 customers" in ran.out
    runs = json.loads(regulars("runs", "-w", shop, "--format", "json").out)["runs"]
    assert runs[-1]["name"] == "analyse"
    sql = regulars("runs", "-w", shop, "--sql", runs[-1]["id"])
    assert "select" in sql.out.lower()
    assert "analyse" in regulars("runs", "-w", shop).out
    assert regulars("runs", "-w", shop, "--sql", "nothing").code == 2


def test_forgetting_wants_the_id_again(regulars, shop: Path) -> None:
    regulars("import", "orders", shop.parent / "orders.csv", "-w", shop, "--yes")
    nobody = regulars("forget", "anna", "-w", shop)
    assert nobody.code == 2
    assert "--confirm" in nobody.err
    other = regulars("forget", "anna", "-w", shop, "--confirm", "ben")
    assert other.code == 2
    done = regulars("forget", "anna", "-w", shop, "--confirm", "anna")
    assert done.code == 0, done.err
    left = json.loads(regulars("show", "summary", "-w", shop, "--format", "json").out)["rows"]
    assert "anna" not in {row["external_id"] for row in left}
    assert sum(row["spend_minor"] for row in left) == 19839


def test_forgetting_nobody_is_not_called_done(regulars, shop: Path) -> None:
    regulars("import", "orders", shop.parent / "orders.csv", "-w", shop, "--yes")
    typo = regulars("forget", "ana", "-w", shop, "--confirm", "ana")
    assert typo.code != 0
    assert "Nobody is known as 'ana'" in typo.err
    elsewhere = regulars("forget", "anna", "-w", shop, "--source", "till", "--confirm", "anna")
    assert elsewhere.code != 0
    assert "is forgotten" not in typo.out + elsewhere.out


def test_version_names_what_it_stands_on(regulars) -> None:
    found = json.loads(regulars("version", "--format", "json").out)
    assert {"regulars", "python", "duckdb"} <= set(found)


def failing(error: Exception) -> typer.Typer:
    made = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)

    @made.callback()
    def root() -> None: ...

    @made.command("fail")
    def fail() -> None:
        raise error

    return made


def test_an_error_of_ours_is_one_worded_message(regulars, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "build", lambda: failing(FactsError("the file is torn")))
    ran = regulars("fail")
    assert (ran.code, ran.out, ran.err) == (1, "", "regulars: the file is torn\n")
    with pytest.raises(FactsError):
        regulars("fail", "--debug")


def test_an_error_inside_shows_no_traceback(regulars, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "build", lambda: failing(KeyError("x")))
    ran = regulars("fail")
    assert ran.code == 1
    assert "--debug" in ran.err
    assert "Traceback" not in ran.err


def test_a_reader_that_goes_away_is_no_error(filled: Path) -> None:
    line = f"{sys.executable} -m regulars.cli show quality -w '{filled}' --format csv | head -n 1"
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "check,rows,share\n"
    assert done.stderr == ""


def test_what_the_system_refuses_is_said_with_its_place(
    regulars, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars import workspace

    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied", "/locked/regulars.toml")

    monkeypatch.setattr(workspace, "open", refuse)
    ran = regulars("facts", "-w", "/locked")
    assert ran.code == 1
    assert ran.err == "regulars: /locked/regulars.toml: Permission denied.\n"


def test_purging_who_was_forgotten_says_plainly_why_it_cannot(regulars, shop: Path) -> None:
    regulars("forget", "anna", "-w", shop, "--confirm", "anna")
    again = regulars("forget", "anna", "-w", shop, "--confirm", "anna", "--purge")
    assert again.code == 2
    assert "forgotten already on" in again.err
    assert "belongs to nobody" in again.err
    assert "Nobody is known" not in again.err


def test_forgetting_twice_says_that_nothing_is_left(regulars, shop: Path) -> None:
    for _ in range(2):
        done = regulars("forget", "anna", "-w", shop, "--confirm", "anna", "--purge")
    assert done.code == 2
    assert "with --purge: nothing of them is left" in done.err
