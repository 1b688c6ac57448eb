"""Which event is which fact: the declared mapping (pure).

Names are those of Segment's specification; they are compared without case, ``_``, ``-`` and blanks,
so that ``order_completed`` of customer.io is the same event. Each rule turns a message into rows of
tables of facts, as texts by field, or says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from regulars_server.inbox.faults import Fault
from regulars_server.inbox.messages import Message
from regulars_server.inbox.values import amount, day, first, instant, required, text, whole

Row = dict[str, str | None]


@dataclass(frozen=True)
class Fact:
    """A row of a table of facts."""

    table: str
    row: Row


Rule = Callable[[Message], Sequence[Fact]]


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event that Regulars knows.

    Attributes
    ----------
    names : what it is called; the first is the specification's.
    says : what it becomes, for the guide.
    rule : makes its rows; None for an event that only counts in a visit.
    counts : the column of its visit that it adds to; empty for one that only makes it longer.
    in_visit : it belongs to a visit and becomes facts when that is over.
    """

    names: tuple[str, ...]
    says: str
    rule: Rule | None = None
    counts: str = ""
    in_visit: bool = False


def plain(name: str) -> str:
    """A name without what its spellings differ by."""
    return re.sub(r"[\W_]+", "", name).casefold()


def known(name: str) -> Event | None:
    """The event of this name; None where Regulars does not know it."""
    return _BY_NAME.get(plain(name))


# ---- rules ---------------------------------------------------------------------------------


def _said(message: Message, *names: str) -> str | None:
    """A text of the properties; None where there is none."""
    field, value = first(message.given, *names)
    return text(value, f"properties.{field}") or None


def _money(message: Message, *names: str) -> Decimal | None:
    field, value = first(message.given, *names)
    return amount(value, f"properties.{field}")


def _order_id(message: Message) -> str:
    field, value = first(message.given, "order_id", "orderId")
    return required(value, f"properties.{field}")


def _order(message: Message) -> list[Fact]:
    """An order with its products, whole: what it was before is replaced."""
    total = _money(message, "total", "revenue", "value")
    if total is None:
        raise Fault("properties.total", "missing")
    discount = _money(message, "discount")
    points = whole(message.given.get("paid_with_points"), "properties.paid_with_points")
    row: Row = {
        "order_id": _order_id(message),
        "customer_id": message.customer_id,
        "occurred_at": message.at.isoformat(),
        "kind": "sale",
        "amount": str(total),
        "discount": None if discount is None else str(abs(discount)),
        "source_currency": _said(message, "currency"),
        "channel": _said(message, "channel"),
        "store": _said(message, "store", "store_id"),
        "source_code": _said(message, "source_code"),
        "campaign": _said(message, "campaign") or message.campaign or None,
        "paid_with_points": None if points is None else str(points),
    }
    return [Fact("orders", row), *_lines(message)]


def _lines(message: Message) -> list[Fact]:
    products = message.given.get("products")
    if products is None:
        return []
    if not isinstance(products, list) or not all(isinstance(one, dict) for one in products):
        raise Fault("properties.products", "not_a_list")
    found = (_line(message, one, f"properties.products.{n}") for n, one in enumerate(products))
    return [Fact("order_lines", row) for row in found if row is not None]


def _line(message: Message, product: Mapping[str, Any], place: str) -> Row | None:
    """A line; None for a product without a price, of which no amount is known."""
    price = amount(product.get("price"), f"{place}.price")
    quantity = amount(product.get("quantity"), f"{place}.quantity")
    if price is None:
        return None
    quantity = Decimal(1) if quantity is None else quantity
    total = price * quantity
    if abs(total) >= 10**12:
        raise Fault(f"{place}.price", "not_an_amount")
    field, named = first(product, "product_id", "productId", "sku")
    return {
        "order_id": _order_id(message),
        "product_id": text(named, f"{place}.{field}") or None,
        "quantity": f"{quantity:f}",
        "amount": f"{total:f}",
    }


def _refund(message: Message) -> list[Fact]:
    """A refund is a row of its own, which names the order that it gives back."""
    total = _money(message, "total", "revenue", "value")
    if total is None:
        raise Fault("properties.total", "missing")
    row: Row = {
        "order_id": _said(message, "refund_id", "refundId") or f"refund-{message.message_id}",
        "refunds_order_id": _order_id(message),
        "customer_id": message.customer_id,
        "occurred_at": message.at.isoformat(),
        "kind": "refund",
        "amount": str(abs(total)),
        "source_currency": _said(message, "currency"),
    }
    return [Fact("orders", row)]


def _withdrawal(message: Message) -> list[Fact]:
    row: Row = {
        "order_id": _order_id(message), "customer_id": message.customer_id, "status": "void",
    }  # fmt: skip
    return [Fact("orders", row)]


def _visit(message: Message) -> list[Fact]:
    """A visit told as a whole."""
    started_at = instant(message.given.get("started_at"), "properties.started_at")
    ended_at = instant(message.given.get("ended_at"), "properties.ended_at")
    counts: Row = {}
    for name in ("pages", "searches", "product_views", "carts"):
        number = whole(message.given.get(name), f"properties.{name}")
        counts[name] = None if number is None else str(number)
    row: Row = {
        "visit_id": _said(message, "visit_id", "session_id") or message.message_id,
        "customer_id": message.customer_id,
        "channel": _said(message, "channel"),
        "started_at": (started_at or message.at).isoformat(),
        "ended_at": ended_at.isoformat() if ended_at else None,
        **counts,
    }
    return [Fact("visits", row)]


def _interest(kind: str) -> Rule:
    def rule(message: Message) -> list[Fact]:
        field, product = first(message.given, "product_id", "productId", "sku")
        times = whole(message.given.get("quantity"), "properties.quantity")
        row: Row = {
            "interest_id": message.message_id,
            "customer_id": message.customer_id,
            "product_id": required(product, f"properties.{field}"),
            "kind": kind,
            "times": str(times) if kind == "cart" and times else None,
            "at": message.at.isoformat(),
        }
        return [Fact("product_interest", row)]

    return rule


def _contact_id(message: Message) -> str | None:
    return _said(message, "contact_id", "delivery_id", "deliveryId")


def _campaign(message: Message) -> str | None:
    named = _said(message, "campaign_id", "campaignId", "campaign", "campaign_name")
    return named or message.campaign or None


def _contact(channel: str, direction: str = "out") -> Rule:
    def rule(message: Message) -> list[Fact]:
        cost = _money(message, "cost")
        row: Row = {
            "contact_id": _contact_id(message) or message.message_id,
            "customer_id": message.customer_id,
            "campaign": _campaign(message),
            "step": _said(message, "step"),
            "arm": _said(message, "arm"),
            "channel": _said(message, "channel") or channel or None,
            "direction": direction,
            "at": message.at.isoformat(),
            "cost": None if cost is None else str(cost),
        }
        return [Fact("contacts", row)]

    return rule


def _response(kind: str) -> Rule:
    def rule(message: Message) -> list[Fact]:
        value = _money(message, "value")
        row: Row = {
            "response_id": message.message_id,
            "customer_id": message.customer_id,
            "contact_id": _contact_id(message),
            "campaign": _campaign(message),
            "kind": kind,
            "at": message.at.isoformat(),
            "value": None if value is None else str(value),
        }
        return [Fact("responses", row)]

    return rule


def _unsubscribed(message: Message) -> list[Fact]:
    """An answer, and a consent withdrawn: for marketing by that channel."""
    row: Row = {
        "customer_id": message.customer_id,
        "purpose": "marketing",
        "channel": _said(message, "channel") or "email",
        "state": "withdrawn",
        "at": message.at.isoformat(),
        "source": "event",
    }
    return [*_response("unsubscribed")(message), Fact("consents", row)]


def identity(message: Message) -> list[Fact]:
    """What an identify tells of a person: their data, and what describes them."""
    traits = message.given

    def said(*names: str) -> str | None:
        field, value = first(traits, *names)
        return text(value, f"traits.{field}") or None

    parts = (said("firstName", "first_name"), said("lastName", "last_name"))
    kind = said("kind")
    if kind not in (None, "person", "business"):
        raise Fault("traits.kind", "not_a_choice")
    born = first(traits, "birthday", "birth_date", "birthDate")
    seen = first(traits, "createdAt", "created_at")
    row: Row = {
        "customer_id": message.customer_id,
        "name": said("name") or " ".join(filter(None, parts)) or None,
        "email": said("email"),
        "phone": said("phone"),
        "address": _address(traits.get("address")),
        "birth_date": day(born[1], f"traits.{born[0]}"),
        "kind": kind,
        "household": said("household"),
        "account": said("account"),
        "industry": said("industry"),
        "region": said("region"),
        "first_seen": _first_seen(seen[1], f"traits.{seen[0]}"),
    }
    return [Fact("customers", row)]


def _first_seen(value: Any, field: str) -> str | None:
    if isinstance(value, int | float):
        found = instant(value, field)
        return found.date().isoformat() if found else None
    return day(value, field)


def _address(value: Any) -> str | None:
    """An address as one line; an object by its parts, as Segment names them."""
    if not isinstance(value, dict):
        return text(value, "traits.address", longest=400) or None
    names = ("street", "postalCode", "postal_code", "city", "state", "country")
    parts = [text(value.get(name), f"traits.address.{name}") for name in names]
    return ", ".join(filter(None, parts)) or None


EVENTS: tuple[Event, ...] = (
    Event(
        names=("Order Completed", "Order Updated"), rule=_order,
        says="`orders` and, from `products`, `order_lines`; the order is replaced as a whole",
    ),
    Event(
        names=("Order Refunded",), rule=_refund,
        says="`orders`: a refund of `total`, by `refund_id` or the message's id",
    ),
    Event(
        names=("Order Cancelled", "Order Canceled"), rule=_withdrawal,
        says="`orders`: the order is withdrawn",
    ),
    Event(
        names=("Visit", "Visited", "Store Visited", "Session Ended"), rule=_visit,
        says="`visits`: one visit, told as a whole",
    ),
    Event(
        names=("Page Viewed", "Screen Viewed", "Viewed Page"), in_visit=True, counts="pages",
        says="a page of a visit; so do `page` and `screen` calls",
    ),
    Event(
        names=("Products Searched",), in_visit=True, counts="searches", says="a search of a visit"
    ),
    Event(
        names=("Product Viewed", "Product Clicked"), in_visit=True, counts="product_views",
        rule=_interest("view"), says="`product_interest`, and a product view of a visit",
    ),
    Event(
        names=("Product Added",), in_visit=True, counts="carts", rule=_interest("cart"),
        says="`product_interest`, and a cart of a visit",
    ),
    Event(
        names=("Product Added to Wishlist",), in_visit=True, rule=_interest("favourite"),
        says="`product_interest`, within a visit",
    ),
    Event(
        names=("Product List Viewed", "Product Removed", "Cart Viewed", "Checkout Started"),
        in_visit=True, says="part of a visit, without a count of its own",
    ),
    Event(names=("Email Sent", "Email Delivered"), rule=_contact("email"), says="`contacts`"),
    Event(names=("SMS Sent", "SMS Delivered"), rule=_contact("sms"), says="`contacts`"),
    Event(
        names=("Push Sent", "Push Delivered", "Push Notification Sent"), rule=_contact("app"),
        says="`contacts`",
    ),
    Event(names=("Message Sent", "Call Made", "Letter Sent"), rule=_contact(""),
          says="`contacts`, by its `channel`"),
    Event(names=("Message Received", "Call Received"), rule=_contact("", "in"),
          says="`contacts`, from the customer"),
    Event(
        names=("Email Opened", "Message Opened", "Push Opened", "Push Notification Tapped"),
        rule=_response("opened"), says="`responses`: opened",
    ),
    Event(
        names=("Email Link Clicked", "Email Clicked", "SMS Clicked", "Push Clicked",
               "Message Clicked", "Promotion Clicked"),
        rule=_response("clicked"), says="`responses`: clicked",
    ),
    Event(
        names=("Coupon Applied", "Coupon Redeemed"), rule=_response("redeemed"),
        says="`responses`: redeemed",
    ),
    Event(
        names=("Email Bounced", "SMS Bounced", "Push Bounced"), rule=_response("bounced"),
        says="`responses`: bounced",
    ),
    Event(
        names=("Email Marked as Spam",), rule=_response("spam"), says="`responses`: spam"
    ),
    Event(
        names=("Unsubscribed", "Email Unsubscribed", "SMS Unsubscribed"), rule=_unsubscribed,
        says="`responses`, and `consents`: marketing by that channel withdrawn",
    ),
)  # fmt: skip
_BY_NAME: Mapping[str, Event] = {plain(name): one for one in EVENTS for name in one.names}


def facts_of(message: Message) -> Sequence[Fact]:
    """The rows of a message of a known event; those of its visit are made elsewhere.

    Raises
    ------
    Fault : a property is missing or wrong.
    """
    if message.kind == "identify":
        return identity(message)
    event = known(message.event)
    return event.rule(message) if event is not None and event.rule is not None else ()
