"""Random secrets, shown once and kept as a hash. They are long, so a plain hash is enough."""

from __future__ import annotations

import hashlib
import secrets

# Without letters that are mistaken for figures or each other.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def token() -> str:
    """A token of the API: 256 bits, with a prefix by which scanners of source code know it."""
    return f"rgl_{secrets.token_urlsafe(32)}"


def recovery_code() -> str:
    """About 79 bits, in groups that can be copied by hand."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def plain(code: str) -> str:
    """A recovery code as typed, without case, blanks and hyphens."""
    return "".join(c for c in code.lower() if c.isalnum())
