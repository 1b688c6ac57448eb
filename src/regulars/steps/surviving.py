"""Which of the records merged into one customer is heard: the surviving one, then the lowest key.

Records of ``customers`` stand as ``c`` beside `OWNERS` as ``m``, which names the survivor of each
record that was merged.
"""

from __future__ import annotations

OWNERS = "left join owners as m on m.customer_key = c.customer_key"
CUSTOMER = "coalesce(m.owner_key, c.customer_key)"
# 0 for the surviving record itself: it comes first.
MERGED = "case when m.owner_key is null then 0 else 1 end"


def spoken(columns: str, *, where: str) -> str:
    """One row a customer with a live record of which `where` holds: the first that speaks."""
    return f"""(
            select {CUSTOMER} as customer_key, {columns},
                row_number() over (partition by {CUSTOMER} order by {MERGED}, c.customer_key)
                    as place
            from customers as c
            {OWNERS}
            where c.status = 'live' and {where}
        ) as spoken
        where place = 1"""
