"""Who a user can be. What a role may do is said by each permission, see `capability`."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """One role a user."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    MARKETER = "marketer"
    SERVICE_AGENT = "service_agent"
    CLUB_OPERATOR = "club_operator"
    AUDITOR = "auditor"


TITLES: dict[Role, Promise] = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.ANALYST: _("Analyst"),
    Role.MARKETER: _("Marketer"),
    Role.SERVICE_AGENT: _("Service agent"),
    Role.CLUB_OPERATOR: _("Club operator"),
    Role.AUDITOR: _("Auditor"),
}

EVERYBODY = frozenset(Role)
