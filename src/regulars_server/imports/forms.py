"""What the pages of imports take."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.facts import FACTS
from regulars_server.console.language import library_language
from regulars_server.imports.mapping import Chosen

USUAL = ("orders", "customers", "order_lines", "products")
ORDERS = [
    ("auto", _("find out; ask where no row decides")),
    ("ymd", _("year, month, day")),
    ("dmy", _("day before month: 03/04 is 3 April")),
    ("mdy", _("month before day: 03/04 is 4 March")),
]
MARKS = [(".", "1,234.56"), (",", "1.234,56")]


def facts() -> list[tuple[str, str]]:
    """The tables that files are imported into, those that most begin with first."""
    names = [*USUAL, *(name for name in FACTS if name not in USUAL)]
    lang = library_language()
    return [
        (name, f"{name} · {FACTS[name].meaning.say(lang)}") for name in names if not FACTS[name].own
    ]


class UploadForm(forms.Form):
    """A file, and what it is."""

    fact = forms.ChoiceField(label=_("What one row is"))
    source = forms.CharField(
        label=_("System that the ids are of"), max_length=60, initial="shop",
        help_text=_("The same customer has another id in another system; give each its own name."),
    )  # fmt: skip
    file = forms.FileField(label=_("File"), help_text=_("CSV (also .gz, .zst), XLSX or Parquet."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fact"].choices = facts()  # type: ignore[attr-defined]


class AnnounceForm(forms.Form):
    """A file that is going to come in pieces."""

    fact = forms.CharField(max_length=40)
    source = forms.CharField(max_length=60)
    file_name = forms.CharField(max_length=1000)
    size = forms.IntegerField(min_value=0)


class Versioned(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReadingForm(Versioned):
    """How the file is opened; what is empty is found out."""

    encoding = forms.CharField(
        label=_("Encoding"), max_length=40, required=False, help_text=_("E.g. gb18030.")
    )
    delimiter = forms.CharField(
        label=_("Delimiter of a CSV file"), max_length=1, required=False, strip=False
    )
    sheet = forms.CharField(label=_("Sheet of an XLSX file"), max_length=100, required=False)
    header_row = forms.IntegerField(
        label=_("Its row of column names"), min_value=1, max_value=1_000_000, required=False
    )


class WrittenForm(Versioned):
    """How the values are written; the columns stand beside it, one select a field."""

    day_order = forms.ChoiceField(label=_("Days such as 03/04/2026"), choices=ORDERS)
    decimal_mark = forms.ChoiceField(label=_("Amounts are written"), choices=MARKS)
    zone = forms.CharField(
        label=_("Time zone of the file's times"), max_length=60, required=False,
        help_text=_("Empty for the workspace's own."),
    )  # fmt: skip

    def chosen(self) -> Chosen:
        """With the columns of ``column-FIELD``."""
        before = "column-"
        columns = {
            name.removeprefix(before): str(value)
            for name, value in self.data.items()
            if name.startswith(before)
        }
        return Chosen(
            columns=columns,
            day_order=self.cleaned_data["day_order"],
            decimal_mark=self.cleaned_data["decimal_mark"],
            zone=self.cleaned_data["zone"].strip(),
        )
