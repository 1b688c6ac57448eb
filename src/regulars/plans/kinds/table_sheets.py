"""A lifetime-value table as a sheet that recalculates: inputs on top, every line a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from regulars.plans.kinds.table import TablePlan
from regulars.plans.kinds.table_parts import period_of
from regulars.plans.sheets import Cell, Sheet, Style, here, letters, sheet_names
from regulars.plans.voice import Voice
from regulars.plans.words import sheets as words
from regulars.plans.words import terms
from regulars.strategy import FIELDS, LINES, LifetimeValueTable
from regulars.strategy.lines import SUMMED, Lines

INPUTS = (
    "customers",
    *FIELDS,
    "period_days",
    "discount_decimals",
    "discount_factors",
)
TOP = 4
"""Row of the first input; the lines follow beneath the last, after a row of heads."""

FIRST_LINE = TOP + len(INPUTS) + 2

Feeds = Mapping[str, Sequence[str]]
"""By input: formulas for its cells, where they come from another sheet."""


def input_row(name: str) -> int:
    """The row of an input."""
    return TOP + INPUTS.index(name)


def line_row(line: str) -> int:
    """The row of a line."""
    return FIRST_LINE + LINES.index(line)


def table_sheet(
    name: str, title: str, table: LifetimeValueTable, voice: Voice, feeds: Feeds | None = None
) -> Sheet:
    """One table.

    Parameters
    ----------
    name : of the sheet, as `sheet_names` gives it.
    feeds : inputs that other sheets hold.
    """
    sheet = Sheet(name, widths=(38, 15))
    sheet.put(0, 0, Cell(title, "title"))
    sheet.put(1, 0, Cell(words.CHANGE_INPUTS.say(voice.lang), "note"))
    if voice.header.illustrative:
        sheet.put(2, 0, Cell(words.ILLUSTRATIVE.say(voice.lang), "note"))
    heads(sheet, TOP - 1, words.INPUTS.say(voice.lang), table, voice)
    for field in INPUTS:
        _input(sheet, field, table, voice, (feeds or {}).get(field, ()))
    heads(sheet, FIRST_LINE - 1, words.LINES.say(voice.lang), table, voice)
    for line in LINES:
        row = line_row(line)
        sheet.put(row, 0, Cell(terms.LINES[line].say(voice.lang)))
        for period, value in enumerate(table[line]):
            formula = "=" + _formula(line, period)
            sheet.put(row, 1 + period, Cell(value, style_of(line), formula))
    return sheet


def heads(sheet: Sheet, row: int, label: str, table: LifetimeValueTable, voice: Voice) -> None:
    """A row of heads: the label, and the periods."""
    sheet.put(row, 0, Cell(label, "head"))
    for n in range(1, (table.periods or 1) + 1):
        sheet.put(row, n, Cell(terms.nth(n, period_of(table), voice.lang), "head"))


def style_of(line: str) -> Style:
    """How a line's cells are shown."""
    if line in terms.COUNTED:
        return "count"
    if line in terms.PER_HEAD:
        return "price"
    return "number" if line in ("orders", "discount") else "total"


def _input(
    sheet: Sheet, field: str, table: LifetimeValueTable, voice: Voice, feeds: Sequence[str]
) -> None:
    row, value = input_row(field), table.inputs[field]
    sheet.put(row, 0, Cell(terms.INPUTS[field].say(voice.lang)))
    periods = table.periods or 1
    values: tuple[Any, ...] = value if isinstance(value, tuple) else (value,)
    if field == "discount_factors" and value is None:
        values = (None,) * periods
    for column, one in enumerate(values, 1):
        feed = feeds[column - 1] if column <= len(feeds) else None
        sheet.put(row, column, Cell(one, _input_style(field), feed, given=feed is None))


def _input_style(field: str) -> Style:
    if field in FIELDS and FIELDS[field].rate:
        return "rate"
    return "count" if field in ("customers", "discount_decimals") else "number"


def _formula(line: str, period: int) -> str:
    """The line's formula in one period, after 0-definitions of the specification."""
    column = 1 + period

    def of(name: str, at: int = column) -> str:
        return f"{letters(at)}{line_row(name) + 1}"

    def given(name: str, at: int = column) -> str:
        return f"{letters(at)}{input_row(name) + 1}"

    def one(name: str) -> str:
        return here(input_row(name), 1)

    first, before = period == 0, column - 1
    costs = ("direct_cost", "acquisition", "marketing", "renewal", "referral_incentive")
    rules = {
        "kept": one("customers") if first
        else f"{of('customers', before)}*{given('retention', before)}",
        "referred": f"{of('kept')}*{given('referral_rate')}",
        "customers": f"{of('kept')}+{of('referred')}",
        "orders": given("orders"),
        "aov": given("aov"),
        "revenue": f"{of('customers')}*{of('orders')}*{of('aov')}",
        "direct_cost": f"{of('revenue')}*{given('direct_cost_rate')}",
        "acquisition": f"{one('customers')}*{one('acquisition_cost')}" if first else "0",
        "marketing": f"{of('customers')}*"
        f"({given('marketing')}+{given('programme')}+{given('database')})",
        "renewal": "0" if first else f"{of('customers', before)}*{given('renewal_cost')}",
        "referral_incentive": f"{of('referred')}*{given('referral_incentive')}",
        "gross_profit": of("revenue") + "".join(f"-{of(cost)}" for cost in costs),
        "discount": _discount(given("discount_factors"), period, one),
        "npv": f"{of('gross_profit')}/{of('discount')}",
        "cumulative": of("npv") if first else f"{of('cumulative', before)}+{of('npv')}",
        "ltv": f"{of('cumulative')}/{one('customers')}",
    }  # fmt: skip
    return rules[line]


def _discount(factor: str, period: int, one: Any) -> str:
    days = f"({period}*{one('period_days')}+{one('payment_delay_days')})/365"
    exact = f"(1+{one('interest')}*{one('risk_factor')})^({days})"
    decimals = one("discount_decimals")
    rounded = f"IF(ISNUMBER({decimals}),ROUND({exact},{decimals}),{exact})"
    return f"IF(ISNUMBER({factor}),{factor},{rounded})"


def value_sheets(plan: TablePlan, voice: Voice) -> list[Sheet]:
    """The table alone."""
    title = plan.header.title.say(voice.lang)
    (name,) = sheet_names([title])
    return [table_sheet(name, title, plan.table, voice)]


def change_sheets(plan: TablePlan, voice: Voice) -> list[Sheet]:
    """The table, each scenario (what it does not change stays tied to the table), differences."""
    lang, found = voice.lang, plan.comparisons()
    titles = [plan.scenarios[name].title.say(lang) for name in found]
    wanted = [words.NOW.say(lang), *titles]
    wanted += [words.DIFFERENCE.fill(lang, plan=title) for title in titles]
    names = sheet_names(wanted)
    now = table_sheet(names[0], plan.header.title.say(lang), plan.table, voice)
    sheets, changes = [now], []
    for at, (name, change) in enumerate(found.items()):
        table = plan.scenarios[name].table
        feeds = _unchanged(plan.table, table, now)
        sheets.append(table_sheet(names[1 + at], titles[at], table, voice, feeds))
        changes.append(
            difference_sheet(
                names[1 + len(titles) + at], wanted[1 + len(titles) + at],
                [now], [sheets[-1]], change.differences, plan.table, voice,
            )
        )  # fmt: skip
    return [*sheets, *changes]


def _unchanged(one: LifetimeValueTable, other: LifetimeValueTable, held: Sheet) -> Feeds:
    found: dict[str, list[str]] = {}
    for field in INPUTS:
        value = other.inputs[field]
        if value == one.inputs[field] and value is not None:
            columns = len(value) if isinstance(value, tuple) else 1
            row = input_row(field)
            found[field] = ["=" + held.at(row, column) for column in range(1, columns + 1)]
    return found


def difference_sheet(
    name: str,
    title: str,
    before: Sequence[Sheet],
    after: Sequence[Sheet],
    differences: Lines,
    table: LifetimeValueTable,
    voice: Voice,
) -> Sheet:
    """`after` less `before`, each the sum of its sheets; value per customer is of their sums."""
    sheet = Sheet(name, widths=(38, 15))
    sheet.put(0, 0, Cell(title, "title"))
    heads(sheet, 2, words.LINES.say(voice.lang), table, voice)
    for at, (line, values) in enumerate(differences.items()):
        row = 3 + at
        sheet.put(row, 0, Cell(terms.LINES[line].say(voice.lang)))
        for column, value in enumerate(values, 1):
            said = f"={_side(line, after, column)}-({_side(line, before, column)})"
            sheet.put(row, column, Cell(value, style_of(line), said))
    _in_all(sheet, 3 + len(differences) + 1, differences, table, before, voice)
    return sheet


def _in_all(
    sheet: Sheet,
    row: int,
    differences: Lines,
    table: LifetimeValueTable,
    before: Sequence[Sheet],
    voice: Voice,
) -> None:
    last = len(differences["ltv"])
    at = 3 + list(differences).index("ltv")
    people = "+".join(part.at(input_row("customers"), 1) for part in before)
    # ΔLTV·N_0 on the customers acquired as things are.
    acquired = sum(_number(part, input_row("customers")) for part in before)
    total = differences["ltv"][-1] * acquired
    sheet.put(row, 0, Cell(words.TOTAL_GAIN.say(voice.lang), "head"))
    sheet.put(row, 1, Cell(total, "total", f"={here(at, last)}*({people})"))


def _number(sheet: Sheet, row: int) -> Decimal:
    value = sheet.cells[row, 1].value
    assert isinstance(value, Decimal)
    return value


def _side(line: str, sheets: Sequence[Sheet], column: int) -> str:
    if line in SUMMED or len(sheets) == 1:
        return "+".join(sheet.at(line_row(line), column) for sheet in sheets)
    value = "+".join(sheet.at(line_row("cumulative"), column) for sheet in sheets)
    people = "+".join(sheet.at(input_row("customers"), 1) for sheet in sheets)
    return f"({value})/({people})"
