"""What the analyses of who the customers are share: parameters, columns, rows in order, words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from regulars.analyses.analysis import Ask, Rows
from regulars.analyses.columns import number, share, text
from regulars.declare import Parameter, Text
from regulars.result import Note
from regulars.statistics.multiplicity import benjamini_hochberg
from regulars.statistics.proportions import index_interval, two_shares
from regulars.steps.profiles import OTHER, born_by

ALL, UNKNOWN = "(all)", "(unknown)"
DECLARED = ("kind", "age_band", "household", "industry", "region", "source")

ATTRIBUTE = Parameter(
    name="attribute",
    kind="text",
    free=True,
    meaning=Text("Only this attribute; left out, all of them.", "只看该属性；不填则为全部属性。"),
)
SMALLEST_GROUP = Parameter(
    name="smallest_group",
    kind="integer",
    default=5,
    minimum=1,
    unit="customers",
    meaning=Text(
        "Values that fewer customers share are put together under (other).",
        "人数不足此数的取值并入 (other)。",
    ),
)
RATE = Parameter(
    name="false_discovery_rate",
    kind="number",
    default=0.10,
    minimum=0,
    maximum=1,
    unit="share",
    meaning=Text(
        "Of the cells called different, the share that may be so by chance.",
        "被判定为有差异的单元格中，容许出于偶然的比例。",
    ),
)
ATTRIBUTE_COLUMN = text(
    "attribute",
    "A column of customers, a name in its attributes, or age_band.",
    "属性：customers 的列、其 attributes 中的名称，或 age_band（年龄段）。",
)
VALUE_COLUMN = text(
    "value",
    "Its value; (other): rare values together; (unknown): customers without the attribute.",
    "取值；(other) 为少见取值合并，(unknown) 为没有该属性的客户。",
)
VALUE_OR_ALL = text(
    "value",
    "Its value; (all): everybody with the attribute; (other): rare values together; (unknown):"
    " customers without the attribute.",
    "取值；(all) 为有该属性的全部客户，(other) 为少见取值合并，(unknown) 为没有该属性的客户。",
)
NO_PROFILE_SHARE = share(
    "no_profile_share",
    "Share of the active customers of whom no attribute is known.",
    "活跃客户中没有任何属性的比例。",
)
VERDICTS = ("more", "less", "not told")
INDEX_COLUMNS = (
    number(
        "index",
        "Rate of the group ÷ rate of everybody with the attribute × 100.",
        "指数：该群体的比率÷有该属性者的整体比率×100。",
    ),
    number("index_low", "Lower end of its 95% interval.", "指数95%区间下限。"),
    number("index_high", "Upper end of its 95% interval.", "指数95%区间上限。"),
    number("p", "p-value against the others with the attribute.", "与其余有该属性者比较的p值。"),
    number("q", "The same after Benjamini–Hochberg over all cells.", "经BH校正后的q值。"),
    text(
        "verdict",
        "more or less than the others at the false discovery rate asked for; else not told.",
        "在所设错误发现率下高于（more）或低于（less）其余者；否则未能判定（not told）。",
        choices=VERDICTS,
    ),
)

NO_ATTRIBUTES = Text(
    "Unknown: no attribute of the active customers is known.", "未知：活跃客户没有任何已知属性。"
)
NO_PROFILE = Text(
    "{share:.1%} of the active customers ({customers}) have no profile: what is said here is said"
    " of the others.",
    "活跃客户中有{share:.1%}（{customers}位）没有画像，以下结论只涉及其余客户。",
)


def values(question: Ask, as_of: Any) -> dict[str, Any]:
    """What the profile steps take."""
    return {
        "as_of": as_of,
        "attribute": question["attribute"],
        "smallest_group": question["smallest_group"],
        **born_by(as_of),
    }


def coverage(active: int, profiled: int) -> tuple[float | None, tuple[Note, ...]]:
    """Share of the active customers without a profile, and what is said about it."""
    without = active - profiled
    if not active:
        return None, ()
    if not profiled:
        return 1.0, (Note("no_attributes", NO_ATTRIBUTES),)
    said = {"share": without / active, "customers": without}
    return without / active, (Note("no_profile", NO_PROFILE, said),) if without else ()


def place(value: str) -> tuple[Any, ...]:
    """Sorts values as a person would: numbers by size, what is put together last."""
    last = {ALL: -1, OTHER: 1, UNKNOWN: 2}.get(value, 0)
    parts = re.split(r"(\d+)", value)
    return last, [(int(p), "") if p.isdecimal() else (-1, p) for p in parts]


def attribute_place(name: str) -> tuple[int, str]:
    return (DECLARED.index(name), "") if name in DECLARED else (len(DECLARED), name)


def by_attribute(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Counted rows by attribute and value, both in their order."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda r: (attribute_place(r["attribute"]), place(r["value"]))):
        found.setdefault(row["attribute"], {})[row["value"]] = row
    return found


def cell(
    hits: int, trials: int, *, known_hits: int, known_trials: int, tested: bool = True
) -> dict[str, Any]:
    """Index and p-value of a group against everybody with the attribute."""
    total = known_hits / known_trials if known_trials else None
    found = index_interval(hits, trials, total_share=total) or (None, None, None)
    p = (
        two_shares(hits, trials, others=known_hits - hits, other_trials=known_trials - trials)
        if tested
        else None
    )
    return dict(zip(("index", "index_low", "index_high"), found, strict=True)) | {"p": p}


def judge(rows: Rows, level: float) -> tuple[int, int]:
    """Put q and the verdict to every row; how many were tested, and how many differ."""
    tested = [row for row in rows if row["p"] is not None]
    for row in rows:
        row["q"], row["verdict"] = None, "not told"
    adjusted = benjamini_hochberg([row["p"] for row in tested])
    for row, q in zip(tested, adjusted, strict=True):
        row["q"] = float(q)
        if q <= level and row["index"] != 100:
            row["verdict"] = "more" if row["index"] > 100 else "less"
    return len(tested), sum(row["verdict"] != "not told" for row in tested)
