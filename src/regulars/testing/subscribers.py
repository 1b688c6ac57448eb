"""Subscriptions with known truth: who renews by a chance of his own, who lapses, who rejoins.

Each stratum (a plan, renewed by itself or by letter) has its own law of leaving: of a customer with
θ ~ Beta(α, β) a share (1−θ)^(t^c) is still here after t renewals. With c = 1 that is sBG, else BdW.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import betaln

from regulars.testing.generate import Shop

Random = np.random.Generator


@dataclass(frozen=True)
class Stratum:
    """One kind of subscription.

    Parameters
    ----------
    plan, auto_renew, price_minor, term_days : as the facts tell them.
    alpha, beta, c : of the law of leaving.
    share : of all subscribers; weights that need not add to 1.
    """

    plan: str
    auto_renew: bool
    alpha: float
    beta: float
    c: float = 1.0
    price_minor: int = 3000
    term_days: int = 365
    share: float = 1.0

    def survival(self, t: Any) -> Any:
        """Share still here after t renewals."""
        when = np.asarray(t, dtype=float) ** self.c
        return np.exp(betaln(self.alpha, self.beta + when) - betaln(self.alpha, self.beta))

    def rates(self, renewals: int) -> Any:
        """True renewal rates, the first first."""
        left = self.survival(np.arange(renewals + 1))
        return left[1:] / left[:-1]

    def leaves(self, random: Random, customers: int) -> Any:
        """The renewal at which each leaves; the first t with ``(1−θ)^(t^c)`` under a uniform."""
        theta = np.clip(random.beta(self.alpha, self.beta, customers), 1e-12, 1 - 1e-12)
        steps = np.log(random.random(customers)) / np.log1p(-theta)
        return np.ceil(np.minimum(steps ** (1 / self.c), 1e6)).astype(np.int64)


STRATA = (
    Stratum("paper", False, 0.7, 1.2, share=3),
    Stratum("paper", True, 0.7, 3.8, share=2),
    Stratum("digital", True, 1.2, 4.0, c=0.8, price_minor=900, term_days=91, share=2),
)
"""A magazine: by letter many leave at once, by card fewer; online by the quarter."""

REASONS = ("price", "moved", "no time", None)


def subscribers(
    customers: int,
    *,
    strata: Sequence[Stratum] = STRATA,
    seed: int = 1,
    start: dt.date = dt.date(2018, 1, 1),
    as_of: dt.date = dt.date(2025, 1, 1),
    joined_days: int | None = None,
    rejoining: float = 0.15,
    early: float = 0.0,
    parallel: float = 0.0,
    first_key: int = 1,
) -> Shop:
    """Terms of subscriptions, one row a term, as a publisher's system tells them on a day.

    A customer joins on a day drawn evenly from `start` on and renews term after term until he
    leaves. Some come back later, cheaper, as new.

    Parameters
    ----------
    joined_days : joining is spread over so many days; left out, up to `as_of`.
    rejoining : share of those who left that start a new contract 10 to 170 days later.
    early : share of the last terms that end before they are due.
    parallel : share of the customers with a second, independent contract of the first stratum.

    Returns
    -------
    Shop : ``facts`` hold subscriptions; ``truth`` the strata, ``rates`` by (plan, auto_renew), and
        ``as_of``.
    """
    random = np.random.default_rng([seed, 61])
    days = (as_of - start).days if joined_days is None else joined_days
    weights = np.array([one.share for one in strata])
    kinds = random.choice(len(strata), customers, p=weights / weights.sum())
    rows: list[dict[str, Any]] = []
    for kind, stratum in enumerate(strata):
        (members,) = np.nonzero(kinds == kind)
        begins = random.integers(0, days, len(members))
        leaving = stratum.leaves(random, len(members))
        for key, begin, last in zip(members + first_key, begins, leaving, strict=True):
            rows += _contract(random, stratum, int(key), int(begin), int(last), early=early)
            if random.random() < rejoining:
                gone = int(begin) + int(last) * stratum.term_days + int(random.integers(10, 171))
                rows += _contract(random, stratum, int(key), gone, 1, cheaper=True)
    for key in np.flatnonzero(random.random(customers) < parallel) + first_key:
        last = int(strata[0].leaves(random, 1)[0])
        second = Stratum(f"{strata[0].plan} second", strata[0].auto_renew, 1, 1)
        rows += _contract(random, second, int(key), int(random.integers(0, days)), last)
    frame = _known(pd.DataFrame(rows), start=start, as_of=as_of)
    truth = {
        "as_of": as_of,
        "strata": tuple(strata),
        "rates": {(s.plan, s.auto_renew): s.rates(12) for s in strata},
    }
    return Shop({"subscriptions": frame}, truth)


def _contract(
    random: Random,
    stratum: Stratum,
    key: int,
    begin: int,
    last: int,
    *,
    early: float = 0.0,
    cheaper: bool = False,
) -> list[dict[str, Any]]:
    """Its terms, days counted from the start; no more than a lifetime of them."""
    rows = []
    for term in range(min(last, 400)):
        first = begin + term * stratum.term_days
        due = first + stratum.term_days
        ends = due
        if term == last - 1 and random.random() < early:
            ends = first + int(random.integers(1, stratum.term_days))
        rows.append(
            {
                "customer_key": key,
                "plan": stratum.plan,
                "first": first,
                "due_at": due,
                "ends": ends,
                "ended_reason": random.choice(np.array(REASONS, dtype=object))
                if term == last - 1
                else None,
                "price_minor": stratum.price_minor * 2 // 3 if cheaper else stratum.price_minor,
                "auto_renew": stratum.auto_renew,
            }
        )
    return rows


def _known(drawn: pd.DataFrame, *, start: dt.date, as_of: dt.date) -> pd.DataFrame:
    """What is known on the day: terms begun, ends that have come."""
    horizon = (as_of - start).days
    known = drawn[drawn["first"] < horizon].reset_index(drop=True)
    over = known["ends"] < horizon

    def dates(column: pd.Series) -> pd.Series:
        return pd.Series([start + dt.timedelta(days=int(n)) for n in column], dtype="object")

    return pd.DataFrame(
        {
            "subscription_id": [f"s{i:07d}" for i in range(len(known))],
            "customer_key": known["customer_key"],
            "plan": known["plan"],
            "started": dates(known["first"]),
            "due": dates(known["due_at"]),
            "ended": dates(known["ends"]).where(over, None),
            "ended_reason": known["ended_reason"].where(over, None),
            "price_minor": known["price_minor"].astype("Int64"),
            "auto_renew": known["auto_renew"],
            "status": "live",
        }
    )
