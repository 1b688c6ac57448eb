"""`rfm` and `segments` (row 002-6c): quintiles of recency, frequency and money."""

from __future__ import annotations

import hashlib
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from regulars.testing.reference.base import (
    Answer,
    Day,
    Facts,
    Period,
    day_number,
    days_before,
    share,
    totals,
)

Integers = npt.NDArray[np.int64]


def words_of(facts: Facts, keys: Integers) -> list[str]:
    """What ties are broken by: the first of a customer's ids in the sources, else his key."""
    known: dict[int, str] = {}
    people = facts.get("identities")
    if people is not None:
        for source, name, key in zip(
            people["source"], people["external_id"], people["customer_key"], strict=True
        ):
            word = f"{source}:{name}"
            known[int(key)] = min(word, known.get(int(key), word))
    return [known.get(key, str(key)) for key in keys.tolist()]


def keyed_hash(words: list[str], *, salt: str) -> Integers:
    """Places of the customers in the ascending order of md5(salt + ':' + word) as hexadecimal."""
    digests = [hashlib.md5(f"{salt}:{word}".encode()).hexdigest() for word in words]
    order = np.argsort(np.array(digests, dtype="U32"), kind="stable")
    places = np.empty(len(words), dtype="int64")
    places[order] = np.arange(len(words))
    return places


def shared_quintile(values: Integers) -> Integers:
    """1 + floor(5·(number strictly lower)/n): equal values share a score."""
    lower = np.searchsorted(np.sort(values), values, side="left")
    return (1 + 5 * lower // max(len(values), 1)).astype("int64")


def nested_quintile(within: list[Integers], by: list[Integers]) -> Integers:
    """Quintile of the place inside each group of ``within``, ordered by ``by`` (first leads)."""
    frame = pd.DataFrame({"place": np.arange(len(by[0]))})
    order = np.lexsort([*reversed(by), *reversed(within)])
    group = np.zeros(len(order), dtype="int64")
    for part in within:
        group = group * 10 + part
    ranked = frame.iloc[order].assign(group=group[order])
    place = ranked.groupby("group").cumcount()
    size = ranked.groupby("group")["place"].transform("size")
    score = pd.Series(1 + 5 * place // size, index=ranked["place"])
    scores: Integers = score.sort_index().to_numpy(dtype="int64")
    return scores


def rfm(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 365,
    method: Literal["independent", "nested"] = "independent",
    salt: str = "regulars",
) -> Answer:
    """One row per customer with a purchase day in the window, by key; 5 is best in each score."""
    end = day_number(as_of)
    inside = totals(days_before(facts, end), Period(end - window_days, end))
    inside = inside[inside["purchase_days"] > 0]
    last = inside["last_day"].to_numpy(dtype="int64")
    frequency = inside["purchase_days"].to_numpy(dtype="int64")
    money = inside["spend_minor"].to_numpy(dtype="int64")
    if len(inside) == 0 or method == "independent":
        r, f, m = (shared_quintile(values) for values in (last, frequency, money))
    else:
        tie = keyed_hash(words_of(facts, inside.index.to_numpy(dtype="int64")), salt=salt)
        r = nested_quintile([np.zeros_like(last)], [last, frequency, money, tie])
        f = nested_quintile([r], [frequency, money, tie])
        m = nested_quintile([r, f], [money, tie])
    cells = [f"{a}{b}{c}" for a, b, c in zip(r, f, m, strict=True)]
    table = pd.DataFrame(
        {
            "customer_key": inside.index.to_numpy(dtype="int64"),
            "recency_days": end - last,
            "frequency": frequency,
            "monetary_minor": money,
            "r_score": r,
            "f_score": f,
            "m_score": m,
            "cell": np.array(cells, dtype="object"),
        }
    )
    return Answer(table)


def segments(
    facts: Facts,
    *,
    as_of: Day,
    window_days: int = 365,
    method: Literal["independent", "nested"] = "independent",
    salt: str = "regulars",
) -> Answer:
    """One row per cell that occurs, by cell."""
    people = rfm(facts, as_of=as_of, window_days=window_days, method=method, salt=salt).frame
    table = people.groupby(["r_score", "f_score", "m_score", "cell"], as_index=False).agg(
        customers=("customer_key", "size"), spend_minor=("monetary_minor", "sum")
    )
    total = int(table["spend_minor"].sum())
    table["spend_share"] = [share(v, total) for v in table["spend_minor"]]
    return Answer(table.sort_values("cell", ignore_index=True))
