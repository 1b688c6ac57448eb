"""Heads of a table in English: a capital first, and what is known by its letters in capitals."""

from __future__ import annotations

LETTERS = {name: name.upper() for name in ("aov", "clv", "rfm", "psi", "iv", "woe", "fdr", "tgi")}


def capital(label: str) -> str:
    """The label with a capital first; what is known by its letters in capitals."""
    words = [LETTERS.get(word, word) for word in label.split(" ")]
    said = " ".join(words)
    return said[:1].upper() + said[1:]
