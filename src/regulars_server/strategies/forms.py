"""What the pages of strategies take."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars_server.strategies.models import KINDS, METRICS


def _area(label: Any, rows: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=20_000, required=False,
        widget=forms.Textarea(attrs={"rows": rows}), **more,
    )  # fmt: skip


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


class Versioned(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class BeginForm(forms.Form):
    title = forms.CharField(label=_("What is it called?"), max_length=120)
    segment = forms.CharField(
        label=_("Whom is it for?"), max_length=120, required=False,
        help_text=_("In your own words, such as: regulars who have gone quiet."),
    )  # fmt: skip
    condition = _area(
        _("As a condition"), 2,
        help_text=_("Over the columns of a snapshot, such as: recency_days > 90 and p_alive < 0.5"),
    )  # fmt: skip
    audience_id = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=2**63 - 1
    )


class TitleForm(Versioned):
    title = forms.CharField(label=_("What is it called?"), max_length=120)


class SegmentForm(Versioned):
    segment = forms.CharField(label=_("Whom is it for?"), max_length=120, required=False)
    condition = _area(_("As a condition"), 3)


class GoalForm(Versioned):
    metric = forms.ChoiceField(
        label=_("What is to change"), choices=[("", "—"), *METRICS], required=False
    )
    metric_now = forms.DecimalField(
        label=_("What it is now"), required=False, max_digits=16, decimal_places=4, min_value=0
    )
    target = forms.DecimalField(
        label=_("What it is to be"), required=False, max_digits=16, decimal_places=4, min_value=0
    )
    due = _day(_("By this day"), required=False)


class NeedsForm(Versioned):
    needs = _area(
        _("What do they want from this company? One a line."), 5,
        help_text=_("Put yourself in their place: “I want to be recognised when I call.”"),
    )  # fmt: skip


class OfferForm(Versioned):
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    title = forms.CharField(label=_("What they get"), max_length=200)
    unit_cost = forms.DecimalField(
        label=_("Cost each time it is taken"), required=False, min_value=0, max_digits=14,
        decimal_places=3,
    )  # fmt: skip
    takers = forms.IntegerField(
        label=_("Expected to take it"), required=False, min_value=0, max_value=10**12
    )


class TableForm(Versioned):
    table = forms.TypedChoiceField(
        label=_("Saved table"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, tables: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["table"].choices = [("", _("none"))] + [(t.pk, t.name) for t in tables]  # type: ignore[attr-defined]


class TestForm(Versioned):
    control = forms.DecimalField(
        label=_("Control group, % of the segment"), required=False, min_value=0, max_value=100,
        max_digits=5, decimal_places=2,
        help_text=_("Chosen at random, they get nothing: so the effect can be measured."),
    )  # fmt: skip
    budget = forms.DecimalField(
        label=_("Budget"), required=False, min_value=0, max_digits=15, decimal_places=3
    )


class MoveForm(Versioned):
    to = forms.CharField(max_length=10, widget=forms.HiddenInput)
    why = forms.CharField(label=_("Remark"), max_length=2000, required=False)


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Comment"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )


def minor(value: Decimal | None, exponent: int) -> int | None:
    """Money as the database holds it; more digits than it has are rounded half to even."""
    return None if value is None else round(value.scaleb(exponent))


def major(value: int | None, exponent: int) -> Decimal | None:
    """Money as a form shows it."""
    return None if value is None else Decimal(value).scaleb(-exponent)
