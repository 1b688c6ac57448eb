"""`regulars strategy`: text, JSON, page, workbook; examples; errors in words."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from regulars.plans import EXAMPLES, KINDS
from regulars.plans.places import PlanError


@pytest.mark.parametrize("command", [*KINDS, "compare", "examples"])
def test_every_command_has_help(regulars, command: str) -> None:
    ran = regulars("strategy", command, "--help")
    assert ran.code == 0
    assert f"strategy {command}" in ran.out


@pytest.mark.parametrize(("name", "kind"), EXAMPLES.items())
def test_every_example_answers_in_every_form(
    regulars, name: str, kind: str, tmp_path: Path
) -> None:
    asked = ("strategy", kind, "--example", name, "--lang", "zh")
    text = regulars(*asked)
    assert (text.code, text.err) == (0, "")
    found = json.loads(regulars(*asked, "--format", "json").out)
    assert text.out.startswith(found["finding"])
    for ending, begins in (("html", b"<!doctype html>"), ("xlsx", b"PK"), ("json", b"{")):
        path = tmp_path / f"plan.{ending}"
        assert regulars(*asked, "--output", path).code == 0
        assert path.read_bytes().lstrip().startswith(begins)
    assert zipfile.is_zipfile(tmp_path / "plan.xlsx")


def test_hughes_on_the_command_line(regulars) -> None:
    out = regulars("strategy", "table", "-e", "hughes-251a").out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "Lifetime value per customer −6.40 26.25 52.70" in lines
    assert "Cumulative value −640,000 2,625,086 5,269,531" in lines
    assert "\x1b" not in out, "plain when piped"
    again = regulars("strategy", "table", "-e", "hughes-calculator").out
    assert "−1.23 17.86 36.50" in " ".join(again.split())


def test_an_example_is_copied_and_changed(regulars, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    assert regulars("strategy", "examples", "hughes-251a", "--output", mine).code == 0
    text = mine.read_text("utf-8").replace("discount_decimals: 2", "discount_decimals: 4")
    mine.write_text(text, "utf-8")
    found = json.loads(regulars("strategy", "table", mine, "-f", "json").out)
    assert found["ltv"] == pytest.approx(52.78, abs=0.005)


def test_the_examples_are_listed_with_their_commands(regulars) -> None:
    out = regulars("strategy", "examples").out
    for name, kind in EXAMPLES.items():
        assert f"regulars strategy {kind} --example {name}" in out
    assert "杂志" in regulars("strategy", "examples", "--lang", "zh").out
    wrong = regulars("strategy", "examples", "nosuch")
    assert wrong.code == 2
    assert "hughes-251a" in wrong.err


def test_scenarios_and_files_are_compared(regulars, tmp_path: Path) -> None:
    out = regulars("strategy", "compare", "-e", "hughes-251a").out
    assert out.startswith("“Acquire 5% cheaper” is worth $2.75 more per customer: $275k in all")
    base = "kind: table\ncurrency: {c}\ncustomers: 10\nretention: 0.5\naov: {a}\nperiods: 2\n"
    for name, c, a in (("now", "EUR", 10), ("then", "EUR", 12), ("dollars", "USD", 12)):
        (tmp_path / f"{name}.yaml").write_text(base.format(c=c, a=a))
    now, then, dollars = (tmp_path / f"{n}.yaml" for n in ("now", "then", "dollars"))
    assert "“then” is worth €3 more" in regulars("strategy", "compare", now, then).out
    mixed = regulars("strategy", "compare", now, dollars)
    assert (mixed.code, mixed.out) == (2, "")
    assert "dollars.yaml" in mixed.err
    assert "EUR beside USD" in mixed.err


def test_the_cost_of_a_renewal_is_switched(regulars) -> None:
    asked = ("strategy", "renewals", "-e", "magazine", "-f", "json")
    per_renewal = json.loads(regulars(*asked).out)
    per_expiry = json.loads(regulars(*asked, "--charged-on", "expiring").out)
    assert per_renewal["before"]["ltv"][-1] == pytest.approx(11.66, abs=0.005)
    assert per_expiry["before"]["ltv"][-1] == pytest.approx(5.58, abs=0.005)


def test_an_error_names_the_place_and_nothing_is_written(regulars, tmp_path: Path) -> None:
    wrong, output = tmp_path / "plan.yaml", tmp_path / "out.json"
    wrong.write_text(
        "kind: leads\ncurrency: USD\nhours: 3\nleads:\n  a: {chance: 20%, value: 1, hours: 1}\n"
    )
    ran = regulars("strategy", "leads", wrong, "--output", output)
    assert ran.code == 2
    assert "plan.yaml, line 5, column 15 (leads.a.chance): 20% is written 0.2" in ran.err
    assert "Traceback" not in ran.err
    assert not output.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("table",), "Name a scenario file"),
        (("table", "x.yaml", "-e", "magazine"), "Name a scenario file"),
        (("table", "-e", "magazine"), "`regulars strategy renewals` reads it"),
        (("table", "nosuch.yaml"), "There is no file nosuch.yaml"),
        (("table", "-e", "hughes-251a", "-f", "xlsx"), "--output FILE.xlsx"),
        (("table", "-e", "hughes-251a", "-o", "no/such/plan.html"), "There is no folder"),
        (("compare", "-e", "hughes-calculator"), "no scenarios to compare"),
    ],
)
def test_what_cannot_be_done_is_said(
    regulars, arguments: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = regulars("strategy", *arguments)
    assert ran.code == 2
    assert said in ran.err


def test_retention_from_facts_is_asked_of_the_workspace(
    regulars, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np

    from regulars.strategy import RetentionCurve
    from regulars.workspace import Workspace

    asked = []

    def retention_curve(self: Workspace, source: str, **parameters: object) -> RetentionCurve:
        asked.append((self.settings.currency, source, parameters))
        return RetentionCurve(np.array([0.5]), np.array([[0.001]]), 1)

    monkeypatch.setattr(Workspace, "retention_curve", retention_curve, raising=False)
    file = tmp_path / "plan.yaml"
    file.write_text(
        "kind: table\ncurrency: EUR\ncustomers: 10\naov: 5\n"
        "retention: {from: orders, period: year, periods: 3, share: 0.5}\n"
    )
    ran = regulars("strategy", "table", file, "--workspace", filled, "-f", "json")
    assert ran.code == 0, ran.err
    assert asked == [("EUR", "orders", {"period": "year", "periods": 3, "share": 0.5})]
    assert type(asked[0][2]["periods"]) is int
    assert json.loads(ran.out)["retention_from"] == "orders"
    nowhere = regulars("strategy", "table", file)
    assert nowhere.code != 0
    assert "workspace" in nowhere.err


def test_the_place_is_not_lost_in_a_long_path() -> None:
    from regulars.plans import Place

    assert str(PlanError(Place("a.yaml", 2, 3, "x.y[1]"), "no")) == (
        "a.yaml, line 2, column 3 (x.y[1]): no"
    )
