"""The key of a form that makes something: ``{% once %}`` beside its CSRF token."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from regulars_server.console.sending import FIELD, new_key

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """A hidden field with a new key; see `regulars_server.console.sending.once`."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_key())
