"""What customers are worth, and how well that was foretold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from regulars.errors import RegularsError
from regulars_server.console.workspace import opened, version_of
from regulars_server.errors import NotFound
from regulars_server.strategies import opening, worth
from regulars_server.web.access import needs
from regulars_server.web.problems import told

SEGMENTS = [
    ("none", _("the whole base")),
    ("year", _("year of the first purchase")),
    ("kind", _("kind of customer")),
    ("industry", _("industry")),
    ("region", _("region")),
    ("source", _("source")),
]
MODELS = [
    ("auto", _("the one that foretells best")),
    ("bg_nbd", "BG/NBD"),
    ("mbg_nbd", "MBG/NBD"),
    ("pareto_nbd", "Pareto/NBD"),
]


class ValueForm(forms.Form):
    """What is asked of value; everything may be left out."""

    as_of = forms.DateField(
        label=_("Facts before this day"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    margin = forms.DecimalField(
        label=_("Contribution, % of spend"), required=False, min_value=0, max_value=100
    )
    segment = forms.ChoiceField(label=_("Fitted for"), choices=SEGMENTS, required=False)
    model = forms.ChoiceField(label=_("Model"), choices=MODELS, required=False)

    def parameters(self) -> dict[str, str]:
        """As an analysis takes them; what is wrong or empty is left out."""
        found = {}
        given = self.cleaned_data if self.is_valid() else {}
        for name, value in given.items():
            if value in (None, "") or (name, value) in (("segment", "none"), ("model", "auto")):
                continue
            found[name] = str(value / 100) if name == "margin" else str(value)
        return found


@needs("strategies.read")
@require_safe
def value(request: HttpRequest) -> HttpResponse:
    """The frame at once; its parts follow as they are worked out."""
    form = ValueForm(request.GET or None)
    empty = False
    try:
        empty = version_of(opened()) == 0
    except RegularsError as error:
        return render(request, "strategies/value.html", {"problem": told(error)}, status=503)
    values = {"form": form, "query": request.GET.urlencode(), "empty": empty}
    return render(request, "strategies/value.html", values)


@needs("strategies.read")
@require_safe
def part(request: HttpRequest, name: str) -> HttpResponse:
    """A part of the page, or a skeleton that asks again. A page of its own without scripts."""
    if name not in worth.PARTS:
        raise NotFound
    form = ValueForm(request.GET or None)
    user_id = request.user.pk
    assert user_id is not None
    found = worth.ask(name, form.parameters() if form.is_bound else {}, user_id=user_id)
    values: dict[str, Any] = {
        "name": name, "query": request.GET.urlencode(), "found": found,
        "all": len(worth.PARTS[name]),
        # Drawing takes longer than all else; who has scripts has a browser that draws.
        "live": bool(getattr(request, "htmx", False)),
    }  # fmt: skip
    if found.working is None:
        values |= _shown(request, name, found)
    whole = "_part" if getattr(request, "htmx", False) else ""
    return render(request, f"strategies/value_found{whole}.html", values)


def _shown(request: HttpRequest, name: str, found: worth.Found) -> dict[str, Any]:
    answers = worth.answers_of(found)
    values: dict[str, Any] = {
        "blocks": worth.blocks(name, answers),
        "about": worth.about(found),
        "as_of": answers.as_of(),
        "notices": [text.say(answers.lang) for text in answers.context.data_notice],
    }
    if name == "worth" and found.results:
        values |= {
            "tenths": opening.tenths(answers),
            "grid": opening.matrix(answers),
            "years": opening.years(answers),
            "customers": answers.figure("value_distribution", "customers"),
        }
    return values
