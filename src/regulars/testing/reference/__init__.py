"""What each analysis must answer, computed independently of every engine.

Each function takes the facts as a mapping of pandas frames (the tables of the facts, with the
columns that are needed) and gives an `Answer`: rows and figures named as the analysis names them.
Days are `datetime.date`, money is integer minor units, shares are floats, a missing value is None.
"""

from regulars.testing.reference.acquisition import rejoin, sources
from regulars.testing.reference.backtest import (
    value_backtest,
    value_calibration,
    value_tracking,
)
from regulars.testing.reference.base import Answer, Facts, Period
from regulars.testing.reference.behaviour import conversion, engagement, interest
from regulars.testing.reference.bridge import bridge, bridge_customers
from regulars.testing.reference.causes import causes
from regulars.testing.reference.cohorts import cohort_customers, cohorts
from regulars.testing.reference.concentration import concentration, concentration_customers
from regulars.testing.reference.decline import decline, two_groups
from regulars.testing.reference.goods import baskets, goods, next_due
from regulars.testing.reference.homogeneity import Homogeneity, bhapkar, wilson
from regulars.testing.reference.lifecycle import (
    lifecycle,
    lifecycle_customers,
    lifecycle_history,
    lifecycle_trend,
)
from regulars.testing.reference.matrix import matrix
from regulars.testing.reference.plane import (
    group_customers,
    groups,
    groups_trend,
    migration,
    migration_customers,
)
from regulars.testing.reference.profiles import (
    preference,
    profile,
    profile_value,
    response_index,
)
from regulars.testing.reference.profit_loyalty import profit_loyalty, profit_loyalty_customers
from regulars.testing.reference.renewals import renewals
from regulars.testing.reference.retention import retention
from regulars.testing.reference.rfm import rfm, segments
from regulars.testing.reference.summary import summary
from regulars.testing.reference.tiers import tier_customers, tiers
from regulars.testing.reference.value import (
    value_distribution,
    value_matrix,
    value_tenths,
    value_totals,
)

__all__ = [
    "Answer",
    "Facts",
    "Homogeneity",
    "Period",
    "baskets",
    "bhapkar",
    "bridge",
    "bridge_customers",
    "causes",
    "cohort_customers",
    "cohorts",
    "concentration",
    "concentration_customers",
    "decline",
    "conversion",
    "engagement",
    "goods",
    "group_customers",
    "groups",
    "groups_trend",
    "interest",
    "matrix",
    "lifecycle",
    "lifecycle_customers",
    "lifecycle_history",
    "lifecycle_trend",
    "migration",
    "migration_customers",
    "next_due",
    "rejoin",
    "renewals",
    "preference",
    "profile",
    "profile_value",
    "profit_loyalty",
    "profit_loyalty_customers",
    "response_index",
    "retention",
    "rfm",
    "segments",
    "sources",
    "summary",
    "tier_customers",
    "tiers",
    "two_groups",
    "wilson",
    "value_backtest",
    "value_calibration",
    "value_distribution",
    "value_matrix",
    "value_tenths",
    "value_totals",
    "value_tracking",
]
