"""Workbooks recalculate: whoever changes an input sees what our own table would say."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plans.recalculated import Recalculated
from regulars.plans import EXAMPLES, example, write_workbook
from regulars.plans.kinds.table_sheets import input_row, line_row, table_sheet
from regulars.plans.sheets import Sheet, letters, sheet_names
from regulars.plans.voice import Voice
from regulars.strategy import LINES, LifetimeValueTable


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_formula_comes_to_what_we_say(name: str, lang: Any, tmp_path: Path) -> None:
    answer = example(name).answer(lang)
    formulas = sum(c.formula is not None for s in answer.sheets for c in s.cells.values())
    assert formulas > 3
    assert Recalculated(answer, tmp_path / "plan.xlsx").differing(list(answer.sheets)) == []


CHANGES: dict[str, dict[str, Any]] = {
    "retention in the first year": {"retention": (Decimal("0.65"), Decimal("0.7"), Decimal("0.8"))},
    "cost of acquisition": {"acquisition_cost": Decimal("12.5")},
    "interest, and exact factors": {"interest": Decimal("0.11"), "discount_decimals": 4},
    "customers": {"customers": Decimal(77)},
    "referrals": {"referral_rate": (Decimal("0.1"),) * 3, "referral_incentive": (Decimal(9),) * 3},
    "renewal cost and delay": {
        "renewal_cost": (Decimal(3),) * 3,
        "payment_delay_days": Decimal(45),
    },
    "factors of finance": {"discount_factors": (Decimal(1), Decimal("1.2"), Decimal("1.5"))},
    "length of a period": {"period_days": Decimal("91.25")},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_finance_changes_an_input_and_every_line_follows(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    plan = example("hughes-251a")
    answer = plan.answer("en")
    (sheet,) = answer.sheets
    book = Recalculated(answer, tmp_path / "plan.xlsx")
    for field, value in changes.items():
        values = value if isinstance(value, tuple) else (value,)
        for column, one in enumerate(values, 1):
            book.change(sheet, input_row(field), column, float(one))
    ours = plan.table.changed(**changes)
    follows(book, sheet, ours)
    assert ours.lines != plan.table.lines


def follows(book: Recalculated, sheet: Sheet, ours: LifetimeValueTable) -> None:
    for line in LINES:
        for period, value in enumerate(ours[line]):
            got = book.value(sheet, line_row(line), 1 + period)
            assert got == pytest.approx(float(value), rel=1e-12, abs=1e-9), (line, period)


def test_a_scenario_follows_the_table_in_what_it_leaves_alone(tmp_path: Path) -> None:
    plan = example("hughes-251a")
    answer = plan.comparison("en")
    now, cheaper, welcome, change_cheaper, _ = answer.sheets
    book = Recalculated(answer, tmp_path / "plan.xlsx")
    assert book.differing(list(answer.sheets)) == []
    book.change(now, input_row("aov"), 2, 120)
    aov = (Decimal(90), Decimal(120), Decimal(100))
    follows(book, now, plan.table.changed(aov=aov))
    follows(book, cheaper, plan.scenarios["cheaper"].table.changed(aov=aov))
    follows(book, welcome, plan.scenarios["welcome"].table.changed(aov=aov))
    last = max(row for row, column in change_cheaper.cells if column == 1)
    assert book.value(change_cheaper, last, 1) == pytest.approx(275_000)


def test_the_magazine_follows_its_inputs(tmp_path: Path) -> None:
    plan = example("magazine")
    answer = plan.answer("en")
    inputs, *_, gain = answer.sheets
    book = Recalculated(answer, tmp_path / "plan.xlsx")
    rows = {str(cell.value): row for (row, column), cell in inputs.cells.items() if column == 0}
    book.change(inputs, rows["Charged per expiry (1) or per renewal (0)"], 1, 1)
    book.change(inputs, rows["Share on card"], 1, 0.25)
    expiring = plan.charged("expiring")
    (contract,) = expiring.contracts.values()
    ours = type(contract)(
        contract.title, contract.magazine, contract.card, Decimal("0.25")
    ).plan.change
    last = max(row for row, column in gain.cells if column == 1)
    assert book.value(gain, last, 1) == pytest.approx(float(ours.total_gain), rel=1e-12)


def test_the_same_plan_makes_the_same_file(tmp_path: Path) -> None:
    answer = example("magazine").answer("zh")
    one, other = (write_workbook(answer, tmp_path / f"{n}.xlsx") for n in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_a_name_is_never_a_formula(tmp_path: Path) -> None:
    from regulars.plans.document import parse
    from regulars.plans.kinds.sources import read
    from regulars.plans.section import Section

    text = (
        "kind: sources\ncurrency: USD\nsources:\n"
        '  "=cmd()": {cost: 1, buyers: 1, ltv: 1}\n  "@x": {cost: 1, buyers: 1, ltv: 1}\n'
    )
    section = Section(parse(text.encode(), "x.yaml"))
    section.text("kind")
    path = write_workbook(read(section).answer("en"), tmp_path / "plan.xlsx")
    with zipfile.ZipFile(path) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
        strings = packed.read("xl/sharedStrings.xml").decode()
    assert "=cmd()" in strings
    assert "cmd" not in sheet


def test_a_sheet_is_named_as_a_workbook_takes_it() -> None:
    names = sheet_names(["a" * 40, "A" * 40, "x/y:z", "", "'quoted'"])
    assert len({name.casefold() for name in names}) == 5
    assert all(0 < len(name) <= 31 for name in names)
    assert not any(sign in name for name in names for sign in "[]:*?/\\'")
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_table_of_many_periods_has_references_beyond_z(tmp_path: Path) -> None:
    table = LifetimeValueTable(customers=10, retention=0.97, aov=20, acquisition_cost=9, periods=40)
    plan = example("hughes-251a")
    answer = plan.answer("en")
    sheet = table_sheet("long", "long", table, Voice(plan.header, "en"))
    object.__setattr__(answer, "sheets", [sheet])
    assert Recalculated(answer, tmp_path / "plan.xlsx").differing([sheet]) == []
