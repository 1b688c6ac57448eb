"""Who may not come back: keyed hashes of forgotten ids.

The hash is HMAC-SHA-256 under a secret of the workspace, so the list names nobody to whom the
secret is not known. It is worked out in SQL where many ids are to be compared.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

from regulars.facts.versions import write_whole

_BLOCK = 64


@dataclass(frozen=True)
class Forgotten:
    """The hashes of the forgotten, and the secret that they are made with."""

    secret: bytes
    hashes: frozenset[str]

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
    secret_file = folder / "secret.key"
    if not secret_file.exists():
        write_whole(secret_file, secrets.token_hex(32).encode(), mode=0o600)
    listed = folder / "forgotten.txt"
    hashes = listed.read_text("ascii").split() if listed.exists() else []
    return Forgotten(bytes.fromhex(secret_file.read_text("ascii")), frozenset(hashes))


def remember(folder: Path, added: frozenset[str]) -> None:
    """Add hashes to the list."""
    known = read_forgotten(folder).hashes | added
    write_whole(folder / "forgotten.txt", "".join(f"{h}\n" for h in sorted(known)).encode())
