"""What matching found and did, as values that any front end can show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Reason = Literal["shared", "dummy", "role", "fixed_line", "rejected", "large", "contradiction"]
Agreement = Literal["same", "differs", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Customers that become one.

    Attributes
    ----------
    survivor : the id of the record that stands for all, ``source:id``; the oldest.
    records : ids of all records, oldest first (the first 20).
    size : how many records; ``rules`` what joins them.
    """

    survivor: str
    records: tuple[str, ...]
    size: int
    rules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Held:
    """What was found and is not merged, and why.

    Attributes
    ----------
    reason : ``shared`` by too many, a ``dummy``, a ``role`` address, a ``fixed_line``; or of
        several customers: ``rejected`` before, too ``large``, a ``contradiction`` of birth dates.
    rule : the rule or rules that would join them; ``value`` what they share, where it is one value.
    records, customers : how many have it; ``example`` the id of the oldest.
    """

    reason: Reason
    rule: str
    value: str | None
    records: int
    customers: int
    example: str


@dataclass(frozen=True, kw_only=True)
class MatchReport:
    """What matching would do, or did.

    Attributes
    ----------
    applied : whether it was done; ``facts_version`` the version that it made, if any.
    records : customer records; ``customers_before`` and ``customers_after`` whom they make up.
    by_rule : pairs of customers joined by each rule; one pair may be joined by several.
    unusable : by rule, texts that are no valid e-mail, number or card.
    clusters : customers that several become; ``biggest`` the largest of them.
    held : what is not merged, largest first (the first 50); ``held_by_reason`` counts them all.
    review : pairs put (or to be put) on the review list.
    """

    applied: bool
    facts_version: int | None
    records: int
    customers_before: int
    customers_after: int
    by_rule: Mapping[str, int]
    unusable: Mapping[str, int]
    clusters: int
    biggest: tuple[Cluster, ...]
    held: tuple[Held, ...]
    held_by_reason: Mapping[str, int]
    review: int

    @property
    def merged(self) -> int:
        """Customers that are no longer counted by themselves."""
        return self.customers_before - self.customers_after

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "merged": self.merged}


@dataclass(frozen=True, kw_only=True)
class ReviewPair:
    """Two records that may be one customer, with the evidence for a person to decide on.

    Attributes
    ----------
    pair_id : names the pair in `accept` and `reject`.
    left, right : each record: ``id``, name, phone, email, address, birth_date.
    rule : what speaks for it; ``probability`` from the model, None for exact rules.
    agreement : for each attribute ``same`` (once written alike), ``differs``, or ``unknown`` where
        one side lacks it.
    decision : ``open``, ``accepted`` or ``rejected``.
    """

    pair_id: str
    left: Mapping[str, Any]
    right: Mapping[str, Any]
    agreement: Mapping[str, Agreement]
    rule: str
    probability: float | None
    decision: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Merging:
    """One entry of the journal, as far as it concerns one customer.

    Attributes
    ----------
    merge_id : the merging; ``record`` the id that came to ``into``, by ``rule``.
    decided_by, decided_at : who and when (UTC); ``undone_at`` when it was taken back.
    """

    merge_id: int
    record: str
    into: str
    rule: str
    decided_by: str | None
    decided_at: dt.datetime | None
    undone_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class Identity:
    """One customer: the records that it is made of, and how they came together.

    Attributes
    ----------
    customer : the id of the surviving record; ``customer_key`` its key.
    records : every record: id, customer_key, name, phone, email, address, birth_date.
    mergings : the journal, oldest first, mergings that were taken back included.
    """

    customer: str
    customer_key: int
    records: tuple[Mapping[str, Any], ...]
    mergings: tuple[Merging, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What merging or unmerging by hand, or a decision, changed.

    Attributes
    ----------
    facts_version : the version that it made; None when nothing changed.
    customers : ids of the customers that the records count for now.
    records : how many records count for another customer than before.
    """

    facts_version: int | None
    customers: tuple[str, ...]
    records: int
