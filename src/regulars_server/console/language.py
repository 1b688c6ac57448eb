"""The reader's language, as the library names it."""

from __future__ import annotations

from django.utils.translation import get_language

from regulars.declare import Language


def library_language() -> Language:
    return "zh" if (get_language() or "").startswith("zh") else "en"
