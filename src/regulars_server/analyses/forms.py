"""The form of an analysis, made from its declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.declare import Language
from regulars.report.days import as_day, as_period, say_day, say_period
from regulars_server.analyses.labels import capital
from regulars_server.analyses.parameters import MOST_DIGITS, Asked, canonical
from regulars_server.console.language import library_language

LONGEST_TEXT = 200
DECIMALS = 14
UNITS: Mapping[str, Any] = {
    "days": gettext_lazy("days"),
    "weeks": gettext_lazy("weeks"),
    "orders": gettext_lazy("orders"),
    "customers": gettext_lazy("customers"),
    "share": "%",
    "points": gettext_lazy("points"),
}


class PeriodWidget(forms.MultiWidget):
    """Two days; a text ``FROM..TO`` is taken apart."""

    def __init__(self) -> None:
        first, last = (
            forms.DateInput(attrs={"type": "date", "aria-label": label}, format="%Y-%m-%d")
            for label in (gettext_lazy("from"), gettext_lazy("to, that day not included"))
        )
        super().__init__({"from": first, "to": last})

    def decompress(self, value: Any) -> list[str | None]:
        start, dots, end = str(value or "").partition("..")
        return [start, end] if dots else [start or None, None]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        # An address has both in one.
        if name in data:
            return self.decompress(data.get(name))
        return super().value_from_datadict(data, files, name)


class PeriodField(forms.MultiValueField):
    """``FROM..TO``, of which the last day does not count."""

    widget = PeriodWidget

    def __init__(self, **kwargs: Any) -> None:
        fields = [forms.DateField(input_formats=["%Y-%m-%d"], required=False) for _end in "ft"]
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, values: list[Any]) -> str:
        if not values or values == [None, None]:
            return ""
        start, end = values
        if start is None or end is None:
            raise forms.ValidationError(_("A period has two days, from and to."))
        if end <= start:
            raise forms.ValidationError(_("The period ends before it starts."))
        return f"{start.isoformat()}..{end.isoformat()}"


class AnalysisForm(forms.Form):
    """Every parameter of an analysis, and the cut."""

    def __init__(
        self, data: Any, *, analysis: Any, parameters: list[Asked], currency: str, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.parameters, self.lang = parameters, library_language()
        self.currency = currency
        for one in parameters:
            self.fields[one.name] = self._field(one)
            self.initial.setdefault(one.name, one.default_shown)
        if analysis.cuts:
            cuts = [(cut.name, capital(cut.heading(self.lang))) for cut in analysis.cuts]
            self.fields["by"] = forms.ChoiceField(
                label=_("Answered apart for each"), required=False,
                choices=[("", _("not apart")), *cuts],
                help_text=_("The same question once for each value, the rows one below the other."),
            )  # fmt: skip

    def canonical(self) -> dict[str, str]:
        """What differs from the defaults, as an address has it."""
        given = {
            name: str(value) for name, value in self.cleaned_data.items() if value not in (None, "")
        }
        found = dict(canonical(given, self.parameters))
        return {**found, **({"by": given["by"]} if given.get("by") else {})}

    def set_apart(self) -> list[tuple[str, str]]:
        """Label and value, in words, of each parameter that differs from its default."""
        if not self.is_valid():
            return []
        differing = set(self.canonical())
        said = [
            (str(one.label.say(self.lang)), self.said(one, str(self.cleaned_data[one.name])))
            for one in self.parameters
            if one.name in differing
        ]
        if "by" in differing:
            by = self.fields["by"]
            assert isinstance(by, forms.ChoiceField)
            names = dict(by.choices)  # type: ignore[arg-type]
            said.append((str(by.label), str(names[self.cleaned_data["by"]])))
        return said

    def said(self, one: Asked, shown: str) -> str:
        """A value of the form in words, with its unit."""
        kind = one.parameter.kind
        if kind == "flag":
            return str(dict(_yes_or_no()).get(shown, shown))
        day = as_day(shown) if kind == "day" else None
        period = as_period(shown) if kind == "period" else None
        if day:
            return say_day(day, self.lang)
        if period:
            return say_period(period, self.lang)
        return _with_unit(one.said(shown, self.lang), self._unit(one), self.lang)

    def _unit(self, one: Asked) -> str:
        if one.parameter.unit == "minor":
            return self.currency
        return str(UNITS.get(one.parameter.unit or "", ""))

    def _field(self, one: Asked) -> forms.Field:
        unit = self._unit(one)
        label = one.label.say(self.lang)
        common: dict[str, Any] = {
            "label": _labelled(label, unit, self.lang),
            "required": one.parameter.required,
            "help_text": self._help(one, unit),
        }
        if one.parameter.kind == "day":
            widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(widget=widget, input_formats=["%Y-%m-%d"], **common)
        if one.parameter.kind == "period":
            return PeriodField(**common)
        if one.numeric:
            return _number(one, common)
        if one.parameter.kind == "flag":
            return forms.ChoiceField(choices=_yes_or_no(), **common)
        if one.parameter.choices:
            choices = [(c, one.said(c, self.lang)) for c in one.parameter.choices]
            if one.default is None:
                choices.insert(0, ("", _("worked out")))
            return forms.ChoiceField(choices=choices, **common)
        return forms.CharField(max_length=LONGEST_TEXT, **common)

    def _help(self, one: Asked, unit: str) -> str:
        meaning = str(one.parameter.meaning.say(self.lang))
        if one.default_shown == "" or one.parameter.kind == "flag":
            return meaning
        default = _with_unit(one.said(one.default_shown, self.lang), unit, self.lang)
        blank = "" if self.lang == "zh" else " "
        return meaning + blank + _("Default: %(default)s.") % {"default": default}


def _yes_or_no() -> list[tuple[str, Any]]:
    return [("no", _("No")), ("yes", _("Yes"))]


def _labelled(label: str, unit: str, lang: Language) -> str:
    if not unit:
        return label
    return f"{label}（{unit}）" if lang == "zh" else f"{label} ({unit})"


def _with_unit(said: str, unit: str, lang: Language) -> str:
    if not unit:
        return said
    return f"{said}{unit}" if unit == "%" or lang == "zh" else f"{said} {unit}"


def _number(one: Asked, common: dict[str, Any]) -> forms.Field:
    low, high = one.bounds
    whole = one.parameter.kind == "integer" and one.scale == 1
    if whole:
        return forms.IntegerField(min_value=int(low), max_value=int(high), **common)
    field = forms.DecimalField(
        min_value=low, max_value=high, max_digits=MOST_DIGITS, decimal_places=DECIMALS, **common
    )
    field.widget.attrs["step"] = "any"
    return field


def bound(
    query: Mapping[str, str], *, analysis: Any, parameters: list[Asked], currency: str
) -> AnalysisForm:
    """The form as an address fills it."""
    named = {one.name: one for one in parameters}
    data = {one.name: one.default_shown for one in parameters}
    data |= {name: named[name].shown(text) for name, text in query.items() if name in named}
    data["by"] = query.get("by", "")
    return AnalysisForm(data, analysis=analysis, parameters=parameters, currency=currency)
