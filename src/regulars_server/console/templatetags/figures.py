"""Figures and sentences of the library in a template: `{{ figure.value|shown }}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def shown(value: Any) -> SafeString:
    """HTML as the value makes it itself, with its exact number on hover; else its text, escaped.

    Django would take the plain text of what is no string.
    """
    return mark_safe(conditional_escape(value))


@register.filter
def kept(html: str) -> SafeString:
    """A part of a page that a template of ours drew earlier, and that was kept since."""
    return mark_safe(html)


@register.filter
def grouped(value: int) -> str:
    """A whole number with its thousands grouped, as both languages write them."""
    return f"{value:,}"


@register.filter
def way(via: str) -> str:
    """By which way somebody did something, see `web.actor.Actor`: in words."""
    kind, _blank, number = via.partition(" ")
    if kind == "session":
        return _("in the console")
    if kind == "token" and number:
        return _("by API token %(number)s") % {"number": number}
    return _("by the program itself: %(name)s") % {"name": via}
