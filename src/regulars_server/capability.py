"""What a capability of the server declares, and the registry that everything is read from.

A capability is a Django app with a module ``capability.py`` that holds one `Capability`, named
``CAPABILITY``. It is read before Django is set up, so it names code by dotted path and imports
no models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars_server.roles import Role
from regulars_server.settings.environment import Setting
from regulars_server.settings.installed import CAPABILITIES


@dataclass(frozen=True, kw_only=True)
class Permission:
    """Something that a user may do.

    Attributes
    ----------
    name : ``capability.verb``, e.g. ``"people.read"``.
    text : what it allows, as the table of roles says it.
    roles : who holds it. The administrator holds every permission, the auditor every one that
        changes nothing; neither is named here.
    changes : whether anything can be changed, exported or sent with it.
    """

    name: str
    text: str | Promise
    roles: frozenset[Role] = frozenset()
    changes: bool = True

    def held_by(self, role: Role) -> bool:
        if role is Role.ADMINISTRATOR:
            return True
        if role is Role.AUDITOR:
            return not self.changes
        return role in self.roles


class Group(StrEnum):
    """A part of the console's navigation, in the order in which they stand."""

    TODAY = "today"
    CUSTOMERS = "customers"
    KNOWLEDGE = "knowledge"
    DATA = "data"
    ADMINISTRATION = "administration"


# The first stands without a head.
HEADS: dict[Group, str | Promise] = {
    Group.TODAY: "",
    Group.CUSTOMERS: _("Customers"),
    Group.KNOWLEDGE: _("Knowledge"),
    Group.DATA: _("Data"),
    Group.ADMINISTRATION: _("Administration"),
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the console's navigation.

    Attributes
    ----------
    text : what it is called.
    url : name of its URL, e.g. ``"people:index"``.
    group : under which head it stands.
    permission : who sees it; None for everybody who is signed in.
    order : place within its group, small first.
    """

    text: str | Promise
    url: str
    group: Group
    permission: str | None = None
    order: int = 50


@dataclass(frozen=True, kw_only=True)
class Capability:
    """One capability: what it adds to the server.

    Attributes
    ----------
    name : the app's label.
    permissions, navigation, settings : as declared above.
    urls : module of URL patterns, mounted at the root under the namespace of its ``app_name``.
    api : ``"module:router"``, a Ninja router, mounted at ``/api/v1``.
    metrics : ``"module:function"`` that yields `prometheus_client` metric families; called at
        each scrape, so it reads the database and keeps no state of its own.
    ready : ``"module:function"`` that returns None, or in words why the server cannot work now.
    processes : programs that `regulars serve` runs beside the web: name and the arguments that
        follow ``python -m``.
    jobs : ``"module:JOBS"``, a tuple of `work.kinds.Kind`: what a worker can do for it.
    prepare : ``"module:function"`` run once at a start, after migrations, in a process of its own.
    forget : ``"module:function"``, called as ``forget(customer_keys=…)`` within the transaction
        that erases people; removes what this capability's tables hold of them.
    found : ``"module:function"``, called as ``found(words, user=…)``; what of this capability
        somebody may mean who types these words into the palette: a few `palette.Hit`.
    taken : ``"module:function"``, called as ``taken(snapshot_id=…)`` by the job that took a
        snapshot, when it is published; enqueues what follows from it.
    held : ``"module:function"``, called as ``held(customer_keys=…)``; what this capability's tables
        hold of a person, for their export: lists of rows by what they are called.
    """

    name: str
    permissions: tuple[Permission, ...] = ()
    navigation: tuple[Entry, ...] = ()
    settings: tuple[Setting[Any], ...] = ()
    urls: str | None = None
    api: str | None = None
    metrics: str | None = None
    ready: str | None = None
    processes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    jobs: str | None = None
    prepare: str | None = None
    forget: str | None = None
    held: str | None = None
    found: str | None = None
    taken: str | None = None


@cache
def capabilities() -> tuple[Capability, ...]:
    """Every installed capability, in the order of `settings.installed`."""
    found: list[Capability] = [
        import_module(f"{app}.capability").CAPABILITY for app in CAPABILITIES
    ]
    permissions = [permission.name for one in found for permission in one.permissions]
    doubled = {name for name in permissions if permissions.count(name) > 1}
    unknown = {
        entry.permission
        for one in found
        for entry in one.navigation
        if entry.permission is not None and entry.permission not in permissions
    }
    if doubled or unknown:
        raise LookupError(f"permissions declared twice: {doubled}; not declared: {unknown}")
    return tuple(found)


@cache
def permissions() -> dict[str, Permission]:
    """Every permission by its name."""
    return {p.name: p for one in capabilities() for p in one.permissions}


def permissions_of(role: Role) -> frozenset[str]:
    """The names of what a role may do."""
    return frozenset(name for name, p in permissions().items() if p.held_by(role))


def navigation(held: Iterable[str]) -> list[tuple[Group, list[Entry]]]:
    """The entries that somebody with these permissions sees, by their groups, in order."""
    mine = set(held)
    entries = [entry for one in capabilities() for entry in one.navigation]
    seen = [e for e in entries if e.permission is None or e.permission in mine]
    ordered = sorted(seen, key=lambda entry: entry.order)
    grouped = [(group, [e for e in ordered if e.group is group]) for group in Group]
    return [(group, found) for group, found in grouped if found]


def load(path: str) -> Any:
    """What ``"module:name"`` names."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def named(attribute: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Capability and function, for each capability that names one under this attribute."""
    for one in capabilities():
        path = getattr(one, attribute)
        if path is not None:
            yield one.name, load(path)
