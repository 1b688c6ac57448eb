"""Who the customers are: one row a customer and attribute, with nothing that names anybody.

Attributes are the declared columns of `customers` (kind, industry, region, source, and for a
household the number of its customers, where any has more than one), what its JSON holds, and from
`people` the age, as a band only. Values that fewer than ``$smallest_group`` customers share, and
those after the 30 most frequent of an attribute, are put together under "(other)": an id that
strayed among the attributes is then never shown.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from regulars.steps.attributes import TEXTS, VALUES
from regulars.steps.step import Step
from regulars.steps.surviving import CUSTOMER, MERGED, OWNERS

OTHER = "(other)"
MOST_VALUES = 30
# Lowest age of each band, and what it is called; over 110 is taken for a wrong date.
AGES = ((0, "0-17"), (18, "18-24"), (25, "25-34"), (35, "35-44"), (45, "45-54"), (55, "55-64"),
        (65, "65+"))  # fmt: skip
OLDEST = 110

RECORDS = Step(
    name="customer_records",
    one_row="one live record of a customer, under the surviving customer",
    key=("record_key",),
    sql=f"""
        select {CUSTOMER} as customer_key, c.customer_key as record_key,
            {MERGED} as merged,
            nullif(c.kind, '') as kind, nullif(c.industry, '') as industry,
            nullif(c.region, '') as region, nullif(c.source, '') as source,
            nullif(c.household, '') as household, c.attributes
        from customers as c
        {OWNERS}
        where c.status = 'live'
    """,
)
HOUSEHOLDS = Step(
    name="household_sizes",
    one_row="one household",
    key=("household",),
    sql="""
        select household, count(distinct customer_key) as members
        from customer_records
        where household is not null
        group by household
    """,
)

LARGEST = Step(
    name="largest_household",
    one_row="all households: the customers of the largest",
    key=(),
    sql="select max(members) as members from household_sizes",
)


def _column(name: str) -> str:
    return f"""
        select customer_key, record_key, merged, '{name}' as attribute, {name} as value
        from customer_records where {name} is not null
    """


_HOUSEHOLD = """
    select r.customer_key, r.record_key, r.merged, 'household' as attribute,
        case when h.members >= 4 then '4+' else cast(h.members as varchar) end as value
    from customer_records as r inner join household_sizes as h on h.household = r.household
    cross join largest_household as l
    where l.members > 1
"""
_ATTRIBUTES = """
    select r.customer_key, r.record_key, r.merged, v.attribute, v.value
    from customer_records as r inner join attribute_values as v on v.attributes = r.attributes
"""
_BANDS = " ".join(f"when p.birth_date <= $born_{age} then '{band}'" for age, band in reversed(AGES))
_AGE = f"""
    select coalesce(m.owner_key, p.customer_key) as customer_key, p.customer_key as record_key,
        case when m.owner_key is null then 0 else 1 end as merged, 'age_band' as attribute,
        case {_BANDS} end as value
    from people as p left join owners as m on m.customer_key = p.customer_key
    where p.status = 'live' and p.birth_date > $born_{OLDEST} and p.birth_date <= $born_0
"""
TOLD = Step(
    name="told_attributes",
    one_row="one attribute as one record tells it",
    key=("record_key", "attribute"),
    sql=" union all ".join(
        [*(_column(name) for name in ("kind", "industry", "region", "source")),
         _HOUSEHOLD, _ATTRIBUTES, _AGE]
    ),
)  # fmt: skip
# Merged records speak where the surviving one is silent: the lowest key first.
KNOWN = Step(
    name="known_attributes",
    one_row="one attribute of one customer",
    key=("customer_key", "attribute"),
    reused=True,
    sql="""
        select customer_key, attribute, value
        from (
            select customer_key, attribute, value,
                row_number() over (partition by customer_key, attribute
                    order by merged, record_key) as place
            from told_attributes
            where coalesce($attribute, attribute) = attribute
        ) as told
        where place = 1
    """,
)
# Ties are broken by a hash: text has another order on each engine.
SHOWN = Step(
    name="shown_values",
    one_row="one value of an attribute",
    key=("attribute", "value"),
    sql=f"""
        select attribute, value,
            case when customers >= $smallest_group and place <= {MOST_VALUES}
                then value else '{OTHER}' end as shown
        from (
            select attribute, value, customers,
                row_number() over (partition by attribute order by customers desc, md5(value))
                    as place
            from (
                select attribute, value, count(*) as customers
                from known_attributes
                group by attribute, value
            ) as counted
        ) as ranked
    """,
)
PROFILES = Step(
    name="profiles",
    one_row="one attribute of one customer, rare values put together",
    key=("customer_key", "attribute"),
    reused=True,
    sql="""
        select k.customer_key, k.attribute, s.shown as value
        from known_attributes as k
        inner join shown_values as s on s.attribute = k.attribute and s.value = k.value
    """,
)
PROFILED = Step(
    name="profiled",
    one_row="one customer of whom anything is known",
    key=("customer_key",),
    sql="select customer_key from known_attributes group by customer_key",
)
STEPS = (TEXTS, VALUES, RECORDS, HOUSEHOLDS, LARGEST, TOLD, KNOWN, SHOWN, PROFILES, PROFILED)


def born_by(as_of: dt.date) -> dict[str, Any]:
    """The last birth date of each age on the as-of day; of 29 February, the 28th counts."""
    days = {}
    for age in (*(age for age, _ in AGES), OLDEST):
        year = max(as_of.year - age, 1)
        leap = (
            as_of.month == 2 and as_of.day == 29 and (year % 4 or (year % 100 == 0 and year % 400))
        )
        days[f"born_{age}"] = as_of.replace(year=year, day=28 if leap else as_of.day)
    return days
