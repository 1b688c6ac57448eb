"""Signs of interest as shops log them; every word of a choice can be read."""

from __future__ import annotations

import pytest

from facts.shops import Shop
from regulars.errors import ImportRefused
from regulars.facts import FACTS
from regulars.facts.synonyms import CHOICE_WORDS


def test_an_event_log_becomes_interest(shop: Shop) -> None:
    shop.take(
        "product_interest",
        "user_id,item_id,behavior_type,timestamp\n"
        "A,lamp,pv,2024-06-01 10:00:00\nA,lamp,fav,2024-06-01 10:01:00\n"
        "B,rug,add_to_cart,2024-06-02 09:00:00\n",
    )
    found = shop.rows("product_interest", "product_id, kind, CAST(day AS VARCHAR)")
    assert found == [
        ("lamp", "favourite", "2024-06-01"),
        ("lamp", "view", "2024-06-01"),
        ("rug", "cart", "2024-06-02"),
    ]


def test_chinese_words_and_a_count_are_read(shop: Shop) -> None:
    rows = "A,p1,浏览,2024-06-01,4\nA,p1,加购,2024-06-01,\n"
    shop.take("product_interest", f"会员编号,商品编号,类型,日期,次数\n{rows}")
    assert shop.rows("product_interest", "kind, times") == [("cart", None), ("view", 4)]


def test_an_unknown_kind_is_refused_in_words(shop: Shop) -> None:
    rows = "A,p,view,2024-06-01\nA,p,stare,2024-06-01\n"
    with pytest.raises(ImportRefused, match="kind: is none of the values allowed"):
        shop.take("product_interest", f"customer_id,product_id,kind,day\n{rows}")


# What Regulars writes itself is never read from anybody's words.
OWN = {"merges", "match_pairs"}
CHOICES = sorted(
    {
        choice
        for table in FACTS.values()
        if table.name not in OWN
        for column in table.columns
        for choice in column.choices
    }
)


@pytest.mark.parametrize("choice", CHOICES)
def test_every_choice_of_a_fact_has_words(choice: str) -> None:
    assert choice in CHOICE_WORDS
