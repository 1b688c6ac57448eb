"""Who the customers are, record by record: what the profile references share."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency, false_discovery_control, fisher_exact

from regulars.testing.reference.base import Day, Facts, day_number, day_of, live, resolved
from regulars.testing.reference.homogeneity import wilson

PLAIN = ("kind", "industry", "region", "source")
AGES = ((18, "0-17"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"), (65, "55-64"),
        (110, "65+"))  # fmt: skip
UNKNOWN = "(unknown)"


def profiles(
    facts: Facts, *, as_of: Day, attribute: str | None = None, smallest_group: int = 5
) -> pd.DataFrame:
    """customer_key, attribute, value: one row each, rare values as ``(other)``."""
    told = [*_records(facts), *_ages(facts, day_of(day_number(as_of)))]
    frame = pd.DataFrame(told, columns=["record", "attribute", "value"])
    frame["record"] = frame["record"].astype("int64")
    frame["customer_key"] = resolved(frame["record"], facts)
    frame["merged"] = frame["record"] != frame["customer_key"]
    frame = frame.sort_values(["customer_key", "attribute", "merged", "record"])
    frame = frame.drop_duplicates(["customer_key", "attribute"])
    if attribute is not None:
        frame = frame[frame["attribute"] == attribute]
    kept: set[tuple[str, str]] = set()
    for name, part in frame.groupby("attribute"):
        counts = part["value"].value_counts()
        ranked = sorted(
            counts.items(), key=lambda item: (-item[1], hashlib.md5(item[0].encode()).hexdigest())
        )
        kept |= {(name, value) for value, n in ranked[:30] if n >= smallest_group}
    pairs = zip(frame["attribute"], frame["value"], strict=True)
    frame["value"] = [value if (name, value) in kept else "(other)" for name, value in pairs]
    return frame[["customer_key", "attribute", "value"]].reset_index(drop=True)


def _records(facts: Facts) -> list[tuple[int, str, str]]:
    customers = live(facts["customers"])
    told: list[tuple[int, str, Any]] = []
    for name in PLAIN:
        if name in customers:
            told += [
                (key, name, value)
                for key, value in zip(customers["customer_key"], customers[name], strict=True)
                if isinstance(value, str) and value
            ]
    if "household" in customers:
        owners = resolved(customers["customer_key"].astype("int64"), facts)
        sizes = owners.groupby(customers["household"]).nunique()
        for key, home in zip(customers["customer_key"], customers["household"], strict=True):
            if isinstance(home, str) and home and sizes.max() > 1:
                told.append((key, "household", str(sizes[home]) if sizes[home] < 4 else "4+"))
    if "attributes" in customers:
        told += _json(customers)
    return told


def _json(customers: pd.DataFrame) -> list[tuple[int, str, str]]:
    told: list[tuple[int, str, Any]] = []
    for key, text in zip(customers["customer_key"], customers["attributes"], strict=True):
        try:
            read = json.loads(text) if isinstance(text, str) else None
        except json.JSONDecodeError:
            continue
        for name, value in read.items() if isinstance(read, dict) else ():
            if isinstance(value, bool | int | float) or (isinstance(value, str) and value.strip()):
                declared = name in (*PLAIN, "household", "age_band")
                told.append((key, f"attributes.{name}" if declared else name, value))
    frame = pd.DataFrame(told, columns=["key", "name", "value"])
    rows: list[tuple[int, str, str]] = []
    for name, part in frame.groupby("name"):
        numeric = all(isinstance(v, int | float) and not isinstance(v, bool) for v in part["value"])
        if numeric and part["value"].nunique() > 10:
            numbers = part["value"].astype("float64")
            band = (5 * (numbers.rank(method="min") - 1)) // len(numbers)
            low, high = numbers.groupby(band).min(), numbers.groupby(band).max()
            shown = [
                f"{low[b]:.10g}" if low[b] == high[b] else f"{low[b]:.10g}–{high[b]:.10g}"
                for b in band
            ]
        else:
            shown = [_said(v) for v in part["value"]]
        rows += list(zip(part["key"], [str(name)] * len(part), shown, strict=True))
    return rows


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, float) else str(value).strip()


def _ages(facts: Facts, as_of: dt.date) -> list[tuple[int, str, str]]:
    """Full years: the birthday of this year counts once it has come."""
    people = facts.get("people")
    if people is None or "birth_date" not in people:
        return []
    told = []
    for key, born in zip(live(people)["customer_key"], live(people)["birth_date"], strict=True):
        if born is None or born > as_of:
            continue
        age = as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day))
        band = next((name for below, name in AGES if age < below), None)
        if band:
            told.append((key, "age_band", band))
    return told


def p_value(table: list[list[int]]) -> float | None:
    """Group against the rest: chi-squared, or Fisher where a count under 5 is expected."""
    counts = np.array(table)
    if (counts.sum(axis=0) == 0).any() or (counts.sum(axis=1) == 0).any():
        return None
    tested = chi2_contingency(counts, correction=False)
    if tested.expected_freq.min() >= 5:
        return float(tested.pvalue)
    return float(fisher_exact(counts).pvalue)


def indexed(
    hits: int, trials: int, *, known_hits: int, known: int, tested: bool
) -> dict[str, float | None]:
    """Index, its interval and p of a group of the known."""
    total = known_hits / known if known else 0.0
    low, high = wilson(hits, trials)
    rest = [known_hits - hits, (known - trials) - (known_hits - hits)]
    return {
        "index": 100 * hits / trials / total if trials and total else None,
        "index_low": 100 * low / total if low is not None and total else None,
        "index_high": 100 * high / total if high is not None and total else None,
        "p": p_value([[hits, trials - hits], rest]) if tested else None,
    }


def judged(frame: pd.DataFrame, level: float) -> tuple[pd.DataFrame, int, int]:
    """q and verdict; how many were tested and told."""
    tested = frame["p"].notna()
    frame = frame.assign(q=np.nan, verdict="not told")
    if tested.any():
        frame.loc[tested, "q"] = false_discovery_control(frame.loc[tested, "p"].astype("float64"))
    told = frame["q"] <= level
    frame.loc[told, "verdict"] = np.where(frame.loc[told, "index"] > 100, "more", "less")
    return frame, int(tested.sum()), int(told.sum())
