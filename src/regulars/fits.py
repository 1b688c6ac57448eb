"""Fits that a workspace keeps: one small JSON file each, written once and never changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars.errors import UnknownName, WorkspaceError

FOLDER = "fits"
SCHEMA = 1
LATEST = "latest"
_ID = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class StoredFit:
    """A kept fit.

    Attributes
    ----------
    id : ``2026-11-22-v7-1a2b3c4d``: as-of day, facts version, and a hash of all that it says.
    told : what was fitted, the totals, and why this model: as the analysis told it.
    """

    id: str
    as_of: dt.date
    facts_version: int | None
    fitted_at: str
    parameters: Mapping[str, Any]
    told: Mapping[str, Any]

    @property
    def model(self) -> str:
        return str(self.told["fitted"]["model"])


def save(
    root: Path,
    told: Mapping[str, Any],
    *,
    parameters: Mapping[str, Any],
    facts_version: int | None,
    fitted_at: dt.datetime,
    program_version: str,
) -> StoredFit:
    """Keep a fit; the same fit of the same facts is the same file."""
    shown = {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in parameters.items()}
    body = {"parameters": shown, "facts_version": facts_version, "told": told}
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:8]
    name = f"{shown['as_of']}-v{facts_version or 0}-{digest}"
    home = root / FOLDER
    home.mkdir(exist_ok=True)
    path = home / f"{name}.json"
    if not path.exists():
        kept = {
            "schema": SCHEMA,
            "id": name,
            "fitted_at": fitted_at.isoformat(),
            "program_version": program_version,
            **body,
        }
        # In a file of its own, so that two fits at once never meet.
        aside = home / f".{name}-{uuid.uuid4().hex}"
        try:
            with aside.open("w", encoding="utf-8") as file:
                json.dump(kept, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            aside.rename(path)
        finally:
            aside.unlink(missing_ok=True)
    return read(root, name)


def read(root: Path, name: str) -> StoredFit:
    """A kept fit by its id; "latest" is the one with the newest as-of day, then facts.

    Raises
    ------
    UnknownName : there is none of that id.
    WorkspaceError : the file is damaged, or of a newer program.
    """
    if name == LATEST:
        found = list(kept(root))
        if not found:
            raise UnknownName("no fit is kept here: make one with `regulars value fit`")
        return found[-1]
    path = root / FOLDER / f"{name}.json"
    if not _ID.fullmatch(str(name)) or not path.is_file():
        raise UnknownName(f"there is no fit {name!r}; `regulars value fits` lists them")
    return _read(path)


def _read(path: Path) -> StoredFit:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["schema"] > SCHEMA:
            raise WorkspaceError(f"{path} was made by a newer Regulars; upgrade this one")
        _check(told["told"])
        return StoredFit(
            told["id"],
            dt.date.fromisoformat(told["parameters"]["as_of"]),
            told["facts_version"],
            told["fitted_at"],
            told["parameters"],
            told["told"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorkspaceError(f"{path} is damaged: {error}") from None


def _check(told: Mapping[str, Any]) -> None:
    """What scores and pages will read of a fit is there."""
    for name in ("totals", "choice", "terms"):
        told[name]
    told["fitted"]["model"]


def kept(root: Path) -> Iterator[StoredFit]:
    """Every kept fit, oldest as-of day first, then by facts version and instant."""
    found = [_read(path) for path in (root / FOLDER).glob("*.json")]
    yield from sorted(found, key=lambda fit: (fit.as_of, fit.facts_version or 0, fit.fitted_at))
