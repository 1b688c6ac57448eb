"""Messages become facts: in batches, never twice, never a gap.

All of it under the writer's lock of the facts, so one at a time. A batch gets its number in one
transaction, and its messages with it: whatever is committed later, with whatever id, is in a later
batch. The facts version names the last batch that is in. So who was killed between the publication
and the mark in the database finds the batch published and marks it; who was killed before finds it
unpublished and lands it again, whole.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from django.db import close_old_connections, connection, transaction
from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery

from regulars_server.console.workspace import opened
from regulars_server.inbox import tally
from regulars_server.inbox.configuration import VISIT_MINUTES
from regulars_server.inbox.events import Fact, Row, facts_of
from regulars_server.inbox.faults import FORGOTTEN, Fault
from regulars_server.inbox.forgotten import forgotten
from regulars_server.inbox.messages import Message as Read
from regulars_server.inbox.messages import read
from regulars_server.inbox.models import Batch, Message, Refusal, State, Visitor
from regulars_server.inbox.visits import parted, visit_of
from regulars_server.work.clock import shared

if TYPE_CHECKING:
    from regulars.facts import Landing
    from regulars.facts.forgotten import Forgotten
    from regulars_server.work.running import Running

STREAM = "inbox"
MOST = 20_000
# Who never stops clicking lands once a day all the same.
LONGEST_VISIT = dt.timedelta(hours=24)
# Lines belong to their order: of a refused order none is taken.
TABLES = ("customers", "orders", "order_lines", "visits", "product_interest", "contacts",
          "responses", "consents")  # fmt: skip

T = TypeVar("T")
Found = dict[int, tuple[str, str]]  # message: field and reason


def land(job: Running) -> dict[str, int]:
    """Land all that is due, batch after batch; returns how many messages and batches."""
    total: Counter[str] = Counter(messages=0, batches=0)
    while True:
        job.check()
        landed = land_once()
        if landed is None:
            return dict(total)
        total["messages"] += landed
        total["batches"] += 1
        job.progress(total["messages"], stage="landing")


def land_once() -> int | None:
    """Land one batch; returns its number of messages, None where nothing is due."""
    with opened().lake.landing(STREAM) as landing:
        if not connection.in_atomic_block:
            close_old_connections()  # the lock may have been long in coming
        _settle_what_is_published(landing.upto)
        batch = _unfinished() or _form(landing.upto)
        if batch is None:
            return None
        return _land(landing, batch)


def _settle_what_is_published(upto: int) -> None:
    """Mark the batches that the facts have: their lander was killed before it could."""
    for batch in Batch.objects.filter(landed_at__isnull=True, number__lte=upto).order_by("number"):
        _mark(batch, facts_version=None)


def _unfinished() -> Batch | None:
    """The batch that was formed and is not in the facts; there is at most one."""
    return Batch.objects.filter(landed_at__isnull=True).order_by("number").first()


# ---- forming -------------------------------------------------------------------------------


@transaction.atomic
def _form(upto: int) -> Batch | None:
    """Give a number to messages that are due; above all numbers that facts or database know."""
    now = shared()
    _empty_forgotten(forgotten())
    _name()
    last = Batch.objects.aggregate(last=Max("number"))["last"] or 0
    number = max(last, upto) + 1
    due = Message.objects.filter(state=State.WAITING, batch__isnull=True).exclude(customer_id="")
    plain = due.filter(in_visit=False).order_by("id").values("pk")[:MOST]
    count = Message.objects.filter(pk__in=Subquery(plain)).update(batch=number)
    visitors = _over(due.filter(in_visit=True), now, most=MOST - count)
    for some in chunks(visitors):
        count += due.filter(in_visit=True, who__in=some).update(batch=number)
    if not count:
        return None
    return Batch.objects.create(number=number, formed_at=now, messages=count)


def _over(visits: QuerySet[Message], now: dt.datetime, *, most: int) -> list[str]:
    """The customers whose visit is over, the oldest first, of about so many messages."""
    quiet = now - dt.timedelta(minutes=VISIT_MINUTES.value)
    found = (
        visits.values("who")
        .annotate(number=Count("id"), begun=Min("received_at"), seen=Max("received_at"))
        .filter(Q(seen__lte=quiet) | Q(begun__lte=now - LONGEST_VISIT))
        .order_by("begun")
    )
    taken: list[str] = []
    for row in found[: max(most, 0)]:
        taken.append(row["who"])
        most -= row["number"]
        if most <= 0:
            break
    return taken


def _name() -> None:
    """Give visitors who are known by now their customer's id."""
    known = Visitor.objects.filter(source=OuterRef("source"), anonymous_id=OuterRef("anonymous_id"))
    unnamed = Message.objects.filter(
        state=State.WAITING, batch__isnull=True, customer_id="", anonymous_id__in=Subquery(
            Visitor.objects.values("anonymous_id")
        ),
    )  # fmt: skip
    rows = unnamed.annotate(
        named=Subquery(known.values("customer_id")[:1]), hashed=Subquery(known.values("who")[:1])
    ).exclude(named=None)
    found = list(rows.values_list("pk", "named", "hashed")[:MOST])
    by_customer: dict[tuple[str, str], list[int]] = defaultdict(list)
    for pk, named, hashed in found:
        by_customer[named, hashed].append(pk)
    for (named, hashed), pks in by_customer.items():
        for some in chunks(pks):
            Message.objects.filter(pk__in=some).update(customer_id=named, who=hashed)


def _empty_forgotten(known: Forgotten) -> None:
    """Who was forgotten while their message came in."""
    for some in chunks(sorted(known.hashes)):
        empty(Message.objects.filter(who__in=some, batch__isnull=True))
        empty(Message.objects.filter(who__in=some).exclude(state=State.WAITING))
        Visitor.objects.filter(who__in=some).delete()


def empty(messages: QuerySet[Message]) -> int:
    """Remove what messages say, and of whom; that an id was taken stays."""
    waiting = messages.filter(state=State.WAITING)
    waiting.update(state=State.SET_ASIDE, reason=FORGOTTEN, field="", settled_at=shared())
    return messages.update(customer_id="", anonymous_id="", who="", body="", digest="", event="")


def chunks(found: Sequence[T]) -> Iterator[Sequence[T]]:
    for place in range(0, len(found), 500):
        yield found[place : place + 500]


# ---- landing -------------------------------------------------------------------------------


@dataclass
class _Rows:
    """The rows of a batch by table, each with the messages that it is of."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    of: dict[str, list[list[int]]] = field(default_factory=lambda: defaultdict(list))

    def put(self, fact: Fact, messages: Iterable[int]) -> None:
        self.rows[fact.table].append(fact.row)
        self.of[fact.table].append(list(messages))


def _land(landing: Landing, batch: Batch) -> int:
    messages = list(Message.objects.filter(batch=batch.number, state=State.WAITING).order_by("id"))
    faults: Found = {}
    made = _rows(messages, faults, currency=opened().settings.currency)
    landing.begin(batch.number, recorded_at=shared())
    for table in TABLES:
        rows, of = made.rows[table], made.of[table]
        if table == "order_lines":
            keep = [n for n, pks in enumerate(of) if pks[0] not in faults]
            rows, of = [rows[n] for n in keep], [of[n] for n in keep]
        for one in landing.add(table, rows, source="shop"):
            for pk in of[one.row]:
                faults.setdefault(pk, (f"{table}.{one.column}".rstrip("."), one.code))
    _note(batch, messages, faults, landing.written)
    version = landing.publish()
    _mark(batch, facts_version=version)
    return batch.messages


def _rows(messages: Sequence[Message], faults: Found, *, currency: str) -> _Rows:
    """All rows of a batch: in order of time, so that the last word on an order counts."""
    made = _Rows()
    orders: dict[str, int] = {}
    visits: dict[str, list[tuple[int, Read]]] = defaultdict(list)
    for one in sorted(messages, key=lambda m: (m.at, m.pk)):
        try:
            message = _read(one)
            facts = _with_source(facts_of(message), one.source)
        except (Fault, ValueError):
            # It was right when it was taken: an older or newer Regulars took it.
            faults[one.pk] = ("", "not_an_object")
            continue
        if one.in_visit:
            visits[one.who].append((one.pk, message))
        for fact in _in_own_currency(facts, one.pk, faults, currency):
            made.put(_order_so_far(fact, made, orders), [one.pk])
    _last_lines_only(made)
    _put_people_together(made)
    interests = dict(
        zip((pks[0] for pks in made.of["product_interest"]), made.rows["product_interest"],
            strict=True)
    )  # fmt: skip
    sources = {m.pk: m.source for m in messages}
    for of_one in visits.values():
        _put_visits(made, of_one, interests, sources[of_one[0][0]])
    return made


def _read(one: Message) -> Read:
    """The message again; its customer may have become known since, its time was settled then."""
    found = read(json.loads(one.body), received_at=one.received_at)
    known = {**found.__dict__, "customer_id": one.customer_id, "at": one.at}
    return Read(**known)


def _with_source(facts: Sequence[Fact], source: str) -> list[Fact]:
    return [
        Fact(f.table, {**f.row, "customer_source": source}) if "customer_id" in f.row else f
        for f in facts
    ]


def _in_own_currency(
    facts: Sequence[Fact], pk: int, faults: Found, currency: str
) -> Sequence[Fact]:
    """Lines have no currency of their own: those of an order in another one are left out."""
    paid = next((f.row.get("source_currency") for f in facts if f.table == "orders"), None)
    lines = [f for f in facts if f.table == "order_lines"]
    if not lines or not paid or paid.upper() == currency:
        return facts
    faults[pk] = ("properties.products", "lines_in_foreign_currency")
    return [f for f in facts if f.table != "order_lines"]


def _order_so_far(fact: Fact, made: _Rows, orders: dict[str, int]) -> Fact:
    """A withdrawal of an order of this very batch: what was said of it, withdrawn."""
    if fact.table != "orders":
        return fact
    order = str(fact.row["order_id"])
    before = orders.get(order)
    orders[order] = len(made.rows["orders"])
    if fact.row.get("status") == "void" and before is not None:
        return Fact("orders", {**made.rows["orders"][before], **fact.row})
    return fact


def _last_lines_only(made: _Rows) -> None:
    """Of an order that came twice, the lines that came last: they replace the others whole."""
    rows, of = made.rows["order_lines"], made.of["order_lines"]
    last = {str(row["order_id"]): pks[0] for row, pks in zip(rows, of, strict=True)}
    keep = [n for n, row in enumerate(rows) if last[str(row["order_id"])] == of[n][0]]
    made.rows["order_lines"] = [rows[n] for n in keep]
    made.of["order_lines"] = [of[n] for n in keep]


def _put_people_together(made: _Rows) -> None:
    """One row a customer: what a later identify leaves out, an earlier one may have said."""
    together: dict[tuple[str | None, str | None], tuple[Row, list[int]]] = {}
    for row, pks in zip(made.rows["customers"], made.of["customers"], strict=True):
        known, messages = together.setdefault(
            (row["customer_source"], row["customer_id"]), ({}, [])
        )
        known.update({name: value for name, value in row.items() if value is not None})
        messages += pks
    made.rows["customers"] = [row for row, _pks in together.values()]
    made.of["customers"] = [pks for _row, pks in together.values()]


def _put_visits(
    made: _Rows,
    messages: Sequence[tuple[int, Read]],
    interests: Mapping[int, Row],
    source: str | None,
) -> None:
    places = {id(one): pk for pk, one in messages}
    for visit in parted(one for _pk, one in messages):
        row = visit_of(visit)
        pks = [places[id(one)] for one in visit]
        made.put(Fact("visits", {**row, "customer_source": source}), pks)
        for pk in pks:
            if pk in interests:
                interests[pk]["visit_id"] = row["visit_id"]


# ---- noting what became of it --------------------------------------------------------------


@transaction.atomic
def _note(
    batch: Batch, messages: Sequence[Message], faults: Found, written: Mapping[str, int]
) -> None:
    """What was refused, durable before the publication: afterwards nobody could work it out."""
    of_batch = Message.objects.filter(batch=batch.number, state=State.WAITING)
    of_batch.exclude(reason="").update(reason="", field="")
    for (place, reason), pks in _grouped(faults).items():
        for some in chunks(pks):
            Message.objects.filter(pk__in=some).update(field=place[:100], reason=reason)
    batch.written = {name: number for name, number in written.items() if number}
    batch.messages, batch.set_aside = len(messages), len(faults)
    batch.save(update_fields=["written", "messages", "set_aside"])


def _grouped(faults: Found) -> dict[tuple[str, str], list[int]]:
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for pk, found in faults.items():
        groups[found].append(pk)
    return groups


@transaction.atomic
def _mark(batch: Batch, *, facts_version: int | None) -> None:
    """The batch is in the facts; once, whoever comes to say so."""
    now = shared()
    mine = Batch.objects.filter(pk=batch.pk, landed_at__isnull=True)
    if not mine.update(landed_at=now, facts_version=facts_version):
        return
    of_batch = Message.objects.filter(batch=batch.number, state=State.WAITING)
    aside = of_batch.exclude(reason="")
    refusals = [
        Refusal(source=one.source, message_id=one.message_id, event=one.event, field=one.field,
                reason=one.reason, taken=True, token=one.token, at=now)
        for one in aside
    ]  # fmt: skip
    Refusal.objects.bulk_create(refusals, batch_size=500)
    counts = Counter(f"refused:{one.reason}" for one in refusals)
    empty(aside.filter(reason=FORGOTTEN))
    set_aside = len(refusals)
    aside.update(state=State.SET_ASIDE, settled_at=now)
    landed = of_batch.update(state=State.LANDED, settled_at=now)
    tally.add({**counts, "set_aside": set_aside, "landed": landed})
