"""Under which head an analysis stands where all of them are listed."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.declare import Text


@dataclass(frozen=True)
class Theme:
    """A head, and the analyses beneath it in their order."""

    name: str
    title: Text
    analyses: tuple[str, ...] = ()

    @property
    def place(self) -> int:
        """Which of the heads it is, the first being 0."""
        return [*THEMES, OTHER].index(self)


THEMES = (
    Theme(
        "base",
        Text("Who the customers are, by what they bought", "客户构成与消费"),
        (
            "groups", "group_customers", "concentration", "concentration_customers", "segments",
            "rfm", "summary", "tiers", "tier_customers", "matrix",
        ),
    ),
    Theme(
        "change",
        Text("What changed, and why", "变化与原因"),
        (
            "bridge", "causes", "bridge_customers", "decline", "migration", "migration_change",
            "routes", "groups_trend", "migration_customers",
        ),
    ),
    Theme(
        "staying",
        Text("Who comes back, who leaves", "复购与流失"),
        (
            "cohorts", "cohort_customers", "retention", "lifecycle", "lifecycle_trend",
            "lifecycle_customers", "lifecycle_history", "renewals", "rejoin",
        ),
    ),
    Theme(
        "value",
        Text("What customers are worth", "客户价值"),
        (
            "value_totals", "value_distribution", "value_tenths", "value_matrix", "value",
            "value_fit", "value_backtest", "value_tracking", "value_calibration", "profit_loyalty",
            "profit_loyalty_customers",
        ),
    ),
    Theme(
        "people",
        Text("Profiles, sources and responses", "画像、来源与响应"),
        (
            "profile", "profile_value", "preference", "response_index", "sources", "engagement",
            "conversion",
        ),
    ),
    Theme(
        "goods",
        Text("What they buy, and what next", "商品与下一单"),
        ("goods", "baskets", "next_due", "interest"),
    ),
    Theme("data", Text("What the figures rest on", "数据质量"), ("quality",)),
)  # fmt: skip
OTHER = Theme("other", Text("More questions", "其他问题"))


def theme_of(name: str) -> Theme:
    """The theme of an analysis; one that stands in none is among the others."""
    return next((theme for theme in THEMES if name in theme.analyses), OTHER)
