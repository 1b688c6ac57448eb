"""Renewal by card as a workbook: inputs, a table for each way and contract, the difference."""

from __future__ import annotations

from decimal import Decimal

from regulars.plans.kinds.renewals import Contract, RenewalsPlan
from regulars.plans.kinds.table_sheets import Feeds, difference_sheet, table_sheet
from regulars.plans.sheets import Cell, Sheet, Style, sheet_names
from regulars.plans.voice import Voice
from regulars.plans.words import renewals as words
from regulars.plans.words import sheets as common
from regulars.strategy.magazine import CARD, LETTERS

TOP = 4
RATES = ("own_share", "direct_cost_rate", "retention", "interest", "share", "card_retention",
         "fee_rate")  # fmt: skip
ROWS = tuple(words.FIELDS)


def sheets(plan: RenewalsPlan, voice: Voice) -> list[Sheet]:
    """All of them; the parts take every input from the first."""
    lang = voice.lang
    inputs_name = common.INPUTS.say(lang)
    ways = {"before": words.LETTERS, CARD: words.CARD, LETTERS: words.LETTERS}
    wanted: list[tuple[str, str]] = []
    for name, contract in plan.contracts.items():
        parts = contract.plan.after.parts
        wanted += [(name, "before"), *((name, way) for way in parts)]
    said = {
        (name, way): _called(plan.contracts[name], way, ways[way].say(lang), voice)
        for name, way in wanted
    }
    names = sheet_names([inputs_name, *said.values(), words.GAIN.say(lang)])
    inputs = _inputs(names[0], plan, voice)
    made: dict[tuple[str, str], Sheet] = {}
    columns = {name: at for at, name in enumerate(plan.contracts, 1)}
    for sheet_name, (name, way) in zip(names[1:-1], wanted, strict=True):
        found = plan.contracts[name].plan
        table = found.letters if way == "before" else found.after.parts[way]
        feeds = _feeds(inputs, columns[name], way, table.periods or 1)
        made[name, way] = table_sheet(sheet_name, said[name, way], table, voice, feeds)
    change = plan.change
    difference = difference_sheet(
        names[-1],
        words.GAIN.say(lang),
        [sheet for (_, way), sheet in made.items() if way == "before"],
        [sheet for (_, way), sheet in made.items() if way != "before"],
        change.differences,
        next(iter(plan.contracts.values())).plan.letters,
        voice,
    )
    return [inputs, *made.values(), difference]


def _called(contract: Contract, way: str, said: str, voice: Voice) -> str:
    when = {"before": Decimal(1), CARD: contract.share, LETTERS: 1 - contract.share}[way]
    title = contract.title.say(voice.lang)[:16]
    return f"{title} {said} {float(when) * 100:g}%"


def _inputs(name: str, plan: RenewalsPlan, voice: Voice) -> Sheet:
    lang = voice.lang
    sheet = Sheet(name, widths=(44, 18))
    sheet.put(0, 0, Cell(plan.header.title.say(lang), "title"))
    sheet.put(1, 0, Cell(common.CHANGE_INPUTS.say(lang), "note"))
    if voice.header.illustrative:
        sheet.put(2, 0, Cell(common.ILLUSTRATIVE.say(lang), "note"))
    sheet.put(3, 0, Cell(common.INPUTS.say(lang), "head"))
    for at, field in enumerate(ROWS):
        sheet.put(TOP + at, 0, Cell(words.FIELDS[field].say(lang)))
    for column, contract in enumerate(plan.contracts.values(), 1):
        sheet.put(3, column, Cell(contract.title.say(lang), "head"))
        for at, field in enumerate(ROWS):
            value = _value(contract, field)
            sheet.put(TOP + at, column, Cell(value, _style(field), given=True))
    return sheet


def _style(field: str) -> Style:
    if field in RATES:
        return "rate"
    return "count" if field in ("customers", "per_expiry") else "price"


def _value(contract: Contract, field: str) -> Decimal:
    magazine, card = contract.magazine, contract.card
    if field == "per_expiry":
        return Decimal(magazine.charged_on == "expiring")
    if field == "share":
        return Decimal(contract.share)
    if field in ("card_retention", "card_renewal_cost"):
        return Decimal(getattr(card, field.removeprefix("card_")))
    return Decimal(getattr(card if field in ("fee_rate", "incentive") else magazine, field))


def _feeds(inputs: Sheet, column: int, way: str, periods: int) -> Feeds:
    """The table's inputs as `regulars.strategy.Magazine.table` makes them of the magazine's."""

    def ref(field: str) -> str:
        return inputs.at(TOP + ROWS.index(field), column)

    by_card = way == CARD
    cost = ref("card_renewal_cost" if by_card else "renewal_cost")
    fee = f"+{ref('fee_rate')}*{ref('renewal_price')}" if by_card else ""
    later = [f"=IF({ref('per_expiry')}=1,0,{cost}){fee}"] * (periods - 1)
    part = {"before": "", CARD: f"*{ref('share')}", LETTERS: f"*(1-{ref('share')})"}[way]

    def income(price: str) -> str:
        return f"=({ref(price)}+{ref('list_rental')})/{ref('own_share')}"

    return {
        "customers": [f"={ref('customers')}{part}"],
        "retention": [f"={ref('card_retention' if by_card else 'retention')}"] * periods,
        "aov": [income("first_price"), *[income("renewal_price")] * (periods - 1)],
        "direct_cost_rate": [f"={ref('direct_cost_rate')}"] * periods,
        "acquisition_cost": [
            f"={ref('acquisition_cost')}" + (f"+{ref('incentive')}" if by_card else "")
        ],
        "marketing": ["=0", *later],
        "renewal_cost": [f"=IF({ref('per_expiry')}=1,{cost},0)"] * periods,
        "interest": [f"={ref('interest')}"],
    }
