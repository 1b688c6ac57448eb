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


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the shipped purchases."""
    from regulars import workspace
    from regulars.datasets import dataset

    folder = tmp_path_factory.mktemp("cdnow") / "shop"
    opened = workspace.init(folder, zone="America/New_York", currency="USD")
    files = dataset("cdnow").write(folder)
    report = opened.import_facts("orders", [str(files["orders"])], source="shop")
    assert report.new > 60_000, report
    return folder


def written(folder: Path, text: str) -> Path:
    file = folder / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_table_takes_retention_from_a_real_workspace(
    regulars, cdnow: Path, tmp_path: Path
) -> None:
    from regulars import workspace

    own = "kind: table\ncurrency: USD\ncustomers: 100\naov: 30\n"
    file = written(tmp_path, own + "retention: {from: orders, period: quarter, periods: 3}\n")
    ran = regulars("strategy", "table", file, "--workspace", cdnow, "-f", "json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    curve = workspace.open(cdnow).retention_curve("orders", period="quarter", periods=3)
    assert found["inputs"]["retention"][:3] == pytest.approx(list(curve.rates))
    assert found["periods"] == 4
    assert found["interval"]["low"] < found["ltv"] < found["interval"]["high"]
    text = regulars("strategy", "table", file, "--workspace", cdnow, "--lang", "zh")
    assert "首次出现" in text.out, "how the rates were obtained is said"


def test_a_table_takes_all_that_the_facts_tell_and_asks_for_the_costs(
    regulars, cdnow: Path, tmp_path: Path
) -> None:
    from regulars import workspace

    data = "kind: table\ncurrency: {c}\ndata: {{from: orders, period: quarter, periods: 3}}\n"
    costs = "direct_cost_rate: 0.6\nacquisition_cost: 10\nmarketing: 1\n"
    asked = ("--workspace", cdnow, "-f", "json")
    lacking = regulars("strategy", "table", written(tmp_path, data.format(c="USD")), *asked)
    assert lacking.code == 2
    assert "do not tell direct_cost_rate, acquisition_cost, marketing: give" in lacking.err
    file = written(tmp_path, data.format(c="USD") + costs)
    found = json.loads(regulars("strategy", "table", file, *asked).out)
    curve = workspace.open(cdnow).retention_curve("orders", period="quarter", periods=3)
    table = curve.table(direct_cost_rate=0.6, acquisition_cost=10, marketing=1)
    assert found["ltv"] == pytest.approx(float(table.value))
    shorter = written(tmp_path, data.format(c="USD") + costs + "periods: 2\naov: 50\n")
    found = json.loads(regulars("strategy", "table", shorter, *asked).out)
    assert (found["periods"], found["inputs"]["aov"]) == (2, pytest.approx([50, 50]))
    other = regulars("strategy", "table", written(tmp_path, data.format(c="EUR") + costs), *asked)
    assert other.code == 2
    assert "the facts are in USD, the plan in EUR" in other.err
    both = written(tmp_path, data.format(c="USD") + costs + "retention: 0.5\n")
    assert "leave out one of the two" in regulars("strategy", "table", both, *asked).err


def test_sources_and_leak_say_what_the_facts_lack(regulars, cdnow: Path, tmp_path: Path) -> None:
    asked = ("--workspace", cdnow, "-f", "json")
    head = "kind: {k}\ncurrency: USD\ndata: {{from: facts{more}}}\n"
    file = written(tmp_path, head.format(k="sources", more=""))
    assert "margin is missing" in regulars("strategy", "sources", file, *asked).err
    file = written(tmp_path, head.format(k="sources", more=", margin: 0.4"))
    assert (
        "no customer of the window has a source"
        in regulars("strategy", "sources", file, *asked).err
    )
    file = written(tmp_path, head.format(k="leak", more="") + "acquisition_cost: 5\n")
    ran = regulars("strategy", "leak", file, *asked)
    assert ran.code == 2
    assert "subscriptions" in ran.err


def test_sources_and_leak_take_their_numbers_from_facts(regulars, tmp_path: Path) -> None:
    import pandas as pd

    from regulars import workspace

    opened = workspace.init(tmp_path / "shop", zone="UTC", currency="USD")
    orders = pd.DataFrame(
        [("1", "a", "2025-01-06", 10_000, "mail"), ("2", "b", "2025-01-07", 5_000, "mail"),
         ("3", "c", "2025-01-08", 3_000, "web"), ("4", "a", "2025-01-20", 10_000, "mail"),
         ("5", "d", "2025-05-30", 1_000, "late")],
        columns=["order_id", "external_id", "day", "amount_minor", "source_code"],
    )  # fmt: skip
    terms = pd.DataFrame(
        [("1", "a", "2023-01-01", "2024-01-01", 3_000), ("2", "a", "2024-01-01", None, 3_000),
         ("3", "b", "2023-01-01", "2024-01-01", 3_000), ("4", "b", "2024-03-01", None, 2_000),
         ("5", "c", "2023-01-01", "2024-01-01", 3_000)],
        columns=["subscription_id", "external_id", "started", "ended", "price_minor"],
    )  # fmt: skip
    opened.import_facts("orders", orders, source="shop")
    opened.import_facts("subscriptions", terms, source="shop")
    asked = ("--workspace", tmp_path / "shop", "-f", "json")
    text = "kind: sources\ncurrency: USD\ndata: {from: facts, margin: 0.5, horizon_days: 60}\n"
    lacking = regulars("strategy", "sources", written(tmp_path, text), *asked)
    assert "tell no cost of mail, web: give it as costs" in lacking.err
    file = written(tmp_path, text + "costs: {mail: 30, web: 20}\n")
    ran = regulars("strategy", "sources", file, *asked)
    assert ran.code == 0, ran.err
    ranked = json.loads(ran.out)["sources"]
    # mail: (200 + 50)/2 · 0.5 = 62.50 less 15; web: 15 less 20
    assert [(one["name"], one["net_per_buyer"]) for one in ranked] == [("mail", 47.5), ("web", -5)]
    assert "late" in regulars("strategy", "sources", file, *asked[:2]).out, "too young, said"
    wrong = written(tmp_path, text + "costs: {mail: 30, wbe: 20}\n")
    assert "no such source" in regulars("strategy", "sources", wrong, *asked).err
    text = "kind: leak\ncurrency: USD\ndata: {from: facts}\n"
    file = written(tmp_path, text + "acquisition_cost: 7\n")
    ran = regulars("strategy", "leak", file, *asked)
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert [found[name] for name in ("expired", "renewed", "rejoined")] == [3, 1, 1]
    assert (found["given_away"], found["paid_again"], found["cost"]) == (10, 7, 17)
    assert (
        "acquisition_cost is missing"
        in regulars("strategy", "leak", written(tmp_path, text), *asked).err
    )
