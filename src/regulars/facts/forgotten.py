"""Who may not come back: keyed hashes of forgotten ids.

The hash is HMAC-SHA-256 under a secret of the workspace, so the list names nobody to whom the
secret is not known. It is worked out in SQL where many ids are to be compared.

A line of the list: the hash, ``kept`` or ``purged`` (whether what the person did was removed
too), and the instant. Lists of schema 1 have the hash only.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from regulars.facts.versions import write_whole

_BLOCK = 64
SECRET = "secret.key"
LIST = "forgotten.txt"


@dataclass(frozen=True)
class Erasure:
    """One forgotten id.

    Attributes
    ----------
    hash : of source and id, under the workspace's secret.
    purged : whether the facts of the person were removed too.
    at : when, ISO 8601; None where an older Regulars did not note it.
    """

    hash: str
    purged: bool = False
    at: str | None = None


@dataclass(frozen=True)
class Forgotten:
    """The ids of the forgotten as hashes, and the secret that they are made with."""

    secret: bytes
    erasures: Mapping[str, Erasure] = field(default_factory=dict)

    @property
    def hashes(self) -> frozenset[str]:
        return frozenset(self.erasures)

    @property
    def secret_id(self) -> str:
        """Says which secret the hashes are made with, and nothing else about it."""
        return hmac.new(self.secret, b"which secret", hashlib.sha256).hexdigest()[:32]

    def hash(self, source: str, external_id: str) -> str:
        return hmac.new(self.secret, _message(source, external_id), hashlib.sha256).hexdigest()

    def sql(self, source: str, external_id: str) -> str:
        """The same hash as SQL over two text columns."""
        key = self.secret.ljust(_BLOCK, b"\0")
        inner = bytes(b ^ 0x36 for b in key).hex()
        outer = bytes(b ^ 0x5C for b in key).hex()
        message = f"encode({source} || chr(31) || {external_id})"
        return f"sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || {message})))"


def _message(source: str, external_id: str) -> bytes:
    return f"{source}\x1f{external_id}".encode()


def read_forgotten(folder: Path) -> Forgotten:
    """The list kept in the facts folder; the secret is made on first use (mode 0600)."""
    secret_file = folder / SECRET
    if not secret_file.exists():
        write_whole(secret_file, secrets.token_hex(32).encode(), mode=0o600)
    listed = folder / LIST
    lines = listed.read_text("ascii").splitlines() if listed.exists() else []
    erasures = [_read_line(line) for line in lines if line.strip()]
    return Forgotten(bytes.fromhex(secret_file.read_text("ascii")), {e.hash: e for e in erasures})


def _read_line(line: str) -> Erasure:
    hashed, *more = line.split()
    return Erasure(hashed, more[:1] == ["purged"], more[1] if len(more) > 1 else None)


def remember(folder: Path, added: Iterable[Erasure]) -> None:
    """Add to the list."""
    known = joined(read_forgotten(folder).erasures, added)
    write_whole(folder / LIST, "".join(f"{_line(known[h])}\n" for h in sorted(known)).encode())


def joined(known: Mapping[str, Erasure], added: Iterable[Erasure]) -> dict[str, Erasure]:
    """Both lists as one: what was purged once stays purged, the first instant stays."""
    result = dict(known)
    for one in added:
        before = result.get(one.hash, one)
        at = min(filter(None, (before.at, one.at)), default=None)
        result[one.hash] = Erasure(one.hash, before.purged or one.purged, at)
    return result


def _line(erasure: Erasure) -> str:
    what = "purged" if erasure.purged else "kept"
    return " ".join(filter(None, (erasure.hash, what, erasure.at)))
