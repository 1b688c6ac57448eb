"""What the pages of cases take."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars_server.care.models import KINDS, REASONS

SEVERITIES = [(n, str(n)) for n in range(1, 6)]


def _area(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}), **more
    )


class Versioned(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


class OpenForm(forms.Form):
    message_id = forms.CharField(max_length=100, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    severity = forms.TypedChoiceField(
        label=_("Severity, 1 is worst"), choices=SEVERITIES, coerce=int, initial=3
    )
    subject = forms.CharField(label=_("In one line"), max_length=200)
    text = _area(_("The matter in detail"), required=False)


class AnswerForm(Versioned):
    text = _area(_("Text"))
    note = forms.TypedChoiceField(
        label=_("For whom"),
        choices=[("no", _("An answer to the customer")), ("yes", _("A note for ourselves"))],
        coerce=lambda given: given == "yes",
        initial="no",
    )


class CloseForm(Versioned):
    reason = forms.ChoiceField(label=_("Reason"), choices=REASONS)
    text = _area(_("Remark"), required=False)


class OwnerForm(Versioned):
    owner = forms.TypedChoiceField(
        label=_("Who looks after it"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, workers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", _("nobody"))] + [  # type: ignore[attr-defined]
            (user.pk, str(user)) for user in workers
        ]
