"""Who is who: records of one customer found, joined, reviewed and parted again."""

from __future__ import annotations

from regulars.identities.registry import Identities
from regulars.identities.reports import (
    Change,
    Cluster,
    Held,
    Identity,
    MatchReport,
    Merging,
    ReviewPair,
)

__all__ = [
    "Change",
    "Cluster",
    "Held",
    "Identities",
    "Identity",
    "MatchReport",
    "Merging",
    "ReviewPair",
]
