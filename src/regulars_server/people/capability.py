"""What people add to the server."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars_server.capability import Capability, Entry, Group, Permission
from regulars_server.roles import Role

# Who speaks with customers. An analyst works with figures, a marketer with audiences; neither
# needs a name.
DESK = frozenset({Role.SERVICE_AGENT, Role.CLUB_OPERATOR})

# Who works with single customers, by their numbers at least.
SEEING = frozenset({*DESK, Role.ANALYST, Role.MARKETER})

CAPABILITY = Capability(
    name="people",
    permissions=(
        Permission(
            name="people.read",
            text=_("Find a person; see contact data, consents and what is held"),
            roles=DESK,
            changes=False,
        ),
        Permission(
            name="people.see",
            text=_("See a customer's purchases, stage and value; without a name, by their number"),
            roles=SEEING,
            changes=False,
        ),
        Permission(
            name="people.consent", text=_("Record what a person allows or refuses"), roles=DESK
        ),
        Permission(name="people.export", text=_("Export all that is held on a person")),
        Permission(name="people.erase", text=_("Erase a person, for good")),
    ),
    navigation=(
        Entry(
            text=_("People"),
            url="people:index",
            group=Group.CUSTOMERS,
            permission="people.read",
            order=10,
        ),
    ),
    urls="regulars_server.people.urls",
    api="regulars_server.people.api:router",
    metrics="regulars_server.people.metrics:figures",
    ready="regulars_server.people.belonging:why_not",
    prepare="regulars_server.people.belonging:prepare",
    processes=(("people", ("regulars_server.people",)),),
    jobs="regulars_server.people.jobs:JOBS",
    forget="regulars_server.people.forgetting:forget",
    found="regulars_server.people.finding:found",
    held="regulars_server.people.exporting:held",
)
