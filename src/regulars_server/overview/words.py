"""What presets, days and refusals are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PRESETS = {
    "usual": _("Latest"),
    "month": _("Last month"),
    "quarter": _("Last quarter"),
    "quarter_year": _("Last quarter, a year ago"),
    "year": _("Twelve months"),
}
FIELDS = {
    "after_from": _("Later period: first day"),
    "after_to": _("Last day"),
    "before_from": _("Earlier period: first day"),
    "before_to": _("Last day"),
    "as_of": _("Facts before the start of"),
}
WRONG = {
    "unknown": _("There is no such choice of days."),
    "no_day": _("This is no day; write it as 2026-01-31."),
    "missing": _("A period needs its first day and its last; an earlier one needs a later one."),
    "ends_first": _("The period ends before it begins."),
    "overlaps": _("The earlier period must end before the later one begins."),
    "too_early": _("This day lies within the later period; choose one after it, or none."),
}
