"""What the pages of people take."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars_server.people.purposes import CHANNELS, PURPOSES, STATES


class ConsentForm(forms.Form):
    message_id = forms.CharField(max_length=100, widget=forms.HiddenInput)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=PURPOSES)
    channel = forms.ChoiceField(label=_("By which channel"), choices=CHANNELS, required=False)
    state = forms.ChoiceField(label=_("What the person says"), choices=STATES)
    source = forms.CharField(
        label=_("Where it was said"), max_length=200, help_text=_("E.g. call of today, form 7.")
    )


class EraseForm(forms.Form):
    purge = forms.TypedChoiceField(
        label=_("What the person did: orders, visits, answers"),
        choices=[
            ("no", _("stays, belongs to nobody, and still counts in the figures")),
            ("yes", _("is removed too; figures of the past change, snapshots are removed")),
        ],
        coerce=lambda given: given == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )
    confirm = forms.CharField(
        label=_("Type an id of the person to confirm"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
