"""Strategies begun, filled in, costed, approved, changed, commented on. Each change is audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regulars_server.access.models import User
from regulars_server.audit.services import changed, record
from regulars_server.errors import Conflict, Invalid, NotFound
from regulars_server.strategies import baseline, queries, rules, wording
from regulars_server.strategies.models import (
    KINDS,
    METRICS,
    Offer,
    TableVersion,
    Workbook,
    WorkbookEntry,
)
from regulars_server.strategies.rules import Part
from regulars_server.strategies.states import State
from regulars_server.web.actor import Actor

LONGEST = 20_000
MOST_OFFERS = 50
MOST_MONEY = 10**15
FIELDS: Mapping[Part, tuple[str, ...]] = {
    "title": ("title",),
    "segment": ("segment", "condition", "audience_id"),
    "baseline": (
        "snapshot_id", "as_of", "customers", "base_customers", "expected_spend_minor",
        "unknown_customers",
    ),
    "goal": ("metric", "metric_now", "target", "due"),
    "needs": ("needs",),
    "table": ("table_id", "table_number"),
    "control": ("control",),
    "budget": ("budget_minor",),
}  # fmt: skip
"""The columns of each part; offers have a table of their own."""


def strategy_of(one: Workbook) -> rules.Strategy:
    """A workbook as the rules look at it."""
    return rules.Strategy(
        state=State(one.state), segment=bool(one.condition.strip() or one.audience_id),
        customers=one.customers, as_of=one.as_of, metric=one.metric, target=one.target, due=one.due,
        offers=[
            rules.Offer(title=o.title, unit_cost=o.unit_cost_minor, takers=o.takers)
            for o in one.offers.all()
        ],
        control=one.control, budget=one.budget_minor, costed_by=one.costed_by_id,
    )  # fmt: skip


def asker_of(user_id: int | None) -> rules.Asker:
    """Who asks, and how many others could approve."""
    user = User.objects.filter(pk=user_id or 0, is_active=True).first()
    if user is None:
        return rules.Asker(user=0, manages=False, approves=False)
    others = queries.approvers().exclude(pk=user.pk).count()
    return rules.Asker(
        user=user.pk, manages=user.may("strategies.manage"),
        approves=user.may("strategies.approve"), other_approvers=others,
    )  # fmt: skip


@transaction.atomic
def begin(
    *,
    actor: Actor,
    title: str,
    currency: str,
    values: Mapping[str, Any] | None = None,
    offers: tuple[Mapping[str, Any], ...] = (),
) -> Workbook:
    """Begin a strategy, with what is known of it already.

    Parameters
    ----------
    currency : of all its money: that of the workspace.
    values : columns of `FIELDS`.

    Raises
    ------
    Invalid : what stands in it cannot be.
    """
    one = Workbook(title=title.strip(), owner_id=actor.user_id, currency=currency)
    _check_title(one.title)
    known = {name for names in FIELDS.values() for name in names}
    for name, value in (values or {}).items():
        if name not in known:
            raise LookupError(name)
        setattr(one, name, value)
    _check(one)
    one.save()
    for offer in offers:
        _put_offer(one, None, offer)
    _say(actor, one, "begun", after=one.state)
    record(
        actor=actor, action="strategies.begun", subject_kind="strategy", subject_id=one.pk,
        after={"title": one.title, "state": one.state},
    )  # fmt: skip
    return one


@transaction.atomic
def change(
    *, actor: Actor, workbook_id: int, version: int, part: Part, values: Mapping[str, Any]
) -> Workbook:
    """Change one part; what the state rested on takes it back, see `rules.after_change`.

    Raises
    ------
    NotFound : no such strategy. Invalid : a value cannot be.
    Conflict : it was changed since that version, or is put away.
    """
    one = _locked(workbook_id, version)
    before = {name: getattr(one, name) for name in FIELDS[part]}
    for name in FIELDS[part]:
        if name in values:
            setattr(one, name, values[name])
    if part == "segment" and one.condition != before["condition"]:
        # Another segment is worth something else: its baseline has to be taken.
        for name in FIELDS["baseline"]:
            setattr(one, name, "" if name == "snapshot_id" else None)
    _check_title(one.title)
    _check(one)
    was, now = changed(_plain(before), _plain({n: getattr(one, n) for n in FIELDS[part]}))
    if not now:
        return one
    return _changed(actor, one, part, was, now)


def take_baseline(*, actor: Actor, workbook_id: int, version: int) -> Workbook:
    """Count the segment in the newest snapshot. As `change`; `NotFound` where there is none."""
    condition = queries.workbook(workbook_id).condition
    found = baseline.measured(condition)  # before the transaction: it reads a file
    return change(
        actor=actor, workbook_id=workbook_id, version=version, part="baseline",
        values={name: getattr(found, name) for name in FIELDS["baseline"]},
    )  # fmt: skip


@transaction.atomic
def put_offer(
    *,
    actor: Actor,
    workbook_id: int,
    version: int,
    offer_id: int | None,
    values: Mapping[str, Any],
) -> Workbook:
    """Add an offer, or change one. As `change`."""
    one = _locked(workbook_id, version)
    was, now = _put_offer(one, offer_id, values)
    return _changed(actor, one, "offers", was, now) if was != now else one


@transaction.atomic
def remove_offer(*, actor: Actor, workbook_id: int, version: int, offer_id: int) -> Workbook:
    """Take an offer out. As `change`."""
    one = _locked(workbook_id, version)
    offer = one.offers.filter(pk=offer_id).first()
    if offer is None:
        raise NotFound
    was = _offer(offer)
    offer.delete()
    return _changed(actor, one, "offers", was, dict.fromkeys(was))


@transaction.atomic
def choose_table(*, actor: Actor, workbook_id: int, version: int, table_id: int | None) -> Workbook:
    """Lay a saved value table beside the strategy, as it stands now; None takes it away.

    As `change`. A later version of the table does not slip in: it is chosen again.
    """
    number = None
    if table_id is not None:
        newest = TableVersion.objects.filter(table_id=table_id).order_by("-number").first()
        if newest is None:
            raise Invalid(fields={"table": _("There is no such table.")})
        number = newest.number
    return change(
        actor=actor, workbook_id=workbook_id, version=version, part="table",
        values={"table_id": table_id, "table_number": number},
    )  # fmt: skip


@transaction.atomic
def move(
    *, actor: Actor, workbook_id: int, version: int, to: str, why: str = "", today: dt.date
) -> Workbook:
    """Cost a strategy, approve it, or take it back.

    Parameters
    ----------
    why : what is to be remembered with it.
    today : in the workspace's zone.

    Raises
    ------
    NotFound : no such strategy. Invalid : no such state, or it may not go there; the text says why.
    Conflict : it was changed since that version, or is put away.
    """
    one = _locked(workbook_id, version)
    if to not in {state.value for state in State}:
        raise Invalid(fields={"state": _("There is no such state.")})
    _text(why, "why", needed=False)
    strategy, asker = strategy_of(one), asker_of(actor.user_id)
    found = rules.refusals(strategy, State(to), asker=asker, today=today)
    if found:
        raise Invalid(wording.refused(found), fields={"state": wording.refused(found)})
    before = one.state
    one.state = to
    if to == State.COSTED and before == State.DRAFT:
        one.costed_by_id = actor.user_id
    if to == State.APPROVED:
        one.approved_by_id = actor.user_id
    _left(one)
    alone = to == State.APPROVED and rules.own_costing(strategy, asker)
    said = [why.strip()] if why.strip() else []
    if alone:
        said.append(_("Approved by who costed it: nobody else holds the permission."))
    _say(actor, one, "state", before=before, after=to, text="\n".join(said))
    _save(one)
    record(
        actor=actor, action=f"strategies.{to}", subject_kind="strategy", subject_id=one.pk,
        before={"state": before},
        after={"state": to, "cost_minor": strategy.cost, "budget_minor": one.budget_minor,
               **({"own_costing": True} if alone else {})},
    )  # fmt: skip
    return one


@transaction.atomic
def comment(*, actor: Actor, workbook_id: int, text: str) -> WorkbookEntry:
    """Say something on a strategy; it changes nothing. `Invalid` where nothing is said."""
    one = queries.workbook(workbook_id)
    _text(text, "text", needed=True)
    entry = _say(actor, one, "comment", text=text.strip())
    record(
        actor=actor, action="strategies.commented", subject_kind="strategy", subject_id=one.pk
    )  # fmt: skip
    return entry


@transaction.atomic
def archive(*, actor: Actor, workbook_id: int, archived: bool) -> Workbook:
    """Put a strategy away, or take it back; twice is as once."""
    one = Workbook.objects.select_for_update().filter(pk=workbook_id).first()
    if one is None:
        raise NotFound
    if (one.archived_at is not None) == archived:
        return one
    one.archived_at = timezone.now() if archived else None
    _say(actor, one, "archived" if archived else "restored")
    _save(one)
    record(
        actor=actor, action=f"strategies.{'archived' if archived else 'restored'}",
        subject_kind="strategy", subject_id=one.pk, after={"title": one.title},
    )  # fmt: skip
    return one


# ---- how it is done -----------------------------------------------------------------------------


def _locked(workbook_id: int, version: int) -> Workbook:
    one = Workbook.objects.select_for_update().filter(pk=workbook_id).first()
    if one is None:
        raise NotFound
    if one.archived_at is not None:
        raise Conflict(_("This strategy is put away. Take it back first."))
    if one.version != version:
        raise Conflict(_("Somebody changed this strategy meanwhile. Look again, then decide."))
    return one


def _changed(
    actor: Actor, one: Workbook, part: Part, was: Mapping[str, Any], now: Mapping[str, Any]
) -> Workbook:
    before = one.state
    one.state = rules.after_change(State(before), [part]).value
    _left(one)
    if one.state == before:
        _say(actor, one, "changed", parts=[part])
    else:
        _say(actor, one, "state", before=before, after=one.state, parts=[part])
    _save(one)
    states = {} if one.state == before else {"state": one.state}
    record(
        actor=actor, action=f"strategies.{part}_changed", subject_kind="strategy",
        subject_id=one.pk, before={**was, **({"state": before} if states else {})},
        after={**now, **states},
    )  # fmt: skip
    return one


def _left(one: Workbook) -> None:
    """Who costed and who approved is gone with what they signed."""
    if one.state != State.APPROVED:
        one.approved_by_id = None
    if one.state == State.DRAFT:
        one.costed_by_id = None


def _save(one: Workbook) -> None:
    one.version += 1
    one.changed_at = timezone.now()
    one.save()


def _say(actor: Actor, one: Workbook, kind: str, **told: Any) -> WorkbookEntry:
    return WorkbookEntry.objects.create(workbook=one, kind=kind, user_id=actor.user_id, **told)


def _put_offer(
    one: Workbook, offer_id: int | None, values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    if offer_id is None:
        if one.offers.count() >= MOST_OFFERS:
            raise Invalid(fields={"title": _("That is too many offers for one strategy.")})
        offer, was = Offer(workbook=one), {}
    else:
        found = one.offers.filter(pk=offer_id).first()
        if found is None:
            raise NotFound
        offer, was = found, _offer(found)
    offer.kind = str(values["kind"])
    offer.title = str(values["title"]).strip()
    offer.unit_cost_minor, offer.takers = values["unit_cost_minor"], values["takers"]
    wrong: dict[str, str] = {}
    if offer.kind not in dict(KINDS):
        wrong["kind"] = _("Choose one of: %(known)s") % {"known": ", ".join(dict(KINDS))}
    if not 1 <= len(offer.title) <= 200:
        wrong["title"] = _("Between 1 and 200 characters.")
    for name in ("unit_cost_minor", "takers"):
        _bounded(getattr(offer, name), name, wrong)
    if (offer.unit_cost_minor or 0) * (offer.takers or 0) > MOST_MONEY:
        wrong["takers"] = str(wording.FAULTS["too_large"])
    if wrong:
        raise Invalid(fields=wrong)
    offer.save()
    return was, _offer(offer)


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "offer": offer.title, "kind": offer.kind, "unit_cost_minor": offer.unit_cost_minor,
        "takers": offer.takers,
    }  # fmt: skip


def _check_title(title: str) -> None:
    if not 1 <= len(title.strip()) <= 120:
        raise Invalid(fields={"title": _("Between 1 and 120 characters.")})


def _check(one: Workbook) -> None:
    wrong: dict[str, str] = {}
    if one.metric and one.metric not in dict(METRICS):
        wrong["metric"] = _("Choose one of: %(known)s") % {"known": ", ".join(dict(METRICS))}
    if len(one.segment) > 120:
        wrong["segment"] = _("That is too long.")
    for name in ("condition", "needs"):
        if len(getattr(one, name)) > LONGEST:
            wrong[name] = _("That is too long.")
    if one.control is not None and not 0 <= one.control <= 1:
        wrong["control"] = _("Between 0% and 100%.")
    _bounded(one.budget_minor, "budget_minor", wrong)
    for name in ("target", "metric_now"):
        _bounded(getattr(one, name), name, wrong, most=10**12)
    if wrong:
        raise Invalid(fields=wrong)


def _bounded(value: Any, name: str, wrong: dict[str, str], *, most: int = MOST_MONEY) -> None:
    if value is not None and not 0 <= value <= most:
        wrong[name] = _("From 0 on.") if value < 0 else str(wording.FAULTS["too_large"])


def _text(text: str, name: str, *, needed: bool) -> None:
    if needed and not text.strip():
        raise Invalid(fields={name: _("Write something.")})
    if len(text) > LONGEST:
        raise Invalid(fields={name: _("That is too long.")})


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the audit keeps them."""
    plain: Callable[[Any], Any] = lambda v: (  # noqa: E731
        v.isoformat()
        if isinstance(v, dt.date)
        else str(v.normalize())
        if isinstance(v, Decimal)
        else v
    )
    return {name: plain(value) for name, value in values.items()}
