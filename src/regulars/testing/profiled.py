"""The awkward shop with everything known of its customers, and everything wrong with that."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pandas as pd

from regulars.testing.awkward import awkward_shop
from regulars.testing.generate import RECORDED_AT, Shop

REGIONS = ("north", "south", "east", "西部")
INDUSTRIES = ("retail", "building", "food")
CATEGORIES = ("Food > Fruit > Apples", "Food > Bread", "Toys", "Garden > Tools", None)


def profiled_shop(*, customers: int = 300, seed: int = 1) -> Shop:
    """Kinds, attributes, births, tiers set by hand, costs, categories, contacts and visits.

    Half of the customers have a region, a third are businesses, one in ten has no kind; attributes
    are JSON, some of it damaged, some numbers, one an id of its own for each customer; merged
    records disagree with their survivors.
    """
    shop = awkward_shop(customers=customers, seed=seed)
    random = np.random.default_rng([seed, 99])
    as_of: dt.date = shop.truth["as_of"]
    people = shop.facts["customers"].copy()
    n = len(people)
    people["kind"] = random.choice(np.array(["person", "business", None], dtype=object), n,
                                   p=[0.6, 0.3, 0.1])  # fmt: skip
    people["region"] = random.choice(np.array([*REGIONS, None, None, None, None], dtype=object), n)
    works = pd.Series(random.choice(np.array(INDUSTRIES, dtype=object), n))
    people["industry"] = works.where(people["kind"] == "business", None)
    people["source"] = random.choice(np.array(["web", "shop", None], dtype=object), n)
    people["household"] = [f"h{i // 3}" if i % 4 else None for i in range(n)]
    people["attributes"] = [_attributes(i, random) for i in range(n)]
    facts = {
        **shop.facts,
        "customers": _by_hand(people, as_of),
        "people": _births(people["customer_key"], as_of, random),
        **_goods(shop.facts["order_lines"], random),
        **_campaigns(people["customer_key"].to_numpy(), as_of, random),
    }
    return Shop(facts, shop.truth)


def _attributes(place: int, random: np.random.Generator) -> str | None:
    if place % 5 == 0:
        return None
    if place % 41 == 0:
        return "{damaged"
    if place % 43 == 0:
        return '["a list"]'
    told: dict[str, Any] = {
        "income": str(random.choice(["low", "middle", "high"], p=[0.6, 0.38, 0.02])),
        "children": int(random.integers(0, 4)),
        "score": float(np.floor(random.random() * 500) / 10),
        "member": bool(random.random() < 0.3),
        "card": f"card-{place}",
        "nested": {"a": 1},
        "region": "declared elsewhere",
    }
    if random.random() < 0.3:
        told["income"] = None if random.random() < 0.5 else " "
    return json.dumps(told, ensure_ascii=False)


def _by_hand(people: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Valid, without a reason, without a day, past; on a merged record; a business lowered."""
    later, past = as_of + dt.timedelta(days=30), as_of
    given = [
        (0, "key", "board decision", later),
        (1, "key", None, later),
        (2, "smb", "pilot", None),
        (3, "smb", "pilot", past),
        (19, "consumer", "private use of a firm's card", later),
        (39, "key", "named on the merged record", later),
    ]
    people = people.assign(
        tier_override=None, tier_override_reason=None, tier_override_until=None
    ).astype({"tier_override_until": object})
    for place, tier, reason, until in given:
        people.loc[place, "tier_override"] = tier
        people.loc[place, "tier_override_reason"] = reason
        people.loc[place, "tier_override_until"] = until
    return people


def _births(keys: pd.Series, as_of: dt.date, random: np.random.Generator) -> pd.DataFrame:
    """Ages from 0 to 120 and one yet to be born; birthdays on the as-of day and on its eve."""
    told = keys[random.random(len(keys)) < 0.6]
    ages = random.integers(0, 120 * 365, len(told))
    births = [as_of - dt.timedelta(days=int(age)) for age in ages]
    births[0] = as_of + dt.timedelta(days=5)
    births[1] = as_of.replace(year=as_of.year - 25)
    births[2] = as_of.replace(year=as_of.year - 25) + dt.timedelta(days=1)
    return pd.DataFrame(
        {
            "customer_key": told.to_numpy(),
            "name": "Somebody",
            "birth_date": pd.Series(births, dtype="object"),
            "status": "live",
            "recorded_at": RECORDED_AT,
        }
    )


def _goods(lines: pd.DataFrame, random: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Products with costs (one in ten has none) and categories; some lines carry their own cost."""
    names = sorted(lines["product_id"].dropna().unique())
    cost = np.floor(random.random(len(names)) * 1500) / 100
    products = pd.DataFrame(
        {
            "product_id": names,
            "category_path": [CATEGORIES[i % len(CATEGORIES)] for i in range(len(names))],
            "unit_cost": [None if i % 10 == 9 else c for i, c in enumerate(cost)],
            "status": ["void" if i == 4 else "live" for i in range(len(names))],
        }
    )
    own = random.random(len(lines)) < 0.2
    lines = lines.assign(unit_cost=np.where(own, np.floor(random.random(len(lines)) * 900) / 100,
                                            np.nan))  # fmt: skip
    return {"order_lines": lines, "products": products}


def _campaigns(
    keys: np.ndarray[Any, Any], as_of: dt.date, random: np.random.Generator
) -> dict[str, pd.DataFrame]:
    """Three campaigns of two kinds by three channels; responses to a contact or to a campaign."""
    campaigns = pd.DataFrame(
        {"campaign": ["c1", "c2", "c3"], "kind": ["offer", "offer", "news"], "status": "live"}
    )
    n = 4 * len(keys)
    contacts = pd.DataFrame(
        {
            "contact_id": [f"t{i}" for i in range(n)],
            "customer_key": random.choice(keys, n),
            "campaign": random.choice(np.array(["c1", "c2", "c3", "c9", None], dtype=object), n),
            "channel": random.choice(np.array(["sms", "mail", None], dtype=object), n),
            "direction": random.choice(np.array(["out", "out", "in", None], dtype=object), n),
            "day": [
                None if i % 7 == 0 else as_of + dt.timedelta(days=int(d))
                for i, d in enumerate(random.integers(-200, 5, n))
            ],
            "status": np.where(random.random(n) < 0.03, "void", "live"),
        }
    )
    chosen = contacts[random.random(n) < 0.2].reset_index(drop=True)
    by_contact = random.random(len(chosen)) < 0.5
    responses = pd.DataFrame(
        {
            "response_id": [f"r{i}" for i in range(len(chosen))],
            "customer_key": chosen["customer_key"],
            "contact_id": chosen["contact_id"].where(by_contact, None),
            "campaign": chosen["campaign"].where(~by_contact, None),
            "kind": random.choice(["clicked", "redeemed"], len(chosen)),
            "day": [None if i % 9 == 0 else as_of - dt.timedelta(days=i % 90 - 2)
                    for i in range(len(chosen))],
            "status": np.where(random.random(len(chosen)) < 0.05, "void", "live"),
        }
    )  # fmt: skip
    visits = pd.DataFrame(
        {
            "visit_id": [f"v{i}" for i in range(n)],
            "customer_key": random.choice(keys[: len(keys) // 2], n),
            "channel": random.choice(np.array(["app", "web", None], dtype=object), n),
            "day": [as_of + dt.timedelta(days=int(d)) for d in random.integers(-500, 3, n)],
            "status": "live",
        }
    )
    return {
        "campaigns": campaigns,
        "contacts": contacts,
        "responses": responses,
        "visits": visits,
    }
