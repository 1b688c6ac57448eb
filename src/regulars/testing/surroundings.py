"""What stands around the orders of a shop: products, visits, interest, campaigns, subscriptions.

Each function adds fact tables to a `Shop` and changes none that is there, save that orders and
lines may get columns they lack. All randomness comes from the seed; rows that must not count
(void, undated, on the as-of day and later) are among them.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from regulars.testing.generate import START, Shop

CATEGORIES = ("Food > Dairy > Milk", "Food > Dairy > Cheese", "Food > Bread", "Home", "Home > 清洁")
BRANDS = ("Alp", "Berg", "自有")


def with_products(shop: Shop, *, seed: int = 1) -> Shop:
    """A product for each that stands on a line, most with category, brand and unit cost.

    Every seventh has no category, every fifth no unit cost; one in nine is void. Some lines carry
    a unit cost of their own.
    """
    random = np.random.default_rng([seed, 21])
    lines = shop.facts["order_lines"].copy()
    ids = sorted(set(lines["product_id"]))
    place = np.arange(len(ids))
    price = (lines["list_amount_minor"] / lines["quantity"]).groupby(lines["product_id"]).first()
    cost = np.floor(price.loc[ids].to_numpy() * random.uniform(0.4, 1.1, len(ids))) / 100
    products = pd.DataFrame(
        {
            "product_id": ids,
            "category_path": [None if i % 7 == 6 else CATEGORIES[i % 5] for i in place],
            "brand": [None if i % 11 == 10 else BRANDS[i % 3] for i in place],
            "unit_cost": pd.array([None if i % 5 == 4 else cost[i] for i in place], "Float64"),
            "status": ["void" if i % 9 == 8 else "live" for i in place],
        }
    )
    own = random.random(len(lines)) < 0.1
    lines["unit_cost"] = pd.array(np.where(own, 1.125, np.nan), dtype="Float64")
    lines.loc[~own, "unit_cost"] = pd.NA
    return Shop({**shop.facts, "products": products, "order_lines": lines}, shop.truth)


def _days(random: np.random.Generator, shop: Shop, count: int) -> list[dt.date | None]:
    """Days over the history and a few after it; one in fifty is missing."""
    span = (shop.truth["as_of"] - START).days
    offsets = random.integers(0, span + 5, count)
    known = random.random(count) >= 0.02
    return [START + dt.timedelta(days=int(o)) if k else None for o, k in zip(offsets, known,
                                                                          strict=True)]  # fmt: skip


def _status(random: np.random.Generator, count: int) -> list[str]:
    return ["void" if drawn < 0.03 else "live" for drawn in random.random(count)]


def _keys(random: np.random.Generator, shop: Shop, count: int) -> np.ndarray[
    tuple[int], np.dtype[np.int64]
]:  # fmt: skip
    """Customers of these rows: every third customer has none at all."""
    everybody = np.unique(shop.facts["customers"]["customer_key"].to_numpy(dtype="int64"))
    return random.choice(everybody[everybody % 3 > 0], count)


def with_visits(shop: Shop, *, seed: int = 1, visits: int = 4000) -> Shop:
    """Visits on two channels, half of them on a day near an order of the same customer."""
    random = np.random.default_rng([seed, 22])
    days, keys = _days(random, shop, visits), _keys(random, shop, visits)
    orders = shop.facts["orders"].sample(visits // 2, replace=True, random_state=seed)
    before = random.integers(0, 12, len(orders))
    for i, (key, day, lead) in enumerate(
        zip(orders["customer_key"], orders["day"], before, strict=True)
    ):
        keys[i], days[i] = key, day - dt.timedelta(days=int(lead))
    table = pd.DataFrame(
        {
            "visit_id": [f"v{i:06d}" for i in range(visits)],
            "customer_key": keys,
            "channel": random.choice(
                np.array(["web", "app", None], dtype=object), visits, p=[0.6, 0.35, 0.05]
            ),
            "day": pd.Series(days, dtype="object"),
            "pages": random.integers(1, 20, visits),
            "status": _status(random, visits),
        }
    )
    return Shop({**shop.facts, "visits": table}, shop.truth)


def with_interest(shop: Shop, *, seed: int = 1, events: int = 3000) -> Shop:
    """Views, carts and favourites of products; some of the products are never on any line."""
    random = np.random.default_rng([seed, 23])
    ids = [*sorted(set(shop.facts["order_lines"]["product_id"])), "never1", "never2"]
    table = pd.DataFrame(
        {
            "interest_id": [f"i{i:06d}" for i in range(events)],
            "customer_key": _keys(random, shop, events),
            "product_id": random.choice(ids, events),
            "kind": random.choice(["view", "cart", "favourite"], events, p=[0.7, 0.2, 0.1]),
            "times": pd.array(
                np.where(random.random(events) < 0.3, random.integers(1, 6, events), -1), "Int64"
            ),
            "day": pd.Series(_days(random, shop, events), dtype="object"),
            "status": _status(random, events),
        }
    )
    table.loc[table["times"] < 0, "times"] = pd.NA
    return Shop({**shop.facts, "product_interest": table}, shop.truth)


def with_contacts(shop: Shop, *, seed: int = 1, contacts: int = 2500) -> Shop:
    """Contacts out and in, and responses to them; one in fifty has no day."""
    random = np.random.default_rng([seed, 24])
    answers = contacts // 2
    out = pd.DataFrame(
        {
            "contact_id": [f"c{i:06d}" for i in range(contacts)],
            "customer_key": _keys(random, shop, contacts),
            "campaign": random.choice(["spring", "autumn"], contacts),
            "channel": random.choice(["email", "sms"], contacts),
            "direction": random.choice(
                np.array(["out", "in", None], dtype=object), contacts, p=[0.8, 0.15, 0.05]
            ),
            "day": pd.Series(_days(random, shop, contacts), dtype="object"),
            "cost_minor": 5,
            "status": _status(random, contacts),
        }
    )
    back = pd.DataFrame(
        {
            "response_id": [f"a{i:06d}" for i in range(answers)],
            "customer_key": _keys(random, shop, answers),
            "kind": random.choice(["opened", "clicked"], answers),
            "day": pd.Series(_days(random, shop, answers), dtype="object"),
            "status": _status(random, answers),
        }
    )
    return Shop({**shop.facts, "contacts": out, "responses": back}, shop.truth)


def with_sources(shop: Shop, *, seed: int = 1) -> Shop:
    """A source code on most orders, a source for half the customers, and what sources cost."""
    random = np.random.default_rng([seed, 25])
    orders, customers = shop.facts["orders"].copy(), shop.facts["customers"].copy()
    codes = np.array(["insert", "campus", "friend", None], dtype=object)
    orders["source_code"] = random.choice(codes, len(orders), p=[0.4, 0.3, 0.2, 0.1])
    customers["source"] = random.choice(codes, len(customers), p=[0.2, 0.1, 0.2, 0.5])
    paid = [("insert", 400_000), ("insert", 100_000), ("campus", 2_000_000), ("elsewhere", 700)]
    costs = pd.DataFrame(
        {
            "campaign": [name for name, _ in paid],
            "day": pd.Series([START + dt.timedelta(days=30 * i) for i in range(4)], dtype="object"),
            "kind": "media",
            "amount_minor": [amount for _, amount in paid],
            "status": "live",
        }
    )
    return Shop({**shop.facts, "orders": orders, "customers": customers, "costs": costs},
                shop.truth)  # fmt: skip


def with_subscriptions(shop: Shop, *, seed: int = 1, customers: int = 250) -> Shop:
    """Terms of a year at 3000; after each the subscriber renews, rejoins cheaper or is gone."""
    random = np.random.default_rng([seed, 26])
    as_of: dt.date = shop.truth["as_of"]
    rows: list[dict[str, object]] = []
    for key in range(1, customers + 1):
        start, price, term = START + dt.timedelta(days=int(random.integers(-500, 200))), 3000, 0
        while start < as_of + dt.timedelta(days=20):
            end = start + dt.timedelta(days=365)
            rows.append(
                {
                    "subscription_id": f"s{key}-{term}",
                    "customer_key": key,
                    "started": start,
                    "ended": end if end < as_of + dt.timedelta(days=30) else None,
                    "price_minor": None if random.random() < 0.02 else price,
                    "status": "void" if random.random() < 0.02 else "live",
                }
            )
            fate, term = random.random(), term + 1
            if fate < 0.3:
                break
            wait = 0 if fate < 0.6 else int(random.integers(1, 260))
            start, price = end + dt.timedelta(days=wait), 3000 if fate < 0.7 else 2000
    frame = pd.DataFrame(rows).astype({"price_minor": "Int64"})
    return Shop({**shop.facts, "subscriptions": frame}, shop.truth)


def surrounded(shop: Shop, *, seed: int = 1) -> Shop:
    """All of it around one shop with orders, lines and customers."""
    for add in (
        with_products,
        with_visits,
        with_interest,
        with_contacts,
        with_sources,
        with_subscriptions,
    ):
        shop = add(shop, seed=seed)
    return shop
