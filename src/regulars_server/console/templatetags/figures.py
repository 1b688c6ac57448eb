"""Figures and sentences of the library in a template: `{{ figure.value|shown }}`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
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


@register.filter
def running(sentences: Iterable[Any]) -> SafeString:
    """Sentences one after the other; Chinese has no blank between them."""
    return mark_safe(("" if _chinese() else " ").join(map(conditional_escape, sentences)))


@register.filter
def listed(names: Iterable[Any]) -> str:
    """Names in a row, with the comma of the language."""
    return comma().join(map(str, names))


@register.simple_tag
def comma() -> str:
    """What stands between the names of a list."""
    return "、" if _chinese() else ", "


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")
