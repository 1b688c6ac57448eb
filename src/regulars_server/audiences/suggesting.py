"""Audiences worth a look, from what the newest snapshot says: each with what it is worth and why.

A suggestion is made of columns that the snapshot has, and of thresholds that are its own
(quantiles of the base); one that selects nobody is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.conditions import Refused, parse
from regulars_server.audiences.catalogue import Catalogue
from regulars_server.audiences.measuring import Measured, measure

Said = str | Promise


@dataclass(frozen=True)
class Idea:
    """Something that may be worth suggesting: `condition` is None where it cannot be asked."""

    name: str
    title: Said
    why: Said
    condition: Callable[[Catalogue], str | None]
    # What is at stake: "value" to come, or "revenue" of the past.
    stake: str = "value"


@dataclass(frozen=True)
class Suggestion:
    """An idea that this snapshot bears out."""

    idea: Idea
    condition: str
    measured: Measured

    @property
    def stake(self) -> float | None:
        one = self.measured
        return one.value if self.idea.stake == "value" and one.value is not None else one.revenue


def _at_least(of: Catalogue, column: str | None, place: int) -> str | None:
    """``column >= quantile``, in whole minor units."""
    if column is None or not of.told[column].quantiles:
        return None
    low = round(of.told[column].quantiles[place])
    return f"{column} >= {low}" if low > 0 else None


STAGE, VERDICT = "life_stage", "decline_verdict"


def _joined(*parts: str | None) -> str | None:
    return None if None in parts else " and ".join(part for part in parts if part)


def _valuable_declining(of: Catalogue) -> str | None:
    worth = _at_least(of, of.revenue, 1)
    if STAGE in of.fields:
        return _joined(worth, f"{STAGE} = 'decline'")
    # A snapshot of an earlier program has no stages: silent for over twice their usual gap, and
    # still likely to be there.
    return _joined(worth, "recency_days > 2 * median_gap_days", "p_alive between 0.3 and 0.8")


def _slowed(of: Catalogue) -> str | None:
    """Named by the analysis of decline; a snapshot of an earlier program does not have it."""
    return f"{VERDICT} = 'slowed'" if VERDICT in of.fields else None


def _frequent_cheap(of: Catalogue) -> str:
    """The letter of high frequency and low value; it and C can be exchanged."""
    return "C" if of.snapshot.manifest["parameters"].get("swap_cd") else "D"


def _slipping(of: Catalogue) -> str | None:
    return _joined(
        f"customer_group in ('{_frequent_cheap(of)}', 'E')",
        "recency_days > 3 * median_gap_days",
        "p_alive >= 0.2",
    )


def _rare_dear(of: Catalogue) -> str | None:
    letter = "D" if _frequent_cheap(of) == "C" else "C"
    return f"customer_group = '{letter}'"


def _once_due(_of: Catalogue) -> str:
    return "purchase_days = 1 and recency_days between 30 and 120 and p_alive >= 0.3"


def _lost_top(of: Catalogue) -> str | None:
    worth = _at_least(of, of.revenue, 2)
    if STAGE in of.fields:
        return _joined(worth, f"{STAGE} = 'lost'")
    return _joined(worth, "p_alive < 0.2", "recency_days <= 730")


def _returned(of: Catalogue) -> str | None:
    if STAGE in of.fields:
        return f"{STAGE} = 'returned'"
    return "recency_days <= 60 and purchase_days >= 3 and t_x > 6 * median_gap_days"


IDEAS = (
    Idea(
        "valuable_declining",
        _("Valuable and falling silent"),
        _(
            "They spent more than three in four customers and have slowed down. A call or an offer"
            " now costs less than winning them back later."
        ),
        _valuable_declining,
        "revenue",
    ),
    Idea(
        "slowed_beyond_chance",
        _("Slowed beyond chance"),
        _(
            "Each of them buys less, or has been silent longer, than chance does to a steady buyer;"
            " at most one in ten is expected to be named by mistake. Draw this list about once a"
            " month."
        ),
        _slowed,
        "revenue",
    ),
    Idea(
        "best_beyond_gap",
        _("Frequent buyers long overdue"),
        _(
            "They buy often, and have now been silent for over three times their own usual gap."
            " Something happened: ask."
        ),
        _slipping,
    ),
    Idea(
        "due_soon",
        _("Next order due within 30 days"),
        _("Their own rhythm says that they buy again soon. A reminder in time is enough."),
        lambda of: "next_order_due between as_of and as_of + 30 and p_alive >= 0.5",
    ),
    Idea(
        "once_only_due",
        _("Bought once, a second order is due"),
        _(
            "The second order decides whether somebody becomes a regular. These bought once, one to"
            " four months ago, and are likely still there."
        ),
        _once_due,
    ),
    Idea(
        "lost_of_top_value",
        _("Top spenders likely lost"),
        _(
            "One in ten spent as much, and they have probably left. Worth a personal attempt, each"
            " of them."
        ),
        _lost_top,
        "revenue",
    ),
    Idea(
        "returned",
        _("Back after a long pause"),
        _("They came back by themselves. Thank them, and find out what brought them."),
        _returned,
    ),
    Idea(
        "most_to_come",
        _("Highest value to come"),
        _("The tenth of the base from which most is expected. Keep them well, and keep them."),
        lambda of: _at_least(of, of.value, 2),
    ),
    Idea(
        "one_step_up",
        _("High spend, low frequency"),
        _("They spend much on few days. One purchase more a year makes them the best group, E."),
        _rare_dear,
    ),
)


def suggestions(of: Catalogue) -> list[Suggestion]:
    """The ideas that select somebody, those with most at stake first."""
    return sorted(_found(of), key=lambda one: -(one.stake or 0))


def _found(of: Catalogue) -> Iterator[Suggestion]:
    for idea in IDEAS:
        text = idea.condition(of)
        if text is None:
            continue
        try:
            condition = parse(text, of.fields)
        except Refused:  # a column that this snapshot does not have
            continue
        measured = measure(of, condition)
        if 0 < measured.customers < of.rows:
            yield Suggestion(idea, text, measured)
