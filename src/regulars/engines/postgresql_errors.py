"""What PostgreSQL refuses, in words that say what to ask for; never with the password."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from regulars.engines.engine import failed
from regulars.errors import EngineError

_TEMPORARY = (
    "the account may not make temporary tables, which is all that Regulars writes; ask for"
    " GRANT TEMPORARY ON DATABASE … TO …"
)
_WORDS = {
    "42501": "the account lacks a right; Regulars needs USAGE on the schema and SELECT on the"
    " mapped tables, and TEMPORARY on the database",
    "42P01": "there is no such table, or it stands in another schema",
    "42703": "a column is not there; where it is the company's, map the table again",
    "25P02": "an earlier statement of this run had failed",
    "53100": "the server's disk is full",
    "57014": "the server ended the statement (a time limit?)",
}
_VALUE_WORDS = "overflow|out of range|cannot hold|invalid input"
_VALUES = "a value does not fit its column as mapped: map the column with an expression"


def told(sql: str, error: Exception) -> EngineError:
    """A failed statement: what it means first, then the server's words and the statement."""
    state = getattr(error, "sqlstate", None) or ""
    # While rows are on their way the server's code is lost and only its words arrive.
    value = state.startswith("22") or (not state and re.search(_VALUE_WORDS, str(error)))
    words = _WORDS.get(state, _VALUES if value else "")
    if state == "42501" and "temporary" in str(error):
        words = _TEMPORARY
    made = failed("postgresql", sql, error)
    return EngineError(f"{words} ({made}" + ")" if words else str(made))


def unreachable(url: str, error: Exception) -> EngineError:
    """A connection that did not come about."""
    said = scrubbed(str(error), url)
    try:
        parts = urlsplit(url)
        place = f"{parts.hostname or 'this machine'}:{parts.port or 5432}{parts.path}"
    except ValueError:
        place = "the server that regulars.toml names"
    if "FATAL" in said or "password" in said:
        words = f"{scrubbed(place, url)} refused the account or its password"
    else:
        words = f"{scrubbed(place, url)} cannot be reached"
    return EngineError(f"postgresql could not connect: {words} ({' '.join(said.split())})")


def scrubbed(text: str, url: str) -> str:
    """The text without the URL's password, whole or in the pieces that a wrong URL makes of it."""
    secrets = set(re.findall(r"[?&]password=([^&]*)", url))
    found = re.match(r"[^:/]+://[^:/]*:(.*)@", url)
    if found:
        secrets |= {found[1], *(piece for piece in re.split(r"[@:/?#]", found[1]) if piece)}
    for secret in sorted({s for raw in secrets for s in (raw, unquote(raw))}, key=len)[::-1]:
        text = text.replace(secret, "***") if secret else text
    return text
