"""What value and strategies add to the server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.capability import Capability, Entry, Group, Permission
from regulars_server.roles import Role

PLANNERS = frozenset({Role.ANALYST, Role.MARKETER})

CAPABILITY = Capability(
    name="strategies",
    permissions=(
        Permission(
            name="strategies.read",
            text=_("See what customers are worth, lifetime-value tables and strategies"),
            roles=PLANNERS | {Role.CLUB_OPERATOR},
            changes=False,
        ),
        Permission(
            name="strategies.manage",
            text=_("Work on lifetime-value tables and strategies, and say what they cost"),
            roles=PLANNERS,
        ),
        # The marketer answers for the budget, the analyst for the figures. Whoever costed a
        # strategy does not approve it while somebody else can, see `rules`.
        Permission(
            name="strategies.approve",
            text=_("Approve a strategy that somebody else has costed"),
            roles=frozenset({Role.MARKETER}),
        ),
    ),
    navigation=(
        Entry(
            text=_("Value"),
            url="strategies:value",
            group=Group.KNOWLEDGE,
            permission="strategies.read",
            order=30,
        ),
        Entry(
            text=_("Value tables"),
            url="strategies:tables",
            group=Group.KNOWLEDGE,
            permission="strategies.read",
            order=35,
        ),
        Entry(
            text=_("Strategies"),
            url="strategies:workbooks",
            group=Group.KNOWLEDGE,
            permission="strategies.read",
            order=40,
        ),
    ),
    urls="regulars_server.strategies.urls",
    api="regulars_server.strategies.api:router",
    found="regulars_server.strategies.finding:found",
)
