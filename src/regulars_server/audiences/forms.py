"""What the pages of audiences take."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars_server.audiences.models import FORMS, PURPOSES
from regulars_server.audiences.reading import LONGEST
from regulars_server.audiences.services import LONGEST_NAME, LONGEST_NOTE


class SaveForm(forms.Form):
    name = forms.CharField(label=_("Name of the audience"), max_length=LONGEST_NAME)
    note = forms.CharField(
        label=_("Note: what it is for"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    condition = forms.CharField(
        label=_("Condition"),
        max_length=LONGEST,
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "typed"}),
        help_text=_("Empty: all customers."),
    )


class EditForm(SaveForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    version = forms.IntegerField()


class RestoreForm(VersionForm):
    number = forms.IntegerField()


class ExportForm(forms.Form):
    form = forms.ChoiceField(
        label=_("File"), choices=FORMS, widget=forms.RadioSelect, initial="csv"
    )
    purpose = forms.ChoiceField(label=_("What it is for"), choices=PURPOSES,
                                widget=forms.RadioSelect, initial="personalised")  # fmt: skip
    without_refusing = forms.BooleanField(
        label=_("Leave out who refuses personalised decisions"), required=False, initial=True
    )
    named = forms.BooleanField(
        label=_("With names, telephone, e-mail and ids"), required=False, initial=False
    )

    def __init__(self, *args: Any, may_name: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_name:
            del self.fields["named"]
