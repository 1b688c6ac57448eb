"""Sentences of one answer that is shown by itself."""

from __future__ import annotations

from regulars.declare import Text

BARS = Text("{number} by {label}", "各{label}的{number}")
LISTED = Text("{list}", "{list}")
