"""The first lock: every word and sign of a condition is one of a few, and stands in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from regulars.conditions.fields import AS_OF, Fields
from regulars.conditions.refusing import Refused

LONGEST, MOST_TOKENS, DEEPEST = 2_000, 500, 20
"""Limits: characters (a condition fits into an address), words and signs, levels."""

_NAMES = {TokenType.VAR, TokenType.IDENTIFIER}
_SPELLED = {TokenType.NUMBER, TokenType.STRING}
_SIGNS = {
    TokenType.EQ, TokenType.NEQ, TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE,
    TokenType.AND, TokenType.OR, TokenType.NOT, TokenType.IN, TokenType.BETWEEN, TokenType.IS,
    TokenType.NULL, TokenType.TRUE, TokenType.FALSE, TokenType.L_PAREN, TokenType.R_PAREN,
    TokenType.COMMA, TokenType.PLUS, TokenType.DASH, TokenType.STAR, TokenType.SLASH,
    TokenType.DATE,
}  # fmt: skip
_SPELT = {
    TokenType.NEQ: ("<>", "!="),
    TokenType.EQ: ("=", "=="),
    TokenType.AND: ("and",),
    TokenType.OR: ("or",),
    TokenType.NOT: ("not",),
}
_NUMBER = re.compile(r"(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
# A sign before a number or a negated condition: these nest to the right.
# What a Chinese keyboard writes for the signs, one for one, so that places stay.
_WIDE = str.maketrans("（），＝＞＜＋－＊／！‘’\u3000", "(),=><+-*/!'' ")
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
_PREFIXES = (TokenType.NOT, TokenType.DASH)


@dataclass(frozen=True)
class Source:
    """A condition as it was typed, and the fields that it may name."""

    text: str
    fields: Fields

    def refuse(self, code: str, start: int, end: int, **values: Any) -> Refused:
        return Refused(code, self.text, start, end, values)


def narrowed(text: str) -> str:
    """The same with the wide signs of a Chinese keyboard as plain ones, texts left alone."""
    out, place = [], 0
    for quoted in _QUOTED.finditer(text):
        out += [text[place : quoted.start()].translate(_WIDE), quoted.group()]
        place = quoted.end()
    return "".join([*out, text[place:].translate(_WIDE)])


def tokens_of(source: Source) -> list[Token]:
    """Its words and signs.

    Raises
    ------
    Refused : one of them is not allowed.
    """
    text = source.text
    if len(text) > LONGEST:
        raise source.refuse("too_long", LONGEST, len(text), most=LONGEST)
    found = _tokenized(source)
    if len(found) > MOST_TOKENS:
        raise source.refuse("too_many", found[MOST_TOKENS].start, len(text), most=MOST_TOKENS)
    _check_gaps(source, found)
    for place, token in enumerate(found):
        _check(source, found, place, token)
    _check_depth(source, found)
    return found


def _tokenized(source: Source) -> list[Token]:
    # Everything but spaces and line ends that cannot be seen, or ends a text for other programs.
    for place, char in enumerate(source.text):
        if not char.isprintable() and char not in "\t\r\n":
            raise source.refuse("unreadable", place, place + 1)
    try:
        return list(DuckDB().tokenize(source.text))
    except TokenError:
        raise source.refuse("open_text", _unclosed(source.text), len(source.text)) from None


def _unclosed(text: str) -> int:
    """Where the quotation mark stands that has no fellow."""
    place, inside, begin = 0, "", 0
    while place < len(text):
        char = text[place]
        if not inside and char in "'\"":
            inside, begin = char, place
        elif char == inside:
            inside = ""
        place += 1
    return begin if inside else 0


def _check_gaps(source: Source, found: Sequence[Token]) -> None:
    """Between words there is nothing but blanks: no comment is hidden there."""
    ends = [0, *(token.end + 1 for token in found)]
    starts = [*(token.start for token in found), len(source.text)]
    for end, start in zip(ends, starts, strict=True):
        gap = source.text[end:start]
        if gap.strip():
            begin = end + len(gap) - len(gap.lstrip())
            commented = gap.strip().startswith(("--", "/*", "#"))
            raise source.refuse("comment" if commented else "unreadable", begin, start)


def _check(source: Source, found: Sequence[Token], place: int, token: Token) -> None:
    start, end, kind = token.start, token.end + 1, token.token_type
    following = found[place + 1].token_type if place + 1 < len(found) else None
    if kind in _NAMES:
        if following == TokenType.L_PAREN:
            raise source.refuse("function", start, end, what=source.text[start:end])
        named(source, token.text, start, end)
    elif kind in _SPELLED:
        if not _spelled(token, source.text[start:end]):
            raise source.refuse("unreadable", start, end)
    elif not _sign(token, source.text[start:end].lower(), following):
        raise _unlike(source, source.text[start:end], start, end)


def _spelled(token: Token, written: str) -> bool:
    """Whether a number or text is written plainly: what is read is what stands there."""
    if token.token_type == TokenType.NUMBER:
        return _NUMBER.fullmatch(written) is not None
    return written[0] == "'" and written[1:-1].replace("''", "'") == token.text


def _sign(token: Token, written: str, following: TokenType | None) -> bool:
    if token.token_type == TokenType.DATE:
        return following == TokenType.STRING
    return token.token_type in _SIGNS and written in _SPELT.get(token.token_type, (written,))


def _unlike(source: Source, written: str, start: int, end: int) -> Refused:
    known = {name.lower() for name in source.fields}
    code = "quote_it" if written.lower() in known else "not_allowed"
    return source.refuse(code, start, end, what=written[:40])


def _check_depth(source: Source, found: Sequence[Token]) -> None:
    depth = run = 0
    for token in found:
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
        run = run + 1 if token.token_type in _PREFIXES else 0
        if depth > DEEPEST or run > DEEPEST:
            raise source.refuse("too_deep", token.start, token.end + 1, most=DEEPEST)


def named(source: Source, name: str, start: int, end: int) -> str:
    """The column of this name as the snapshot spells it; capital letters do not matter.

    Raises
    ------
    Refused : there is none.
    """
    if name in source.fields or name.lower() == AS_OF:
        return name if name in source.fields else AS_OF
    folded = [known for known in source.fields if known.lower() == name.lower()]
    if len(folded) == 1:
        return folded[0]
    shown = name[:60]
    near = get_close_matches(name.lower(), list(source.fields), n=1, cutoff=0.75)
    if near:
        raise source.refuse("like", start, end, what=shown, like=near[0])
    before = source.text[:start].rstrip()
    if before.endswith(("=", ">", "(", ",")) and source.fields:
        raise source.refuse("text_or_column", start, end, what=shown)
    raise source.refuse("unknown_column", start, end, what=shown)


@cache
def needs_quotes(name: str) -> bool:
    """Whether a column's name is a word of SQL, or no word at all."""
    try:
        found = DuckDB().tokenize(name)
    except TokenError:
        return True
    return [t.token_type for t in found] != [TokenType.VAR] or found[0].text != name
