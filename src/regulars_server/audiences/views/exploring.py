"""Pages that count a condition: clicked, typed, suggested; and the customers that it selects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regulars.conditions import Condition, Kind, Refused, parse, to_clicks, write
from regulars.conditions.clicks import OPERATORS, values_of
from regulars.conditions.refusing import ALLOWED
from regulars_server.audiences import builder, members, queries, shown
from regulars_server.audiences.catalogue import Catalogue, newest
from regulars_server.audiences.reading import LONGEST, in_words, numbers_of
from regulars_server.audiences.suggesting import suggestions
from regulars_server.console.language import library_language
from regulars_server.console.pages import number_of
from regulars_server.console.workspace import opened
from regulars_server.errors import NotNow
from regulars_server.people.models import Person
from regulars_server.web.access import needs

ROWS = 50
ANSWER = "audiences/answer_part.html"
# How a cell of a list stands in its column.
STANDS = {Kind.NUMBER: "number", Kind.DATE: "whole"}


@dataclass(frozen=True)
class Asked:
    """A filter as it stands on the page: as clicks or as text, and what it means."""

    text: str
    form: builder.Form | None
    condition: Condition | None
    refused: Refused | None = None
    # Whether it can be shown as clicks.
    clickable: bool = True


def exponent() -> int:
    """Decimal places of the workspace's currency."""
    return opened().settings.exponent


def typed(text: str, of: Catalogue, *, as_text: bool = False) -> Asked:
    """A typed condition, as clicks where it has their shape."""
    try:
        condition = parse(text, of.fields)
    except Refused as refused:
        return Asked(text, None, None, refused, clickable=False)
    group = to_clicks(condition)
    if group is None or as_text:
        return Asked(text, None, condition, clickable=group is not None)
    return Asked(write(condition), builder.shown(group, of, exponent()), condition)


def _filled(request: HttpRequest, of: Catalogue) -> Asked:
    do = request.GET.get("do", "")
    if request.GET.get("mode") == "text":
        return typed(request.GET.get("where", "")[: LONGEST + 1], of, as_text=do != "clicks")
    form = builder.posted(request.GET, of, exponent())
    condition = builder.condition_of(form, of)
    if do == "text":
        return Asked(write(condition), None, condition)
    return Asked(write(condition), form, condition)


@needs("audiences.read")
@require_safe
def explore(request: HttpRequest) -> HttpResponse:
    """The filter, its count and profile: as a condition in the address, or as its form sends it."""
    of = newest()
    if of is None:
        return render(request, "audiences/without.html")
    audience_id = number_of(request.GET.get("audience", ""))
    audience = queries.audience(audience_id) if audience_id is not None else None
    filled = "mode" in request.GET
    if filled:
        asked = _filled(request, of)
    else:
        usual = audience.condition if audience is not None else ""
        text = request.GET.get("where", usual)[: LONGEST + 1]
        asked = typed(text, of, as_text=request.GET.get("as") == "text")
    template = _template(request)
    values = answer_values(of, asked) if template == ANSWER else page_values(of, asked)
    response = render(request, template, {**values, "audience": audience, "fresh": not filled})
    if asked.condition is not None and filled and _part(request):
        # What is reloaded or sent to somebody is the condition, not the form.
        given = {"where": write(asked.condition)} | ({"as": "text"} if asked.form is None else {})
        given |= {"audience": str(audience.pk)} if audience is not None else {}
        response["HX-Replace-Url"] = f"{reverse('audiences:explore')}?{urlencode(given)}"
    return response


def _part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _template(request: HttpRequest) -> str:
    if not _part(request):
        return "audiences/explore.html"
    target = getattr(request.htmx, "target", "")  # type: ignore[attr-defined]
    return ANSWER if target == "answer" else "audiences/explored_part.html"


def page_values(of: Catalogue, asked: Asked) -> dict[str, Any]:
    """What the templates of the filter need."""
    return {
        **answer_values(of, asked),
        "boxes": _boxes(of, asked.form) if asked.form is not None else [],
        "columns": shown.columns_by_contributor(of),
        "allowed": ALLOWED.say(library_language()),
    }


def answer_values(of: Catalogue, asked: Asked) -> dict[str, Any]:
    """What is said of the filter, without the form that it is changed by."""
    values: dict[str, Any] = {
        "of": of,
        "asked": asked,
        "where": write(asked.condition) if asked.condition is not None else asked.text,
        "answer": None,
        "slow": "",
    }
    if asked.refused is not None:
        before, place, after = asked.refused.parts
        values["refused"] = {
            "said": asked.refused.say(library_language()), "line": asked.refused.line,
            "column": asked.refused.column, "before": before, "place": place or " ",
            "after": after, "caret": "^" * max(1, min(len(place), 60)),
        }  # fmt: skip
    elif asked.condition is not None:
        try:
            values["answer"] = shown.answer(of, asked.condition)
        except NotNow as late:
            values["slow"] = late.said
    return values


def _boxes(of: Catalogue, form: builder.Form) -> list[dict[str, Any]]:
    return [
        {
            "number": number, "joint": box.joint, "negated": box.negated,
            "rules": [
                _rule(of, f"r.{number}.{place}", f"{number}.{place}", rule)
                for place, rule in enumerate(box.rules)
            ],
        }
        for number, box in enumerate(form.boxes)
    ]  # fmt: skip


def _rule(of: Catalogue, name: str, place: str, rule: builder.Drafted) -> dict[str, Any]:
    field = of.fields.get(rule.column)
    found: dict[str, Any] = {"name": name, "place": place, "rule": rule, "widget": ""}
    if field is None:
        return found
    told = of.told[field.name]
    wanted = values_of(rule.operator)
    days = rule.operator.startswith("days_")
    found |= {
        "operators": [(one, operator_words(one, field.kind)) for one in OPERATORS[field.kind]],
        "kind": field.kind.value,
        "widget": _widget(field.kind, wanted, known=bool(told.values), days=days),
        "two": wanted == 2,
        "value": rule.values[0] if rule.values else "",
        "lines": "\n".join(rule.values),
        "unit": _unit(of, field.name, days=days),
        "label": shown.label(of, field.name),
        "meaning": field.column.meaning.say(library_language()) if field.column else "",
    }
    if found["widget"] == "codes":
        known = dict(told.values) | {v: 0 for v in rule.values if v not in dict(told.values)}
        numbers, lang = numbers_of(), library_language()
        found["codes"] = [
            {
                "value": value,
                "label": field.column.said(value, lang) if field.column else value,
                "chosen": value in rule.values,
                "customers": numbers.count(customers),
            }
            for value, customers in sorted(known.items())
        ]
    return found


def _widget(kind: Kind, wanted: int | None, *, known: bool, days: bool) -> str:
    if wanted == 0:
        return ""
    if kind == Kind.TEXT:
        return "codes" if known else "lines"
    return "number" if days or kind == Kind.NUMBER else "day"


def _unit(of: Catalogue, name: str, *, days: bool) -> str:
    if days:
        return _("days after the snapshot’s day (before: a minus)")
    unit = of.fields[name].unit or ""
    known = {"minor": numbers_of().currency_name, "share": "%", "days": _("days"),
             "orders": _("orders")}  # fmt: skip
    return known.get(unit, "")


def operator_words(operator: str, kind: Kind) -> str:
    """What a comparison is called in the form."""
    numbers = {
        "ge": _("is at least"), "gt": _("is more than"), "le": _("is at most"),
        "lt": _("is less than"), "eq": _("is"), "ne": _("is not"), "between": _("is from … to"),
        "outside": _("is not from … to"), "known": _("is known"), "unknown": _("is unknown"),
        "in": _("is one of"), "not_in": _("is none of"), "yes": _("yes"), "no": _("no"),
        "days_ge": _("is not before (days)"),
        "days_le": _("is not after (days)"),
    }  # fmt: skip
    days = {"ge": _("is not before"), "gt": _("is after"), "le": _("is not after"),
            "lt": _("is before")}  # fmt: skip
    return (days if kind == Kind.DATE and operator in days else numbers)[operator]


@needs("audiences.read")
@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """The customers that a condition selects, those of greatest value first."""
    of = newest()
    if of is None:
        return render(request, "audiences/without.html")
    asked = typed(request.GET.get("where", "")[: LONGEST + 1], of, as_text=True)
    # As a part it stands on the page of the filter, whose own address knows no pages.
    values: dict[str, Any] = {
        "of": of, "where": asked.text, "list": None, "pages": reverse("audiences:customers"),
    }  # fmt: skip
    if asked.condition is not None:
        values["list"] = listed(request, of, asked.condition)
    template = "customers_part" if _part(request) else "customers"
    return render(request, f"audiences/{template}.html", values)


def listed(request: HttpRequest, of: Catalogue, condition: Condition) -> dict[str, Any]:
    """A page of members, and where the pages beside it are."""
    page = number_of(request.GET.get("page", "")) or 1
    page = min(page, members.DEEPEST // ROWS)
    names = shown.member_columns(of, condition)
    rows = members.page(of, condition, names, after=(page - 1) * ROWS, most=ROWS + 1)
    user: Any = request.user
    may = user.may("people.read") and not of.snapshot.has_outside_ids
    people = Person.objects.in_bulk([row[0] for row in rows]) if may else {}
    numbers = numbers_of()
    return {
        "heads": [shown.head(of, name) for name in names],
        "order": shown.label(of, of.order) if of.order else "",
        "rows": [
            {
                "key": row[0],
                "person": people.get(row[0]),
                "cells": [
                    (shown.cell(of, name, value, numbers), STANDS.get(of.fields[name].kind, ""))
                    for name, value in zip(names, row[1:], strict=True)
                ],
            }
            for row in rows[:ROWS]
        ],
        "named": may,
        "page": page,
        "more": len(rows) > ROWS,
        "first": (page - 1) * ROWS + 1,
        "last": (page - 1) * ROWS + min(len(rows), ROWS),
    }


@needs("audiences.read")
@require_safe
def suggested(request: HttpRequest) -> HttpResponse:
    """What may be worth a look in the newest snapshot, those with most at stake first."""
    of = newest()
    if of is None:
        return render(request, "audiences/without.html")
    numbers = numbers_of()
    found = [
        {
            "title": one.idea.title, "why": one.idea.why, "condition": one.condition,
            "words": in_words(parse(one.condition, of.fields), of.fields),
            "customers": numbers.count(one.measured.customers),
            "share": numbers.share(one.measured.customers / of.rows),
            "stake": numbers.money(one.stake) if one.stake is not None else None,
            "past": one.idea.stake != "value" or one.measured.value is None,
        }
        for one in suggestions(of)
    ]  # fmt: skip
    values = {"of": of, "found": found, "rows": numbers.count(of.rows)}
    part = "_part" if _part(request) else ""
    return render(request, f"audiences/suggested{part}.html", values)
