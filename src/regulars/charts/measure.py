"""How wide a text may become in a font that we have not seen.

The reader's system font is unknown here, so room is left for a wide one (DejaVu Sans and Verdana
are about 0.60 em on average and 0.64 em in figures); a 汉字 is one em in every font.
"""

from __future__ import annotations

import unicodedata

LATIN_EM = 0.62
CAPITAL_EM = 0.74
NARROW_EM = 0.36
NARROW = frozenset(" ,.:;!'|iljIft()·")


def text_width(text: str, size: float = 13) -> float:
    """Upper estimate of the width of one line in px at ``size`` px."""
    return size * sum(_em(letter) for letter in text)


def _em(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in ("W", "F"):
        return 1.0
    if letter in NARROW:
        return NARROW_EM
    return CAPITAL_EM if letter.isupper() or letter in "%MWmw+" else LATIN_EM


def wrap(text: str, width: float, *, size: float = 13) -> list[str]:
    """``text`` in lines no wider than ``width`` px: Latin at blanks, Chinese anywhere."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and text_width((line + piece).rstrip(), size) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in ("W", "F")
        # No line begins with a closing mark.
        fresh = not pieces or (wide and letter not in "，。；：）、") or pieces[-1].endswith(" ")
        after_wide = bool(pieces) and unicodedata.east_asian_width(pieces[-1][-1]) in ("W", "F")
        if fresh or (after_wide and letter not in "，。；：）、 "):
            pieces.append(letter)
        else:
            pieces[-1] += letter
    return pieces


def shorten(text: str, width: float, *, size: float = 13) -> str:
    """``text`` cut to ``width`` px with an ellipsis when it is longer."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"
