"""Groups A–E, who moved between them, and how they developed (002-1)."""

from __future__ import annotations

from typing import Any

from regulars import charts
from regulars.charts.numbers import known
from regulars.report.answers import Answers, total
from regulars.report.days import say_month
from regulars.report.parts import Block, Opening, Section, Sentence, Stack, Table, Target
from regulars.report.words import groups as words
from regulars.report.words import phrases

ORIGINS = ("E", "D", "C", "B", "A", "arrived")
TARGETS = ("E", "D", "C", "B", "A")


def section(answers: Answers) -> Section:
    blocks = [_groups(answers), _migration(answers)]
    if _moved(answers):
        blocks.append(_rates_block(answers))
    if answers.rows("groups_trend"):
        blocks.append(_trend(answers))
    return Section(name="groups", label=phrases.SECTION_GROUPS.say(answers.lang), blocks=blocks)


def _groups(answers: Answers) -> Block:
    rows = answers.rows("groups")
    if not any(known(r["customers"]) and r["customers"] for r in rows):
        return answers.unknown_block("groups", words.SUBJECT, "groups")
    numbers = answers.numbers
    why = answers.why("groups")
    items = [
        words.PICTURE_ITEM.fill(
            answers.lang,
            group=answers.group(r["group"]),
            customers=numbers.share(r["customer_share"], reason=why),
            revenue=numbers.share(r["revenue_share"], reason=why),
        )
        for r in rows
    ]
    return Block(
        name="groups",
        title=_title(answers, rows),
        lead=[_thresholds(answers), *_inactive(answers)],
        picture=answers.draw(
            "groups",
            answers.say(words.PICTURE, list=answers.listed(items)),
            lambda canvas: charts.groups(rows, canvas),
            opens={r["group"]: _who(r["group"]) for r in rows},
        ),
        source=answers.window("groups"),
        tables=[_groups_table(answers, rows, why)],
        notes=answers.notes("groups"),
    )


def _title(answers: Answers, rows: list[dict[str, Any]]) -> Sentence:
    best = next((r for r in rows if r["group"] == "E"), {})
    customers, revenue = best.get("customer_share"), best.get("revenue_share")
    share = answers.numbers.share
    if not best.get("customers"):
        return answers.say(words.TITLE_NOBODY)
    if not known(revenue):
        return answers.say(words.TITLE_CUSTOMERS, customers=share(customers))
    return answers.say(words.TITLE, customers=share(customers), revenue=share(revenue))


def _thresholds(answers: Answers) -> Sentence:
    numbers, why = answers.numbers, answers.why("groups")
    by_orders = answers.results["groups"].parameters.get("frequency_unit") == "orders"
    return answers.say(
        words.THRESHOLDS_ORDERS if by_orders else words.THRESHOLDS,
        frequency=numbers.about(answers.figure("groups", "frequency_threshold"), reason=why),
        window=numbers.count(answers.figure("groups", "window_days"), reason=why),
        value=numbers.money(
            answers.figure("groups", "value_threshold_minor"),
            reason=words.NO_VALUES.say(answers.lang),
        ),
    )


def _inactive(answers: Answers) -> list[Sentence]:
    everybody = total(answers.rows("groups"), "customers", group="A")
    if everybody is None:
        return []
    numbers = answers.numbers
    if not everybody:
        return [answers.say(words.INACTIVE_NOBODY)]
    never, lapsed = (answers.figure("groups", name) for name in ("never_ordered", "lapsed"))
    if never is None or lapsed is None:
        return [
            answers.say(
                words.INACTIVE_UNSPLIT, customers=Opening(numbers.about(everybody), _who("A"))
            )
        ]
    return [
        answers.say(
            words.INACTIVE,
            customers=Opening(numbers.about(everybody), _who("A")),
            never=numbers.about(never),
            lapsed=numbers.about(lapsed),
        )
    ]


def _groups_table(answers: Answers, rows: list[dict[str, Any]], why: str) -> Table:
    numbers = answers.numbers
    cells = [
        [
            answers.group(r["group"]),
            Opening(numbers.count(r["customers"], reason=why), _who(r["group"])),
            numbers.percent(r["customer_share"], reason=why),
            numbers.amount(r["revenue_minor"], reason=why),
            numbers.percent(r["revenue_share"], reason=why),
            numbers.count(r["purchase_days"], reason=why),
            numbers.amount(
                r["aov_minor"],
                reason=phrases.NO_ORDERS_THERE.say(answers.lang) if r["group"] == "A" else why,
            ),
        ]
        for r in rows
    ]
    return Table(
        caption=answers.say(words.TABLE),
        heads=[
            answers.head(phrases.GROUP, numeric=False),
            answers.head(phrases.CUSTOMERS),
            answers.head(phrases.SHARE_OF_CUSTOMERS),
            answers.money_head(phrases.REVENUE),
            answers.head(phrases.SHARE_OF_REVENUE),
            answers.head(words.PURCHASE_DAYS),
            answers.money_head(words.AOV),
        ],
        rows=cells,
    )


def _who(group: str) -> Target:
    return Target(
        analysis="group_customers",
        where=(("customer_group", group),),
        condition=f"customer_group = '{group}'",
    )


def _movers(origin: str, target: str) -> Target:
    return Target(
        analysis="migration_customers", where=(("from_group", origin), ("to_group", target))
    )


def _moves(rows: list[dict[str, Any]]) -> dict[str, Target]:
    """The customers behind each move, as pictures name it."""
    pairs = [(r["from_group"], r["to_group"]) for r in rows]
    return {f"{origin} {target}": _movers(origin, target) for origin, target in pairs}


def _migration(answers: Answers) -> Block:
    rows = answers.rows("migration")
    if not _moved(answers):
        return answers.unknown_block("migration", words.MOVED_SUBJECT, "migration")
    return Block(
        name="migration",
        title=_moved_title(answers),
        lead=_rates(answers),
        picture=answers.draw(
            "migration_flow",
            answers.say(words.FLOW_PICTURE, list=answers.listed(_largest_moves(answers, rows))),
            lambda canvas: charts.migration_flow(rows, canvas),
            opens=_moves(rows),
        ),
        source=answers.compared("migration"),
        notes=_new_notes(answers, "migration", ("groups",)),
    )


def _moved(answers: Answers) -> bool:
    return any(known(r["customers"]) and r["customers"] for r in answers.rows("migration"))


def _largest_moves(answers: Answers, rows: list[dict[str, Any]]) -> list[str]:
    """The picture in words: its widest bands between different groups."""
    moves = [r for r in rows if r["from_group"] != r["to_group"] and r["customers"]]
    moves.sort(key=lambda r: -int(r["customers"]))
    return [
        words.FLOW_ITEM.fill(
            answers.lang,
            start=answers.group(r["from_group"]),
            end=answers.group(r["to_group"]),
            customers=answers.numbers.about(r["customers"]),
        )
        for r in moves[:5]
    ]


def _rates_block(answers: Answers) -> Block:
    """The same moves as shares of the group they came from."""
    rows = answers.rows("migration")
    return Block(
        name="migration-shares",
        title=_way_out(answers, rows),
        picture=answers.draw(
            "migration",
            answers.say(words.MOVE_PICTURE),
            lambda canvas: charts.migration(rows, canvas),
            opens=_moves(rows),
        ),
        source=answers.compared("migration"),
        tables=[_moves_table(answers, rows)],
    )


def _way_out(answers: Answers, rows: list[dict[str, Any]]) -> Sentence:
    """Where most of those went who left group E."""
    moves = [
        r
        for r in rows
        if r["from_group"] == "E" and r["to_group"] != "E" and r["customers"] and known(r["share"])
    ]
    if not moves:
        return answers.say(words.MOVE_SHARES)
    largest = max(moves, key=lambda r: int(r["customers"]))
    return answers.say(
        words.WAY_OUT,
        end=answers.group(largest["to_group"]),
        share=answers.numbers.share(largest["share"]),
    )


def _new_notes(answers: Answers, name: str, above: tuple[str, ...]) -> list[str]:
    """Notes of an answer that the blocks above it in this section have not said."""
    said = answers.notes(*above)
    return [note for note in answers.notes(name) if note not in said]


def _moved_title(answers: Answers) -> Sentence:
    stay, rise = (answers.figure("migration", n) for n in ("e_stay_rate", "b_to_e_rate"))
    share = answers.numbers.share
    if stay is not None and rise is not None:
        return answers.say(words.MOVED, stay=share(stay), rise=share(rise))
    if stay is not None:
        return answers.say(words.MOVED_STAY, stay=share(stay))
    if rise is not None:
        return answers.say(words.MOVED_ROSE, rise=share(rise))
    return answers.say(phrases.UNKNOWN_SECTION, subject=words.MOVED_SUBJECT.say(answers.lang))


RATES = (
    ("e_stay_rate", words.STAYED, words.STAYED_UNKNOWN),
    ("b_to_e_rate", words.ROSE, words.ROSE_UNKNOWN),
    ("a_to_b_rate", words.FIRST_STEP, words.FIRST_STEP_UNKNOWN),
)


def _rates(answers: Answers) -> list[Sentence]:
    figure, numbers = answers.figure, answers.numbers
    said = []
    for name, known_text, unknown_text in RATES:
        rate, low, high = (figure("migration", f"{name}{end}") for end in ("", "_low", "_high"))
        if rate is None:
            said.append(answers.say(unknown_text))
        else:
            said.append(answers.say(known_text, share=numbers.share_interval(rate, low, high)))
    p = figure("migration", "bhapkar_p")
    if p is not None:
        text = words.MIX_CHANGED if p < 0.05 else words.MIX_SAME
        said.append(answers.say(text, p=numbers.probability(p)))
    return said


def _moves_table(answers: Answers, rows: list[dict[str, Any]]) -> Table:
    found = {(r["from_group"], r["to_group"]): r for r in rows}
    numbers, why = answers.numbers, answers.why("migration")
    cells: list[list[Any]] = []
    for origin in (g for g in ORIGINS if any(k[0] == g for k in found)):
        row: list[Any] = [answers.group(origin)]
        for target in TARGETS:
            r = found.get((origin, target))
            if r is None:
                row.append(numbers.unknown(why))
                continue
            nobody = phrases.NOBODY_THERE.say(answers.lang) if not r["customers"] else why
            share = numbers.percent(r["share"], reason=nobody)
            beneath: tuple[Any, ...] = (share,)
            if known(r["share"]):
                ends = (r["share_low"], r["share_high"])
                beneath = (share, numbers.percent_range(*ends, reason=why))
            counted = Opening(numbers.count(r["customers"], reason=why), _movers(origin, target))
            row.append(Stack(counted, beneath))
        cells.append(row)
    heads = [answers.head(words.MOVE_FROM, numeric=False)]
    heads += [answers.head(words.MOVE_TO, group=target) for target in TARGETS]
    return Table(caption=answers.say(words.MOVE_TABLE), heads=heads, rows=cells)


def _trend(answers: Answers) -> Block:
    rows = answers.rows("groups_trend")
    months = sorted({str(r["month"])[:7] for r in rows})
    start, end = (say_month(m, answers.lang) for m in (months[0], months[-1]))
    first, last = (
        total([r for r in rows if str(r["month"])[:7] == month], "customers", group="E")
        for month in (months[0], months[-1])
    )
    numbers, why = answers.numbers, answers.why("groups_trend")
    title = (
        answers.say(
            words.TREND,
            first=numbers.about(first, reason=why),
            last=numbers.about(last, reason=why),
            start=start,
            end=end,
        )
        if len(months) > 1
        else answers.say(words.TREND_SUBJECT)
    )
    return Block(
        name="groups-trend",
        title=title,
        lead=[answers.say(words.TREND_LEAD)],
        picture=answers.draw(
            "groups_trend",
            answers.say(words.TREND_PICTURE, start=start, end=end),
            lambda canvas: charts.groups_trend(rows, canvas),
        ),
        source=answers.say(phrases.SOURCE, as_of=answers.as_of()),
        tables=[_trend_table(answers, rows, months, why)],
        notes=_new_notes(answers, "groups_trend", ("groups", "migration")),
    )


def _trend_table(
    answers: Answers, rows: list[dict[str, Any]], months: list[str], why: str
) -> Table:
    found = {(str(r["month"])[:7], r["group"]): r for r in rows}
    groups = sorted({r["group"] for r in rows}, reverse=True)
    numbers = answers.numbers
    cells: list[list[Any]] = []
    for month in months:
        held = [found.get((month, g), {}) for g in groups]
        row: list[Any] = [month]
        row += [numbers.count(r.get("customers"), reason=why) for r in held]
        row += [numbers.percent(r.get("revenue_share"), reason=why) for r in held]
        cells.append(row)
    heads = [answers.head(words.MONTH, numeric=False)]
    heads += [answers.head(words.TREND_HEAD, group=g) for g in groups]
    heads += [answers.head(words.TREND_SHARE_HEAD, group=g) for g in groups]
    return Table(caption=answers.say(words.TREND_TABLE), heads=heads, rows=cells, folded=True)
